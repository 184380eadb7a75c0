import { useState } from 'preact/hooks'
import { Link } from 'wouter'
import { isDocument } from './merge.ts'

/** Deeper values start collapsed. */
const expandedDepth = 3
/** Longer lists show this many, and a button for the rest. */
const initialItems = 100

/** Metadata around an object, which starts collapsed. */
const metadataFields = new Set(['actions', 'createTypes', 'filters', 'links', 'pagination', 'sort'])

interface JsonTreeProps {
  value: unknown
  depth?: number
  /** Overrides the default. */
  open?: boolean | undefined
}

/** Collapsible JSON with links. */
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
  const [isOpen, setOpen] = useState(open ?? depth < expandedDepth)
  const [all, setAll] = useState(false)
  const [begin, end] = marks
  if (entries.length === 0) return <span class="json-mark">{`${begin}${end}`}</span>
  const shown = all ? entries : entries.slice(0, initialItems)
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
                  open={open ?? (named && metadataFields.has(name) ? false : undefined)}
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

/** The path, if the value is an address of this API. */
function localAddress(value: string): string | undefined {
  if (value.startsWith(`${location.origin}/v3`)) return value.slice(location.origin.length)
  return /^\/v3\/\S+$/.test(value) ? value : undefined
}
