import { nodeId } from '../../../src/rancher/types/nodes.ts'
import { isObject } from '../compare.ts'
import type { Kubernetes } from './kubernetes.ts'

type Json = Record<string, unknown>

/** Maps recorded keys to Kubernetes paths. */
const groups: Readonly<Record<string, string>> = {
  deployments: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  cronjobs: '/apis/batch/v1',
}

export interface ObjectPath {
  collection: string
  name: string
}

/** Undefined for lists. */
export function pathOf(key: string): ObjectPath | undefined {
  const [plural = '', namespace = '', name = ''] = key.split('/')
  if (name === '' || namespace === '' || key.includes('?')) return undefined
  return { collection: `${groups[plural] ?? '/api/v1'}/namespaces/${namespace}/${plural}`, name }
}

/** Objects by key; a recording may also show a single object. */
export function objectsOf(recorded: unknown): Record<string, Json> {
  if (!isObject(recorded)) return {}
  if (!isObject(recorded['metadata'])) return recorded as Record<string, Json>
  const { namespace, name } = recorded['metadata'] as { namespace?: string; name?: string }
  if (namespace === undefined || name === undefined) return {}
  return { [`${String(recorded['kind']).toLowerCase()}s/${namespace}/${name}`]: recorded }
}

const atOnce = { propagationPolicy: 'Background', gracePeriodSeconds: 0 }

/** Recreates recorded Kubernetes objects in the cluster and maps their identities. */
export class RecordedObjects {
  readonly #kubernetes: Kubernetes
  readonly #clusterId: string
  /** The document each workload was created from, by id; cleared when the workload is written otherwise. */
  readonly madeOf = new Map<string, string>()
  /** Recorded uid to ours. */
  readonly #uids = new Map<string, string>()
  /** Recorded resourceVersion to ours. */
  readonly #revisions = new Map<string, string>()

  constructor(kubernetes: Kubernetes, clusterId: string) {
    this.#kubernetes = kubernetes
    this.#clusterId = clusterId
  }

  /** Translates a request to our revisions, uids and node id. */
  translate(text: string): string {
    return text
      .replace(
        /("resourceVersion": ?"|resourceVersion: ["']?)(\d+)/g,
        (_, start, old) => start + (this.#revisions.get(old) ?? old),
      )
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (old) => this.#uids.get(old) ?? old)
      .replace(/local:machine-[a-z0-9]{5}/g, nodeId(this.#clusterId, 'rig-node'))
  }

  /** Brings the cluster into a recorded state: a map of `resource/namespace/name` to objects. */
  async restore(recorded: unknown): Promise<void> {
    const ownersFirst = Object.entries(objectsOf(recorded)).sort(([a], [b]) => Number(isOwned(a)) - Number(isOwned(b)))
    for (const [key, object] of ownersFirst) {
      const path = pathOf(key)
      const there = isObject(object) && isObject(object['metadata']) && object['kind'] !== 'Status'
      if (path && there) await this.put(path, object)
    }
  }

  /** Creates or updates one object. */
  async put({ collection, name }: ObjectPath, object: Json): Promise<void> {
    const path = `${collection}/${name}`
    this.madeOf.delete(documentId(object))
    const wanted = portable(object, this.#uids)
    const { body: today } = await this.#kubernetes.ask('GET', path)
    const there = isObject(today) && today['kind'] !== 'Status'
    const exists = there && sameBirth(today, object)
    if (there && !exists) await this.drop(path)
    const { clock } = this.#kubernetes
    const created = Date.parse(String((object['metadata'] as Json)['creationTimestamp']))
    if (!Number.isNaN(created)) this.#kubernetes.clock = created
    const written = exists
      ? await this.#replace(path, wanted, today)
      : await this.#kubernetes.ask('POST', collection, wanted)
    this.#kubernetes.clock = clock
    if (!isObject(written.body)) return
    const { status: _, ...rest } = written.body
    const { body } = await this.#kubernetes.ask('PUT', `${path}/status`, { ...rest, status: object['status'] ?? {} })
    this.#remember(object, isObject(body) && isObject(body['metadata']) ? body : written.body)
  }

  /** Makes a collection hold exactly these objects, apart from owned ones. */
  async become(collection: string, objects: readonly Json[]): Promise<void> {
    const { body } = await this.#kubernetes.ask('GET', collection)
    const wanted = new Set(objects.map(nameOf))
    for (const item of itemsOf(body)) {
      const owned = (item['metadata'] as Json)['ownerReferences'] !== undefined
      if (!owned && !wanted.has(nameOf(item))) await this.drop(`${collection}/${nameOf(item)}`)
    }
    for (const object of objects) await this.put({ collection, name: nameOf(object) }, object)
  }

  async drop(path: string): Promise<void> {
    await this.#kubernetes.ask('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json')
    await this.#kubernetes.ask('DELETE', path, atOnce)
  }

  #remember(recorded: Json, here: Json): void {
    const [theirs, ours] = [recorded['metadata'] as Json, here['metadata']]
    if (!isObject(ours)) return
    this.#uids.set(String(theirs['uid']), String(ours['uid']))
    this.#revisions.set(String(theirs['resourceVersion']), String(ours['resourceVersion']))
  }

  async #replace(path: string, wanted: Json, today: Json) {
    const { resourceVersion, uid } = today['metadata'] as Json
    const metadata = { ...(wanted['metadata'] as Json), resourceVersion, uid }
    const replaced = await this.#kubernetes.ask('PUT', path, { ...wanted, metadata })
    if (replaced.status < 300) return replaced
    await this.#kubernetes.ask('DELETE', path, atOnce)
    return await this.#kubernetes.ask('POST', path.slice(0, path.lastIndexOf('/')), wanted)
  }

  /** Our versions of the objects that a recording shows afterwards. */
  async observe(recorded: unknown): Promise<Json> {
    const seen: Json = {}
    for (const key of Object.keys(objectsOf(recorded))) {
      const path = pathOf(key)
      if (path) seen[key] = (await this.#kubernetes.ask('GET', `${path.collection}/${path.name}`)).body
    }
    return seen
  }
}

function isOwned(key: string): boolean {
  return /^(replicasets|pods|services)\//.test(key)
}

function itemsOf(body: unknown): Json[] {
  return isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
}

function nameOf({ metadata }: Json): string {
  return String((metadata as Json)['name'])
}

/** A creation timestamp cannot be changed. */
function sameBirth(today: Json, wanted: Json): boolean {
  const [own, recorded] = [today['metadata'] as Json, wanted['metadata'] as Json]
  return recorded['creationTimestamp'] === undefined || own['creationTimestamp'] === recorded['creationTimestamp']
}

function documentId({ kind, metadata }: Json): string {
  const { namespace, name } = metadata as Json
  return `${String(kind).toLowerCase()}:${String(namespace)}:${String(name)}`
}

/** Without what the recorded server wrote itself. */
function portable(object: Json, uids: ReadonlyMap<string, string>): Json {
  const { metadata, status: _, ...rest } = object
  const { name, generateName, namespace, labels, annotations, finalizers, ownerReferences: owners } = metadata as Json
  const ownerReferences = Array.isArray(owners)
    ? owners.filter(isObject).map((owner) => ({ ...owner, uid: uids.get(String(owner['uid'])) ?? owner['uid'] }))
    : undefined
  const apiVersion = rest['apiVersion'] === 'batch/v1beta1' ? 'batch/v1' : (rest['apiVersion'] ?? '')
  const kept = Object.fromEntries(
    Object.entries({ name, generateName, namespace, labels, annotations, finalizers, ownerReferences }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  return { ...rest, ...(apiVersion !== '' && { apiVersion }), metadata: kept }
}
