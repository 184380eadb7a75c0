import { gunzipSync } from 'node:zlib'
import { load } from 'js-yaml'
import { httpRequest, type HttpResponse } from '../../src/model/http.ts'
import { imageSettings } from '../../src/rancher/types/setting-defaults.ts'
import { systemNamespace } from '../../src/rancher/state.ts'
import { type Difference, differences, isObject } from './compare.ts'
import type { Played, Player } from './player.ts'
import { normalize, normalizeHeaders } from './rancher-normalize.ts'
import { AccountBook } from './rancher-accounts.ts'
import { factsOf } from './rancher-cluster.ts'
import { admin, World } from './rancher-world.ts'
import type { Recording, RecordedRequest, RecordedResponse } from './recording.ts'

/** Exchanges with a genuine Rancher, played against the v3 server over the embedded cluster. */
export const rancherPlayer: Player = {
  name: 'rancher',
  document: 'docs/differences-from-rancher.md',
  recordings: 'test/recordings/rancher-2.4.3',
  accepts: () => true,
  play,
}

/** The recorded server's own cluster, and the one it managed from afar. */
const clusters = [
  { id: 'c-pz2ff', project: 'p-p9qg5' },
  { id: 'local', project: 'p-wr5kf', system: 'p-4542x' },
] as const

/** The number from which on the recorded server had the variables of the release's image in its environment. */
const restart = 1406

/** What the recorder set at first. */
const ownEnvironment = { 'system-catalog': 'bundled' }

type ClusterId = (typeof clusters)[number]['id']

async function* play(recordings: readonly Recording[], context: readonly Recording[]): AsyncGenerator<Played> {
  const judged = new Set(recordings.map(({ file }) => file))
  const worlds = new Map<ClusterId, Scene>()
  const accounts = new AccountBook(context)
  try {
    for (const recording of context) {
      if (!isExchange(recording)) continue
      const cluster = clusterOf(recording)
      const environment = recording.number < restart ? ownEnvironment : imageSettings
      const scene =
        worlds.get(cluster.id) ?? new Scene(await World.open(cluster, factsOf(cluster.id, context), environment))
      worlds.set(cluster.id, scene)
      await scene.world.run(environment)
      await scene.admit(recording, accounts)
      const whole = wholeListNear(recording, context)
      if (whole) await scene.world.documents.gather(whole)
      const state = nearestState(recording, context)
      const shown = state === undefined ? documentRead(recording) : undefined
      if (shown) await scene.world.documents.make(shown)
      await gatherObjects(scene.world, recording)
      const found = await scene.play(recording, state)
      if (recording.content.response.status < 400)
        await scene.world.objects.restore(recording.content['kubernetes_after'])
      if (judged.has(recording.file)) yield { recording, group: groupOf(recording), ...found }
    }
  } finally {
    for (const { world } of worlds.values()) await world[Symbol.asyncDispose]()
  }
}

type Exchange = Recording & { content: { request: RecordedRequest; response: RecordedResponse } }

/** One request with its answer; timelines and transcripts are read by people. */
function isExchange(recording: Recording): recording is Exchange {
  const { request, response, samples } = recording.content as Recording['content'] & { samples?: unknown }
  const cut = typeof request?.body === 'string' && request.body.endsWith(' bytes]')
  return Boolean(request?.method && request.path && response && response.status > 0 && samples === undefined && !cut)
}

function clusterOf({ content }: Exchange): (typeof clusters)[number] {
  return content.request.path.includes('c-pz2ff') ? clusters[0] : clusters[1]
}

function groupOf({ content, file }: Recording): string {
  const name = content.name ?? file.replace(/^\d+-/, '')
  return `rancher: ${name.split(/[-.]/, 1)[0]}`
}

/** Requests that may change who may call, and with what rights. */
const changesAccounts = /^\/v3\/(tokens?|users?|\w*rolebindings?|\w*roletemplatebindings?)\b|^\/v3-public\//i

const aboutNamespaces = /^\/v3\/clusters?\/[^/]+\/namespaces/i

class Scene {
  readonly world: World
  constructor(world: World) {
    this.world = world
  }

  /** Makes who calls known, with the rights they had, and the time it was. */
  async admit(recording: Exchange, book: AccountBook): Promise<void> {
    const { request, at } = recording.content
    const time = Date.parse(at ?? '')
    if (!Number.isNaN(time)) this.world.clock = time
    await this.world.keeper.keep(book.at(recording, admin))
    if (changesAccounts.test(request.path) && request.method !== 'GET') this.world.keeper.forget()
    if (aboutNamespaces.test(request.path)) {
      await this.world.keeper.keepNamespaces(book.namespacesAt(recording, this.world.server.clusterId))
    }
  }

  async play({ content }: Exchange, state: unknown): Promise<{ request: string; differences: Difference[] }> {
    const { request, response } = content
    await this.world.objects.restore(state)
    await this.world.objects.restore(revisionTaken(content))
    const shown = documentShown(content)
    if (shown) await this.world.documents.show(shown)
    if (isObject(response.body) && response.body['code'] === 'AlreadyExists') await this.#send(request)
    this.world.down = /\bdown-/.test(content.name ?? '')
    const answer = await this.#send(request)
    this.world.down = false
    if (aboutNamespaces.test(request.path)) await this.world.settle()
    const asked = `${request.path}${JSON.stringify(request.body ?? null)}`
    const verdict = otherVerdict(response, answer, asked)
    if (verdict) return { request: `${request.method} ${request.path}`, differences: [verdict] }
    const found = [
      ...differences(response.status, answer.status, 'status'),
      ...differences(normalizeHeaders(Object.entries(response.headers)), normalizeHeaders(answer.headers), 'headers'),
      ...differences(normalize(ordered(recordedBody(response)), asked), normalize(ordered(answer.body), asked), 'body'),
    ]
    const after = content['kubernetes_after']
    if (request.method !== 'GET' && isObject(after)) {
      const seen = await this.world.objects.observe(after)
      for (const key of Object.keys(seen)) {
        found.push(...differences(essence(after[key], asked), essence(seen[key], asked), `kubernetes.${key}`))
      }
    }
    return { request: `${request.method} ${request.path}`, differences: found }
  }

  async #send(request: RecordedRequest) {
    const { headers } = request
    const { body } = request
    const plain = body === null || body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const text = plain === null ? null : this.world.objects.translate(plain)
    const host = request.headers['Host'] ?? '127.0.0.1:8443'
    const sent = httpRequest(`https://${host}${request.path}`, { method: request.method, headers, body: text })
    const answer = await this.world.server.fetch(sent)
    return { status: answer.status, headers: answer.headers, body: await readBody(answer) }
  }
}

/**
 * What was there before an exchange: recorded with it, or with the nearest exchange about the same workload that fits what
 * was answered, since recordings in between may be missing.
 */
function nearestState(recording: Exchange, context: readonly Recording[]): unknown {
  const own = recording.content['kubernetes_before'] ?? stateRead(recording.content)
  if (own !== undefined) return own
  const { request, response } = recording.content
  const shown = response.body
  if (request.method !== 'GET' || !isObject(shown) || typeof shown['id'] !== 'string') return undefined
  const found = candidates(shown['id'], context).filter(({ object }) => fits(object, shown))
  const [nearest] = found.sort((a, b) => Math.abs(a.number - recording.number) - Math.abs(b.number - recording.number))
  return nearest && { [nearest.key]: nearest.object }
}

const workloadList =
  /^\/v3\/project\/([^/]+)\/(workloads|deployments|statefulsets|daemonsets|jobs|cronjobs|replicasets|replicationcontrollers)(\?|$)/i

/** The documents of all workloads of the project around the time of a list: recorded lists that were not cut. */
function wholeListNear(recording: Exchange, context: readonly Recording[]): Record<string, unknown>[] | undefined {
  const { request, response } = recording.content
  const project = workloadList.exec(request.path)?.[1]
  if (request.method !== 'GET' || response.status !== 200 || project === undefined) return undefined
  const own = isObject(response.body) ? response.body['data'] : undefined
  if (/\/workloads$/i.test(request.path) && Array.isArray(own)) return own.filter(isObject)
  const documents = new Map<string, { document: Record<string, unknown>; distance: number }>()
  const totals: { total: number; distance: number }[] = []
  for (const { number, content } of context) {
    const distance = Math.abs(number - recording.number)
    if (distance > 80 || workloadList.exec(content.request?.path ?? '')?.[1] !== project) continue
    const { body } = content.response ?? {}
    if (!isObject(body) || !Array.isArray(body['data'])) continue
    const { total } = body['pagination'] as { total?: number }
    if (/\/workloads(\?(limit|sort|order|marker|page|offset)|$)/i.test(content.request?.path ?? '')) {
      totals.push({ total: total ?? 0, distance })
    }
    for (const document of body['data'].filter(isObject)) {
      const known = documents.get(String(document['id']))
      if (!known || known.distance > distance) documents.set(String(document['id']), { document, distance })
    }
  }
  const [nearest] = totals.sort((a, b) => a.distance - b.distance)
  return nearest?.total === documents.size ? [...documents.values()].map(({ document }) => document) : undefined
}

/** What a plain read answered: all that is known of what was there. */
function documentRead({ content: { request, response } }: Exchange): Record<string, unknown> | undefined {
  const { body } = response
  const plain = request.method === 'GET' && response.status === 200 && isObject(body) && body['baseType'] === 'workload'
  return plain && /\/workloads\/[^/]+$/i.test(request.path.split('?', 1)[0] ?? '') ? body : undefined
}

const objectList = /^\/v3\/project\/[^/]+\/(services|pods)(?:\/([^/?:]+:[^/?:]+))?(?:\?(.*))?$/i

/** The services or pods that a whole list shows, or the one that was asked for: no recording shows the objects. */
async function gatherObjects(world: World, { content: { request, response } }: Exchange): Promise<void> {
  const found = objectList.exec(request.path)
  if (!found || response.status !== 200 || !isObject(response.body)) return
  const plural = found[1]?.toLowerCase() === 'pods' ? 'pods' : 'services'
  const { data, namespaceId } = response.body
  const documents = (Array.isArray(data) ? data : [response.body]).filter(isObject)
  if (found[2] === undefined) {
    const asked = new URLSearchParams(found[3]).get('namespaceId')
    const namespaces = asked === null ? ['default', 'team-a', 'team-b'] : [asked]
    if (request.method === 'GET') await world.documents.gatherObjects(plural, documents, namespaces)
  } else if (namespaceId !== undefined && request.method !== 'POST') {
    await world.documents.gatherObjects(plural, documents, [])
  }
}

/** The workload as the answer shows it: its status had come there when the answer was given. */
function documentShown({
  request,
  response: { status, body },
}: Exchange['content']): Record<string, unknown> | undefined {
  const aboutOne = /\/workloads\/[^/?]+(\?|$)/i.test(request.path) && !request.path.includes('action=')
  const fits = aboutOne && status === 200 && isObject(body) && body['baseType'] === 'workload'
  return fits && body['removed'] === undefined ? body : undefined
}

interface Candidate {
  number: number
  key: string
  object: Record<string, unknown>
}

function candidates(id: string, context: readonly Recording[]): Candidate[] {
  const [kind, namespace, name] = id.split(':')
  const key = `${kind}s/${namespace}/${name}`
  return context.flatMap(({ number, content }) =>
    ['kubernetes_before', 'kubernetes_after'].flatMap((side) => {
      const map = content[side]
      const object = isObject(map) ? map[key] : undefined
      return isObject(object) ? [{ number, key, object }] : []
    }),
  )
}

/** Whether the object may be what the document was read from. */
function fits(object: Record<string, unknown>, document: Record<string, unknown>): boolean {
  const { metadata, spec, status } = object
  if (!isObject(metadata) || !isObject(spec) || metadata['uid'] !== document['uuid']) return false
  const template = spec['template']
  const containers = isObject(template) && isObject(template['spec']) ? template['spec']['containers'] : undefined
  const images = (list: unknown) =>
    Array.isArray(list)
      ? list
          .filter(isObject)
          .map(({ image }) => image)
          .join()
      : ''
  const replicas = isObject(status) ? (status['replicas'] ?? 0) : 0
  const shown = document['deploymentStatus']
  return (
    images(containers) === images(document['containers']) &&
    (spec['replicas'] ?? null) === (document['scale'] ?? null) &&
    (spec['paused'] ?? false) === (document['paused'] ?? false) &&
    (!isObject(shown) || shown['replicas'] === replicas) &&
    publishes(object) === Array.isArray(document['publicEndpoints'])
  )
}

/** An object that was read as Kubernetes has it. */
function rawRead({ request, response: { status, body } }: Exchange['content']): unknown {
  const plain = request.method === 'GET' && status === 200 && isObject(body) && isObject(body['metadata'])
  return plain && workloadKinds.has(String(body['kind'])) ? body : undefined
}

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'])

function publishes({ metadata }: Record<string, unknown>): boolean {
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined
  const text = isObject(annotations) ? annotations['field.cattle.io/publicEndpoints'] : undefined
  return typeof text === 'string' && text.startsWith('[{')
}

/** What a read shows was there when it was read. */
function stateRead({ request, ...content }: Exchange['content']): unknown {
  const after = content['kubernetes_after'] ?? rawRead({ request, ...content })
  const unchanged = request.method === 'GET' || content.response.status >= 400
  if (!unchanged || !isObject(after)) return undefined
  if (!('kind' in after)) return after
  const { namespace, name } = after['metadata'] as Record<string, unknown>
  return { [`${String(after['kind']).toLowerCase()}s/${String(namespace)}/${String(name)}`]: after }
}

/**
 * A refusal of ours where the recorded server did something else, or the other way round, in one line: the rest follows from
 * it. A failure of the server is no refusal.
 */
function otherVerdict(
  recorded: RecordedResponse,
  answer: { status: number; body: unknown },
  asked: string,
): Difference | undefined {
  const text = JSON.stringify(recorded.body ?? '')
  if (
    answer.status === 503 &&
    recorded.status !== 503 &&
    (recorded.status === 502 || /connection refused|agent to connect/.test(text))
  ) {
    return { where: `outage.${recorded.status}`, recorded: recorded.status, answered: answer.status }
  }
  if (answer.status === recorded.status || answer.status >= 500) return undefined
  const refused = answer.status >= 400
  if (!refused && recorded.status < 400) return undefined
  const { status, body } = refused ? answer : recorded
  const { code = '', message = body } = isObject(body) ? body : {}
  const where = `${refused ? 'refusal' : 'acceptance'}.${status}.${String(code)}`
  return {
    where: `${where}.${String(normalize(String(message), asked))}`,
    recorded: recorded.status,
    answered: answer.status,
  }
}

/** A rollback that was carried out took the pod spec of a ReplicaSet that was there. */
function revisionTaken({ request, response, ...content }: Exchange['content']): unknown {
  const { body } = request
  const id = isObject(body) ? JSON.stringify(body['replicaSetId'] ?? '').replaceAll('"', '') : ''
  const found = /workloads\/deployment:([^:]+):([^?]+)\?action=rollback/.exec(request.path)
  const after = content['kubernetes_after']
  if (!found || response.status !== 200 || !isObject(after)) return undefined
  const [, namespace, name] = id.split(':')
  const deployment = after[`deployments/${found[1]}/${found[2]}`]
  if (!isObject(deployment) || !isObject(deployment['spec']) || namespace !== found[1]) return undefined
  const { selector, template } = deployment['spec']
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: found[2], controller: true }
  const { uid } = deployment['metadata'] as Record<string, unknown>
  const metadata = { name, namespace, ownerReferences: [{ ...owner, uid }] }
  const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { replicas: 0, selector, template } }
  return { [`replicasets/${namespace}/${name}`]: replicaSet }
}

/** Annotations that come and change when controllers get to it. */
const byControllers = [
  'field.cattle.io/publicEndpoints',
  'deployment.kubernetes.io/revision',
  'endpoints.kubernetes.io/last-change-trigger-time',
]

/** Of an object afterwards what a write decides: controllers' work comes at its own pace. */
function essence(object: unknown, asked: string): unknown {
  if (!isObject(object)) return object
  const { metadata, spec } = normalize(object, asked) as Record<string, unknown>
  if (!isObject(metadata)) return object
  const { labels, annotations, finalizers } = metadata
  const own = isObject(annotations) ? { ...annotations } : undefined
  for (const key of byControllers) if (own) delete own[key]
  return { labels, annotations: own && Object.keys(own).length > 0 ? own : undefined, finalizers, spec }
}

async function readBody(answer: HttpResponse): Promise<unknown> {
  const bytes = Buffer.from(await answer.arrayBuffer())
  const plain = answer.headers.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes
  return readText(plain.toString('utf8'), answer.headers.get('content-type') ?? '')
}

/** YAML as what it says; of Rancher's pages only that one was answered. */
function readText(text: string, contentType: string): unknown {
  if (contentType.startsWith('text/html')) return '<page>'
  try {
    return contentType.startsWith('application/yaml') ? load(text) : JSON.parse(text)
  } catch {
    return text
  }
}

/** Keys of the same second come in any order, and the namespace of the server itself is its own. */
function ordered(body: unknown): unknown {
  if (!isObject(body) || !Array.isArray(body['data'])) return body
  const items = body['data'].filter(isObject)
  if (body['resourceType'] === 'token') {
    return { ...body, data: items.sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1)) }
  }
  const foreign = items.filter(({ id, type }) => type !== 'namespace' || id !== systemNamespace)
  if (foreign.length === items.length) return body
  const pagination = body['pagination'] as { total: number }
  return { ...body, pagination: { ...pagination, total: pagination.total - 1 }, data: foreign }
}

function recordedBody({ headers, body }: RecordedResponse): unknown {
  return typeof body === 'string' ? readText(body, headers['Content-Type'] ?? '') : body
}
