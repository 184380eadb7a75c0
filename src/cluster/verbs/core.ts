import type { Api } from './api.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { bucketOf, groupVersion, keyOf, type ResourceTypes } from '../resource-types.ts'
import type { Entry } from '../storage/entry.ts'
import type { Store } from '../storage/store.ts'
import * as refusals from '../refusals.ts'

/** Field ownership: maintains `metadata.managedFields` on every write. */
export interface FieldOwnership {
  /** Changes `object.metadata.managedFields` in place; `old` is absent on create. `time` is RFC 3339. */
  record(type: ResourceType, object: KubeObject, old: KubeObject | undefined, manager: string, time: string): void
}

/** The manager of writes by the cluster's own controllers. */
export const clusterManager = 'kube-controller-manager'

/** What every verb needs. */
export interface Core {
  readonly store: Store
  readonly registry: ResourceTypes
  readonly ownership: FieldOwnership
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly api: Api
}

export interface WriteAnswer {
  readonly object: KubeObject
  /** Serialised; absent in a dry run and for versions other than the stored one. */
  readonly json?: string
  readonly created?: boolean
  /** The write removed the object. */
  readonly removed?: boolean
}

export function findEntry({ store }: Core, type: ResourceType, namespace: string | undefined, name: string) {
  return store.get(bucketOf(type), keyOf(namespace, name))
}

/** The state that a write is based on, which may not be durable yet. */
export function newestEntry(core: Core, type: ResourceType, namespace: string | undefined, name: string): Entry {
  const entry = core.store.newest(bucketOf(type), keyOf(namespace, name))
  if (!entry) throw refusals.notFound(type, name)
  return entry
}

/** The entry in the requested version of the resource. */
export function shown(type: ResourceType, entry: Entry): KubeObject {
  return show(type, entry.object)
}

export function show(type: ResourceType, stored: KubeObject): KubeObject {
  if (type.storedAs) return type.storedAs.fromStored(stored)
  const apiVersion = groupVersion(type)
  return stored.apiVersion === apiVersion ? stored : { ...stored, apiVersion }
}

export function showJson(type: ResourceType, entry: Entry): string {
  if (type.storedAs || !entry.json.startsWith(jsonHead(type))) return JSON.stringify(shown(type, entry))
  return entry.json
}

/** The common start of every stored object of the type, so that lists can omit it. */
export function jsonHead(type: ResourceType): string {
  return `{"kind":"${type.kind}","apiVersion":"${groupVersion(type)}",`
}

/** Orders the members as served: kind, apiVersion, metadata, the rest. */
export function arrange(type: ResourceType, object: KubeObject): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object
  return { kind: type.kind, apiVersion: groupVersion(type), metadata, ...rest }
}

export function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: arrangeMetadata(object.metadata, resourceVersion) }
}

const metadataOrder = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp']
const arranged = new Set([...metadataOrder, 'managedFields'])
const leftOutEmpty = new Set(['labels', 'annotations', 'finalizers', 'ownerReferences'])

function arrangeMetadata(metadata: KubeObject['metadata'], resourceVersion: string): KubeObject['metadata'] {
  const result: KubeObject['metadata'] = {}
  for (const name of metadataOrder) {
    const value = name === 'resourceVersion' ? resourceVersion : metadata[name]
    if (value !== undefined) result[name] = value
  }
  for (const name in metadata) {
    const value = metadata[name]
    if (arranged.has(name) || (leftOutEmpty.has(name) && value && Object.keys(value).length === 0)) continue
    result[name] = value
  }
  if (metadata.managedFields) result.managedFields = metadata.managedFields
  return result
}
