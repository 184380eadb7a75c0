import { useState } from 'preact/hooks'
import { Link } from 'wouter'
import { isDocument } from './merge.ts'

/** Deeper than this a value begins folded. */
const openDepth = 3
/** Longer lists begin with so many, and a button for the rest. */
const shownAtFirst = 100

/** What stands around an object rather than in it begins folded. */
const surroundings = new Set(['actions', 'createTypes', 'filters', 'links', 'pagination', 'sort'])

interface JsonTreeProps {
  value: unknown
  depth?: number
  /** Overrides what is open at first. */
  open?: boolean | undefined
}

/** JSON that folds, and whose addresses are links. */
export function JsonTree({ value, depth = 0, open }: JsonTreeProps) {
  if (Array.isArray(value)) {
    return (
      <Branch entries={value.map((one, index) => [String(index), one])} marks={['[', ']']} depth={depth} open={open} />
    )
  }
  if (isDocument(value))
    return <Branch entries={Object.entries(value)} marks={['{', '}']} depth={depth} open={open} named />
  return <Leaf value={value} />
}

interface BranchProps {
  entries: readonly [string, unknown][]
  marks: readonly [string, string]
  depth: number
  open: boolean | undefined
  named?: boolean
}

function Branch({ entries, marks, depth, open, named = false }: BranchProps) {
  const [isOpen, setOpen] = useState(open ?? depth < openDepth)
  const [all, setAll] = useState(false)
  const [begin, end] = marks
  if (entries.length === 0) return <span class="json-mark">{`${begin}${end}`}</span>
  const shown = all ? entries : entries.slice(0, shownAtFirst)
  return (
    <>
      <button type="button" class="json-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="json-mark">{begin}</span>
        {!isOpen && (
          <span class="json-count">
            {entries.length}
            {end}
          </span>
        )}
      </button>
      {isOpen && (
        <>
          <ul class="json-list">
            {shown.map(([name, one]) => (
              <li key={name}>
                {named && <span class="json-name">{name}: </span>}
                <JsonTree
                  value={one}
                  depth={depth + 1}
                  open={open ?? (named && surroundings.has(name) ? false : undefined)}
                />
              </li>
            ))}
          </ul>
          {shown.length < entries.length && (
            <button type="button" class="link" onClick={() => setAll(true)}>
              +{entries.length - shown.length}
            </button>
          )}
          <span class="json-mark">{end}</span>
        </>
      )}
    </>
  )
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value !== 'string') return <span class="json-other">{JSON.stringify(value) ?? 'undefined'}</span>
  const local = localAddress(value)
  if (local === undefined) return <span class="json-text">{JSON.stringify(value)}</span>
  return (
    <span class="json-text">
      "<Link href={local}>{value}</Link>"
    </span>
  )
}

/** The path of an address of this API, to be opened here. */
function localAddress(value: string): string | undefined {
  if (value.startsWith(`${location.origin}/v3`)) return value.slice(location.origin.length)
  return /^\/v3\/\S+$/.test(value) ? value : undefined
}
