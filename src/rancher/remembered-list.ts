import { takesPlaceOf } from './collection.ts'
import type { Resource } from './v3-type.ts'
import type { Watched } from './watched.ts'

interface Remembered {
  /** Of each list, when the resources were made of it. */
  changes: readonly number[]
  resources: readonly Resource[]
}

/** How a list is made of watched ones. */
export interface Recipe {
  all: () => readonly Resource[]
  /** The id of one resource by the place of its list and its key there, and what it is now, if it is still to be shown. */
  one?: (place: number, key: string) => { id: string; resource: Resource | undefined }
}

const known = new WeakMap<readonly string[], Map<string, Remembered>>()

/**
 * What was made of watched lists for these namespaces, until one of the lists changes: the same array, so that its sorted
 * forms are remembered too. After few changes only those resources are made anew. What is being removed is judged by the
 * clock, so such a list is made anew each time.
 */
export function rememberedList(
  namespaces: readonly string[],
  key: string,
  lists: readonly Watched[],
  recipe: Recipe,
): readonly Resource[] {
  const ofNamespaces = known.get(namespaces) ?? new Map<string, Remembered>()
  known.set(namespaces, ofNamespaces)
  const before = ofNamespaces.get(key)
  if (before && lists.every((list, at) => list.changes === before.changes[at])) return before.resources
  const resources = (before && brought(before, lists, recipe)) ?? recipe.all()
  if (before) takesPlaceOf(resources, before.resources)
  const changes = lists.map((list) => list.changes)
  if (resources.some((resource) => resource['removed'] !== undefined)) ofNamespaces.delete(key)
  else ofNamespaces.set(key, { changes, resources })
  return resources
}

/** The list of before with what has changed since; undefined where that cannot be told. */
function brought({ changes, resources }: Remembered, lists: readonly Watched[], { one }: Recipe) {
  if (!one) return undefined
  const changed = new Map<string, Resource | undefined>()
  for (const [place, list] of lists.entries()) {
    const keys = list.changedSince(changes[place] ?? 0)
    if (!keys) return undefined
    for (const key of keys) {
      const { id, resource } = one(place, key)
      changed.set(id, resource)
    }
  }
  const kept = resources.filter(({ id }) => id === undefined || !changed.has(id))
  for (const resource of changed.values()) if (resource) kept.push(resource)
  return kept
}
