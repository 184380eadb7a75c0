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

/** The changed top-level fields, which is all a v3 PUT needs. A removed field is null. */
export function changedFields(base: Document, mine: Document): Document {
  const names = [...new Set([...Object.keys(base), ...Object.keys(mine)])].filter(
    (name) => !isSame(base[name], mine[name]),
  )
  return Object.fromEntries(names.map((name) => [name, mine[name] === undefined ? null : mine[name]]))
}

/**
 * Applies my changes to the current object. Objects are merged by field and lists of named items (containers, ports,
 * volumes) by name; otherwise my value wins.
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

/** Fields that describe an object's state. They change by themselves and nobody edits them. */
const volatile = /^(state|transitioning.*|actions|links|publicEndpoints|.*Status|conditions|uuid|.*TS)$/

/** The fields somebody else changed since `base`, without those that change by themselves. */
export function changesBetween(base: Document, theirs: Document): string[] {
  return Object.keys(changedFields(base, theirs)).filter((name) => !volatile.test(name))
}
