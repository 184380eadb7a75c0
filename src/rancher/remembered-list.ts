import type { Resource } from './v3-type.ts'
import type { Watched } from './watched.ts'

interface Remembered {
  changes: number
  resources: readonly Resource[]
}

const known = new WeakMap<readonly string[], Map<string, Remembered>>()

/**
 * What was made of watched lists for these namespaces, until one of the lists changes: the same array, so that its sorted
 * forms are remembered too. What is being removed is judged by the clock, so such a list is made anew each time.
 */
export function rememberedList(
  namespaces: readonly string[],
  key: string,
  lists: readonly Watched[],
  make: () => readonly Resource[],
): readonly Resource[] {
  const ofNamespaces = known.get(namespaces) ?? new Map<string, Remembered>()
  known.set(namespaces, ofNamespaces)
  const changes = lists.reduce((sum, list) => sum + list.changes, 0)
  const before = ofNamespaces.get(key)
  if (before?.changes === changes) return before.resources
  const resources = make()
  if (resources.some((resource) => resource['removed'] !== undefined)) ofNamespaces.delete(key)
  else ofNamespaces.set(key, { changes, resources })
  return resources
}
