import { load } from 'js-yaml'
import { openCluster } from '../../src/cluster/index.ts'
import { httpRequest, type Fetch } from '../../src/model/http.ts'
import { differences, isObject, type Difference } from './compare.ts'
import { stateBefore } from './kubernetes-before.ts'
import { Knowledge, type Json } from './kubernetes-knowledge.ts'
import {
  inKeyOrder,
  keyOf,
  normalize,
  type Normalization,
  normalizeHeaders,
  withoutAges,
} from './kubernetes-normalize.ts'
import { parseResourcePath, type ResourcePath } from './kubernetes-path.ts'
import { Identities, Seeder, send } from './kubernetes-seed.ts'
import { playTimelines } from './kubernetes-timeline.ts'
import { playWatch } from './kubernetes-watch.ts'
import { isWhole, nameOfRow, shownIn, Witnesses } from './kubernetes-witnesses.ts'
import type { Played, Player } from './player.ts'
import type { Recording, RecordedRequest } from './recording.ts'

/** The recorder numbered each field of the API on its own: these are the first numbers and what they are about. */
const groups = [
  [0, 'kubernetes: discovery and protocol'],
  [157, 'kubernetes: create, validate'],
  [528, 'kubernetes: update, scale, subresources'],
  [620, 'kubernetes: patch, apply'],
  [900, 'kubernetes: timelines'],
  [1000, 'kubernetes: lists, watches, tables'],
  [1300, 'kubernetes: delete'],
  [1401, 'kubernetes: additions'],
] as const

export function groupOf({ number }: Recording): string {
  return groups.findLast(([first]) => number >= first)?.[1] ?? groups[0][1]
}

/** Exchanges with a genuine API server, played against the embedded cluster. */
export const kubernetesPlayer: Player = {
  name: 'kubernetes',
  document: 'docs/differences-from-kubernetes.md',
  recordings: 'test/recordings/kubernetes-1.21',
  accepts: ({ content }) =>
    Object.keys(content.response?.headers ?? {}).some((name) => /^x-kubernetes-pf-/i.test(name)) ||
    (content.request?.headers?.['User-Agent'] ?? '').startsWith('rec/') ||
    (content.request?.headers?.['Host'] === undefined &&
      /^\/(api|apis|version|healthz|readyz|livez|openapi)\b/.test(content.request?.path ?? '')) ||
    (Array.isArray(content['events']) && content.request === undefined),
  async *play(recordings, context) {
    yield* playExchanges(
      recordings.filter(({ content }) => content.request),
      context.filter(({ content }) => content.request),
    )
    yield* playTimelines(
      recordings.filter(({ content }) => !content.request),
      groupOf,
    )
  },
}

async function* playExchanges(recordings: readonly Recording[], context: readonly Recording[]): AsyncGenerator<Played> {
  const judged = new Set(recordings.map(({ file }) => file))
  if (judged.size === 0) return
  // Nothing moves by itself: every state is brought about as it was recorded. The timelines compare the controllers.
  await using cluster = await openCluster({ controllers: false })
  const scene = new Scene(cluster.fetch, namespacesIn(context), new Witnesses(context))
  await scene.furnish()
  for (const [index, recording] of context.entries()) {
    const played = await playSafely(scene, recording, context.slice(index + 1))
    if (judged.has(recording.file)) yield { ...played, recording, group: groupOf(recording) }
    scene.known.learn(recording)
  }
}

/** What goes wrong on the way is a difference of that recording, not the end of the replay. */
async function playSafely(
  scene: Scene,
  recording: Recording,
  later: readonly Recording[],
): Promise<Omit<Played, 'recording' | 'group'>> {
  try {
    return await scene.play(recording, later)
  } catch (error) {
    const { method, path } = recording.content.request ?? { method: '', path: '' }
    const answered = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { request: `${method} ${path}`, differences: [{ where: 'replay', recorded: 'an answer', answered }] }
  }
}

/** Namespaces that have something in them; the others were not there. */
function namespacesIn(recordings: readonly Recording[]): Set<string> {
  const texts = recordings.map(({ content }) => JSON.stringify(content.response?.body ?? ''))
  const inside = texts.flatMap((text) => [...text.matchAll(/"namespace":"([^"]+)"/g)].map((match) => match[1] ?? ''))
  const made = recordings.flatMap(({ content }) =>
    content.response?.status === 201 && /^\/api\/v1\/namespaces(\?|$)/.test(content.request?.path ?? '')
      ? [String(((content.response.body as Json)['metadata'] as Json | undefined)?.['name'])]
      : [],
  )
  return new Set([...inside, ...made])
}

export interface Answer {
  status: number
  headers: Iterable<readonly [string, string]>
  body: unknown
}

/** More versions than the embedded cluster remembers. */
const historyLength = 10_001

/** The embedded cluster while the recordings are played against it in order. */
export class Scene {
  readonly fetch: Fetch
  readonly known = new Knowledge()
  readonly identities = new Identities()
  readonly seeder: Seeder

  readonly #namespaces: ReadonlySet<string>
  readonly #witnesses: Witnesses
  /** Names in the recorded table of which no recording shows the object: nothing can be said of their rows. */
  readonly #unseen = new Set<string>()
  /** When the object that the next request changes was marked for deletion. */
  #deletion: unknown
  /** Of the Deployment that the next request changes. */
  #revision: unknown

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

  /** The recorded server remembered no first versions any more; nor shall this one. */
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
    }
    const found: Difference[] = [
      ...differences(response.status, answer.status, 'status'),
      ...differences(normalizeHeaders(Object.entries(response.headers)), normalizeHeaders(answer.headers), 'headers'),
      ...this.#compareBodies(parseBody(response.body), answer.body, compared, path),
    ]
    this.identities.pair(response.body, answer.body)
    // A definition that goes takes its objects with it; that is the embedded cluster's own work.
    if (request.method === 'DELETE' && path?.resource === 'customresourcedefinitions')
      await new Promise((resolve) => setTimeout(resolve, 50))
    return { request: name, differences: found }
  }

  /** The tag of what is served here, where the recorded one named what was served there. */
  async #tagOf({ method, path, headers }: RecordedRequest): Promise<string | undefined> {
    if (!Object.keys(headers).some((name) => /^if-none-match$/i.test(name))) return undefined
    const { ['If-None-Match']: _tag, ...others } = headers
    const { headers: answered } = await this.fetch(this.toRequest({ method, path, headers: others }))
    return answered.get('etag') ?? undefined
  }

  /** Rebuilds what the exchange needs; false when it had to be guessed. */
  async #prepare(recording: Recording, path: ResourcePath, later: readonly Recording[]): Promise<boolean> {
    const { namespace } = path
    this.#deletion = undefined
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

  /** A custom resource needs its definition: the nearest that a recording shows, where none is served yet. */
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
    this.#deletion = isObject(live) ? (live['metadata'] as Json)['deletionTimestamp'] : undefined
    const annotations = isObject(live) ? (live['metadata'] as Json)['annotations'] : undefined
    this.#revision = isObject(annotations) ? annotations['deployment.kubernetes.io/revision'] : undefined
  }

  /** A list's items are what was there, and all that was there. */
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

  /** Removes what that list shows and the recorded one did not. */
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
    const response = await this.fetch(this.toRequest(request))
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parseBody(text) }
  }

  toRequest({ method, path, headers, body }: RecordedRequest, signal?: AbortSignal) {
    const sent: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers)) {
      if (!/^(authorization|content-length|host|accept-encoding)$/i.test(name)) sent[name] = value
    }
    const length = Number(headers['Content-Length'] ?? 0)
    const text = body === null || body === undefined ? null : typeof body === 'string' ? body : asSent(body, length)
    const translated = text === null ? null : bytesOf(this.#translateBody(long(text)), text, length)
    const url = `http://cluster.test${this.#translatePath(path)}`
    return httpRequest(url, { method, headers: sent, body: translated, signal })
  }

  #translateBody(text: string): string {
    const { versions } = this.identities
    return this.identities
      .translate(text)
      .replace(/("resourceVersion":\s*")(\d+)"/g, (whole, head: string, version: string) =>
        versions.has(version) ? `${head}${versions.get(version)}"` : whole,
      )
      .replace(/("deletionTimestamp":\s*)"[^"]*"/g, (whole, head: string) =>
        typeof this.#deletion === 'string' ? `${head}"${this.#deletion}"` : whole,
      )
      .replace(/("deployment\.kubernetes\.io\/revision":\s*)"\d+"/g, (whole, head: string) =>
        typeof this.#revision === 'string' ? `${head}"${this.#revision}"` : whole,
      )
      .replace(
        /("path":\s*"\/metadata\/resourceVersion",\s*"value":\s*")(\d+)"/g,
        (whole, head: string, version: string) => (versions.has(version) ? `${head}${versions.get(version)}"` : whole),
      )
  }

  #translatePath(path: string): string {
    const { versions } = this.identities
    return this.identities
      .translate(path)
      .replace(/([?&]resourceVersion=)(\d+)/, (whole, head: string, version: string) =>
        versions.has(version) ? `${head}${versions.get(version)}` : whole,
      )
      .replace(/([?&]continue=)([\w%-]+)/, (whole, head: string, token: string) => {
        const own = this.#translateToken(decodeURIComponent(token))
        return own === undefined ? whole : head + encodeURIComponent(own)
      })
  }

  #translateToken(token: string): string | undefined {
    try {
      const decoded = JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv: number }
      const own = this.identities.versions.get(String(decoded.rv))
      if (own === undefined) return undefined
      return Buffer.from(JSON.stringify({ ...decoded, rv: Number(own) })).toString('base64url')
    } catch {
      return undefined
    }
  }

  #compareBodies(
    recorded: unknown,
    answered: unknown,
    options: Normalization,
    path: ResourcePath | undefined,
  ): Difference[] {
    if (typeof recorded === 'string' && recorded.startsWith('[not stored: ')) return []
    const ordered = isPage(recorded, path) ? recorded : inKeyOrder(this.#withoutUnseen(recorded))
    const [common, ours] =
      path?.namespace === undefined && path?.name === undefined
        ? shared(ordered, answered)
        : [ordered, this.#withoutUnseen(answered)]
    return differences(
      normalize(withoutAges(common), options),
      normalize(withoutAges(this.#withRecordedGenerations(ours)), options),
      'body',
    ).filter(({ recorded: theirs }) => !(typeof theirs === 'string' && theirs.includes('<memory>')))
  }

  #withoutUnseen(body: unknown): unknown {
    if (!isObject(body) || !Array.isArray(body['rows']) || this.#unseen.size === 0) return body
    const rows = (body['rows'] as Json[]).filter((row) => !this.#unseen.has(nameOfRow(row)))
    return { ...body, rows }
  }

  #withRecordedGenerations(body: unknown): unknown {
    if (!isObject(body)) return body
    if (Array.isArray(body['items']))
      return { ...body, items: body['items'].map((item) => this.#withRecordedGenerations(item)) }
    if (Array.isArray(body['rows'])) {
      const rows = (body['rows'] as Json[]).map((row) => ({
        ...row,
        object: this.#withRecordedGenerations(row['object']),
      }))
      return { ...body, rows }
    }
    if (!isObject(body['metadata'])) return body
    const { uid, generation } = body['metadata']
    const ahead = this.identities.generations.get(String(uid))
    if (!ahead || typeof generation !== 'number') return body
    return { ...body, metadata: { ...body['metadata'], generation: generation + ahead } }
  }
}

/** What the rules of the differences document can name besides the path. */
function formsOf({ headers }: RecordedRequest): string {
  const asProtobuf = (headers['Accept'] ?? '').startsWith('application/vnd.kubernetes.protobuf')
  const aggregated = headers['Accept']?.includes('as=APIGroupDiscoveryList')
  const fromYaml = headers['Content-Type'] === 'application/yaml'
  return `${asProtobuf ? ' (as protobuf)' : ''}${aggregated ? ' (aggregated)' : ''}${fromYaml ? ' (from YAML)' : ''}`
}

function withOwnTag(request: RecordedRequest, tag: string | undefined): RecordedRequest {
  return tag === undefined ? request : { ...request, headers: { ...request.headers, 'If-None-Match': tag } }
}

/** A part of a list: which part depends on the order in which the store has it. */
function isPage(body: unknown, path: ResourcePath | undefined): boolean {
  const metadata = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {}
  return Boolean(path?.query.get('continue')) || Boolean(metadata['continue'])
}

/** Lists over the whole cluster hold what either cluster has for itself: only the items of both are compared. */
function shared(recorded: unknown, answered: unknown): [unknown, unknown] {
  if (!isObject(recorded) || !isObject(answered)) return [recorded, answered]
  const list = ['items', 'rows'].find((name) => Array.isArray(recorded[name]) && Array.isArray(answered[name]))
  if (!list) return [recorded, answered]
  const names = (body: Json) => new Set((body[list] as unknown[]).map(keyOf))
  const [theirs, ours] = [names(recorded), names(answered)]
  return [
    { ...recorded, [list]: (recorded[list] as unknown[]).filter((item) => ours.has(keyOf(item))) },
    { ...answered, [list]: (answered[list] as unknown[]).filter((item) => theirs.has(keyOf(item))) },
  ]
}

function parseYaml(text: string): unknown {
  try {
    return load(text)
  } catch {
    return text
  }
}

/** The recorder's JSON, which had blanks after commas and colons; the length tells. Decode errors quote it. */
function asSent(body: unknown, length: number): string {
  const spaced = spacedJson(body)
  const compact = JSON.stringify(body)
  return [spaced, compact].find((text) => Buffer.byteLength(text) === length) ?? spaced
}

/** The recorder left out what was too long to keep: one value so long that the body has the length that it noted. */
function long(text: string): string {
  const length = /^\[JSON, (\d+) bytes\]$/.exec(text)?.[1]
  if (length === undefined) return text
  const [head, tail] = ['{"metadata": {"name": "big"}, "data": {"a": "', '"}}']
  const value = 'eHh4'.repeat(Number(length) / 4).slice(0, Number(length) - head.length - tail.length)
  // Base64 of one byte more than a limit ends so; as text it means nothing.
  return `${head}${value.endsWith('eHh4') ? `${value.slice(0, -1)}=` : value}${tail}`
}

/** The recorder noted a body that is no UTF-8 one byte a character. */
function bytesOf(translated: string, text: string, length: number): string | Uint8Array {
  const wasBytes = text.length === length && Buffer.byteLength(text) > length
  return wasBytes ? Buffer.from(text, 'latin1') : translated
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escapeCharacter)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spacedJson(member)}`)
  return `{${members.join(', ')}}`
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function parseBody(text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (/^\w+: /.test(text)) return parseYaml(text)
  if (!/^[[{"]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export { send }
