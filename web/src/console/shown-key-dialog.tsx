import { useTexts } from '../language/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import type { NewKey } from './keys.ts'

/** The only time the secret is shown. */
export function ShownKeyDialog({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const texts = useTexts()
  const { token } = made
  const at = token.indexOf(':')
  const rows = [
    [texts.keys.accessKey, token.slice(0, at)],
    [texts.keys.secretKey, token.slice(at + 1)],
    [texts.keys.bearer, token],
  ] as const
  return (
    <Dialog
      title={texts.keys.shown}
      onClose={onClose}
      required
      foot={
        <button type="button" class="button-primary" onClick={onClose}>
          {texts.keys.done}
        </button>
      }
    >
      <Notice tone="warn">
        <p>{texts.keys.shownHint}</p>
      </Notice>
      <div>
        {rows.map(([label, value]) => (
          <div class="secret-row" key={label}>
            <span>{label}</span>
            <code>{value}</code>
            <CopyButton text={value} what={label} />
          </div>
        ))}
      </div>
      <div class="row">
        <CopyButton text={curlText(token)} label={texts.keys.copyCurl} />
        <CopyButton text={postmanText(token)} label={texts.keys.copyPostman} />
        <CopyButton text={envText(token)} label={texts.keys.copyEnv} />
      </div>
    </Dialog>
  )
}

/** A configuration for `curl --config`, so that the key is in no process list. Keys need no quoting. */
function curlText(token: string): string {
  return `url = "${location.origin}/v3"\nheader = "Authorization: Bearer ${token}"\n`
}

/** An environment to import, with the key as a secret variable. */
function postmanText(token: string): string {
  const values = [
    { key: 'drover_url', value: location.origin, type: 'default', enabled: true },
    { key: 'drover_key', value: token, type: 'secret', enabled: true },
  ]
  return `${JSON.stringify({ name: `Drover ${location.host}`, values, _postman_variable_scope: 'environment' }, null, 2)}\n`
}

function envText(token: string): string {
  return `DROVER_SERVER=${location.origin}\nRANCHER_TOKEN=${token}\n`
}
