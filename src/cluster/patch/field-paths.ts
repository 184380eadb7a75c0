import type { Shape } from '../schema/index.ts'
import { FieldSet, type Path } from './field-set.ts'
import { isObject, type JsonObject } from './json-value.ts'
import { equalLeaves, partsOf, type Typed } from './typed-value.ts'

/** Fields that the API server writes or that name the object: nobody owns them. */
const unowned = new Set([
  'f:apiVersion',
  'f:kind',
  'f:metadata',
  'f:metadata f:name',
  'f:metadata f:namespace',
  'f:metadata f:creationTimestamp',
  'f:metadata f:selfLink',
  'f:metadata f:uid',
  'f:metadata f:clusterName',
  'f:metadata f:generation',
  'f:metadata f:managedFields',
  'f:metadata f:resourceVersion',
])

export function isOwnable(path: Path): boolean {
  return path.length > 2 || !unowned.has(path.join(' '))
}

/** What changed between two objects of a kind, by field. */
export interface Comparison {
  added: FieldSet
  modified: FieldSet
  removed: FieldSet
}

export function compareFields(old: JsonObject, next: JsonObject, shape: Shape | undefined): Comparison {
  const comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() }
  compareParts(old, next, { shape }, [], comparison)
  return comparison
}

function compareParts(old: unknown, next: unknown, typed: Typed, path: Path, found: Comparison): void {
  const before = old === undefined ? undefined : partsOf(old, typed)
  const after = next === undefined ? undefined : partsOf(next, typed)
  if (!before && !after) {
    if (old !== undefined && next !== undefined && !equalLeaves(old, next)) record(found.modified, path)
  }
  for (const element of new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])) {
    const oldPart = before?.get(element)
    const nextPart = after?.get(element)
    const at = [...path, element]
    if (!oldPart) record(found.added, at)
    if (!nextPart) record(found.removed, at)
    const partTyped = (nextPart ?? oldPart)?.typed ?? { shape: undefined }
    compareParts(oldPart?.value, nextPart?.value, partTyped, at, found)
  }
}

function record(set: FieldSet, path: Path): void {
  if (isOwnable(path)) set.add(path)
}

/** The fields that an applied configuration names: its leaves, and the items of its lists. */
export function fieldsOf(configuration: JsonObject, shape: Shape | undefined): FieldSet {
  const set = new FieldSet()
  collectFields(configuration, { shape }, [], set)
  return set.filter(isOwnable)
}

function collectFields(value: unknown, typed: Typed, path: Path, set: FieldSet): void {
  const parts = namedParts(value, typed)
  if (!parts || parts.size === 0) {
    set.add(path)
    return
  }
  for (const [element, part] of parts) {
    const at = [...path, element]
    if (element.startsWith('k:')) set.add(at)
    if (element.startsWith('v:')) set.add(at)
    else collectFields(part.value, part.typed, at, set)
  }
}

/** Only the parts that are there, not those that Go's structs always have. */
function namedParts(value: unknown, typed: Typed): ReturnType<typeof partsOf> {
  const parts = partsOf(value, typed)
  if (!parts || !isObject(value)) return parts
  for (const element of parts.keys()) {
    if (element.startsWith('f:') && !Object.hasOwn(value, element.slice(2))) parts.delete(element)
  }
  return parts
}

/**
 * A field owned as a whole that has parts in the schema (its owner's parts were taken from it, or it was empty) comes to
 * own every part that it has today, as Kubernetes 1.21 does for fields that were atomic before.
 */
export function spreadOverParts(set: FieldSet, object: JsonObject, shape: Shape | undefined): FieldSet {
  const spread = new FieldSet()
  for (const path of set.paths()) {
    spread.add(path)
    const node = set.at(path)
    if (!node || node.below.size > 0) continue
    const found = valueAt(object, { shape }, path)
    if (found) collectAll(found.value, found.typed, path, spread)
  }
  return spread
}

function collectAll(value: unknown, typed: Typed, path: Path, set: FieldSet): void {
  for (const [element, part] of namedParts(value, typed) ?? []) {
    const at = [...path, element]
    set.add(at)
    collectAll(part.value, part.typed, at, set)
  }
}

function valueAt(value: unknown, typed: Typed, path: Path): { value: unknown; typed: Typed } | undefined {
  let at: { value: unknown; typed: Typed } | undefined = { value, typed }
  for (const element of path) at = at && partsOf(at.value, at.typed)?.get(element)
  return at
}
