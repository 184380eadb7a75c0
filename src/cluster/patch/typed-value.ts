import type { Field, Shape } from '../schema/index.ts'
import { equalJson, isObject, member, sortedJson, type JsonObject } from './json-value.ts'

/**
 * How server-side apply sees a value: as a whole (a leaf), as members, as items told apart by keys, or as a set of
 * scalars.
 */
export type Structure =
  | { kind: 'leaf' }
  | { kind: 'members'; of(name: string): Typed | undefined; fields: ReadonlyMap<string, Field> | undefined }
  | { kind: 'keyed'; keys: readonly string[]; item: Typed }
  | { kind: 'set' }

/** A place in the schema: the shape and, where there is one, the field that leads to it. */
export interface Typed {
  shape: Shape | undefined
  field?: Field | undefined
}

const leaf: Structure = { kind: 'leaf' }

/** A place that the schema says nothing of. */
export const unknownPlace: Typed = { shape: undefined }

/** Members of a list's key that Kubernetes defaults when they are left out. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' }

const structures = new WeakMap<Shape | Field, Structure>()

export function structureOf(typed: Typed): Structure {
  const place = typed.field ?? typed.shape
  if (!place) return freeStructure(undefined)
  let structure = structures.get(place)
  if (!structure) structures.set(place, (structure = makeStructure(typed)))
  return structure
}

function makeStructure({ shape, field }: Typed): Structure {
  if (field?.atomic) return leaf
  if (!shape || shape.kind === 'any') return freeStructure(shape)
  if (shape.kind === 'object') return { kind: 'members', fields: shape.fields, of: placesIn(shape) }
  if (shape.kind === 'map') {
    const item = { shape: shape.items }
    return { kind: 'members', of: () => item, fields: undefined }
  }
  if (shape.kind === 'list') return listStructure(shape, field)
  return leaf
}

function placesIn(shape: Shape): (name: string) => Typed | undefined {
  const places = new Map([...shape.fields].map(([name, field]) => [name, { shape: field.shape, field }]))
  return (name) => places.get(name)
}

/** Free JSON: maps by member, lists as a whole; a custom resource has at least its metadata described. */
function freeStructure(shape: Shape | undefined): Structure {
  if (!shape) return free
  const known = placesIn(shape)
  const other: Typed = shape.items ? { shape: shape.items } : unknownPlace
  return { kind: 'members', fields: undefined, of: (name) => known(name) ?? other }
}

const free: Structure = { kind: 'members', fields: undefined, of: () => unknownPlace }

/** Where the schema does not say how a list is owned, how a strategic merge patch treats it decides. */
function listStructure(shape: Shape, field: Field | undefined): Structure {
  if (!field || field.listType === 'atomic') return leaf
  const item = { shape: shape.items }
  if (field.listType === 'map') return { kind: 'keyed', keys: field.listMapKeys, item }
  if (field.listType === 'set') return { kind: 'set' }
  if (!field.patchStrategies.includes('merge')) return leaf
  return field.patchMergeKey === undefined ? { kind: 'set' } : { kind: 'keyed', keys: [field.patchMergeKey], item }
}

/** The path element of a list item: `k:{"containerPort":80,"protocol":"TCP"}`. */
export function keyElement(item: unknown, keys: readonly string[]): string {
  const key: JsonObject = {}
  for (const name of keys) {
    const value = isObject(item) ? (member(item, name) ?? keyDefaults[name]) : undefined
    if (value !== undefined) key[name] = value
  }
  return `k:${keys.length > 1 ? sortedJson(key) : JSON.stringify(key)}`
}

const memberElements = new Map<string, string>()

/** The path element of a member; made once for the names that come again and again. */
function memberElement(name: string): string {
  let element = memberElements.get(name)
  if (element !== undefined) return element
  element = `f:${name}`
  if (memberElements.size < 10_000) memberElements.set(name, element)
  return element
}

export function scalarElement(value: unknown): string {
  return `v:${JSON.stringify(value)}`
}

/** A part of a value, with where it is in the schema. */
export interface Part {
  value: unknown
  typed: Typed
}

/** The parts of a value by path element; undefined for a leaf. */
export function partsOf(value: unknown, typed: Typed): Map<string, Part> | undefined {
  const structure = structureOf(typed)
  if (structure.kind === 'leaf') return undefined
  if (structure.kind === 'members') {
    return isObject(value) || value === null ? membersOf(value ?? {}, structure) : undefined
  }
  if (!Array.isArray(value) && value !== null) return undefined
  const parts = new Map<string, Part>()
  for (const item of value ?? []) {
    if (structure.kind === 'set') parts.set(scalarElement(item), { value: item, typed: unknownPlace })
    else parts.set(keyElement(item, structure.keys), { value: item, typed: structure.item })
  }
  return parts
}

function membersOf(value: JsonObject, structure: Extract<Structure, { kind: 'members' }>): Map<string, Part> {
  const parts = new Map<string, Part>()
  for (const name of Object.keys(value)) {
    const part = value[name]
    if (part !== undefined) parts.set(memberElement(name), { value: part, typed: structure.of(name) ?? unknownPlace })
  }
  // Go prints these in every object, even in an empty one: nobody ever adds them.
  for (const { element, name, value: zero } of printedIn(structure.fields)) {
    if (!parts.has(element)) parts.set(element, { value: zero, typed: structure.of(name) ?? unknownPlace })
  }
  return parts
}

interface PrintedField {
  element: string
  name: string
  value: unknown
}

const printed = new WeakMap<ReadonlyMap<string, Field>, readonly PrintedField[]>()
const none: readonly PrintedField[] = []

function printedIn(fields: ReadonlyMap<string, Field> | undefined): readonly PrintedField[] {
  if (!fields) return none
  let found = printed.get(fields)
  if (!found) {
    found = [...fields]
      .filter(([, { whenEmpty }]) => whenEmpty === 'printed')
      .map(([name, field]) => ({ element: `f:${name}`, name, value: zeroOf(field) }))
    printed.set(fields, found)
  }
  return found
}

/** The part of a value at a path element, without looking at the others where that can be. */
export function partAt(value: unknown, typed: Typed, element: string): Part | undefined {
  const structure = structureOf(typed)
  if (structure.kind === 'members' && isObject(value) && element.startsWith('f:')) {
    const name = element.slice(2)
    const part = member(value, name)
    if (part !== undefined) return { value: part, typed: structure.of(name) ?? unknownPlace }
  }
  return partsOf(value, typed)?.get(element)
}

function zeroOf({ shape }: Field): unknown {
  if (shape.kind === 'object') return {}
  if (shape.kind === 'string' || shape.kind === 'bytes') return ''
  if (shape.kind === 'boolean') return false
  if (shape.kind === 'int32' || shape.kind === 'int64' || shape.kind === 'number') return 0
  return null
}

/** Whether two leaves hold the same value; null and absence are the same, as are 1 and "1" of a quantity's text. */
export function equalLeaves(a: unknown, b: unknown): boolean {
  return equalJson(a ?? null, b ?? null)
}
