import { useTexts } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { changedFields, changesBetween, isDocument, isSame, type Document } from './merge.ts'

interface ConflictViewProps {
  base: Document
  mine: Document
  theirs: Document
  onContinue: () => void
}

/** Shows both sides of a conflict: what somebody else changed while the form was open. */
export function ConflictView({ base, mine, theirs, onContinue }: ConflictViewProps) {
  const texts = useTexts()
  const ours = changedFields(base, mine)
  const isMine = (path: string) => Object.hasOwn(ours, path.split('.', 1).join())
  return (
    <Notice
      tone="warn"
      title={texts.api.changedMeanwhile}
      action={
        <button type="button" class="button" onClick={onContinue}>
          {texts.api.useLatest}
        </button>
      }
    >
      <p>{texts.api.changedHint}</p>
      <div class="table-scroll">
        <table class="table sides-table">
          <thead>
            <tr>
              <th scope="col">{texts.api.field}</th>
              <th scope="col">{texts.api.was}</th>
              <th scope="col">{texts.api.theirs}</th>
              <th scope="col">{texts.api.yours}</th>
            </tr>
          </thead>
          <tbody>
            {changesBetween(base, theirs)
              .flatMap((name) => leaves(name, base[name], theirs[name], mine[name]))
              .map(({ path, was, now, my }) => (
                <tr key={path}>
                  <td class="mono">{path}</td>
                  <td class="mono">{text(was)}</td>
                  <td class="mono">{text(now)}</td>
                  <td class="mono">{isMine(path) && !isSame(was, my) ? text(my) : ''}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </Notice>
  )
}

interface Difference {
  path: string
  was: unknown
  now: unknown
  my: unknown
}

/** The smallest differing parts. Items of lists are matched by name. */
function leaves(path: string, was: unknown, now: unknown, my: unknown): Difference[] {
  if (isSame(was, now)) return []
  const [before, after] = [partsOf(was), partsOf(now)]
  if (!before || !after) return [{ path, was, now, my }]
  const mine = partsOf(my) ?? {}
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => leaves(`${path}.${name}`, before[name], after[name], mine[name]))
}

function partsOf(value: unknown): Document | undefined {
  if (isDocument(value)) return value
  if (!Array.isArray(value) || !value.every((one) => isDocument(one) && typeof one['name'] === 'string'))
    return undefined
  return Object.fromEntries(value.map((one: Document) => [one['name'], one]))
}

function text(value: unknown): string {
  return value === undefined ? '—' : typeof value === 'string' ? value : JSON.stringify(value)
}
