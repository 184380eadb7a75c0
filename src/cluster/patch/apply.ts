import type { Shape } from '../schema/index.ts'
import { compareFields, fieldsOf, spreadOverParts } from './field-paths.ts'
import { isOwned, printPath, type FieldSet, type Path } from './field-set.ts'
import { compareText, copyJson, isObject, member, setMember, type JsonObject } from './json-value.ts'
import { managedFieldsOf, parseOwners, printOwners, trackFields, type Owner } from './managed-fields.ts'
import { applyConflicts, badPatch, patchFailure, type ApplyConflict } from './patch-errors.ts'
import { typedProblem } from './typed-problem.ts'
import { keyElement, partsOf, scalarElement, structureOf, type Typed } from './typed-value.ts'

export interface ApplyRequest {
  /** Today's object; absent when the apply creates it. */
  live?: JsonObject | undefined
  /** The applied configuration, parsed (it may have been YAML). */
  configuration: unknown
  manager: string
  /** Take over what others own instead of refusing. */
  force: boolean
  /** Of the path: `apps/v1`. */
  apiVersion: string
  /** RFC 3339, in seconds. */
  now: string
  /** Absent for custom resources. */
  shape: Shape | undefined
}

const wholeObject = new Set(['f:apiVersion', 'f:kind', 'f:metadata'])

/**
 * Server-side apply: merges the configuration into today's object, removes what the manager applied before and names no
 * longer (unless somebody else owns it), and records ownership in managedFields, which the caller stores as they are.
 * Undefined when nothing changes. Defaults are the caller's to fill in.
 *
 * Raises `StatusError`: 400 for another version or given managedFields, 409 for conflicts without `force`, 500 for a
 * configuration that does not fit the schema.
 */
export function applyConfiguration(request: ApplyRequest): JsonObject | undefined {
  const configuration = checkedConfiguration(request)
  const { live, manager, apiVersion, now, shape } = request
  const before = live ?? {}
  const owners = ownersBefore(request)
  const previous = owners.find((owner) => isApplier(owner, manager))
  const fields = fieldsOf(configuration, shape)
  const others = owners.filter((owner) => owner !== previous)
  const merged = mergeTyped(before, configuration, { shape }) as JsonObject
  const owned = [fields, ...others.map((owner) => owner.fields)]
  const pruned = (previous ? prune(merged, { shape }, [], previous.fields, owned) : merged) as JsonObject
  const { added, modified, removed } = compareFields(before, pruned, shape)
  const written = added.union(modified)
  if (!request.force) refuseConflicts(others, written)
  const left = others.map((owner) => ({ ...owner, fields: owner.fields.minus(written).minus(removed) }))
  const same = written.empty && removed.empty && previous?.fields.equals(fields) && previous.apiVersion === apiVersion
  if (live && same) return undefined
  const next = [...left, { manager, operation: 'Apply' as const, apiVersion, time: now, fields }]
  return withManagedFields(pruned, next)
}

function checkedConfiguration({ configuration, apiVersion, live, shape }: ApplyRequest): JsonObject {
  const given = isObject(configuration) ? configuration : {}
  const version = given['apiVersion']
  if (version !== apiVersion) {
    const shown = typeof version === 'string' ? version : ''
    throw badPatch(
      `Incorrect version specified in apply patch. Specified patch version: ${shown}, expected: ${apiVersion}`,
    )
  }
  if (managedFieldsOf(given) !== undefined) throw badPatch('metadata.managedFields must be nil')
  const problem = typedProblem(given, { shape })
  if (problem !== undefined) throw patchFailure(`failed to create typed patch object: ${problem}`)
  if (live && given['kind'] !== live['kind']) {
    throw patchFailure(`failed to merge config: expected objects of the same type, but got ${String(given['kind'])}`)
  }
  return given
}

/** An object that was never tracked belongs, before its first apply, to a manager of that name. */
function ownersBefore({ live, apiVersion, now, shape }: ApplyRequest): Owner[] {
  if (!live) return []
  const owners = parseOwners(managedFieldsOf(live))
  const tracked = owners.length > 0 ? owners : parseOwners(firstTracked(live, apiVersion, now, shape))
  return tracked.map((owner) => ({ ...owner, fields: spreadOverParts(owner.fields, live, shape) }))
}

function firstTracked(live: JsonObject, apiVersion: string, now: string, shape: Shape | undefined): unknown {
  return trackFields({ next: live, manager: 'before-first-apply', apiVersion, now, shape })
}

function isApplier(owner: Owner, manager: string): boolean {
  return owner.operation === 'Apply' && owner.manager === manager
}

/** The configuration laid over the live value: maps and keyed lists by part, everything else as a whole. */
function mergeTyped(live: unknown, applied: unknown, typed: Typed): unknown {
  if (live === undefined || live === null) return copyJson(applied)
  const structure = structureOf(typed)
  if (structure.kind === 'members' && isObject(live) && isObject(applied)) {
    const merged = copyJson(live)
    for (const [name, value] of Object.entries(applied)) {
      const part = structure.of(name) ?? { shape: undefined }
      setMember(merged, name, mergeTyped(member(live, name), value, part))
    }
    return merged
  }
  if (structure.kind === 'keyed' && Array.isArray(live) && Array.isArray(applied)) {
    return mergeItems(live, applied, (item) => keyElement(item, structure.keys), structure.item)
  }
  if (structure.kind === 'set' && Array.isArray(live) && Array.isArray(applied)) {
    return mergeItems(live, applied, scalarElement, { shape: undefined })
  }
  return copyJson(applied)
}

function mergeItems(live: unknown[], applied: unknown[], key: (item: unknown) => string, typed: Typed): unknown[] {
  const changes = new Map(applied.map((item) => [key(item), item]))
  const merged = live.map((item) => {
    const change = changes.get(key(item))
    changes.delete(key(item))
    return change === undefined ? copyJson(item) : mergeTyped(item, change, typed)
  })
  return [...merged, ...[...changes.values()].map(copyJson)]
}

/** Drops what `previous` owned (or held together) and nobody owns now. */
function prune(value: unknown, typed: Typed, path: Path, previous: FieldSet, owned: readonly FieldSet[]): unknown {
  const parts = partsOf(value, typed)
  if (!parts) return value
  const kept = new Map<string, unknown>()
  for (const [element, part] of parts) {
    const at = [...path, element]
    const required = path.length === 0 && wholeObject.has(element)
    const gone = !required && names(previous, at) && !owned.some((set) => names(set, at))
    if (!gone) kept.set(element, prune(part.value, part.typed, at, previous, owned))
  }
  if (Array.isArray(value)) return [...kept.values()]
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const name of Object.keys(value)) if (kept.has(`f:${name}`)) setMember(copy, name, kept.get(`f:${name}`))
  return copy
}

/** Whether a set has a path itself or, for a struct's field, anything below it. */
function names(set: FieldSet, path: Path): boolean {
  const node = set.at(path)
  if (!node) return false
  return isOwned(node) || (path.at(-1)?.startsWith('f:') ?? false)
}

function refuseConflicts(others: readonly Owner[], written: FieldSet): void {
  const conflicts: ApplyConflict[] = others
    .map((owner) => ({ name: printManager(owner), fields: owner.fields.intersection(written) }))
    .toSorted((a, b) => compareText(a.name, b.name))
    .flatMap(({ name, fields }) =>
      [...fields.paths()].map((path) => ({ manager: name, field: printPath(path) })).toSorted(byField),
    )
  if (conflicts.length > 0) throw applyConflicts(conflicts)
}

function byField(a: ApplyConflict, b: ApplyConflict): number {
  return compareText(a.field, b.field)
}

function printManager({ manager, operation, apiVersion }: Owner): string {
  return operation === 'Update' ? `${JSON.stringify(manager)} using ${apiVersion}` : JSON.stringify(manager)
}

function withManagedFields(object: JsonObject, owners: readonly Owner[]): JsonObject {
  const entries = printOwners(owners)
  const metadata = { ...(isObject(object['metadata']) ? object['metadata'] : {}) }
  delete metadata['managedFields']
  if (entries.length > 0) metadata['managedFields'] = entries
  return { ...object, metadata }
}
