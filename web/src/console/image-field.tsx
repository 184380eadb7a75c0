import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { TemplateContainer } from '../../../src/model/pod-template.ts'
import { useTexts } from '../language/language.tsx'
import { partsOf } from '../parts/image-name.tsx'
import { choicesFor, isMissing, type Choice, type ImageTags } from './image-choices.ts'

interface ImageFieldProps {
  container: TemplateContainer
  value: string
  onChange: (image: string) => void
  /** Previous images of the container, newest first. */
  previous: readonly string[]
  tags: ImageTags | undefined
  /** Focused when the dialog opens. */
  first: boolean
}

/**
 * An image input with the tag selected, so that typing replaces it and filters the choices below. Arrow keys move
 * through the choices, Enter picks one.
 */
export function ImageField({ container, value, onChange, previous, tags, first }: ImageFieldProps) {
  const texts = useTexts()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [at, setAt] = useState(-1)
  useEffect(() => {
    if (first) input.current?.focus()
  }, [first])
  const { name, image, role } = container
  const choices = choicesFor(image, value, previous, tags)
  const all = [...choices.previous, ...choices.registry]
  const active = all[at]
  const choose = (chosen: string) => {
    setAt(-1)
    onChange(chosen)
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const taken = event.key === 'Enter' && active
    const left = event.key === 'Escape' && active
    if (step === undefined && !taken && !left) return
    event.preventDefault()
    if (taken) choose(active.image)
    else setAt(step === undefined ? -1 : Math.min(Math.max(at + step, -1), all.length - 1))
  }
  const option = (choice: Choice) => (
    <li
      key={choice.image}
      id={`${id}-${all.indexOf(choice)}`}
      class={choice.image === value ? 'choice-option choice-chosen' : 'choice-option'}
      role="option"
      aria-selected={choice === active}
      title={choice.image}
      // keeps the focus in the field
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => choose(choice.image)}
    >
      {choice.label}
    </li>
  )
  return (
    <div class="field">
      <label for={id}>
        {texts.change.field(name)} {role === 'init' && <span class="chip">{texts.workload.role.init}</span>}
      </label>
      <input
        ref={input}
        id={id}
        class="input input-mono"
        role="combobox"
        aria-expanded={all.length > 0}
        aria-controls={`${id}-choices`}
        aria-autocomplete="list"
        aria-activedescendant={active && `${id}-${at}`}
        value={value}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        onFocus={(event) => selectTag(event.currentTarget)}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          setAt(-1)
          onChange(event.currentTarget.value)
        }}
      />
      <div id={`${id}-choices`} role="listbox" aria-label={texts.change.choices(name)} class="choices-offered">
        <Group label={texts.change.previous} shown={choices.previous.length > 0}>
          {choices.previous.map(option)}
        </Group>
        <Group label={texts.change.inRegistry} shown={choices.registry.length > 0}>
          {choices.registry.map(option)}
          {choices.more > 0 && (
            <li class="hint" role="presentation">
              {texts.change.moreTags(choices.more)}
            </li>
          )}
        </Group>
      </div>
      <RegistryNote tags={tags} missing={isMissing(value, image, tags)} />
    </div>
  )
}

function Group({ label, shown, children }: { label: string; shown: boolean; children: ComponentChildren }) {
  const id = useId()
  if (!shown) return null
  return (
    <ul role="group" aria-labelledby={id} class="choices-group">
      <li id={id} class="hint" role="presentation">
        {label}
      </li>
      {children}
    </ul>
  )
}

/** Explains the registry's answer. */
function RegistryNote({ tags, missing }: { tags: ImageTags | undefined; missing: boolean }) {
  const { change } = useTexts()
  if (missing)
    return (
      <p class="waits" role="status">
        {change.tagMissing}
      </p>
    )
  switch (tags?.answer) {
    case undefined:
    case 'listed':
      return null
    case 'absent':
      return <p class="waits">{change.repositoryMissing}</p>
    case 'unauthorised':
      return <p class="hint">{change.registryDenies}</p>
    case 'unknown':
      return <p class="hint">{change.registryUnknown(tags.message)}</p>
    default:
      return tags satisfies never
  }
}

function selectTag(input: HTMLInputElement): void {
  const { place, name, tag } = partsOf(input.value)
  const start = place.length + name.length
  if (tag === '') input.select()
  else input.setSelectionRange(start + 1, input.value.length)
}
