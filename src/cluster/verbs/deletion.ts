import { newestEntry, show, withVersion, type Core, type WriteAnswer } from './core.ts'
import type { DeleteOptions } from './api.ts'
import { copyValue, timestamp } from '../metadata.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { isReleased } from './updating.ts'

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/** Removes an object, or marks it for deletion if a finalizer, a policy or its grace period requires. */
export async function deleteObject(
  core: Core,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions = {},
): Promise<WriteAnswer> {
  const entry = newestEntry(core, type, namespace, name)
  const old = entry.object
  checkPreconditions(type, old, options)
  type.admitDelete?.(old, core.api)
  const object = copyValue(old)
  setFinalizers(type, object, options)
  if (!mark(core, type, object, options)) return { object: show(type, old) }
  const gone = isReleased(type, object)
  if (options.dryRun) return { object: show(type, object), ...(gone && { removed: true }) }
  const { bucket, key } = entry
  if (!gone) {
    const marked = await core.store.put(bucket, key, (version) => withVersion(object, version))
    return { object: show(type, marked.object) }
  }
  const last = type.gracePeriod ? object : old
  const marked = type.gracePeriod && core.store.put(bucket, key, (version) => withVersion(object, version))
  const removal = core.store.delete(bucket, key, (version) => withVersion(last, version))
  const [removed] = await Promise.all([removal, marked])
  return { object: show(type, removed.object), removed: true }
}

function checkPreconditions(type: ResourceType, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const name = metadata.name ?? ''
  const { uid, resourceVersion } = preconditions ?? {}
  const recreated = 'The object might have been deleted and then recreated'
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ${recreated}`
    throw refusals.preconditionFailed(type, name, why)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`
    throw refusals.preconditionFailed(type, name, why)
  }
}

/** Policies that wait are finalizers, which the garbage collector removes. */
function setFinalizers(type: ResourceType, { metadata }: KubeObject, { propagationPolicy }: DeleteOptions): void {
  const given = metadata.finalizers ?? []
  const policy = propagationPolicy ?? policyOf(given) ?? type.defaultPropagation
  const kept = given.filter((finalizer) => finalizer !== foreground && finalizer !== orphan)
  if (policy === 'Foreground') kept.push(foreground)
  if (policy === 'Orphan') kept.push(orphan)
  if (kept.length > 0) metadata.finalizers = kept
  else delete metadata.finalizers
}

function policyOf(finalizers: readonly string[]): DeleteOptions['propagationPolicy'] {
  if (finalizers.includes(orphan)) return 'Orphan'
  return finalizers.includes(foreground) ? 'Foreground' : undefined
}

/** Sets deletionTimestamp and grace period; false if that changes nothing. */
function mark(core: Core, type: ResourceType, object: KubeObject, options: DeleteOptions): boolean {
  const { metadata } = object
  const grace = type.gracePeriod?.(object, options.gracePeriodSeconds) ?? 0
  const before = metadata.deletionTimestamp
  if (before !== undefined) {
    const left = metadata.deletionGracePeriodSeconds ?? 0
    // a negative grace is kept as given; a later request for 0 ends it
    const shorter = grace < left || (left < 0 && grace === 0)
    if (!shorter && !isReleased(type, object)) return false
  }
  const added = before === undefined ? grace : grace - (metadata.deletionGracePeriodSeconds ?? 0)
  const from = before === undefined ? core.now() : Date.parse(before)
  metadata.deletionTimestamp = timestamp(from + added * 1000)
  metadata.deletionGracePeriodSeconds = grace
  if (before === undefined && metadata.generation !== undefined) metadata.generation += 1
  if (before === undefined) type.prepareForDelete?.(object)
  return true
}
