import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import { nodeId } from '../../types/nodes.ts'
import { pathOf } from './keep-port-services.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { readTargets } from './port-services.ts'
import { publicEndpointsAnnotation } from './public-endpoints.ts'
import { type Fields, fieldsOf, listOf, textOf, valueAt } from '../mapping/rows.ts'
import { workloadPath } from '../workload-path.ts'

/** Updates a workload's public-endpoints annotation from its Services and pods. */
export async function keepEndpoints(
  cluster: ClusterView,
  services: Iterable<KubeObject>,
  { kind, workload }: { kind: V3WorkloadKind; workload: KubeObject },
): Promise<void> {
  const { namespace = '', name = '', deletionTimestamp, ownerReferences = [] } = workload.metadata
  if (deletionTimestamp !== undefined || ownerReferences.some(({ controller }) => controller === true)) return
  const template = fieldsOf(valueAt(workload, workloadKinds[kind].template.join('.')))
  const labels = fieldsOf(valueAt(template, 'metadata.labels'))
  const endpoints = endpointsOf({ id: `${kind}:${namespace}:${name}`, labels }, services)
  if (hasHostPort(template)) endpoints.push(...hostEndpoints(cluster.id, await podsOf(cluster, namespace, labels)))
  await annotate(cluster, workloadPath(kind, namespace, name), workload, endpoints)
}

export async function keepServiceEndpoints(cluster: ClusterView, service: KubeObject): Promise<void> {
  if (service.metadata.deletionTimestamp !== undefined) return
  await annotate(cluster, pathOf(service), service, serviceEndpoints(service))
}

/** `null` if there were endpoints and none are left; undefined if there never were any. */
async function annotate(
  { kube }: ClusterView,
  path: string,
  { metadata }: KubeObject,
  endpoints: unknown[],
): Promise<void> {
  const today = metadata.annotations?.[publicEndpointsAnnotation]
  const text = endpoints.length > 0 ? JSON.stringify(endpoints) : 'null'
  if (today === text || (today === undefined && endpoints.length === 0)) return
  await kube.patch(path, { type: 'merge', body: { metadata: { annotations: { [publicEndpointsAnnotation]: text } } } })
}

async function podsOf({ kube }: ClusterView, namespace: string, labels: Fields): Promise<readonly KubeObject[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join()
  const { items } = await kube.list(`/api/v1/namespaces/${namespace}/pods`, { query: { labelSelector } })
  return items
}

/** The external endpoints that reach a workload's pods through Services, in the format of Rancher's annotation. */
function endpointsOf(workload: { id: string; labels: Fields }, services: Iterable<KubeObject>): Fields[] {
  const found: Fields[] = []
  for (const service of services) {
    const leads =
      selects(fieldsOf(service.spec?.['selector']), workload.labels) || readTargets(service).includes(workload.id)
    if (leads) found.push(...serviceEndpoints(service))
  }
  return found
}

/** A node port is open on every node; a load balancer's ports once it has addresses. */
export function serviceEndpoints({ metadata, spec = {}, status }: KubeObject): Fields[] {
  const serviceName = `${metadata.namespace}:${metadata.name}`
  const ports = listOf(spec['ports'])
  if (spec['type'] === 'NodePort') {
    return ports
      .filter(({ nodePort }) => typeof nodePort === 'number' && nodePort > 0)
      .map(({ nodePort, protocol }) => ({ port: nodePort, protocol: protocol ?? 'TCP', serviceName, allNodes: true }))
  }
  const addresses = listOf(valueAt(status, 'loadBalancer.ingress')).map(({ hostname, ip }) => textOf(hostname || ip))
  if (spec['type'] !== 'LoadBalancer' || addresses.length === 0) return []
  return ports.map(({ port, protocol }) => ({
    addresses,
    port,
    protocol: protocol ?? 'TCP',
    serviceName,
    allNodes: false,
  }))
}

function selects(selector: Fields, labels: Fields): boolean {
  const entries = Object.entries(selector)
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value)
}

function hasHostPort(template: Fields): boolean {
  return hostPorts(template).length > 0
}

function hostPorts({ spec }: Fields): Fields[] {
  return listOf(fieldsOf(spec)['containers']).flatMap(({ ports }) => listOf(ports).filter(({ hostPort }) => hostPort))
}

/** Host ports of running pods, once per node. */
export function hostEndpoints(clusterId: string, pods: readonly KubeObject[]): Fields[] {
  const found = new Map<string, Fields>()
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || valueAt(pod, 'status.phase') !== 'Running') continue
    for (const { hostPort, protocol, hostIP } of hostPorts(pod)) {
      const node = nodeId(clusterId, textOf(pod.spec?.['nodeName']))
      const address = textOf(hostIP) || textOf(valueAt(pod, 'status.hostIP'))
      const endpoint = {
        nodeName: node,
        addresses: address === '' ? [] : [address],
        port: hostPort,
        protocol: protocol ?? 'TCP',
        allNodes: false,
      }
      found.set(JSON.stringify(endpoint), endpoint)
    }
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, endpoint]) => endpoint)
}
