import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import type { ClusterView } from '../cluster-view.ts'
import { keyOf, type Watched, type WatchedEvent } from '../watched.ts'
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
  return new ServiceUpkeep(cluster, workloads, await cluster.watched(servicesPath), onFailure)
}

interface WorkloadList {
  kind: V3WorkloadKind
  watched: Watched
}

/** ms; a burst of changes is one piece of work. */
const coalescing = 20

/** Longest stretch (ms) of work before others get their turn. */
const longestStretch = 10

class ServiceUpkeep implements AsyncDisposable {
  readonly #cluster: ClusterView
  readonly #workloads: readonly WorkloadList[]
  readonly #services: Watched
  readonly #onFailure: (error: unknown) => void
  readonly #exposed = new ExposedServices()
  /** What is to be looked at, by kind and name; each finds its object as it is by then. */
  readonly #due = new Map<string, () => Promise<void>>()
  readonly #stops: readonly (() => void)[]
  #stopped = false
  #running: Promise<void> | undefined

  constructor(
    cluster: ClusterView,
    workloads: readonly WorkloadList[],
    services: Watched,
    onFailure: (error: unknown) => void,
  ) {
    this.#cluster = cluster
    this.#workloads = workloads
    this.#services = services
    this.#onFailure = onFailure
    this.#stops = [
      ...workloads.map((list) => list.watched.observe(({ object }) => this.#touchWorkload(list, keyOf(object)))),
      services.observe((event) => this.#hearOfService(event)),
    ]
    for (const object of services.all()) {
      this.#exposed.put(object)
      this.#touchService(keyOf(object))
    }
    for (const list of workloads) for (const object of list.watched.all()) this.#touchWorkload(list, keyOf(object))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    for (const stop of this.#stops) stop()
    await this.#running
  }

  #touchWorkload({ kind, watched }: WorkloadList, key: string): void {
    this.#touch(`${kind}/${key}`, async () => {
      const workload = watched.get(key)
      if (workload) await this.#keepWorkload(kind, workload)
    })
  }

  #touchService(key: string): void {
    this.#touch(`service/${key}`, async () => {
      const service = this.#services.get(key)
      if (service) await keepServiceEndpoints(this.#cluster, service)
    })
  }

  #touch(key: string, work: () => Promise<void>): void {
    this.#due.set(key, work)
    if (!this.#stopped) this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    await delay(coalescing)
    let since = performance.now()
    for (const [key, work] of this.#due) {
      if (this.#stopped) return
      this.#due.delete(key)
      await work().catch(this.#onFailure)
      if (performance.now() - since < longestStretch) continue
      await nextTurn()
      since = performance.now()
    }
    this.#running = undefined
  }

  /** A service concerns the workload that it is kept for and, where it leads in from outside, those that it selects. */
  #hearOfService({ kind, object }: WatchedEvent): void {
    const leadsElsewhere = kind === 'remove' ? this.#exposed.drop(object) : this.#exposed.put(object)
    this.#touchService(keyOf(object))
    const { namespace = '', ownerReferences = [] } = object.metadata
    for (const list of this.#workloads) {
      const owner = ownerReferences.find((one) => one.kind === workloadKinds[list.kind].kind)
      if (owner) this.#touchWorkload(list, `${namespace}/${owner.name}`)
      // the name of a service that is gone may be one that a workload asks for
      if (!leadsElsewhere && kind !== 'remove') continue
      for (const workload of list.watched.all()) {
        if (workload.metadata.namespace === namespace) this.#touchWorkload(list, keyOf(workload))
      }
    }
  }

  async #keepWorkload(kind: V3WorkloadKind, workload: KubeObject): Promise<void> {
    if (isServiced(workload)) await keepPortServices(this.#cluster, this.#services, kind, workload)
    await keepEndpoints(this.#cluster, this.#exposed.of(workload.metadata.namespace), kind, workload)
  }
}

/** The services that lead to pods from outside the cluster, which are few, by namespace. */
class ExposedServices {
  readonly #byNamespace = new Map<string, Map<string, KubeObject>>()

  of(namespace = ''): Iterable<KubeObject> {
    return this.#byNamespace.get(namespace)?.values() ?? []
  }

  /** Whether that changes where it leads. */
  put(service: KubeObject): boolean {
    if (serviceEndpoints(service).length === 0) return this.drop(service)
    const { namespace = '', name = '' } = service.metadata
    const among = this.#byNamespace.get(namespace) ?? new Map<string, KubeObject>()
    this.#byNamespace.set(namespace, among)
    const before = among.get(name)
    among.set(name, service)
    return !before || !sameJson(before.spec, service.spec)
  }

  /** Whether it led anywhere. */
  drop({ metadata: { namespace = '', name = '' } }: KubeObject): boolean {
    return this.#byNamespace.get(namespace)?.delete(name) ?? false
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
  services: Iterable<KubeObject>,
  kind: V3WorkloadKind,
  workload: KubeObject,
): Promise<void> {
  const { namespace = '', name = '', annotations = {}, deletionTimestamp, ownerReferences = [] } = workload.metadata
  if (deletionTimestamp !== undefined || ownerReferences.some(({ controller }) => controller === true)) return
  const labels = fieldsOf(valueAt(workload, `${workloadKinds[kind].template.join('.')}.metadata.labels`))
  await annotate(cluster, workloadPath(kind, namespace, name), annotations, endpointsOf(labels, services))
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
