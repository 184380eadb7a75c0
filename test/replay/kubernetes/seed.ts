import { httpRequest, type Fetch } from '../../../src/model/http.ts'
import { differences, isObject } from '../compare.ts'
import type { Json, Known } from './knowledge.ts'
import { normalize } from './normalize.ts'

const base = 'http://cluster.test'

/** Maps the recorded cluster's uids and versions to ours, so that requests can name our objects. */
export class Identities {
  readonly uids = new Map<string, string>()
  readonly versions = new Map<string, string>()
  /** By our uid: how much higher the recorded generation was when the object was rebuilt. */
  readonly generations = new Map<string, number>()

  /** Pairs what both responses have in the same places. */
  pair(recorded: unknown, ours: unknown): void {
    if (Array.isArray(recorded) && Array.isArray(ours)) {
      recorded.forEach((item, index) => this.pair(item, ours[index]))
      return
    }
    if (!isObject(recorded) || !isObject(ours)) return
    for (const [name, value] of Object.entries(recorded)) {
      const own = ours[name]
      if (typeof value !== 'string' || typeof own !== 'string') this.pair(value, own)
      else if (name === 'uid') this.uids.set(value, own)
      else if (name === 'resourceVersion') this.versions.set(value, own)
    }
  }

  /** An accepted request named the current object: maps what it named to the live one. */
  adopt(request: unknown, live: unknown): void {
    if (!isObject(request) || !isObject(live) || live['kind'] === 'Status') return
    const given = request['preconditions'] ?? request['metadata']
    const named = isObject(given) ? given : {}
    const { uid, resourceVersion } = live['metadata'] as Json
    if (typeof named['uid'] === 'string' && typeof uid === 'string') this.uids.set(named['uid'], uid)
    const version = named['resourceVersion']
    if (typeof version === 'string' && version !== '' && version !== '0')
      this.versions.set(version, String(resourceVersion))
  }

  /** A request's text with our uids. */
  translate(text: string): string {
    let translated = text
    for (const [recorded, own] of this.uids) translated = translated.replaceAll(recorded, own)
    return translated
  }
}

export async function send(fetch: Fetch, method: string, path: string, body?: unknown, type = 'application/json') {
  const options = { method, headers: { 'content-type': type, accept: 'application/json' } }
  const response = await fetch(
    httpRequest(base + path, body === undefined ? options : { ...options, body: JSON.stringify(body) }),
  )
  const text = await response.text()
  return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as unknown }
}

/** Brings an object into the state that an exchange requires. */
export class Seeder {
  readonly #fetch: Fetch
  readonly #identities: Identities
  readonly #namespaces = new Set<string>()

  constructor(fetch: Fetch, identities: Identities) {
    this.#fetch = fetch
    this.#identities = identities
  }

  /** Includes what controllers put into a namespace, since none run here. */
  async namespace(name: string): Promise<void> {
    const path = `/api/v1/namespaces/${name}`
    if (this.#namespaces.has(name)) return
    this.#namespaces.add(name)
    await send(this.#fetch, 'POST', '/api/v1/namespaces', { metadata: { name } })
    await send(this.#fetch, 'POST', `${path}/serviceaccounts`, { metadata: { name: 'default' } })
    await send(this.#fetch, 'POST', `${path}/configmaps`, {
      metadata: { name: 'kube-root-ca.crt' },
      data: { 'ca.crt': 'a certificate' },
    })
  }

  async bring(path: string, state: Known, exact: boolean): Promise<void> {
    const { status, body } = await send(this.#fetch, 'GET', path)
    const live = status === 200 && isObject(body) ? body : undefined
    if (state === 'absent') {
      if (live) await this.remove(path, live)
      return
    }
    if (live && (!exact || sameContent(state.object, live))) {
      this.#identities.pair({ metadata: state.object['metadata'] }, { metadata: live['metadata'] })
      return
    }
    if (live && (await this.#change(path, state.object, live))) return
    if (live) await this.remove(path, live)
    await this.#create(path, state.object)
  }

  /** Updates in place if the object is known to be the same one, or cannot be recreated. */
  async #change(path: string, object: Json, live: Json): Promise<boolean> {
    const { uid, managedFields, deletionTimestamp, labels, annotations, finalizers } = object['metadata'] as Json
    const lasting = /\/(namespaces|nodes)\/[^/]+$/.test(path)
    if (!lasting && this.#identities.uids.get(String(uid)) !== (live['metadata'] as Json)['uid']) return false
    if ((deletionTimestamp !== undefined) !== ((live['metadata'] as Json)['deletionTimestamp'] !== undefined))
      return lasting
    const { status: _status, metadata: _metadata, ...content } = object
    const metadata = { ...(live['metadata'] as Json), labels, annotations, finalizers, managedFields }
    const wanted = lasting ? { ...live, metadata } : { ...content, metadata }
    const answer = await this.#put(path, () => wanted)
    if (answer) this.#remember(object, await this.#restore(path, answer, object, managedFields))
    return answer !== undefined || lasting
  }

  /** Retries on conflicts with controllers. */
  async #put(path: string, make: (live: Json) => Json): Promise<Json | undefined> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const current = await send(this.#fetch, 'GET', path)
      if (current.status !== 200) return undefined
      const live = current.body as Json
      const wanted = make(live)
      const { resourceVersion } = live['metadata'] as Json
      const metadata = { ...(wanted['metadata'] as Json), resourceVersion }
      const answer = await send(this.#fetch, 'PUT', path, { ...wanted, metadata })
      if (answer.status === 200) return answer.body as Json
      if (answer.status !== 409) return undefined
    }
    return undefined
  }

  async remove(path: string, live: Json): Promise<void> {
    const metadata = live['metadata'] as Json
    if (live['kind'] === 'Namespace') {
      await send(this.#fetch, 'PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json')
      await send(this.#fetch, 'DELETE', path)
      const marked = (await send(this.#fetch, 'GET', path)).body as Json
      await send(this.#fetch, 'PUT', `${path}/finalize`, { ...marked, spec: { finalizers: [] } })
      this.#namespaces.delete(String(metadata['name']))
      return
    }
    if (metadata['finalizers']) {
      const patch = { metadata: { finalizers: null } }
      await send(this.#fetch, 'PATCH', path, patch, 'application/merge-patch+json')
    }
    await send(this.#fetch, 'DELETE', path, { gracePeriodSeconds: 0, propagationPolicy: 'Background' })
    // a pod with finalizers, or anything else whose deletion is held back
    const rest = await send(this.#fetch, 'GET', path)
    if (
      rest.status === 200 &&
      isObject(rest.body) &&
      isObject(rest.body['metadata']) &&
      rest.body['metadata']['finalizers']
    )
      await send(this.#fetch, 'PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json')
  }

  async #create(path: string, object: Json): Promise<void> {
    const collection = path.slice(0, path.lastIndexOf('/'))
    const { status: _status, ...rest } = object
    const {
      uid: _uid,
      resourceVersion: _version,
      managedFields,
      deletionTimestamp,
      ...metadata
    } = (object['metadata'] ?? {}) as Json
    metadata['name'] ??= decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))
    const given = { ...leastOf(collection), ...rest, metadata }
    const translated: unknown = JSON.parse(this.#identities.translate(JSON.stringify(given)))
    const made = await this.#post(collection, translated)
    if (made.status !== 201 || !isObject(made.body)) return
    let live = made.body
    if (deletionTimestamp !== undefined) {
      const grace = metadata['deletionGracePeriodSeconds']
      const answer = await send(this.#fetch, 'DELETE', path, { gracePeriodSeconds: grace })
      if (isObject(answer.body) && answer.body['kind'] !== 'Status') live = answer.body
    }
    this.#remember(object, await this.#restore(path, live, object, managedFields))
  }

  /** A terminating namespace accepts no objects: recreates it and terminates it afterwards. */
  async #post(collection: string, object: unknown) {
    const answer = await send(this.#fetch, 'POST', collection, object)
    const [namespace] = /^\/api.*?\/namespaces\/[^/]+/.exec(collection) ?? []
    if (answer.status !== 403 || namespace === undefined || !JSON.stringify(answer.body).includes('terminated'))
      return answer
    const path = `/api/v1/namespaces/${namespace.slice(namespace.lastIndexOf('/') + 1)}`
    await this.remove(path, (await send(this.#fetch, 'GET', path)).body as Json)
    await this.namespace(path.slice(path.lastIndexOf('/') + 1))
    const again = await send(this.#fetch, 'POST', collection, object)
    await send(this.#fetch, 'DELETE', path)
    return again
  }

  /** Status and field ownership, which a create ignores. */
  async #restore(path: string, made: Json, object: Json, managedFields: unknown): Promise<Json> {
    let live = made
    if (object['status'] !== undefined) {
      const answer = await send(this.#fetch, 'PUT', `${path}/status`, { ...live, status: object['status'] })
      if (answer.status === 200) live = answer.body as Json
    }
    const owners = managedFields ?? [{}]
    const owned = await this.#put(path, (now) => ({
      ...now,
      metadata: { ...(now['metadata'] as Json), managedFields: owners },
    }))
    live = owned ?? live
    return live
  }

  #remember(object: Json, live: Json): void {
    this.#identities.pair({ metadata: object['metadata'] }, { metadata: live['metadata'] })
    const recorded = (object['metadata'] as Json | undefined)?.['generation']
    const { uid, generation } = live['metadata'] as Json
    if (typeof recorded === 'number' && typeof generation === 'number') {
      this.#identities.generations.set(String(uid), recorded - generation)
    }
  }
}

/** The part of the state that affects an exchange's outcome. */
function sameContent(recorded: Json, live: Json): boolean {
  const content = ({ metadata, ...rest }: Json): unknown => {
    const { labels, annotations, finalizers, managedFields, deletionTimestamp } = metadata as Json
    const deleting = deletionTimestamp !== undefined
    const kept = { labels, annotations, finalizers, managedFields, deleting }
    return normalize({ ...rest, metadata: JSON.parse(JSON.stringify(kept)) }, { asked: '', ownership: true })
  }
  return differences(content(recorded), content(live), '').length === 0
}

const podTemplate = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'nginx:1' }] },
}
const workload = { spec: { selector: { matchLabels: { app: 'a' } }, template: podTemplate } }

/** A minimal object of a collection, if only its presence matters. */
function leastOf(collection: string): Json {
  const least: Record<string, Json> = {
    pods: { spec: podTemplate.spec },
    deployments: workload,
    replicasets: workload,
    daemonsets: workload,
    statefulsets: workload,
    services: { spec: { ports: [{ port: 80 }] } },
    jobs: { spec: { template: { spec: { ...podTemplate.spec, restartPolicy: 'Never' } } } },
    events: { involvedObject: { kind: 'Pod', name: 'x', namespace: collection.split('/').at(-2) } },
  }
  return least[collection.slice(collection.lastIndexOf('/') + 1)] ?? {}
}
