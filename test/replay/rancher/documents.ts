import type { KubeOwnerReference } from '../../../src/model/kube-object.ts'
import { isObject, rewrite } from '../compare.ts'

type Json = Record<string, unknown>

/** Strips what Rancher adds to every structure: its type's schema, and times in ms. */
function plain(value: unknown): unknown {
  return rewrite(value, (member, path) => {
    const name = path.at(-1) ?? ''
    const added =
      (name === 'type' && typeof member === 'string' && member.startsWith('/v3/')) || /^[a-z].*TS$/.test(name)
    return added ? undefined : member
  })
}

/** A workload's status from its document, which controllers write in their own time. */
export function statusOf(document: Json): Json {
  const status = plain(document[`${String(document['type'])}Status`] ?? {})
  return isObject(status) ? status : {}
}

const endpointNames = {
  serviceId: 'serviceName',
  nodeId: 'nodeName',
  podId: 'podName',
  ingressId: 'ingressName',
} as const

/** The annotation behind a document's `publicEndpoints`; undefined if it shows none. */
export function endpointsText({ publicEndpoints, id, type }: Json): string | undefined {
  if (!Array.isArray(publicEndpoints)) return undefined
  const endpoints = publicEndpoints.filter(isObject).map((endpoint) => {
    const entries = Object.entries(endpoint).filter(([, value]) => value !== null)
    const named = Object.fromEntries(
      entries.map(([key, value]) => [
        key in endpointNames ? endpointNames[key as keyof typeof endpointNames] : key,
        value,
      ]),
    )
    return type === 'service' ? { ...named, serviceName: id } : named
  })
  return JSON.stringify(endpoints)
}

const targets = 'field.cattle.io/targetWorkloadIds'
const endpoints = 'field.cattle.io/publicEndpoints'

/** The Kubernetes Service behind a document of type `service`. */
export function serviceOf(document: Json): Json {
  const { name, namespaceId, labels, annotations, targetWorkloadIds, kind, clusterIp } = document
  const shown = endpointsText(document)
  const marks = {
    ...(isObject(annotations) ? annotations : {}),
    ...(Array.isArray(targetWorkloadIds) && { [targets]: JSON.stringify(targetWorkloadIds) }),
    ...(shown !== undefined && { [endpoints]: shown }),
  }
  const { selector, ports, sessionAffinity, externalTrafficPolicy, publishNotReadyAddresses, hostname } = document
  const type = kind ?? (hasNodePort(ports) ? 'NodePort' : 'ClusterIP')
  const withoutZeros = (port: Json) => ({ ...port, ...(port['nodePort'] === 0 && { nodePort: undefined }) })
  return plain({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: namespaceId,
      labels,
      ...(Object.keys(marks).length > 0 && { annotations: marks }),
      ownerReferences: ownersOf(document),
    },
    spec: {
      type,
      selector,
      ports: Array.isArray(ports) ? ports.filter(isObject).map(withoutZeros) : undefined,
      clusterIP: clusterIp === null && type === 'ClusterIP' ? 'None' : undefined,
      sessionAffinity,
      externalTrafficPolicy,
      publishNotReadyAddresses: publishNotReadyAddresses === true ? true : undefined,
      externalName: hostname,
    },
  }) as Json
}

/** A dnsRecord is a Service whose type is not shown. */
function hasNodePort(ports: unknown): boolean {
  return Array.isArray(ports) && ports.filter(isObject).some(({ nodePort }) => Number(nodePort) > 0)
}

const base64 = (text: unknown) => Buffer.from(String(text)).toString('base64')

/** By document type: the Secret's type and data. */
const secretKinds: Readonly<Record<string, { type: string; data: (document: Json) => Json }>> = {
  namespacedSecret: { type: 'Opaque', data: ({ data }) => (isObject(data) ? data : {}) },
  namespacedDockerCredential: {
    type: 'kubernetes.io/dockerconfigjson',
    data: ({ registries }) => ({ '.dockerconfigjson': base64(JSON.stringify({ auths: plain(registries) })) }),
  },
  namespacedServiceAccountToken: {
    type: 'kubernetes.io/service-account-token',
    data: ({ caCrt, token, namespace, namespaceId }) => ({
      'ca.crt': base64(caCrt),
      token: base64(token),
      namespace: namespace ?? base64(namespaceId),
    }),
  },
}

/** The Secret behind a namespaced document. */
export function secretOf({ type, name, namespaceId, labels, annotations, ...document }: Json): Json {
  const kind = secretKinds[String(type)]
  const { accountName, accountUid } = document
  const account = accountName === undefined ? {} : accountMarks(accountName, accountUid)
  const marks = { ...(isObject(annotations) ? annotations : {}), ...account }
  return {
    metadata: { name, namespace: namespaceId, labels, ...(Object.keys(marks).length > 0 && { annotations: marks }) },
    type: kind?.type ?? 'Opaque',
    data: kind?.data({ ...document, namespaceId }),
  }
}

function accountMarks(name: unknown, uid: unknown): Json {
  return { 'kubernetes.io/service-account.name': name, 'kubernetes.io/service-account.uid': uid }
}

/** The PersistentVolumeClaim behind a document. */
export function claimOf({ name, namespaceId, labels, annotations, status, ...document }: Json): Json {
  const { accessModes, resources, volumeMode, storageClassId, volumeId } = plain(document) as Json
  return {
    metadata: { name, namespace: namespaceId, labels, annotations },
    spec: {
      accessModes,
      resources,
      volumeMode,
      ...(storageClassId !== null && { storageClassName: storageClassId }),
      ...(volumeId !== null && { volumeName: volumeId }),
    },
    status: plain(status),
  }
}

/** Owner references of a document. */
export function ownersOf({ ownerReferences }: Json): KubeOwnerReference[] {
  return Array.isArray(ownerReferences) ? (plain(ownerReferences) as KubeOwnerReference[]) : []
}

/** A pod's status with Kubernetes' field names. */
export function podStatusOf({ status }: Json): unknown {
  const { nodeIp, podIp, ...rest } = (plain(status ?? {}) ?? {}) as Json
  return { ...rest, ...(nodeIp !== undefined && { hostIP: nodeIp }), ...(podIp !== undefined && { podIP: podIp }) }
}
