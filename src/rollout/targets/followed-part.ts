import type { KubeObject } from '../../model/kube-object.ts'
import { failedRevisionsAnnotation } from '../failed-revisions.ts'

/** The fields to keep: all, or the named ones; applied to each element of an array. */
type Fields = true | { readonly [field: string]: Fields }

const container = { name: true, image: true } as const
const podSpec = {
  nodeName: true,
  containers: container,
  initContainers: container,
  ephemeralContainers: container,
} as const
const template = { metadata: { annotations: true }, spec: podSpec } as const

const identity = {
  name: true,
  uid: true,
  resourceVersion: true,
  deletionTimestamp: true,
  ownerReferences: { uid: true, controller: true },
} as const
const revisionAnnotation = { 'deployment.kubernetes.io/revision': true } as const

const containerStatus = {
  name: true,
  image: true,
  imageID: true,
  ready: true,
  started: true,
  restartCount: true,
  state: true,
  lastState: true,
} as const

const fields = {
  workload: {
    metadata: {
      ...identity,
      namespace: true,
      generation: true,
      annotations: { ...revisionAnnotation, [failedRevisionsAnnotation]: true },
    },
    spec: {
      replicas: true,
      paused: true,
      progressDeadlineSeconds: true,
      updateStrategy: true,
      schedule: true,
      suspend: true,
      completions: true,
      template,
      jobTemplate: { spec: { template } },
    },
    status: true,
  },
  /** ReplicaSets and ControllerRevisions. */
  revision: {
    kind: true,
    metadata: { ...identity, labels: { 'controller-revision-hash': true }, annotations: revisionAnnotation },
    spec: { template },
    status: { conditions: true },
    revision: true,
  },
  pod: {
    metadata: { ...identity, namespace: true, generation: true, labels: { 'controller-revision-hash': true } },
    spec: podSpec,
    status: {
      phase: true,
      reason: true,
      message: true,
      conditions: { type: true, status: true, reason: true, message: true },
      containerStatuses: containerStatus,
      initContainerStatuses: containerStatus,
    },
  },
  event: {
    metadata: { ...identity, creationTimestamp: true },
    involvedObject: { kind: true, name: true, uid: true },
    reason: true,
    message: true,
    type: true,
    count: true,
    firstTimestamp: true,
    lastTimestamp: true,
    eventTime: true,
    series: true,
  },
} as const satisfies Record<string, Fields>

export type FollowedAs = keyof typeof fields

/**
 * The fields that following a rollout reads, as thousands of objects are in memory. Returns `before`, the part kept last time,
 * if the object has not changed since.
 */
export function followedPart(object: KubeObject, as: FollowedAs, before?: KubeObject): KubeObject {
  const { uid, resourceVersion } = object.metadata
  const unchanged =
    resourceVersion !== undefined && before?.metadata.resourceVersion === resourceVersion && before.metadata.uid === uid
  return unchanged ? before : (only(fields[as], object) as KubeObject)
}

function only(kept: Fields, value: unknown): unknown {
  if (kept === true || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => only(kept, each))
  const part: Record<string, unknown> = {}
  for (const field in kept) {
    const own = (value as Record<string, unknown>)[field]
    if (own !== undefined) part[field] = only(kept[field] as Fields, own)
  }
  return part
}
