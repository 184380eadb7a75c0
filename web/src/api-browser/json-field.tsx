import { useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'

/** For values without a schema, and for editing a value as JSON. */
export function JsonField({ id, value, onChange }: { id: string; value: unknown; onChange: (value: unknown) => void }) {
  const texts = useTexts()
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)))
  const [bad, setBad] = useState(false)
  return (
    <>
      <textarea
        id={id}
        class="textarea"
        spellcheck={false}
        aria-invalid={bad}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value)
          try {
            onChange(currentTarget.value.trim() === '' ? undefined : JSON.parse(currentTarget.value))
            setBad(false)
          } catch {
            setBad(true)
          }
        }}
      />
      {bad && <p class="field-problem">{texts.api.badJson}</p>}
    </>
  )
}
