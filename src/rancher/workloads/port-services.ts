import type { KubeObject } from '../../model/kube-object.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import { creatorAnnotation, creatorLabel } from '../state.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import { templatePorts } from './ports.ts'
import { type Fields, fieldsOf, listOf, textOf, valueAt } from './rows.ts'

/** On a Service that is kept for a workload's ports. */
const marks = {
  'workload.cattle.io/targetWorkloadIdNoop': 'true',
  'workload.cattle.io/workloadPortBased': 'true',
} as const
export const portBasedAnnotation = 'workload.cattle.io/workloadPortBased'
const targetWorkloadsAnnotation = 'field.cattle.io/targetWorkloadIds'

/** Kinds whose pods stay, so that a service makes sense. */
export const servicedKinds: readonly V3WorkloadKind[] = [
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'replicationcontroller',
]

/** Rancher makes services for workloads that were made through it, and for no part of another workload. */
export function isServiced({ metadata }: KubeObject): boolean {
  const owned = (metadata.ownerReferences ?? []).some(({ controller }) => controller === true)
  const going = metadata.deletionTimestamp !== undefined
  return !owned && !going && metadata.annotations?.[creatorAnnotation] !== undefined
}

/** The services that a workload's ports ask for, by kind of port and DNS name; one inside the cluster in any case. */
export function wantedServices(kind: V3WorkloadKind, workload: KubeObject): KubeObject[] {
  const ports = containerPorts(kind, workload)
  const byName = new Map<string, { type: string; ports: Fields[] }>()
  for (const { port } of ports) {
    const type = textOf(port['kind']) || 'ClusterIP'
    const name = textOf(port['dnsName'])
    if (type === 'HostPort' || name === '') continue
    const service = byName.get(name) ?? { type, ports: [] }
    byName.set(name, service)
    service.ports.push(servicePort(type, port))
  }
  const services = [...byName].map(([name, service]) => serviceOf(kind, workload, name, service.type, service.ports))
  if ([...byName.values()].some(({ type }) => type === 'ClusterIP')) return services
  return [innerService(kind, workload, ports), ...services]
}

interface ContainerPort {
  container: string
  port: Fields
}

function containerPorts(kind: V3WorkloadKind, workload: KubeObject): ContainerPort[] {
  const template = fieldsOf(valueAt(workload, workloadKinds[kind].template.join('.')))
  const init = new Set(listOf(valueAt(template, 'spec.initContainers')))
  return templatePorts(template)
    .filter(({ container }) => !init.has(container))
    .flatMap(({ container, ports }) => (ports ?? []).map((port) => ({ container: textOf(container['name']), port })))
}

function servicePort(type: string, port: Fields): Fields {
  const { name, protocol, containerPort, sourcePort } = port
  const base = { ...(name ? { name } : {}), protocol: protocol || 'TCP', targetPort: containerPort }
  if (type === 'NodePort') return { ...base, port: containerPort, ...(sourcePort ? { nodePort: sourcePort } : {}) }
  return { ...base, port: sourcePort || containerPort }
}

/** Without ports of kind ClusterIP: all ports there are, or, without any, a name for the pods alone. */
function innerService(kind: V3WorkloadKind, workload: KubeObject, ports: readonly ContainerPort[]): KubeObject {
  const name = workload.metadata.name ?? ''
  if (ports.length === 0) {
    const dummy = { name: 'default', protocol: 'TCP', port: 42, targetPort: 42 }
    return serviceOf(kind, workload, name, 'ClusterIP', [dummy], 'None')
  }
  const all = ports.map(({ container, port }) => {
    const { containerPort, protocol } = port
    const label = `${String(port['name'] ?? containerPort)}-${container}`
    return { name: label, protocol: protocol || 'TCP', port: containerPort, targetPort: containerPort }
  })
  return serviceOf(kind, workload, name, 'ClusterIP', all)
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
