/** Any JSON object. */
export type Document = Record<string, unknown>

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]))
  }
  if (!isDocument(one) || !isDocument(other)) return false
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => isSame(one[name], other[name]))
}

/** The top-level fields that differ: what a v3 PUT needs to carry. One that was taken away is null. */
export function changedFields(base: Document, mine: Document): Document {
  const names = [...new Set([...Object.keys(base), ...Object.keys(mine)])].filter(
    (name) => !isSame(base[name], mine[name]),
  )
  return Object.fromEntries(names.map((name) => [name, mine[name] === undefined ? null : mine[name]]))
}

/**
 * My changes put on what is there now. Objects are merged field by field and lists of named things (containers, ports,
 * volumes) by name; elsewhere what I changed stays as I have it.
 */
export function rebase(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (isSame(base, mine)) return theirs
  if (isSame(base, theirs)) return mine
  if (isDocument(mine) && isDocument(theirs)) return rebaseFields(isDocument(base) ? base : {}, mine, theirs)
  if (isNamedList(mine) && isNamedList(theirs)) return rebaseList(isNamedList(base) ? base : [], mine, theirs)
  return mine
}

function rebaseFields(base: Document, mine: Document, theirs: Document): Document {
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  const entries = [...names].map((name) => [name, rebase(base[name], mine[name], theirs[name])] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

type Named = Document & { name: string }

function isNamedList(value: unknown): value is Named[] {
  return Array.isArray(value) && value.every((one) => isDocument(one) && typeof one['name'] === 'string')
}

function rebaseList(base: readonly Named[], mine: readonly Named[], theirs: readonly Named[]): Named[] {
  const named = (list: readonly Named[], name: string) => list.find((one) => one.name === name)
  const kept = theirs.flatMap((their) => {
    const merged = rebase(named(base, their.name), named(mine, their.name), their)
    return isDocument(merged) ? [{ ...merged, name: their.name }] : []
  })
  const added = mine.filter(({ name }) => !named(theirs, name) && !named(base, name))
  return [...kept, ...added]
}

/** Fields that say how an object is rather than how it should be: nobody edits them, and they change by themselves. */
const volatile = /^(state|transitioning.*|actions|links|publicEndpoints|.*Status|conditions|uuid|.*TS)$/

/** Where two people changed the same object: what they changed, and which of that I changed too. */
export function changesBetween(base: Document, theirs: Document): string[] {
  return Object.keys(changedFields(base, theirs)).filter((name) => !volatile.test(name))
}
