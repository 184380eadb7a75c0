import { arrange, clusterManager, withVersion, type Core, type WriteAnswer } from './core.ts'
import type { WriteOptions } from './api.ts'
import { copyValue, generateName, newUid, timestamp } from '../metadata.ts'
import { admitByQuotas } from '../quotas.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { bucketOf, keyOf } from '../resource-types.ts'

export interface CreateOptions extends WriteOptions {
  /** The object's managedFields are final (server-side apply). */
  untracked?: boolean
}

/** Creates an object: defaults, admission, server-set fields, validation, write. */
export async function createObject(
  core: Core,
  type: ResourceType,
  given: KubeObject,
  options: CreateOptions = {},
): Promise<WriteAnswer> {
  if (given.metadata.resourceVersion && given.metadata.resourceVersion !== '0') {
    throw refusals.internalWithoutReason('resourceVersion should not be set on objects to be created')
  }
  const object = arrange(type, copyValue(given))
  type.setDefaults?.(object)
  // before admission and server-set fields, which nobody owns
  if (!options.untracked) recordOwner(core, type, object, options.fieldManager)
  checkNamespace(core, type, object)
  type.admitCreate?.(object, core.api)
  admitByQuotas(type, object, core.api)
  beginLife(core, type, object)
  validateNew(type, object)
  const { name = '', namespace } = object.metadata
  const key = keyOf(namespace, name)
  const existing = core.store.newest(bucketOf(type), key)
  if (existing) throw refusals.alreadyExists(type, name, existing.object.metadata.deletionTimestamp !== undefined)
  type.allocate?.(object, core.api, undefined, options.dryRun)
  if (options.dryRun) return { object, created: true }
  const stored = type.storedAs ? type.storedAs.toStored(object) : object
  const entry = await core.store.put(bucketOf(type), key, (version) => withVersion(stored, version))
  if (type.storedAs) return { object: type.storedAs.fromStored(entry.object), created: true }
  return { object: entry.object, json: entry.json, created: true }
}

function recordOwner(core: Core, type: ResourceType, object: KubeObject, manager = clusterManager): void {
  const { status, ...rest } = object
  const tracked: KubeObject = status !== undefined && !type.subresources?.includes('status') ? object : rest
  core.ownership.record(type, tracked, undefined, manager, timestamp(core.now()))
}

const namespaces = { group: '', plural: 'namespaces' }

/** The namespace must exist and not be terminating; checked first. */
function checkNamespace({ store }: Core, type: ResourceType, { metadata }: KubeObject): void {
  if (!type.namespaced) return
  const { namespace = '', name = '' } = metadata
  const found = store.newest('namespaces', namespace)?.object
  if (!found) throw refusals.notFound(namespaces, namespace)
  if (found.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated` }
  throw refusals.forbidden(type, name, why, [{ ...cause, field: 'metadata.namespace' }])
}

/** Sets the fields of a new object that only the server decides. */
function beginLife(core: Core, type: ResourceType, object: KubeObject): void {
  const { metadata } = object
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName)
  metadata.uid = newUid()
  metadata.creationTimestamp = timestamp(core.now())
  delete metadata.selfLink
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.resourceVersion
  if (type.generation) metadata.generation = 1
  type.prepareForCreate?.(object)
}

function validateNew(type: ResourceType, object: KubeObject): void {
  const { name = '' } = object.metadata
  const errors = type.validate?.(object) ?? []
  if (name === '' && !errors.some(({ field }) => field === 'metadata.name')) {
    errors.unshift({
      reason: 'FieldValueRequired',
      field: 'metadata.name',
      message: 'Required value: name or generateName is required',
    })
  }
  if (errors.length > 0) throw refusals.invalid(type, name, errors)
}
