import { useMemo } from 'preact/hooks'
import type { DescribedRequest } from '../../../src/model/requests/described-request.ts'
import { requestForms, writeRequest } from '../../../src/model/requests/write-request.ts'
import { useTexts } from '../language/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Tabs } from '../parts/tabs.tsx'

/** The exact request in every format, ready to run. */
export function RequestView({ request }: { request: DescribedRequest }) {
  const texts = useTexts()
  const written = useMemo(() => requestForms.map((form) => ({ form, text: writeRequest(form, request) })), [request])
  return (
    <section class="panel" aria-label={texts.api.showRequest}>
      <Tabs
        label={texts.api.showRequest}
        tabs={written.map(({ form, text }) => ({
          id: form,
          label: texts.api.forms[form],
          show: () => (
            <>
              <div class="panel-head">
                <span class="hint">{texts.api.keyHint}</span>
                <CopyButton text={text} label={texts.common.copy} />
              </div>
              <pre class="log request-text" tabIndex={0} data-form={form}>
                {text}
              </pre>
            </>
          ),
        }))}
      />
    </section>
  )
}
