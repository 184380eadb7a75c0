import { arrange, clusterManager, newestEntry, show, withVersion, type Core, type WriteAnswer } from './core.ts'
import type { WriteOptions } from './api.ts'
import { createObject } from './creation.ts'
import { copyBeside, copyValue, sameSpec, sameValue, shareValue, timestamp } from '../metadata.ts'
import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject, ResourceType } from '../resource.ts'
import { bucketOf, keyOf } from '../resource-types.ts'
import type { Entry } from '../storage/entry.ts'

export interface UpdateOptions extends Omit<WriteOptions, 'subresource'> {
  /** What to update: the object (default), its status, or a subresource reserved to the cluster. */
  subresource?: 'status' | 'binding' | 'finalize' | undefined
  /** A patch, which must not carry an outdated version; the object exists. */
  patch?: boolean
  /** Leaves managedFields unchanged: changes through `scale` have no owner. */
  untracked?: boolean
}

/** Computes the new object from the current one, which is frozen. */
export type Change = (current: KubeObject) => KubeObject

/** Replaces an object, or creates it if its kind allows that. */
export async function updateObject(
  core: Core,
  type: ResourceType,
  given: KubeObject,
  options: UpdateOptions = {},
): Promise<WriteAnswer> {
  const { namespace, name = '' } = given.metadata
  const current = core.store.newest(bucketOf(type), keyOf(namespace, name))
  if (!current && type.createOnUpdate && !options.subresource)
    return createObject(core, type, given, options as WriteOptions)
  return changeObject(core, type, namespace, name, () => given, options)
}

/** Reads, changes and writes atomically. */
export async function changeObject(
  core: Core,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  change: Change,
  options: UpdateOptions = {},
): Promise<WriteAnswer> {
  const entry = newestEntry(core, type, namespace, name)
  const old = show(type, entry.object)
  const { subresource } = options
  const object = arrange(type, copyForWriting(type, change(old), old, subresource === 'status'))
  checkVersion(type, object, old, options)
  keepIdentity(object, old)
  if (object.spec === undefined || object.spec !== old.spec) type.setDefaults?.(object)
  if (subresource === 'status') keepAllButStatus(type, object, old)
  else if (!subresource && type.subresources?.includes('status')) keepMember(object, old, 'status')
  // fields set by the caller are owned by the caller even if the kind drops them; fields set by the kind have no owner
  const early = !subresource && type.prepareForUpdate !== undefined
  const wished = { ...object, metadata: { ...object.metadata } }
  if (early && !options.untracked) recordOwner(core, type, wished, old, options)
  if (early) type.prepareForUpdate?.(object, old)
  // unchanged members are shared with the old state, and so neither compared, frozen nor stored again
  const settled = type.allocate ? object : shareMembers(object, old)
  if (!subresource) countGeneration(type, settled, old)
  const errors = needsValidation(type, settled, old, options) ? repeated(type.validate?.(settled, old) ?? []) : []
  if (errors.length > 0) throw refusals.invalid(type, name, errors)
  settled.metadata.resourceVersion = old.metadata.resourceVersion as string
  if (early) takeOwners(settled, wished)
  else if (!options.untracked) recordOwner(core, type, settled, old, options)
  if (!hasChanged(type, settled, old)) return answer(type, entry)
  if (options.dryRun) return { object: withVersion(settled, old.metadata.resourceVersion as string) }
  if (!subresource) type.allocate?.(settled, core.api, old)
  return write(core, type, entry, type.storedAs ? type.storedAs.toStored(settled) : settled)
}

function recordOwner(core: Core, type: ResourceType, object: KubeObject, old: KubeObject, options: UpdateOptions) {
  core.ownership.record(type, object, old, options.fieldManager ?? clusterManager, timestamp(core.now()))
}

function takeOwners({ metadata }: KubeObject, { metadata: { managedFields } }: KubeObject): void {
  if (managedFields) metadata.managedFields = managedFields
  else delete metadata.managedFields
}

/**
 * A mutable copy, except for what a status write does not touch and for unchanged owners. Defaults of a custom resource
 * may reach into its status.
 */
function copyForWriting(type: ResourceType, given: KubeObject, old: KubeObject, onlyStatus: boolean): KubeObject {
  const { managedFields, ...metadata } = given.metadata
  const copy: KubeObject = { metadata: onlyStatus ? copyBeside(metadata, old.metadata) : copyValue(metadata) }
  for (const name in given) {
    if (name === 'metadata') continue
    const member = given[name]
    if (onlyStatus && name === 'status' && given.status && !type.custom)
      copy.status = copyBeside(given.status, old.status)
    else copy[name] = onlyStatus && member === old[name] ? member : copyValue(member)
  }
  const { managedFields: before } = old.metadata
  if (managedFields) copy.metadata.managedFields = shareValue(copyBeside(managedFields, before), before)
  return copy
}

function shareMembers(object: KubeObject, old: KubeObject): KubeObject {
  for (const name in object) {
    if (name !== 'metadata') object[name] = shareValue(object[name], old[name])
  }
  const { metadata } = object
  for (const name in metadata) metadata[name] = shareValue(metadata[name], old.metadata[name])
  return object
}

/** Reserved subresources are trusted, and a status-only write of a built-in kind cannot be invalid. */
function needsValidation(type: ResourceType, object: KubeObject, old: KubeObject, { subresource }: UpdateOptions) {
  if (subresource === 'binding' || subresource === 'finalize') return false
  if (subresource !== 'status' || type.custom) return true
  const same = (name: string) => object.metadata[name] === old.metadata[name]
  return !checkedMetadata.every(same) || object.spec !== old.spec
}

const checkedMetadata = [
  'name',
  'namespace',
  'uid',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
]

async function write(core: Core, type: ResourceType, entry: Entry, object: KubeObject): Promise<WriteAnswer> {
  const { bucket, key } = entry
  if (isReleased(type, object)) {
    await core.store.delete(bucket, key, (version) => withVersion(entry.object, version))
    return { object: withVersion(object, String(entry.revision)), removed: true }
  }
  return answer(type, await core.store.put(bucket, key, (version) => withVersion(object, version)))
}

function answer(type: ResourceType, entry: Entry): WriteAnswer {
  const object = show(type, entry.object)
  return object === entry.object ? { object, json: entry.json } : { object }
}

/** Marked for deletion, with nothing holding it back. */
export function isReleased(type: ResourceType, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false
  return !deletionGracePeriodSeconds && !type.heldBack?.(object)
}

function checkVersion(type: ResourceType, object: KubeObject, old: KubeObject, options: UpdateOptions) {
  const { metadata } = object
  const name = old.metadata.name ?? ''
  const wanted = parseVersion(metadata.resourceVersion ?? '')
  if (metadata.uid !== undefined && metadata.uid !== '' && metadata.uid !== old.metadata.uid && !options.patch) {
    const precondition = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid}`
    const key = `/registry/${bucketOf(type)}/${keyOf(old.metadata.namespace, name)}`
    throw refusals.conflict(
      type,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${precondition}`,
    )
  }
  if (wanted !== 0 && String(wanted) !== old.metadata.resourceVersion) throw refusals.conflict(type, name)
}

/** Go's ParseUint, whose failure the server answers with 500. */
export function parseVersion(text: string): number {
  if (text === '') return 0
  if (/^\d+$/.test(text)) return Number(text)
  throw refusals.internalWithoutReason(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)
}

/** What no writer can change; omitted managedFields are kept. */
function keepIdentity({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  metadata.uid ||= old.uid as string
  metadata.creationTimestamp = old.creationTimestamp as string
  delete metadata.selfLink
  delete metadata.generation
  if (old.generation !== undefined) metadata.generation = old.generation
  for (const name of ['managedFields', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (old[name] !== undefined && metadata[name] === undefined) Object.assign(metadata, { [name]: old[name] })
  }
}

/** Kubernetes validates mutability of metadata twice and its format three times, and reports errors as often. */
function repeated(errors: FieldError[]): FieldError[] {
  const once = errors.filter(({ field }) => field.startsWith('metadata.'))
  const form = once.filter(({ field }) => /^metadata\.(labels|annotations|ownerReferences)\b/.test(field))
  return [...form, ...once, ...errors]
}

function keepAllButStatus(type: ResourceType, object: KubeObject, old: KubeObject): void {
  const members = new Set([...Object.keys(object), ...Object.keys(old)])
  for (const name of members) {
    if (name === 'status' || name === 'metadata') continue
    if (old[name] === undefined) delete object[name]
    else object[name] = old[name]
  }
  type.prepareForStatusUpdate?.(object, old)
}

function keepMember(object: KubeObject, old: KubeObject, name: string): void {
  if (old[name] === undefined) delete object[name]
  else object[name] = old[name]
}

function countGeneration(type: ResourceType, object: KubeObject, old: KubeObject): void {
  if (!type.generation) return
  const before = old.metadata.generation ?? 0
  const annotationsCount = type.generationCountsAnnotations === true
  const same =
    sameSpec(object, old) &&
    (!annotationsCount || sameValue(object.metadata.annotations ?? {}, old.metadata.annotations ?? {}))
  object.metadata.generation = same ? before : before + 1
}

function hasChanged(type: ResourceType, object: KubeObject, old: KubeObject): boolean {
  const shared = !type.allocate
  if (shared && Object.keys(object).some((name) => name !== 'metadata' && object[name] !== old[name])) return true
  return !sameValue(withoutTimes(object), withoutTimes(old))
}

/** A write that only changes the times in managedFields is a no-op. */
function withoutTimes(object: KubeObject): object {
  const { managedFields, ...metadata } = object.metadata
  const owners = (managedFields as { time?: string }[] | undefined)?.map(({ time: _time, ...owner }) => owner)
  return { ...object, metadata: { ...metadata, managedFields: owners } }
}
