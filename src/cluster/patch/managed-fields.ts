import type { Shape } from '../schema/index.ts'
import { compareFields, spreadOverParts } from './field-paths.ts'
import { FieldSet } from './field-set.ts'
import { compareText, isObject, type JsonObject } from './json-value.ts'

/** An entry of metadata.managedFields. */
export interface ManagedFieldsEntry {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  /** RFC 3339, in seconds. */
  time?: string
  fieldsType: 'FieldsV1'
  fieldsV1: JsonObject
}

/** One owner of fields; a manager's applies are one owner whatever their version, its updates one per version. */
export interface Owner {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time: string | undefined
  fields: FieldSet
}

export function parseOwners(managedFields: unknown): Owner[] {
  if (!Array.isArray(managedFields)) return []
  return managedFields.filter(isObject).flatMap((entry) => {
    const { manager, operation, apiVersion, time, fieldsV1 } = entry
    if (operation !== 'Apply' && operation !== 'Update') return []
    return [
      {
        manager: typeof manager === 'string' ? manager : '',
        operation,
        apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
        time: typeof time === 'string' ? time : undefined,
        fields: FieldSet.parse(fieldsV1),
      },
    ]
  })
}

/** Owners of nothing vanish; applies come first, then older entries, then by manager and version. */
export function printOwners(owners: readonly Owner[]): ManagedFieldsEntry[] {
  return owners
    .filter(({ fields }) => !fields.empty)
    .toSorted(
      (a, b) =>
        compareText(a.operation, b.operation) ||
        compareText(a.time ?? '', b.time ?? '') ||
        compareText(a.manager, b.manager) ||
        compareText(a.apiVersion, b.apiVersion),
    )
    .map(({ manager, operation, apiVersion, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: fields.print(),
    }))
}

export interface FieldWrite {
  /** Today's object; absent on create. */
  live?: JsonObject | undefined
  /** The object to be stored, defaults included. */
  next: JsonObject
  /** `fieldManager`, or the User-Agent up to the first slash. */
  manager: string
  /** Of the request: `apps/v1`. */
  apiVersion: string
  /** RFC 3339, in seconds. */
  now: string
  /** Absent for custom resources. */
  shape: Shape | undefined
}

/**
 * The managedFields of an object that is created, replaced or patched: what the writer added or changed is its own, what it
 * removed is nobody's. The managedFields that `next` carries count as the starting point, else those of `live`; `[]` or
 * `[{}]` resets them. Undefined when the object has none and gets none: an object whose ownership was reset is not tracked.
 */
export function trackFields({
  live,
  next,
  manager,
  apiVersion,
  now,
  shape,
}: FieldWrite): ManagedFieldsEntry[] | undefined {
  const given = managedFieldsOf(next)
  if (isReset(given)) return live ? undefined : noneIfEmpty(firstOwners({ next, manager, apiVersion, now, shape }))
  const owners = startingOwners(given, live)
  if (live && owners.length === 0) return undefined
  const written = takeWritten(owners, { live, next, manager, apiVersion, now, shape })
  return noneIfEmpty(printOwners(written))
}

function firstOwners(write: FieldWrite): ManagedFieldsEntry[] {
  return printOwners(takeWritten([], { ...write, live: undefined }))
}

function noneIfEmpty(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] | undefined {
  return entries.length > 0 ? entries : undefined
}

export function managedFieldsOf(object: JsonObject | undefined): unknown {
  const metadata = object?.['metadata']
  return isObject(metadata) ? metadata['managedFields'] : undefined
}

function isReset(managedFields: unknown): boolean {
  if (!Array.isArray(managedFields)) return false
  if (managedFields.length > 1) return false
  const [entry] = managedFields
  return entry === undefined || (isObject(entry) && Object.keys(entry).length === 0)
}

function startingOwners(given: unknown, live: JsonObject | undefined): Owner[] {
  const owners = parseOwners(given)
  return owners.length > 0 ? owners : parseOwners(managedFieldsOf(live))
}

/** Gives the writer what it added or changed, and takes it, and what was removed, from all others. */
function takeWritten(owners: readonly Owner[], { live, next, manager, apiVersion, now, shape }: FieldWrite): Owner[] {
  const before = live ?? {}
  const spread = owners.map((owner) => ({ ...owner, fields: spreadOverParts(owner.fields, before, shape) }))
  const { added, modified, removed } = compareFields(before, next, shape)
  const written = added.union(modified)
  const left = spread.map((owner) => {
    const own = isUpdater(owner, manager, apiVersion)
    return { ...owner, fields: (own ? owner.fields : owner.fields.minus(written)).minus(removed) }
  })
  if (written.empty) return left
  const own = left.find((owner) => isUpdater(owner, manager, apiVersion))
  const others = left.filter((owner) => owner !== own)
  const fields = own ? own.fields.union(written) : written
  return [...others, { manager, operation: 'Update', apiVersion, time: now, fields }]
}

function isUpdater(owner: Owner, manager: string, apiVersion: string): boolean {
  return owner.operation === 'Update' && owner.manager === manager && owner.apiVersion === apiVersion
}
