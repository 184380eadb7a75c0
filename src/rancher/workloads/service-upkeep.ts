import { setTimeout as delay } from 'node:timers/promises'
import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import type { ClusterView } from '../cluster-view.ts'
import { keyOf, type Watched } from '../watched.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import { isServiced, portBasedAnnotation, servicedKinds, wantedServices } from './port-services.ts'
import { endpointsOf, serviceEndpoints } from './public-endpoints-upkeep.ts'
import { publicEndpointsAnnotation } from './public-endpoints.ts'
import { fieldsOf, listOf, sameJson, valueAt } from './rows.ts'
import { workloadPath } from './workload-path.ts'

const servicesPath = '/api/v1/services'

export interface UpkeepOptions {
  /** Told of writes that failed for another reason than someone else's faster one; they are tried at the next change. */
  onFailure?: (error: unknown) => void
}

interface Lists {
  workloads: readonly { kind: V3WorkloadKind; watched: Watched }[]
  services: Watched
}

/**
 * Keeps, for as long as it is not disposed, what Rancher's own controllers keep beside workloads: the services for their
 * ports and the annotation of their public endpoints. Several servers over one cluster come to the same result.
 */
export async function keepServices(
  cluster: ClusterView,
  { onFailure = () => {} }: UpkeepOptions = {},
): Promise<AsyncDisposable> {
  const workloads = await Promise.all(
    servicedKinds.map(async (kind) => ({ kind, watched: await cluster.watched(workloadPath(kind)) })),
  )
  const lists: Lists = { workloads, services: await cluster.watched(servicesPath) }
  const due = { namespaces: new Set<string>(), workloads: new Map<string, Due>() }
  let stopped = false
  let running: Promise<void> | undefined
  const attempted = (work: () => Promise<void>) => (stopped ? Promise.resolve() : work().catch(onFailure))
  const run = async () => {
    // a burst of changes is one piece of work
    await delay(coalescing)
    for (const namespace of due.namespaces) {
      due.namespaces.delete(namespace)
      await attempted(() => keepNamespace(cluster, lists, namespace))
    }
    for (const [key, { kind, watched, name }] of due.workloads) {
      due.workloads.delete(key)
      const workload = watched.get(name)
      if (workload) await attempted(() => keepWorkload(cluster, lists.services, kind, workload))
    }
    running = undefined
    if (due.namespaces.size + due.workloads.size > 0) begin()
  }
  const begin = () => {
    if (!stopped) running ??= run()
  }
  const touchWorkload = (kind: V3WorkloadKind, watched: Watched, object: KubeObject) => {
    due.workloads.set(`${kind}/${keyOf(object)}`, { kind, watched, name: keyOf(object) })
    begin()
  }
  const touchNamespace = ({ metadata }: KubeObject) => {
    due.namespaces.add(metadata.namespace ?? '')
    begin()
  }
  const stops = [
    ...workloads.map(({ kind, watched }) => watched.observe(({ object }) => touchWorkload(kind, watched, object))),
    lists.services.observe(({ object }) => touchNamespace(object)),
  ]
  for (const { kind, watched } of workloads) for (const object of watched.all()) touchWorkload(kind, watched, object)
  for (const object of lists.services.all()) touchNamespace(object)
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      for (const stop of stops) stop()
      await running
    },
  }
}

const coalescing = 20

interface Due {
  kind: V3WorkloadKind
  watched: Watched
  name: string
}

async function keepWorkload(
  cluster: ClusterView,
  services: Watched,
  kind: V3WorkloadKind,
  workload: KubeObject,
): Promise<void> {
  if (isServiced(workload)) await keepPortServices(cluster, services, kind, workload)
  await keepEndpoints(cluster, services, kind, workload)
}

async function keepNamespace(cluster: ClusterView, lists: Lists, namespace: string): Promise<void> {
  for (const { kind, watched } of lists.workloads) {
    for (const workload of watched.all()) {
      if (workload.metadata.namespace !== namespace) continue
      await keepWorkload(cluster, lists.services, kind, workload)
    }
  }
  for (const service of lists.services.all()) {
    if (service.metadata.namespace === namespace) await keepServiceEndpoints(cluster, service)
  }
}

async function keepPortServices(
  cluster: ClusterView,
  services: Watched,
  kind: V3WorkloadKind,
  workload: KubeObject,
): Promise<void> {
  for (const wanted of wantedServices(kind, workload)) {
    const { namespace, name } = wanted.metadata
    const existing = services.get(`${namespace}/${name}`)
    const collection = `/api/v1/namespaces/${namespace}/services`
    await attempt(async () => {
      if (!existing) services.accept(await cluster.kube.create(collection, wanted))
      else if (isOurs(existing, workload)) await adjust(cluster, services, existing, wanted)
    })
  }
}

/** A service of that name that someone made himself is left alone. */
function isOurs({ metadata }: KubeObject, workload: KubeObject): boolean {
  const owned = (metadata.ownerReferences ?? []).some(({ uid }) => uid === workload.metadata.uid)
  return owned && metadata.annotations?.[portBasedAnnotation] === 'true'
}

async function adjust(
  cluster: ClusterView,
  services: Watched,
  existing: KubeObject,
  wanted: KubeObject,
): Promise<void> {
  const path = `/api/v1/namespaces/${existing.metadata.namespace}/services/${existing.metadata.name}`
  const wasHeadless = existing.spec?.['clusterIP'] === 'None'
  if (wasHeadless !== (wanted.spec?.['clusterIP'] === 'None')) {
    await cluster.kube.remove(path)
    services.accept(await cluster.kube.create(path.slice(0, path.lastIndexOf('/')), wanted))
    return
  }
  const ports = keepNodePorts(existing, wanted)
  const selector = wanted.spec?.['selector']
  if (sameJson(essentials(existing), essentials({ ...wanted, spec: { ...wanted.spec, ports } }))) return
  const next = { ...existing, spec: { ...existing.spec, selector, ports } }
  services.accept(await cluster.kube.replace(path, next))
}

function essentials({ spec = {} }: KubeObject): unknown {
  const ports = listOf(spec['ports']).map(({ name, protocol, port, targetPort, nodePort }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port,
    targetPort,
    nodePort: nodePort ?? 0,
  }))
  return { ports, selector: spec['selector'] ?? {} }
}

/** A node port that the cluster chose stays with its port. */
function keepNodePorts(existing: KubeObject, wanted: KubeObject): unknown[] {
  const today = listOf(existing.spec?.['ports'])
  return listOf(wanted.spec?.['ports']).map((port) => {
    const known = today.find(({ name, port: number }) => name === port['name'] && number === port['port'])
    const { nodePort } = known ?? {}
    return port['nodePort'] === undefined && nodePort ? { ...port, nodePort } : port
  })
}

async function keepEndpoints(
  cluster: ClusterView,
  services: Watched,
  kind: V3WorkloadKind,
  workload: KubeObject,
): Promise<void> {
  const { namespace = '', name = '', annotations = {}, deletionTimestamp, ownerReferences = [] } = workload.metadata
  if (deletionTimestamp !== undefined || ownerReferences.some(({ controller }) => controller === true)) return
  const labels = fieldsOf(valueAt(workload, `${workloadKinds[kind].template.join('.')}.metadata.labels`))
  const near = [...services.all()].filter(({ metadata }) => metadata.namespace === namespace)
  await annotate(cluster, workloadPath(kind, namespace, name), annotations, endpointsOf(labels, near))
}

async function keepServiceEndpoints(cluster: ClusterView, service: KubeObject): Promise<void> {
  const { namespace, name, annotations = {}, deletionTimestamp } = service.metadata
  if (deletionTimestamp !== undefined) return
  const path = `/api/v1/namespaces/${namespace}/services/${name}`
  await annotate(cluster, path, annotations, serviceEndpoints(service))
}

/** `null` once there were some and there are none any more; nothing where there never were any. */
async function annotate(
  cluster: ClusterView,
  path: string,
  annotations: Record<string, string>,
  endpoints: unknown[],
): Promise<void> {
  const today = annotations[publicEndpointsAnnotation]
  const text = endpoints.length > 0 ? JSON.stringify(endpoints) : 'null'
  if (today === text || (today === undefined && endpoints.length === 0)) return
  const body = { metadata: { annotations: { [publicEndpointsAnnotation]: text } } }
  await attempt(async () => {
    await cluster.kube.patch(path, { type: 'merge', body })
  })
}

/** Somebody was faster: the next change tells. */
async function attempt(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    const passing = error instanceof StatusError && [404, 409].includes(error.code)
    if (!passing) throw error
  }
}
