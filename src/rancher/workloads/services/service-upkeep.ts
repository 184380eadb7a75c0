import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import { keyOf, type Watched, type WatchedEvent } from '../../kubernetes/watched.ts'
import { isOvertaken, keepPortServices } from './keep-port-services.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { isPortBased, isServiced, servicedKinds } from './port-services.ts'
import { keepEndpoints, keepServiceEndpoints, serviceEndpoints } from './public-endpoints-upkeep.ts'
import { sameJson } from '../mapping/rows.ts'
import { workloadPath } from '../workload-path.ts'

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
  readonly #kept = new KeptServices()
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
      this.#kept.put(object)
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
      await work().catch((error: unknown) => {
        if (!isOvertaken(error)) this.#onFailure(error)
      })
      if (performance.now() - since < longestStretch) continue
      await nextTurn()
      since = performance.now()
    }
    this.#running = undefined
  }

  /** A service concerns the workload that it is kept for and, where it leads in from outside, those that it selects. */
  #hearOfService({ kind, object }: WatchedEvent): void {
    const leadsElsewhere = kind === 'remove' ? this.#exposed.drop(object) : this.#exposed.put(object)
    if (kind === 'remove') this.#kept.drop(object)
    else this.#kept.put(object)
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
    await keepEndpoints(this.#cluster, this.#exposed.of(workload.metadata.namespace), { kind, workload })
    if (!isServiced(workload)) return
    await keepPortServices(this.#cluster, this.#services, this.#kept.of(workload), { kind, workload })
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
    return !before || !sameJson(before.spec, service.spec) || !sameJson(before.status, service.status)
  }

  /** Whether it led anywhere. */
  drop({ metadata: { namespace = '', name = '' } }: KubeObject): boolean {
    return this.#byNamespace.get(namespace)?.delete(name) ?? false
  }
}

/** The services that were made for workloads' ports, by the uids of the workloads. */
class KeptServices {
  readonly #byOwner = new Map<string, Map<string, KubeObject>>()

  of({ metadata: { uid = '' } }: KubeObject): readonly KubeObject[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])]
  }

  put(service: KubeObject): void {
    if (!isPortBased(service.metadata)) return
    for (const { uid } of service.metadata.ownerReferences ?? []) {
      const among = this.#byOwner.get(uid) ?? new Map<string, KubeObject>()
      this.#byOwner.set(uid, among.set(keyOf(service), service))
    }
  }

  drop(service: KubeObject): void {
    for (const { uid } of service.metadata.ownerReferences ?? []) {
      const among = this.#byOwner.get(uid)
      among?.delete(keyOf(service))
      if (among?.size === 0) this.#byOwner.delete(uid)
    }
  }
}
