import type { KubeObject } from '../../../model/kube-object.ts'

/** The fields of Rancher's v3 documents that are read here (Rancher 2.4; later versions only add). */
export interface V3Container {
  name: string
  image: string
  initContainer?: boolean
  environment?: unknown
  environmentFrom?: unknown
  env?: unknown
  envFrom?: unknown
  [field: string]: unknown
}

export interface V3Workload {
  id: string
  name: string
  namespaceId: string
  uuid: string
  created?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  workloadLabels?: Record<string, string>
  workloadAnnotations?: Record<string, string>
  containers: V3Container[]
  imagePullSecrets?: { name: string }[] | null
  ownerReferences?: KubeObject['metadata']['ownerReferences']
  [field: string]: unknown
}

export interface V3Pod {
  name: string
  namespaceId: string
  uuid: string
  created?: string
  removed?: string | null
  labels?: Record<string, string>
  ownerReferences?: KubeObject['metadata']['ownerReferences']
  nodeId?: string | null
  status?: Record<string, unknown>
}

/** Converts a v3 pod to the Kubernetes fields that judging reads; v3 keeps the status nearly unchanged. */
export function podFromV3(pod: V3Pod): KubeObject {
  const { name, namespaceId: namespace, uuid: uid, created, removed, labels, ownerReferences, nodeId, status } = pod
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid,
      ...(created !== undefined && { creationTimestamp: created }),
      ...(removed && { deletionTimestamp: removed }),
      ...(labels && { labels }),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { ...(nodeId && { nodeName: nodeId.slice(nodeId.indexOf(':') + 1) }) },
    ...(status && { status }),
  }
}

/** Converts a ReplicaSet of the `revisions` link, with its images. */
export function revisionFromV3(document: V3Workload): KubeObject {
  const {
    name,
    namespaceId: namespace,
    uuid: uid,
    created,
    ownerReferences,
    workloadAnnotations,
    workloadLabels,
  } = document
  const plain = ({ name, image }: V3Container) => ({ name, image })
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace,
      uid,
      ...(created !== undefined && { creationTimestamp: created }),
      ...(ownerReferences && { ownerReferences }),
      ...(workloadAnnotations && { annotations: workloadAnnotations }),
      ...(workloadLabels && { labels: workloadLabels }),
    },
    spec: {
      template: {
        metadata: { labels: document.labels, annotations: document.annotations },
        spec: {
          containers: document.containers.filter(({ initContainer }) => !initContainer).map(plain),
          initContainers: document.containers.filter(({ initContainer }) => initContainer).map(plain),
        },
      },
    },
  }
}

/**
 * The smallest body that changes images through v3 without side effects. A PUT replaces `containers` and recomputes the
 * pull secrets, so both are sent as freshly read, along with the template's annotations.
 */
export function imageBody(document: V3Workload, images: ReadonlyMap<string, string>): Record<string, unknown> {
  const { imagePullSecrets, annotations } = document
  return {
    containers: document.containers.map((container) => ({
      ...withoutOldEnvironment(container),
      image: images.get(container.name) ?? container.image,
    })),
    imagePullSecrets: imagePullSecrets ?? [],
    ...(annotations && { annotations }),
  }
}

/** Since 2.6 `env` and `envFrom` are authoritative. Sending the older fields as well loses what they cannot express. */
function withoutOldEnvironment(container: V3Container): V3Container {
  if (container.env === undefined && container.envFrom === undefined) return container
  const { environment: _environment, environmentFrom: _environmentFrom, ...rest } = container
  return rest
}
