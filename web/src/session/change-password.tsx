import { useId, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { changePassword } from './session.ts'

export function ChangePasswordDialog({ first = false, onClose }: { first?: boolean; onClose: () => void }) {
  const texts = useTexts()
  const form = useId()
  const [values, setValues] = useState({ current: '', next: '', again: '' })
  const [problem, setProblem] = useState<string>()
  const [done, setDone] = useState(false)
  const submit = async () => {
    if (values.next !== values.again) return setProblem(texts.password.differ)
    try {
      await changePassword(values.current, values.next)
      setProblem(undefined)
      setDone(true)
      if (first) onClose()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  const foot = done ? (
    <button type="button" class="button-primary" onClick={onClose}>
      {texts.common.close}
    </button>
  ) : (
    <>
      <button type="button" class="button" onClick={onClose}>
        {first ? texts.password.later : texts.common.cancel}
      </button>
      <button type="submit" form={form} class="button-primary">
        {texts.password.title}
      </button>
    </>
  )
  const fields = [
    ['current', texts.password.current, 'current-password'],
    ['next', texts.password.next, 'new-password'],
    ['again', texts.password.again, 'new-password'],
  ] as const
  return (
    <Dialog title={texts.password.title} onClose={onClose} foot={foot}>
      {first && <p>{texts.password.first}</p>}
      {problem !== undefined && (
        <Notice tone="bad">
          <p>{problem}</p>
        </Notice>
      )}
      {done ? (
        <Notice tone="good">
          <p>{texts.password.done}</p>
        </Notice>
      ) : (
        <form
          id={form}
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void submit()
          }}
        >
          {fields.map(([name, label, autocomplete]) => (
            <div class="field" key={name}>
              <label for={`${form}-${name}`}>{label}</label>
              <input
                id={`${form}-${name}`}
                class="input"
                type="password"
                autocomplete={autocomplete}
                required
                value={values[name]}
                onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
              />
            </div>
          ))}
        </form>
      )}
    </Dialog>
  )
}
