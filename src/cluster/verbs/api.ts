import type { KubeObject, ResourceType } from '../resource.ts'

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface WatchEvent {
  type: WatchEventType
  object: KubeObject
  /** The state before, for selectors that an object leaves or enters. Absent for ADDED. */
  previous?: KubeObject
}

export interface WriteOptions {
  /** Recorded in managedFields; default "kube-controller-manager". */
  fieldManager?: string
  dryRun?: boolean
  /**
   * Writes through that door instead of the main one, for the cluster's own hands: `binding` may set a Pod's
   * spec.nodeName (and the condition PodScheduled), `finalize` may change a Namespace's spec.finalizers; an object being
   * deleted that has no finalizer left of either kind is removed.
   */
  subresource?: 'binding' | 'finalize'
}

export interface DeleteOptions extends WriteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
}

/**
 * The verbs of the embedded cluster, without HTTP. The HTTP door and the controllers both stand on it, so a controller's
 * write is validated, versioned and watched like anyone's. Objects handed out are frozen or copies: callers may keep them.
 * Every write resolves when it is durable, and raises `StatusError` as Kubernetes words it.
 */
export interface Api {
  /** By apiVersion and kind; custom resources included. */
  type(apiVersion: string, kind: string): ResourceType
  get(type: ResourceType, namespace: string | undefined, name: string): KubeObject
  find(type: ResourceType, namespace: string | undefined, name: string): KubeObject | undefined
  /** Every served type, custom resources included, one version each. */
  types(): readonly ResourceType[]
  list(type: ResourceType, namespace?: string, labels?: (labels: Record<string, string>) => boolean): KubeObject[]
  /** As a write finds them: with what is on its way to the disk. For what must hold of all of them together. */
  listNewest(type: ResourceType, namespace?: string): KubeObject[]
  /** Every object, one after the other: a long list is never in memory as a whole. */
  each(type: ResourceType): Iterable<KubeObject>
  create(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Needs object.metadata.resourceVersion to be today's, else Conflict; without one the last write wins. */
  update(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Writes status, and metadata annotations and finalizers; spec and labels stay, generation does not move. */
  updateStatus(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  delete(type: ResourceType, namespace: string | undefined, name: string, options?: DeleteOptions): Promise<KubeObject>
  /** Called for every committed change of that type, in order, after it is durable. Returns the unsubscribe. */
  observe(type: ResourceType, observer: (event: WatchEvent) => void): () => void
  /** The same for every type, those that are defined later included. */
  observeAll(observer: (type: ResourceType, event: WatchEvent) => void): () => void
}
