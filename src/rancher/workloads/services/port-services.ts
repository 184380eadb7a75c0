import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import { creatorAnnotation, creatorLabel } from '../../kubernetes/state.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { annotatedPorts } from '../mapping/ports.ts'
import { type Fields, fieldsOf, listOf, stringsOf, textOf, valueAt } from '../mapping/rows.ts'

/** On a Service maintained for a workload's ports. */
const marks = {
  'workload.cattle.io/targetWorkloadIdNoop': 'true',
  'workload.cattle.io/workloadPortBased': 'true',
} as const
const portBasedAnnotation = 'workload.cattle.io/workloadPortBased'
/** Ids of the workloads behind a Service, as JSON. */
export const targetWorkloadsAnnotation = 'field.cattle.io/targetWorkloadIds'

/** Whether a Service is maintained for the workload's ports. */
export function isKeptFor({ metadata: { uid } }: KubeObject, { metadata }: KubeObject): boolean {
  return isPortBased(metadata) && (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid)
}

export function isPortBased({ annotations }: KubeObject['metadata']): boolean {
  return annotations?.[portBasedAnnotation] === 'true'
}

/** The ids; empty if the annotation is absent or cannot be parsed. */
export function readTargets({ metadata }: KubeObject): string[] {
  try {
    return stringsOf(JSON.parse(metadata.annotations?.[targetWorkloadsAnnotation] ?? 'null'))
  } catch {
    return []
  }
}

/** Kinds with long-lived pods, for which a Service makes sense. */
export const servicedKinds: readonly V3WorkloadKind[] = [
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'replicationcontroller',
]

/** A valid Service name (DNS-1035); workload names may be longer and contain dots. */
const serviceName = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/

/** As in Rancher, only for workloads created through it that are not part of another. */
export function isServiced({ metadata }: KubeObject): boolean {
  const { name = '', annotations = {}, ownerReferences = [], deletionTimestamp } = metadata
  const isPart = ownerReferences.some(({ controller }) => controller === true)
  return !isPart && deletionTimestamp === undefined && creatorAnnotation in annotations && serviceName.test(name)
}

/**
 * The Services for a workload's ports, by DNS name: those of the annotation, and always one inside the cluster. None if
 * the annotation cannot be parsed.
 */
export function wantedServices(kind: V3WorkloadKind, workload: KubeObject): KubeObject[] {
  const template = fieldsOf(valueAt(workload, workloadKinds[kind].template.join('.')))
  const annotated = annotatedPorts(template)
  if (annotated === undefined) return []
  const byName = new Map<string, { type: string; ports: Fields[] }>()
  for (const port of annotated.flat()) {
    const type = textOf(port['kind'])
    const name = textOf(port['dnsName']) || (workload.metadata.name ?? '')
    // a port without a kind asks for an impossible Service, which Rancher names `web-`
    if (type === 'HostPort' || type === '') continue
    const service = byName.get(name) ?? { type, ports: [] }
    byName.set(name, service)
    service.ports.push(servicePort(type, port))
  }
  const services = [...byName].map(([name, service]) => serviceOf(kind, workload, name, service.type, service.ports))
  if ([...byName.values()].some(({ type }) => type === 'ClusterIP')) return services
  return [innerService(kind, workload, template), ...services]
}

function servicePort(type: string, port: Fields): Fields {
  const { name, protocol, containerPort, sourcePort } = port
  const base = { ...(name ? { name } : {}), protocol: protocol || 'TCP', targetPort: containerPort }
  if (type === 'NodePort') return { ...base, port: containerPort, ...(sourcePort ? { nodePort: sourcePort } : {}) }
  return { ...base, port: sourcePort || containerPort }
}

/** Without ClusterIP ports: all container ports or, without any, a headless Service for the pods' names. */
function innerService(kind: V3WorkloadKind, workload: KubeObject, template: Fields): KubeObject {
  const name = workload.metadata.name ?? ''
  const ports = listOf(valueAt(template, 'spec.containers')).flatMap((container) =>
    listOf(container['ports']).map(({ name: given, containerPort, protocol }) => ({
      name: `${String(given ?? containerPort)}-${textOf(container['name'])}`,
      protocol: protocol || 'TCP',
      port: containerPort,
      targetPort: containerPort,
    })),
  )
  if (ports.length > 0) return serviceOf(kind, workload, name, 'ClusterIP', ports)
  const dummy = { name: 'default', protocol: 'TCP', port: 42, targetPort: 42 }
  return serviceOf(kind, workload, name, 'ClusterIP', [dummy], 'None')
}

function serviceOf(
  kind: V3WorkloadKind,
  workload: KubeObject,
  name: string,
  type: string,
  ports: Fields[],
  clusterIP?: string,
): KubeObject {
  const { apiVersion, kind: ownerKind } = workloadKinds[kind]
  const { namespace = '', name: owner = '', uid = '' } = workload.metadata
  const selector = fieldsOf(workload.spec?.['selector'])
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels: { ...creatorLabel },
      annotations: { ...marks, [targetWorkloadsAnnotation]: JSON.stringify([`${kind}:${namespace}:${owner}`]) },
      ownerReferences: [{ apiVersion, kind: ownerKind, name: owner, uid, controller: true }],
    },
    spec: {
      type,
      selector: kind === 'replicationcontroller' ? selector : fieldsOf(selector['matchLabels']),
      ports,
      ...(clusterIP !== undefined && { clusterIP }),
    },
  }
}
