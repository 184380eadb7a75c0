import { type Difference, takesPlaceOf } from '../answer/listing.ts'
import type { Resource } from '../schema/v3-type.ts'
import type { Watched } from './watched.ts'

interface Remembered {
  /** The change counter of each list when the resources were made. */
  changes: readonly number[]
  resources: readonly Resource[]
  byId: Map<string, Resource>
}

/** How to make a list from watched ones. */
export interface Recipe {
  all: () => readonly Resource[]
  /** The id of a resource by the index of its list and its key there, and its current value, if it is still shown. */
  one?: (place: number, key: string) => { id: string; resource: Resource | undefined }
}

const known = new WeakMap<readonly string[], Map<string, Remembered>>()

/**
 * The resources made from watched lists for these namespaces, cached until a list changes: returns the same array, so
 * that its sort orders stay cached too. After few changes only the affected resources are remade. Resources being
 * removed depend on the clock, so a list with any is remade every time.
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
  const now = (before && brought(before, lists, recipe)) ?? anew(recipe)
  if (before) takesPlaceOf(now.resources, before.resources, now.difference)
  const changes = lists.map((list) => list.changes)
  if (now.removing) ofNamespaces.delete(key)
  else ofNamespaces.set(key, { resources: now.resources, byId: now.byId, changes })
  return now.resources
}

interface Made extends Pick<Remembered, 'resources' | 'byId'> {
  removing: boolean
  /** Difference to the previous list; undefined if unknown. */
  difference?: Difference
}

function anew({ all }: Recipe): Made {
  const resources = all()
  const byId = new Map(resources.map((resource) => [resource.id ?? '', resource]))
  return { resources, byId, removing: resources.some(isRemoving) }
}

/** The previous list updated with the changes; undefined if that is not possible. */
function brought(
  { changes, resources, byId }: Remembered,
  lists: readonly Watched[],
  { one }: Recipe,
): Made | undefined {
  if (!one) return undefined
  const gone = new Set<Resource>()
  const fresh = new Map<string, Resource>()
  for (const [place, list] of lists.entries()) {
    const keys = list.changedSince(changes[place] ?? 0)
    if (!keys) return undefined
    for (const key of new Set(keys)) {
      const { id, resource } = one(place, key)
      const old = byId.get(id)
      if (resource === old) continue
      if (old) gone.add(old)
      if (resource) fresh.set(id, resource)
    }
  }
  if (gone.size + fresh.size === 0) return { resources, byId, removing: false }
  for (const { id = '' } of gone) byId.delete(id)
  for (const [id, resource] of fresh) byId.set(id, resource)
  const kept = resources.filter((resource) => !gone.has(resource))
  const added = [...fresh.values()]
  return { resources: [...kept, ...added], byId, removing: added.some(isRemoving), difference: { gone, fresh: added } }
}

function isRemoving(resource: Resource): boolean {
  return resource['removed'] !== undefined
}
