import type { Field, Shape } from '../schema/index.ts'
import { compareText, equalJson, isObject, member, sortedJson, type JsonObject } from './json-value.ts'

/**
 * How server-side apply sees a value: as a whole (a leaf), as members, as items told apart by keys, or as a set of
 * scalars.
 */
export type Structure = { kind: 'leaf' } | MemberStructure | ItemStructure

interface MemberStructure {
  kind: 'members'
  of(name: string): Typed | undefined
  fields: ReadonlyMap<string, Field> | undefined
}

type ItemStructure = { kind: 'keyed'; keys: readonly string[]; item: Typed } | { kind: 'set' }

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

function placeOf(structure: MemberStructure, name: string): Typed {
  return structure.of(name) ?? unknownPlace
}

function itemPlace(structure: ItemStructure): Typed {
  return structure.kind === 'set' ? unknownPlace : structure.item
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
  if (field.listType === 'map') return { kind: 'keyed', keys: field.listMapKeys.toSorted(compareText), item }
  if (field.listType === 'set') return { kind: 'set' }
  if (!field.patchStrategies.includes('merge')) return leaf
  return field.patchMergeKey === undefined ? { kind: 'set' } : { kind: 'keyed', keys: [field.patchMergeKey], item }
}

/** The path element of a list item: `k:{"containerPort":80,"protocol":"TCP"}`. */
export function keyElement(item: unknown, keys: readonly string[]): string {
  let members = ''
  for (const name of keys) {
    const value = isObject(item) ? (member(item, name) ?? keyDefaults[name]) : undefined
    if (value !== undefined) members += `${members && ','}${JSON.stringify(name)}:${sortedJson(value)}`
  }
  return `k:{${members}}`
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

/** The path element of an item of a list whose items are told apart. */
function itemElement(item: unknown, structure: ItemStructure): string {
  return structure.kind === 'set' ? scalarElement(item) : keyElement(item, structure.keys)
}

/** A part of a value, with where it is in the schema. */
export interface Part {
  value: unknown
  typed: Typed
}

/** The parts of a value by path element; undefined for a leaf. */
export function partsOf(value: unknown, typed: Typed): Map<string, Part> | undefined {
  const parts = new Map<string, Part>()
  const add = (element: string, part: unknown, place: Typed) => void parts.set(element, { value: part, typed: place })
  return visitParts(value, typed, add) ? parts : undefined
}

/** Calls back with each part of a value, by path element; false for a leaf. */
export function visitParts(
  value: unknown,
  typed: Typed,
  visit: (element: string, part: unknown, typed: Typed) => void,
): boolean {
  const structure = structureOf(typed)
  if (structure.kind === 'leaf') return false
  if (structure.kind !== 'members') {
    if (!Array.isArray(value) && value !== null) return false
    for (const item of value ?? []) visit(itemElement(item, structure), item, itemPlace(structure))
    return true
  }
  if (!isObject(value) && value !== null) return false
  const object = value ?? {}
  for (const name of Object.keys(object)) {
    const part = object[name]
    if (part !== undefined) visit(memberElement(name), part, placeOf(structure, name))
  }
  // Go prints these in every object, even in an empty one: nobody ever adds them.
  for (const [name, zero] of zerosIn(structure)) {
    if (member(object, name) === undefined) visit(memberElement(name), zero, placeOf(structure, name))
  }
  return true
}

/** The same for the parts that are no scalars and really there. */
export function visitComposites(
  value: unknown,
  typed: Typed,
  visit: (element: string, part: object, typed: Typed) => void,
): void {
  const structure = structureOf(typed)
  if (structure.kind === 'members' && isObject(value)) {
    for (const name in value) {
      const part = value[name]
      if (isComposite(part)) visit(memberElement(name), part, placeOf(structure, name))
    }
  } else if ((structure.kind === 'keyed' || structure.kind === 'set') && Array.isArray(value)) {
    for (const item of value) if (isComposite(item)) visit(itemElement(item, structure), item, itemPlace(structure))
  }
}

function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A part that one of two values has alone (absent in the other), or that may differ between them. */
export interface PartPair {
  element: string
  old: unknown
  next: unknown
  typed: Typed
}

/** The parts in which two values may differ: those that are not one and the same; undefined where both are leaves. */
export function differingParts(old: unknown, next: unknown, typed: Typed): PartPair[] | undefined {
  const structure = structureOf(typed)
  if (structure.kind === 'leaf') return undefined
  if (structure.kind !== 'members') return differingItems(listIn(old), listIn(next), structure)
  return differingMembers(objectIn(old), objectIn(next), structure)
}

function objectIn(value: unknown): JsonObject | undefined {
  return value === null ? {} : isObject(value) ? value : undefined
}

function listIn(value: unknown): unknown[] | undefined {
  return value === null ? [] : Array.isArray(value) ? value : undefined
}

function differingMembers(
  old: JsonObject | undefined,
  next: JsonObject | undefined,
  structure: MemberStructure,
): PartPair[] | undefined {
  if (!old && !next) return undefined
  const zeros = zerosIn(structure)
  const pairs: PartPair[] = []
  const compare = (name: string) => {
    const [before, after] = [memberOrZero(old, name, zeros), memberOrZero(next, name, zeros)]
    if (before === after) return
    pairs.push({ element: memberElement(name), old: before, next: after, typed: placeOf(structure, name) })
  }
  for (const name in next) compare(name)
  for (const name in old) if (!next || member(next, name) === undefined) compare(name)
  if (old && next) return pairs
  const one = (old ?? next) as JsonObject
  for (const name of zeros.keys()) if (member(one, name) === undefined) compare(name)
  return pairs
}

function memberOrZero(object: JsonObject | undefined, name: string, zeros: ReadonlyMap<string, unknown>): unknown {
  if (!object) return undefined
  const value = member(object, name)
  return value === undefined ? zeros.get(name) : value
}

function differingItems(
  old: readonly unknown[] | undefined,
  next: readonly unknown[] | undefined,
  structure: ItemStructure,
): PartPair[] | undefined {
  if (!old || !next) return old || next ? unmatchedItems(old ?? [], next ?? [], structure) : undefined
  return alignedItems(old, next, structure) ?? unmatchedItems(old, next, structure)
}

/** Of two lists that have the same items in the same order, which is how most lists change; undefined of others. */
function alignedItems(
  old: readonly unknown[],
  next: readonly unknown[],
  structure: ItemStructure,
): PartPair[] | undefined {
  if (old.length !== next.length) return undefined
  const pairs: PartPair[] = []
  for (let index = 0; index < next.length; index++) {
    const [before, item] = [old[index], next[index]]
    if (before === item) continue
    const element = itemElement(item, structure)
    if (itemElement(before, structure) !== element) return undefined
    pairs.push({ element, old: before, next: item, typed: itemPlace(structure) })
  }
  return pairs
}

function unmatchedItems(old: readonly unknown[], next: readonly unknown[], structure: ItemStructure): PartPair[] {
  const before = new Map(old.map((item) => [itemElement(item, structure), item]))
  const after = new Map(next.map((item) => [itemElement(item, structure), item]))
  const typed = itemPlace(structure)
  const pairs: PartPair[] = []
  for (const [element, item] of after) {
    if (before.get(element) !== item) pairs.push({ element, old: before.get(element), next: item, typed })
  }
  for (const [element, item] of before) {
    if (!after.has(element)) pairs.push({ element, old: item, next: undefined, typed })
  }
  return pairs
}

const zeros = new WeakMap<MemberStructure, ReadonlyMap<string, unknown>>()

/** The empty values of the fields that Go prints even where they are absent. */
function zerosIn(structure: MemberStructure): ReadonlyMap<string, unknown> {
  let found = zeros.get(structure)
  if (!found) {
    const printed = [...(structure.fields ?? [])].filter(([, { whenEmpty }]) => whenEmpty === 'printed')
    found = new Map(printed.map(([name, field]) => [name, zeroOf(field)]))
    zeros.set(structure, found)
  }
  return found
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
