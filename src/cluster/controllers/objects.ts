import type { LabelRequirement, LabelSelector } from '../../model/label-selector.ts'
import type { KubeObject, ObjectMeta, OwnerReference } from '../resource.ts'

/** The fields of stored kinds that controllers use. All others pass through unchanged. */
export interface StoredMeta extends ObjectMeta {
  name: string
  uid: string
}

export interface Stored extends KubeObject {
  metadata: StoredMeta
}

export type Labels = Record<string, string>

export type { LabelRequirement, LabelSelector }

export type Condition = {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastProbeTime?: string | null
  lastUpdateTime?: string
  lastTransitionTime?: string
}

export type IntOrPercent = number | string

export type Probe = { initialDelaySeconds?: number; periodSeconds?: number; failureThreshold?: number }

export type Container = {
  name: string
  image?: string
  imagePullPolicy?: string
  env?: { name: string; value?: string; valueFrom?: unknown }[]
  readinessProbe?: Probe & Record<string, unknown>
  /** `Always` makes an init container a sidecar. */
  restartPolicy?: string
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
}

export type Toleration = {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}

export type NodeSelectorTerm = { matchExpressions?: LabelRequirement[]; matchFields?: LabelRequirement[] }

export type Affinity = {
  nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] } }
  [kind: string]: unknown
}

export type PodSpec = {
  containers: Container[]
  initContainers?: Container[]
  nodeName?: string
  nodeSelector?: Labels
  affinity?: Affinity
  tolerations?: Toleration[]
  restartPolicy?: 'Always' | 'OnFailure' | 'Never'
  schedulerName?: string
  terminationGracePeriodSeconds?: number
  activeDeadlineSeconds?: number
  hostname?: string
  subdomain?: string
  hostNetwork?: boolean
  volumes?: Record<string, unknown>[]
  [field: string]: unknown
}

export type PodTemplate = {
  metadata?: { labels?: Labels; annotations?: Labels; finalizers?: string[]; [field: string]: unknown }
  spec: PodSpec
}

export type ContainerState = {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: {
    exitCode: number
    reason?: string
    message?: string
    startedAt?: string
    finishedAt?: string
    containerID?: string
  }
}

export type ContainerStatus = {
  name: string
  state: ContainerState
  lastState: ContainerState
  ready: boolean
  restartCount: number
  image: string
  imageID: string
  containerID?: string
  started?: boolean
}

export type PodStatus = {
  phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  conditions?: Condition[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  reason?: string
  message?: string
  hostIP?: string
  podIP?: string
  podIPs?: { ip: string }[]
  startTime?: string
  qosClass?: string
}

export interface Pod extends Stored {
  spec: PodSpec
  status?: PodStatus
}

export type ReplicaSetStatus = {
  replicas?: number
  fullyLabeledReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  observedGeneration?: number
  conditions?: Condition[]
}

export interface ReplicaSet extends Stored {
  spec: { replicas?: number; minReadySeconds?: number; selector: LabelSelector; template: PodTemplate }
  status?: ReplicaSetStatus
}

export interface ReplicationController extends Stored {
  spec: { replicas?: number; minReadySeconds?: number; selector?: Labels; template?: PodTemplate }
  status?: ReplicaSetStatus
}

export type DeploymentStatus = {
  observedGeneration?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  unavailableReplicas?: number
  conditions?: Condition[]
  collisionCount?: number
}

export interface Deployment extends Stored {
  spec: {
    replicas?: number
    selector: LabelSelector
    template: PodTemplate
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: IntOrPercent; maxUnavailable?: IntOrPercent } }
    minReadySeconds?: number
    revisionHistoryLimit?: number
    progressDeadlineSeconds?: number
    paused?: boolean
  }
  status?: DeploymentStatus
}

export interface Node extends Stored {
  spec: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[]; podCIDR?: string }
  status?: {
    allocatable?: Record<string, string>
    addresses?: { type: string; address: string }[]
    conditions?: Condition[]
  }
}

export type ServicePort = {
  name?: string
  port: number
  protocol?: string
  targetPort?: number | string
  appProtocol?: string
}

export interface Service extends Stored {
  spec: {
    selector?: Labels
    ports?: ServicePort[]
    type?: string
    clusterIP?: string
    publishNotReadyAddresses?: boolean
  }
}

export interface Namespace extends Stored {
  spec: { finalizers?: string[] }
  status?: { phase?: string; conditions?: Condition[] }
}

/** `namespace/name`; cluster-wide objects have nothing before the slash. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/')
  return { namespace: slash === 0 ? undefined : key.slice(0, slash), name: key.slice(slash + 1) }
}

export function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller)
}

export function isDeleting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined
}

/** The owner reference that a controller sets on its objects. */
export function controlledBy(owner: Stored, apiVersion: string, kind: string): OwnerReference {
  const { name, uid } = owner.metadata
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}

/** By creation time, then by name, for a total order. */
export function olderFirst(one: Stored, other: Stored): number {
  const [a, b] = [one.metadata, other.metadata]
  const [first, second] = [a.creationTimestamp ?? '', b.creationTimestamp ?? '']
  if (first !== second) return first < second ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** A copy with changed metadata; stored objects are never modified. */
export function withMetadata<T extends Stored>(object: T, changes: Partial<StoredMeta>): T {
  return { ...object, metadata: { ...object.metadata, ...changes } }
}
