import { useId, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Failure, Notice } from '../parts/notice.tsx'
import { createKey, type NewKey } from './keys.ts'
import { useClusters, useProjects, defaultProject } from './places.ts'

const day = 86_400_000

/** Days, or `custom`, or `never`. */
const ends = ['7', '30', '90', '365', 'custom', 'never'] as const
type End = (typeof ends)[number]
type Scope = 'account' | 'cluster' | 'project'

/** Defaults to 90 days. A key without expiry is possible, with a warning. */
export function AddKeyDialog({ onClose, onMade }: { onClose: () => void; onMade: (key: NewKey) => void }) {
  const texts = useTexts()
  const form = useId()
  const [description, setDescription] = useState('')
  const [end, setEnd] = useState<End>('90')
  const [days, setDays] = useState(180)
  const [scope, setScope] = useState<Scope>('account')
  const [place, setPlace] = useState('')
  const [failure, setFailure] = useState<unknown>()
  const submit = async () => {
    const ttl = end === 'never' ? 0 : (end === 'custom' ? days : Number(end)) * day
    const reach = scope === 'account' ? {} : scope === 'cluster' ? { clusterId: place } : { projectId: place }
    try {
      onMade(await createKey({ description, ttl, ...reach }))
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <Dialog
      title={texts.keys.add}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" form={form} class="button-primary" disabled={scope !== 'account' && place === ''}>
            {texts.keys.create}
          </button>
        </>
      }
    >
      <form
        id={form}
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <div class="field">
          <label for={`${form}-description`}>{texts.keys.description}</label>
          <input
            id={`${form}-description`}
            class="input"
            autofocus
            placeholder={texts.keys.descriptionHint}
            value={description}
            onInput={(event) => setDescription(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for={`${form}-end`}>{texts.keys.expires}</label>
          <div class="row">
            <select
              id={`${form}-end`}
              class="select"
              value={end}
              onChange={(event) => setEnd(event.currentTarget.value as End)}
            >
              {ends.map((one) => (
                <option key={one} value={one}>
                  {endText(one, texts)}
                </option>
              ))}
            </select>
            {end === 'custom' && (
              <input
                class="input days"
                type="number"
                min={1}
                aria-label={texts.keys.customDays}
                value={days}
                onInput={(event) => setDays(Math.max(1, Number(event.currentTarget.value)))}
              />
            )}
          </div>
        </div>
        {end === 'never' && (
          <Notice tone="warn">
            <p>{texts.keys.neverWhy}</p>
          </Notice>
        )}
        <ScopeChoice
          scope={scope}
          place={place}
          onChoose={(chosen, where) => {
            setScope(chosen)
            setPlace(where)
          }}
        />
      </form>
      {failure !== undefined && <Failure error={failure} />}
    </Dialog>
  )
}

function endText(end: End, { keys }: ReturnType<typeof useTexts>): string {
  if (end === 'never') return keys.never
  if (end === 'custom') return keys.custom
  return end === '365' ? keys.inAYear : keys.days(Number(end))
}

interface ScopeChoiceProps {
  scope: Scope
  place: string
  onChoose: (scope: Scope, place: string) => void
}

function ScopeChoice({ scope, place, onChoose }: ScopeChoiceProps) {
  const texts = useTexts()
  const group = useId()
  const { data: projects = [] } = useProjects()
  const { data: clusters = [] } = useClusters()
  const places = { account: [], cluster: clusters, project: projects }
  const usual = { account: undefined, cluster: clusters[0], project: defaultProject(projects) }
  return (
    <fieldset class="choices">
      <legend class="field-label">{texts.keys.scope}</legend>
      {(['account', 'cluster', 'project'] as const).map((one) => (
        <label class="choice" key={one}>
          <input
            type="radio"
            name={group}
            checked={scope === one}
            onChange={() => onChoose(one, usual[one]?.id ?? '')}
          />
          <span>{texts.keys.scopes[one]}</span>
          <span class="hint">{texts.keys.scopeHints[one]}</span>
          {scope === one && one !== 'account' && (
            <select
              class="select choice-place"
              aria-label={texts.keys.scopes[one]}
              value={place}
              onChange={(event) => onChoose(one, event.currentTarget.value)}
            >
              {places[one].map(({ id, name }) => (
                <option key={id} value={id}>
                  {name} ({id})
                </option>
              ))}
            </select>
          )}
        </label>
      ))}
    </fieldset>
  )
}
