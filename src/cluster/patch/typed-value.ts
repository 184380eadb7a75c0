import type { Field, Shape } from '../schema/index.ts'
import { compareText, equalJson, isObject, member, sortedJson, type JsonObject } from './json-value.ts'

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

/** Members of a list's key that Kubernetes defaults when they are left out. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' }

export function structureOf({ shape, field }: Typed): Structure {
  if (field?.atomic) return leaf
  if (!shape || shape.kind === 'any') return freeStructure(shape)
  if (shape.kind === 'object') {
    return {
      kind: 'members',
      fields: shape.fields,
      of(name) {
        const next = shape.fields.get(name)
        return next && { shape: next.shape, field: next }
      },
    }
  }
  if (shape.kind === 'map') return { kind: 'members', of: () => ({ shape: shape.items }), fields: undefined }
  if (shape.kind === 'list') return listStructure(shape, field)
  return leaf
}

/** Free JSON: maps by member, lists as a whole; a custom resource has at least its metadata described. */
function freeStructure(shape: Shape | undefined): Structure {
  return {
    kind: 'members',
    fields: undefined,
    of(name) {
      const known = shape?.fields.get(name)
      return known ? { shape: known.shape, field: known } : { shape: undefined }
    },
  }
}

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
  for (const name of keys.toSorted(compareText)) {
    const value = isObject(item) ? (member(item, name) ?? keyDefaults[name]) : undefined
    if (value !== undefined) key[name] = value
  }
  return `k:${sortedJson(key)}`
}

export function scalarElement(value: unknown): string {
  return `v:${JSON.stringify(value)}`
}

/** The parts of a value by path element, with where they are in the schema; undefined for a leaf. */
export function partsOf(value: unknown, typed: Typed): Map<string, { value: unknown; typed: Typed }> | undefined {
  const structure = structureOf(typed)
  const parts = new Map<string, { value: unknown; typed: Typed }>()
  if (structure.kind === 'members' && (isObject(value) || value === null)) {
    for (const [name, part] of membersOf(value ?? {}, structure)) {
      parts.set(`f:${name}`, { value: part, typed: structure.of(name) ?? { shape: undefined } })
    }
    return parts
  }
  if (structure.kind === 'keyed' && (Array.isArray(value) || value === null)) {
    for (const item of value ?? []) parts.set(keyElement(item, structure.keys), { value: item, typed: structure.item })
    return parts
  }
  if (structure.kind === 'set' && (Array.isArray(value) || value === null)) {
    for (const item of value ?? []) parts.set(scalarElement(item), { value: item, typed: { shape: undefined } })
    return parts
  }
  return undefined
}

function* membersOf(
  value: JsonObject,
  structure: Extract<Structure, { kind: 'members' }>,
): Generator<readonly [string, unknown]> {
  for (const [name, part] of Object.entries(value)) if (part !== undefined) yield [name, part]
  for (const [name, field] of structure.fields ?? []) {
    const absent = !Object.hasOwn(value, name) || value[name] === undefined
    // Go prints these in every object, even in an empty one: nobody ever adds them.
    if (absent && field.whenEmpty === 'printed') yield [name, zeroOf(field)]
  }
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
