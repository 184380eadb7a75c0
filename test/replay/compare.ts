/** One place where a response differs from the recording. */
export interface Difference {
  /**
   * For example `status`, `headers.content-type`, `body.metadata.labels.app`, or with list indexes `body.items.0.kind`.
   */
  where: string
  recorded: unknown
  answered: unknown
}

/** All differing leaves of two JSON values. Undefined members count as absent; member order is ignored. */
export function differences(recorded: unknown, answered: unknown, where: string): Difference[] {
  if (Object.is(recorded, answered)) return []
  if (Array.isArray(recorded) && Array.isArray(answered)) {
    const [named, ownNamed] = [byName(recorded), byName(answered)]
    if (named && ownNamed) return objectDifferences(named, ownNamed, where)
    return listDifferences(recorded, answered, where)
  }
  if (isObject(recorded) && isObject(answered)) return objectDifferences(recorded, answered, where)
  return [{ where, recorded, answered }]
}

/** Matches discovery's lists by name: not everything recorded is served. */
function byName(list: unknown[]): Record<string, unknown> | undefined {
  const named = list.filter(
    (item) => isObject(item) && typeof item['name'] === 'string' && ('verbs' in item || 'versions' in item),
  )
  if (list.length === 0 || named.length < list.length) return undefined
  return Object.fromEntries((named as { name: string }[]).map((item) => [item.name, item]))
}

function listDifferences(recorded: unknown[], answered: unknown[], where: string): Difference[] {
  if (/(^|\.)paths$/.test(where)) return setDifferences(recorded, answered, where)
  const found: Difference[] = []
  for (let index = 0; index < Math.max(recorded.length, answered.length); index++) {
    found.push(...differences(recorded[index], answered[index], `${where}.${index}`))
  }
  return found
}

function setDifferences(recorded: unknown[], answered: unknown[], where: string): Difference[] {
  const missing = recorded.filter((item) => !answered.includes(item))
  const extra = answered.filter((item) => !recorded.includes(item))
  return [
    ...missing.map((item) => ({ where: `${where}.${String(item)}`, recorded: item, answered: undefined })),
    ...extra.map((item) => ({ where: `${where}.${String(item)}`, recorded: undefined, answered: item })),
  ]
}

function objectDifferences(
  recorded: Record<string, unknown>,
  answered: Record<string, unknown>,
  where: string,
): Difference[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(answered)])
  return [...names].flatMap((name) =>
    differences(
      Object.hasOwn(recorded, name) ? recorded[name] : undefined,
      Object.hasOwn(answered, name) ? answered[name] : undefined,
      `${where}.${name}`,
    ),
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Copies a JSON value, rewriting every value on the way down; undefined drops it. */
export function rewrite(
  value: unknown,
  change: (value: unknown, path: readonly string[]) => unknown,
  path: readonly string[] = [],
): unknown {
  const changed = change(value, path)
  if (Array.isArray(changed)) return changed.map((item, index) => rewrite(item, change, [...path, String(index)]))
  if (!isObject(changed)) return changed
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(changed)) {
    const kept = rewrite(member, change, [...path, name])
    if (kept !== undefined) copy[name] = kept
  }
  return copy
}
