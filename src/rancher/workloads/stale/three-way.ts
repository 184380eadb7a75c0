import { type Fields, isFields, sameJson } from '../mapping/rows.ts'

/** A field that both sides changed differently. */
export interface Clash {
  path: string
  base: unknown
  theirs: unknown
  ours: unknown
}

/**
 * A three-way merge: `theirs` is the current document, `ours` the caller's, `base` the one the caller had read. Maps
 * are merged by key and lists of named items by name; anything else is one value. Conflicts take ours.
 */
export function mergeThreeWays(base: unknown, theirs: unknown, ours: unknown, path = ''): Merged {
  if (sameJson(ours ?? null, base ?? null)) return { value: theirs, clashes: [] }
  if (sameJson(theirs ?? null, base ?? null) || sameJson(theirs ?? null, ours ?? null))
    return { value: ours, clashes: [] }
  if (isNamedList(theirs) && isNamedList(ours)) return mergeLists(isNamedList(base) ? base : [], theirs, ours, path)
  if (isFields(theirs) && isFields(ours)) return mergeMaps(isFields(base) ? base : {}, theirs, ours, path)
  return { value: ours, clashes: [{ path, base, theirs, ours }] }
}

export interface Merged {
  value: unknown
  clashes: Clash[]
}

function mergeMaps(base: Fields, theirs: Fields, ours: Fields, path: string): Merged {
  const merged = Object.create(null) as Fields
  const clashes: Clash[] = []
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const one = mergeThreeWays(at(base, key), at(theirs, key), at(ours, key), path === '' ? key : `${path}.${key}`)
    clashes.push(...one.clashes)
    if (one.value !== undefined) merged[key] = one.value
  }
  return { value: merged, clashes }
}

function at(map: Fields, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

type Named = Fields & { name: string }

function isNamedList(value: unknown): value is Named[] {
  return Array.isArray(value) && value.every((item) => isFields(item) && typeof item['name'] === 'string')
}

/** In our order, followed by their additions. */
function mergeLists(base: Named[], theirs: Named[], ours: Named[], path: string): Merged {
  const names = [...new Set([...ours, ...theirs].map(({ name }) => name))]
  const clashes: Clash[] = []
  const value = names.flatMap((name) => {
    const [was, there, here] = [base, theirs, ours].map((list) => list.find((item) => item.name === name))
    const merged = mergeThreeWays(was, there, here, `${path}.${name}`)
    clashes.push(...merged.clashes)
    return merged.value === undefined ? [] : [merged.value]
  })
  return { value, clashes }
}
