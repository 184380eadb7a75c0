import type { Fetch } from '../../../src/model/http.ts'
import { isObject } from '../compare.ts'
import type { Json } from './knowledge.ts'
import { send } from './seed.ts'
import type { Change, TimelineAction } from './timeline-actions.ts'

/** Resources a timeline's recorder watched, with their API prefixes. */
export const watched: ReadonlyMap<string, string> = new Map([
  ['deployments', '/apis/apps/v1'],
  ['replicasets', '/apis/apps/v1'],
  ['statefulsets', '/apis/apps/v1'],
  ['daemonsets', '/apis/apps/v1'],
  ['controllerrevisions', '/apis/apps/v1'],
  ['jobs', '/apis/batch/v1'],
  ['cronjobs', '/apis/batch/v1'],
  ['pods', '/api/v1'],
  ['events', '/api/v1'],
  ['endpoints', '/api/v1'],
  ['persistentvolumeclaims', '/api/v1'],
])

interface Identity {
  name: string
  uid: string
}

/** Repeats the recorder's actions on our objects. */
export class Actor {
  readonly #fetch: Fetch
  readonly #namespace: string
  readonly #recorded: readonly Change[]
  readonly #seen: readonly Change[]
  /** By recorded uid: objects created here that were not watched. */
  readonly #unwatched = new Map<string, string>()

  constructor(fetch: Fetch, namespace: string, recorded: readonly Change[], seen: readonly Change[]) {
    this.#fetch = fetch
    this.#namespace = namespace
    this.#recorded = recorded
    this.#seen = seen
  }

  /** Creates or deletes the object, or sets its labels, annotations and spec as recorded. */
  async act({ verb, resource, object, options }: TimelineAction): Promise<void> {
    const collection = `${watched.get(resource) ?? '/api/v1'}/namespaces/${this.#namespace}/${resource}`
    if (verb === 'create') return this.#create(collection, object)
    const where = `${collection}/${this.#nameOf(resource, object)}`
    if (verb === 'delete') await send(this.#fetch, 'DELETE', where, options)
    else await this.#update(where, this.#translated(object))
  }

  async #create(collection: string, object: Json): Promise<void> {
    const { uid, resourceVersion: _version, creationTimestamp: _time, ...metadata } = object['metadata'] as Json
    const { body } = await send(this.#fetch, 'POST', collection, this.#translated({ ...object, metadata }))
    if (isObject(body) && isObject(body['metadata'])) this.#unwatched.set(String(uid), String(body['metadata']['uid']))
  }

  async #update(where: string, wanted: Json): Promise<void> {
    const live = (await send(this.#fetch, 'GET', where)).body
    if (!isObject(live)) return
    const metadata = { ...(live['metadata'] as Json) }
    const recorded = wanted['metadata'] as Json
    for (const name of ['labels', 'annotations']) metadata[name] = withOwn(recorded[name], metadata[name])
    const spec = live['kind'] === 'Pod' ? live['spec'] : wanted['spec']
    await send(this.#fetch, 'PUT', where, { ...live, metadata, spec })
  }

  /** With our uids. */
  #translated(object: Json): Json {
    const uids = new Map(this.#unwatched)
    for (const resource of watched.keys()) {
      const own = identities(this.#seen, resource)
      for (const [index, { uid }] of identities(this.#recorded, resource).entries())
        uids.set(uid, own[index]?.uid ?? uid)
    }
    const text = JSON.stringify(object).replace(
      /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      (uid) => uids.get(uid) ?? uid,
    )
    return JSON.parse(text) as Json
  }

  /** Generated names differ: maps the nth object of a kind to our nth. */
  #nameOf(resource: string, { metadata }: Json): string {
    const { name, uid } = metadata as Identity
    const own = identities(this.#seen, resource)
    if (own.some((one) => one.name === name)) return name
    const index = identities(this.#recorded, resource).findIndex((one) => one.uid === uid)
    return own[index]?.name ?? name
  }
}

/** Objects of a kind in order of appearance. */
function identities(changes: readonly Change[], resource: string): Identity[] {
  return changes
    .filter((change) => change.resource === resource && change.type === 'ADDED')
    .map(({ object }) => object['metadata'] as Identity)
}

/** The recorded labels or annotations, keeping our values of those that controllers write. */
function withOwn(wanted: unknown, live: unknown): Json {
  const ofControllers = (name: string) =>
    /^(deployment\.kubernetes\.io|deprecated|pod-template-hash|controller-)/.test(name)
  const users = Object.entries((wanted ?? {}) as Json).filter(([name]) => !ofControllers(name))
  const own = Object.entries((live ?? {}) as Json).filter(([name]) => ofControllers(name))
  return Object.fromEntries([...users, ...own])
}
