import { StatusError } from '../../model/status.ts'
import type { Api, DeleteOptions, WatchEvent, WriteOptions } from '../verbs/api.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import {
  controllerOf,
  keyOf,
  splitKey,
  type Deployment,
  type Labels,
  type Namespace,
  type Node,
  type Pod,
  type ReplicaSet,
  type ReplicationController,
  type Service,
  type Stored,
} from './objects.ts'

/** The kinds that controllers use, with their version. */
export const kinds = {
  Namespace: 'v1',
  Node: 'v1',
  Pod: 'v1',
  Service: 'v1',
  Endpoints: 'v1',
  ServiceAccount: 'v1',
  PersistentVolume: 'v1',
  PersistentVolumeClaim: 'v1',
  ResourceQuota: 'v1',
  PodDisruptionBudget: 'policy/v1',
  ReplicationController: 'v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ControllerRevision: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  StorageClass: 'storage.k8s.io/v1',
} as const

export type Kind = keyof typeof kinds

interface Typed {
  Namespace: Namespace
  Node: Node
  Pod: Pod
  Service: Service
  Deployment: Deployment
  ReplicaSet: ReplicaSet
  ReplicationController: ReplicationController
}

export type ObjectOf<K extends Kind> = K extends keyof Typed ? Typed[K] : Stored

export interface ObjectEvent<T extends Stored = Stored> {
  type: WatchEvent['type']
  object: T
  previous?: T
}

/** Index terms of objects. */
export const term = {
  namespace: (namespace = '') => `namespace ${namespace}`,
  controller: (uid: string) => `controller ${uid}`,
  /** Objects without a controller, for adoption. */
  orphans: (namespace = '') => `orphans ${namespace}`,
  label: (namespace = '', key: string, value: string) => `label ${namespace}/${key}=${value}`,
  node: (name: string) => `node ${name}`,
}

/**
 * The cluster as controllers see it: an index of every object of the watched kinds, and writes. The objects themselves
 * are the store's, which caches those in use. A write is visible once it is done: observers are notified before.
 */
export class View implements Disposable {
  readonly #api: Api
  readonly #shelves = new Map<Kind, Shelf>()

  constructor(api: Api) {
    this.#api = api
    for (const kind of Object.keys(kinds) as Kind[]) {
      const type = servedType(api, kind)
      if (type) this.#shelves.set(kind, new Shelf(api, type))
    }
  }

  /** Reads everything and notifies observers; before that, only later changes are known. */
  async load(): Promise<void> {
    for (const shelf of this.#shelves.values()) await shelf.load()
  }

  /** Whether the cluster serves the kind. */
  serves(kind: Kind): boolean {
    return this.#shelves.has(kind)
  }

  find<K extends Kind>(kind: K, namespace: string | undefined, name: string): ObjectOf<K> | undefined {
    return this.#shelves.get(kind)?.find(namespace, name) as ObjectOf<K> | undefined
  }

  all<K extends Kind>(kind: K): ObjectOf<K>[] {
    return (this.#shelves.get(kind)?.all() ?? []) as ObjectOf<K>[]
  }

  by<K extends Kind>(kind: K, term: string): ObjectOf<K>[] {
    return (this.#shelves.get(kind)?.by(term) ?? []) as ObjectOf<K>[]
  }

  /** Objects of a namespace with all these labels, looked up by the rarest; no labels match nothing. */
  labelled<K extends Kind>(kind: K, namespace: string | undefined, labels: Labels): ObjectOf<K>[] {
    const pairs = Object.entries(labels)
    const terms = pairs.map(([key, value]) => term.label(namespace, key, value))
    return (this.#shelves.get(kind)?.byRarest(terms) ?? []).filter((object) =>
      pairs.every(([key, value]) => object.metadata.labels?.[key] === value),
    ) as ObjectOf<K>[]
  }

  observe<K extends Kind>(kind: K, observer: (event: ObjectEvent<ObjectOf<K>>) => void): () => void {
    const observers = this.#shelves.get(kind)?.observers
    observers?.add(observer as (event: ObjectEvent) => void)
    return () => observers?.delete(observer as (event: ObjectEvent) => void)
  }

  async create<K extends Kind>(kind: K, object: KubeObject, options?: WriteOptions): Promise<ObjectOf<K>> {
    return (await this.#api.create(this.#type(kind), object, options)) as ObjectOf<K>
  }

  async update<K extends Kind>(kind: K, object: ObjectOf<K>, options?: WriteOptions): Promise<ObjectOf<K>> {
    return (await this.#api.update(this.#type(kind), object, options)) as ObjectOf<K>
  }

  async updateStatus<K extends Kind>(kind: K, object: ObjectOf<K>, options?: WriteOptions): Promise<ObjectOf<K>> {
    return (await this.#api.updateStatus(this.#type(kind), object, options)) as ObjectOf<K>
  }

  /** Deletes exactly this object, not a newer one with the same name. A missing object is not an error. */
  async delete<K extends Kind>(kind: K, object: ObjectOf<K>, options: DeleteOptions = {}): Promise<void> {
    const { namespace, name, uid } = object.metadata
    try {
      await this.#api.delete(this.#type(kind), namespace, name, { preconditions: { uid }, ...options })
    } catch (error) {
      if (!(error instanceof StatusError && error.code === 404)) throw error
    }
  }

  [Symbol.dispose](): void {
    for (const shelf of this.#shelves.values()) shelf.close()
  }

  #type(kind: Kind): ResourceType {
    const shelf = this.#shelves.get(kind)
    if (!shelf) throw new TypeError(`the cluster serves no ${kind}`)
    return shelf.type
  }
}

function servedType(api: Api, kind: Kind): ResourceType | undefined {
  try {
    return api.type(kinds[kind], kind)
  } catch (error) {
    if (error instanceof StatusError) return undefined
    throw error
  }
}

/** Longest time in ms to read at the start without yielding. */
const longestStretch = 10

/** Visits every object of a type, yielding so that a large cluster stays responsive. */
export async function visitAll(api: Api, type: ResourceType, visit: (object: KubeObject) => void): Promise<void> {
  let since = performance.now()
  for (const object of api.each(type)) {
    visit(object)
    if (performance.now() - since < longestStretch) continue
    await new Promise((resolve) => setImmediate(resolve))
    since = performance.now()
  }
}

/** Objects with a common term. */
interface Group {
  readonly term: string
  readonly keys: Set<string>
}

/** The index of one kind, which does not hold the objects. */
class Shelf {
  readonly type: ResourceType
  readonly observers = new Set<(event: ObjectEvent) => void>()
  readonly #known = new Map<string, readonly Group[]>()
  readonly #groups = new Map<string, Group>()
  readonly #api: Api
  readonly close: () => void

  constructor(api: Api, type: ResourceType) {
    this.#api = api
    this.type = type
    this.close = api.observe(type, (event) => this.#hear(event))
  }

  load(): Promise<void> {
    return visitAll(this.#api, this.type, (object) => {
      this.#put(keyOf(object), object as Stored)
      this.#tell({ type: 'ADDED', object: object as Stored })
    })
  }

  find(namespace: string | undefined, name: string): Stored | undefined {
    return this.#api.find(this.type, namespace, name) as Stored | undefined
  }

  all(): Stored[] {
    return this.#found(this.#known.keys())
  }

  by(term: string): Stored[] {
    return this.#found(this.#groups.get(term)?.keys ?? [])
  }

  /** The matches of the most selective term; none without terms. */
  byRarest(terms: readonly string[]): Stored[] {
    const groups = terms.map((term) => this.#groups.get(term)?.keys ?? new Set<string>())
    groups.sort((one, other) => one.size - other.size)
    return this.#found(groups[0] ?? [])
  }

  #found(keys: Iterable<string>): Stored[] {
    const found: Stored[] = []
    for (const key of keys) {
      const { namespace, name } = splitKey(key)
      const object = this.find(namespace, name)
      if (object) found.push(object)
    }
    return found
  }

  #hear({ type, object, previous }: WatchEvent): void {
    if (type === 'DELETED') this.#drop(keyOf(object))
    else if (!previous || !isFoundAlike(previous, object)) this.#put(keyOf(object), object as Stored)
    this.#tell({ type, object, ...(previous && { previous }) } as ObjectEvent)
  }

  #tell(event: ObjectEvent): void {
    for (const observer of this.observers) observer(event)
  }

  #put(key: string, object: Stored): void {
    const groups = termsOf(object).map((term) => this.#group(term))
    for (const group of this.#known.get(key) ?? []) if (!groups.includes(group)) this.#leave(group, key)
    for (const group of groups) group.keys.add(key)
    this.#known.set(key, groups)
  }

  #drop(key: string): void {
    for (const group of this.#known.get(key) ?? []) this.#leave(group, key)
    this.#known.delete(key)
  }

  #group(term: string): Group {
    const known = this.#groups.get(term)
    if (known) return known
    const group = { term, keys: new Set<string>() }
    this.#groups.set(term, group)
    return group
  }

  #leave({ term, keys }: Group, key: string): void {
    keys.delete(key)
    if (keys.size === 0) this.#groups.delete(term)
  }
}

/** Whether a change left all index terms unchanged: versions share unchanged parts. */
function isFoundAlike({ metadata: before, spec: specBefore }: KubeObject, { metadata, spec }: KubeObject): boolean {
  return (
    before.labels === metadata.labels &&
    before.ownerReferences === metadata.ownerReferences &&
    specBefore?.['nodeName'] === spec?.['nodeName']
  )
}

function termsOf(object: Stored): string[] {
  const { namespace, labels = {} } = object.metadata
  const controller = controllerOf(object)
  const node = object.spec?.['nodeName']
  return [
    term.namespace(namespace),
    controller ? term.controller(controller.uid) : term.orphans(namespace),
    ...Object.entries(labels).map(([key, value]) => term.label(namespace, key, value)),
    ...(typeof node === 'string' ? [term.node(node)] : []),
  ]
}
