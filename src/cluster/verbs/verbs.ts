import type { Api, DeleteOptions, WatchEvent, WriteOptions } from './api.ts'
import { findEntry, show, shown, type Core, type FieldOwnership } from './core.ts'
import { createObject } from './creation.ts'
import { deleteObject } from './deletion.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { bucketOf, type ResourceTypes } from '../resource-types.ts'
import type { Change, Store } from '../storage/store.ts'
import { updateObject } from './updating.ts'

export interface VerbsOptions {
  store: Store
  registry: ResourceTypes
  ownership: FieldOwnership
  now: () => number
}

/** The verbs over the store, for controllers and the HTTP door. */
export class Verbs implements Api, Core {
  readonly store: Store
  readonly registry: ResourceTypes
  readonly ownership: FieldOwnership
  readonly now: () => number

  get api(): Api {
    return this
  }

  constructor({ store, registry, ownership, now }: VerbsOptions) {
    this.store = store
    this.registry = registry
    this.ownership = ownership
    this.now = now
  }

  type(apiVersion: string, kind: string): ResourceType {
    const type = this.registry.ofKind(apiVersion, kind)
    if (!type) throw refusals.noSuchResource()
    return type
  }

  get(type: ResourceType, namespace: string | undefined, name: string): KubeObject {
    const object = this.find(type, namespace, name)
    if (!object) throw refusals.notFound(type, name)
    return object
  }

  types(): readonly ResourceType[] {
    return this.registry.stored()
  }

  find(type: ResourceType, namespace: string | undefined, name: string): KubeObject | undefined {
    const entry = findEntry(this, type, namespace, name)
    return entry && shown(type, entry)
  }

  list(type: ResourceType, namespace?: string, labels?: (labels: Record<string, string>) => boolean): KubeObject[] {
    const objects = this.store.list(bucketOf(type), namespace ? `${namespace}/` : '').map((entry) => shown(type, entry))
    return labels ? objects.filter(({ metadata }) => labels(metadata.labels ?? {})) : objects
  }

  listNewest(type: ResourceType, namespace?: string): KubeObject[] {
    return this.store.listNewest(bucketOf(type), namespace ? `${namespace}/` : '').map((entry) => shown(type, entry))
  }

  *each(type: ResourceType): Iterable<KubeObject> {
    const bucket = bucketOf(type)
    for (const { key } of this.store.list(bucket)) {
      const entry = this.store.get(bucket, key)
      if (entry) yield show(type, entry.glimpse)
    }
  }

  async create(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject> {
    return (await createObject(this, type, object, options)).object
  }

  async update(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject> {
    return (await updateObject(this, type, object, options)).object
  }

  async updateStatus(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject> {
    return (await updateObject(this, type, object, { ...options, subresource: 'status' })).object
  }

  async delete(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): Promise<KubeObject> {
    return (await deleteObject(this, type, namespace, name, options)).object
  }

  observeAll(observer: (type: ResourceType, event: WatchEvent) => void): () => void {
    return this.store.observe((changes) => {
      for (const change of changes) {
        const type = this.registry.ofBucket(change.entry.bucket)
        if (type) observer(type, toEvent(type, change))
      }
    })
  }

  observe(type: ResourceType, observer: (event: WatchEvent) => void): () => void {
    const bucket = bucketOf(type)
    return this.store.observe((changes) => {
      for (const change of changes) if (change.entry.bucket === bucket) observer(toEvent(type, change))
    })
  }
}

function toEvent(type: ResourceType, { type: happened, entry, previous }: Change): WatchEvent {
  const object = shown(type, entry)
  return previous ? { type: happened, object, previous: show(type, previous.object) } : { type: happened, object }
}
