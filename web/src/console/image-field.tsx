import { useEffect, useId, useRef } from 'preact/hooks'
import type { TemplateContainer } from '../../../src/model/pod-template.ts'
import { useTexts } from '../language/language.tsx'
import { partsOf } from '../parts/image-name.tsx'
import { shortImage } from './change-image-dialog.tsx'

interface ImageFieldProps {
  container: TemplateContainer
  value: string
  onChange: (image: string) => void
  previous: readonly string[]
  /** Has the focus when the dialog opens. */
  first: boolean
}

/** A container's image, with the tag selected: what one types replaces it. */
export function ImageField({ container, value, onChange, previous, first }: ImageFieldProps) {
  const texts = useTexts()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (first) input.current?.focus()
  }, [first])
  const { name, image, role } = container
  return (
    <div class="field">
      <label for={id}>
        {texts.change.field(name)} {role === 'init' && <span class="chip">{texts.workload.role.init}</span>}
      </label>
      <input
        ref={input}
        id={id}
        class="input input-mono"
        value={value}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        onFocus={(event) => selectTag(event.currentTarget)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {previous.length > 0 && (
        <div class="suggestions">
          <span class="hint">{texts.change.previous}</span>
          {previous.map((one) => (
            <button key={one} type="button" title={one} onClick={() => onChange(one)}>
              {shortImage(one, image)}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

function selectTag(input: HTMLInputElement): void {
  const { place, name, tag } = partsOf(input.value)
  const start = place.length + name.length
  if (tag === '') input.select()
  else input.setSelectionRange(start + 1, input.value.length)
}
