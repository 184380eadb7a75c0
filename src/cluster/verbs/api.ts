import type { KubeObject, ResourceType } from '../resource.ts'

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface WatchEvent {
  type: WatchEventType
  object: KubeObject
  /** The previous state, for selectors that an object enters or leaves. Absent for ADDED. */
  previous?: KubeObject
}

export interface WriteOptions {
  /** Recorded in managedFields. Default "kube-controller-manager". */
  fieldManager?: string
  dryRun?: boolean
  /**
   * Writes through a subresource reserved to the cluster: `binding` may set a Pod's spec.nodeName (and the condition
   * PodScheduled), `finalize` may change a Namespace's spec.finalizers. An object being deleted without finalizers of
   * either kind is removed.
   */
  subresource?: 'binding' | 'finalize'
}

export interface DeleteOptions extends WriteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
}

/**
 * The verbs of the embedded cluster, without HTTP. Both the HTTP door and the controllers use it, so a controller's
 * write is validated, versioned and watched like any other. Returned objects are frozen or copies, so callers may keep
 * them. Every write resolves once durable, and raises `StatusError` in Kubernetes' words.
 */
export interface Api {
  /** By apiVersion and kind, including custom resources. */
  type(apiVersion: string, kind: string): ResourceType
  get(type: ResourceType, namespace: string | undefined, name: string): KubeObject
  find(type: ResourceType, namespace: string | undefined, name: string): KubeObject | undefined
  /** Every served type including custom resources, one version each. */
  types(): readonly ResourceType[]
  list(type: ResourceType, namespace?: string, labels?: (labels: Record<string, string>) => boolean): KubeObject[]
  /** Includes pending writes, for invariants over all objects. */
  listNewest(type: ResourceType, namespace?: string): KubeObject[]
  /** Iterates over every object without holding the whole list in memory. */
  each(type: ResourceType): Iterable<KubeObject>
  create(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Raises Conflict unless object.metadata.resourceVersion is current; without one the last write wins. */
  update(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Writes status, annotations and finalizers. Spec and labels stay; generation does not change. */
  updateStatus(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  delete(type: ResourceType, namespace: string | undefined, name: string, options?: DeleteOptions): Promise<KubeObject>
  /** Called for every durable change of the type, in order. Returns the unsubscribe function. */
  observe(type: ResourceType, observer: (event: WatchEvent) => void): () => void
  /** The same for every type, including those defined later. */
  observeAll(observer: (type: ResourceType, event: WatchEvent) => void): () => void
}
