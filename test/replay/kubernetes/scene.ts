import type { Fetch } from '../../../src/model/http.ts'
import { differences, isObject, type Difference } from '../compare.ts'
import { stateBefore } from './before.ts'
import { compareBodies, isPage, parseBody } from './bodies.ts'
import { Knowledge, type Json } from './knowledge.ts'
import { normalizeHeaders } from './normalize.ts'
import { parseResourcePath, type ResourcePath } from './path.ts'
import { formsOf, RequestWriter } from './requests.ts'
import { Identities, Seeder, send } from './seed.ts'
import { playWatch } from './watch.ts'
import { isWhole, shownIn, type Witnesses } from './witnesses.ts'
import type { Played } from '../player.ts'
import type { Recording, RecordedRequest } from '../recording.ts'

interface Answer {
  status: number
  headers: Iterable<readonly [string, string]>
  body: unknown
}

/** More versions than the embedded cluster keeps. */
const historyLength = 10_001

/** The embedded cluster while recordings are replayed in order. */
export class Scene {
  readonly fetch: Fetch
  readonly known = new Knowledge()
  readonly identities = new Identities()
  readonly seeder: Seeder

  readonly #namespaces: ReadonlySet<string>
  readonly #witnesses: Witnesses
  /** Names in the recorded table whose objects no recording shows; their rows cannot be compared. */
  readonly #unseen = new Set<string>()
  readonly #writer = new RequestWriter(this.identities)

  constructor(fetch: Fetch, namespaces: ReadonlySet<string>, witnesses: Witnesses) {
    this.fetch = fetch
    this.#namespaces = namespaces
    this.#witnesses = witnesses
    this.seeder = new Seeder(fetch, this.identities)
  }

  /** What every recorded cluster had before the first exchange. */
  async furnish(): Promise<void> {
    for (const name of ['default', 'kube-system']) await this.seeder.namespace(name)
    const ports = [{ name: 'https', port: 443, targetPort: 6443 }]
    const kubernetes = { metadata: { name: 'kubernetes' }, spec: { clusterIP: '10.43.0.1', ports } }
    await send(this.fetch, 'POST', '/api/v1/namespaces/default/services', kubernetes)
    await this.#outliveHistory()
    for (const object of this.#witnesses.ofCluster()) {
      const { name } = object['metadata'] as { name: string }
      await this.seeder.bring(`/api/v1/${String(object['kind']).toLowerCase()}s/${name}`, { object }, true)
    }
  }

  /** Compacts the first versions, which the recorded server no longer had either. */
  async #outliveHistory(): Promise<void> {
    const where = '/api/v1/namespaces/default/configmaps/kube-root-ca.crt'
    for (let change = 0; change < historyLength; change += 1)
      await send(this.fetch, 'PATCH', where, { data: { change: String(change) } }, 'application/merge-patch+json')
    await send(this.fetch, 'PATCH', where, { data: { change: null } }, 'application/merge-patch+json')
  }

  async play(recording: Recording, later: readonly Recording[]): Promise<Omit<Played, 'recording' | 'group'>> {
    const { request, response } = recording.content
    if (!request || !response) throw new Error(`${recording.file} is no exchange`)
    const name = `${request.method} ${request.path}${formsOf(request)}`
    const path = parseResourcePath(request.path)
    const certain = path ? await this.#prepare(recording, path, later) : true
    if ('stream' in response) return { request: name, differences: await playWatch(this, recording) }
    const answer = await this.#send(withOwnTag(request, await this.#tagOf(request)))
    const compared = {
      asked: JSON.stringify(request.body ?? ''),
      ownership: certain,
      status: request.method === 'POST' || path?.subresource === 'status',
      path,
      unseen: this.#unseen,
      generations: this.identities.generations,
    }
    const found: Difference[] = [
      ...differences(response.status, answer.status, 'status'),
      ...differences(normalizeHeaders(Object.entries(response.headers)), normalizeHeaders(answer.headers), 'headers'),
      ...compareBodies(parseBody(response.body), answer.body, compared),
    ]
    this.identities.pair(response.body, answer.body)
    // deleting a definition deletes its objects, which the embedded cluster does itself
    if (request.method === 'DELETE' && path?.resource === 'customresourcedefinitions')
      await new Promise((resolve) => setTimeout(resolve, 50))
    return { request: name, differences: found }
  }

  /** Our ETag where the request named the recorded server's. */
  async #tagOf({ method, path, headers }: RecordedRequest): Promise<string | undefined> {
    if (!Object.keys(headers).some((name) => /^if-none-match$/i.test(name))) return undefined
    const { ['If-None-Match']: _tag, ...others } = headers
    const { headers: answered } = await this.fetch(this.#writer.write({ method, path, headers: others }))
    return answered.get('etag') ?? undefined
  }

  /** Rebuilds the required state; false if it was guessed. */
  async #prepare(recording: Recording, path: ResourcePath, later: readonly Recording[]): Promise<boolean> {
    const { namespace } = path
    this.#writer.deletion = undefined
    if (namespace !== undefined && this.#namespaces.has(namespace)) await this.seeder.namespace(namespace)
    await this.#define(path, later)
    const before = stateBefore(recording, path, this.known, later)
    if (!before) {
      await this.#prepareList(recording, path)
      return true
    }
    const answered = recording.content.response?.body as { metadata?: { name?: string } } | undefined
    const where = path.object ?? `${path.collection}/${answered?.metadata?.name ?? ''}`
    if (!where.endsWith('/')) await this.seeder.bring(where, before.state, before.exact ?? before.certain)
    await this.#adopt(recording, where)
    return before.certain
  }

  /** Creates the definition of a custom resource from the nearest recording, if it is not served yet. */
  async #define({ prefix, resource }: ResourcePath, later: readonly Recording[]): Promise<void> {
    const [, group = ''] = /^\/apis\/([^/]+\.[^/]+)\/[^/]+$/.exec(prefix) ?? []
    const collection = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    const where = `${collection}/${resource}.${group}`
    if (group === '' || this.known.get(where) !== undefined) return
    const future = new Knowledge()
    for (const one of later) future.learn(one)
    const found = future.get(where)
    if (!found || found === 'absent') return
    const { metadata: _metadata, status: _status, ...rest } = found.object
    await send(this.fetch, 'POST', collection, { ...rest, metadata: { name: `${resource}.${group}` } })
  }

  async #adopt({ content }: Recording, where: string): Promise<void> {
    const accepted = (content.response?.status ?? 500) < 300
    if (!accepted || !['PUT', 'PATCH', 'DELETE'].includes(content.request?.method ?? '')) return
    const live = (await send(this.fetch, 'GET', where)).body
    this.identities.adopt(content.request?.body, live)
    this.#writer.deletion = isObject(live) ? (live['metadata'] as Json)['deletionTimestamp'] : undefined
    const annotations = isObject(live) ? (live['metadata'] as Json)['annotations'] : undefined
    this.#writer.revision = isObject(annotations) ? annotations['deployment.kubernetes.io/revision'] : undefined
  }

  /** A list shows exactly what existed. */
  async #prepareList({ content, number }: Recording, path: ResourcePath): Promise<void> {
    const { request, response } = content
    const body = response?.body
    if (request?.method !== 'GET' && request?.method !== 'DELETE') return
    const shown = shownIn(body)
    if (!shown || path.name !== undefined) return
    const present = new Set<string>()
    this.#unseen.clear()
    for (const item of shown) {
      const { name, namespace = path.namespace } = (item['metadata'] ?? {}) as Partial<Record<string, string>>
      if (name === undefined) continue
      present.add(`${namespace ?? ''}/${name}`)
      const object = isWhole(item) ? item : this.#witnesses.find(path, item, number)
      const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
      const version = object && isWhole(object) ? String(object['apiVersion']) : ''
      const prefix = version === '' ? path.prefix : version === 'v1' ? '/api/v1' : `/apis/${version}`
      const where = `${prefix}${scope}/${path.resource}/${encodeURIComponent(name)}`
      if (object) await this.seeder.bring(where, { object }, true)
      else this.#unseen.add(name)
    }
    if (path.namespace !== undefined && !isPage(body, path)) await this.removeOthers(path, request.path, present)
  }

  /** Deletes what our list shows and the recorded one did not. */
  async removeOthers(path: ResourcePath, request: string, present: ReadonlySet<string>): Promise<void> {
    const { body } = await send(this.fetch, 'GET', request)
    if (!isObject(body) || !Array.isArray(body['items'])) return
    for (const item of body['items'].filter(isObject)) {
      const { name = '', namespace = '' } = item['metadata'] as Partial<Record<string, string>>
      if (present.has(`${namespace}/${name}`)) continue
      await this.seeder.remove(`${path.collection}/${encodeURIComponent(name)}`, item)
    }
  }

  async #send(request: RecordedRequest): Promise<Answer> {
    const response = await this.fetch(this.#writer.write(request))
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parseBody(text) }
  }

  toRequest(recorded: RecordedRequest, signal?: AbortSignal) {
    return this.#writer.write(recorded, signal)
  }
}

function withOwnTag(request: RecordedRequest, tag: string | undefined): RecordedRequest {
  return tag === undefined ? request : { ...request, headers: { ...request.headers, 'If-None-Match': tag } }
}
