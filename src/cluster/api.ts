import type { KubeObject, ResourceType } from './resource.ts'

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

export interface WatchEvent {
  type: WatchEventType
  object: KubeObject
  /** The state before, for selectors that an object leaves or enters. Absent for ADDED. */
  previous?: KubeObject
}

export interface WriteOptions {
  /** Recorded in managedFields; default "unknown". */
  fieldManager?: string
  dryRun?: boolean
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
  list(type: ResourceType, namespace?: string, labels?: (labels: Record<string, string>) => boolean): KubeObject[]
  create(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Needs object.metadata.resourceVersion to be today's, else Conflict; without one the last write wins. */
  update(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  updateStatus(type: ResourceType, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  delete(type: ResourceType, namespace: string | undefined, name: string, options?: DeleteOptions): Promise<KubeObject>
  /** Called for every committed change of that type, in order, after it is durable. Returns the unsubscribe. */
  observe(type: ResourceType, observer: (event: WatchEvent) => void): () => void
}
