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
  /** Called for failed writes other than conflicts; they are retried at the next change. */
  onFailure?: (error: unknown) => void
}

/**
 * Maintains what Rancher's controllers maintain beside workloads until disposed: Services for their ports, and the
 * public-endpoints annotation. Idempotent, so several servers may run over one cluster.
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

/** Milliseconds; coalesces bursts of changes. */
const coalescing = 20

/** Longest time in ms to work without yielding. */
const longestStretch = 10

class ServiceUpkeep implements AsyncDisposable {
  readonly #cluster: ClusterView
  readonly #workloads: readonly WorkloadList[]
  readonly #services: Watched
  readonly #onFailure: (error: unknown) => void
  readonly #exposed = new ExposedServices()
  readonly #kept = new KeptServices()
  /** Keys to process, by kind and name; the object is looked up when processed. */
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

  /** A Service affects the workload it is maintained for and, if reachable from outside, those it selects. */
  #hearOfService({ kind, object }: WatchedEvent): void {
    const leadsElsewhere = kind === 'remove' ? this.#exposed.drop(object) : this.#exposed.put(object)
    if (kind === 'remove') this.#kept.drop(object)
    else this.#kept.put(object)
    this.#touchService(keyOf(object))
    const { namespace = '', ownerReferences = [] } = object.metadata
    for (const list of this.#workloads) {
      const owner = ownerReferences.find((one) => one.kind === workloadKinds[list.kind].kind)
      if (owner) this.#touchWorkload(list, `${namespace}/${owner.name}`)
      // a workload may need a Service of the deleted one's name
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

/** Services reachable from outside the cluster, which are few, by namespace. */
class ExposedServices {
  readonly #byNamespace = new Map<string, Map<string, KubeObject>>()

  of(namespace = ''): Iterable<KubeObject> {
    return this.#byNamespace.get(namespace)?.values() ?? []
  }

  /** Whether the change affects where it leads. */
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

/** Services made for workloads' ports, by workload uid. */
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
