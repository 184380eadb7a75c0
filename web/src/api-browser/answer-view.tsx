import { useEffect, useRef } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { JsonTree } from './json-tree.tsx'
import type { Answer } from './use-answer.ts'

/** Status, headers and body of a response. */
export function AnswerView({ answer }: { answer: Answer }) {
  const texts = useTexts()
  const { status, headers, body, text } = answer
  const section = useRef<HTMLElement>(null)
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), [answer])
  return (
    <section ref={section} class="panel" aria-label={texts.api.answer} data-status={status}>
      <div class="panel-head">
        <h3>{texts.api.answer}</h3>
        <span class={status < 400 ? 'state state-good' : 'state state-bad'}>
          <span class="state-dot" aria-hidden="true" />
          HTTP {status}
        </span>
      </div>
      <div class="panel-body form">
        <details>
          <summary>{texts.api.headers}</summary>
          <pre class="code-block code-wrap">{headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
        </details>
        <div class="json">
          {text === '' ? (
            <span class="hint">{texts.api.emptyBody}</span>
          ) : body === undefined ? (
            text
          ) : (
            <JsonTree value={body} />
          )}
        </div>
      </div>
    </section>
  )
}
