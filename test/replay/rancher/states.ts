import { isObject } from '../compare.ts'
import type { Exchange, Recording } from '../recording.ts'
import type { ListedPlural } from './made.ts'
import { objectsOf } from './objects.ts'
import type { World } from './world.ts'

type Json = Record<string, unknown>

/**
 * The state before an exchange: its own, or that of the nearest exchange about the same workload that is consistent
 * with the response, since recordings in between may be missing.
 */
export function nearestState(recording: Exchange, context: readonly Recording[]): unknown {
  const own = recording.content['kubernetes_before'] ?? stateRead(recording.content)
  if (own !== undefined) return own
  const undone = beforeChange(recording, context)
  if (undone !== undefined) return undone
  const { request, response } = recording.content
  const shown = response.body
  if (request.method !== 'GET' || !isObject(shown) || typeof shown['id'] !== 'string') return undefined
  const found = candidates(shown['id'], context).filter(({ object }) => fits(object, shown))
  const fitting = nearest(found, recording.number)
  return fitting && { [fitting.key]: fitting.object }
}

const workloadList =
  /^\/v3\/project\/([^/]+)\/(workloads|deployments|statefulsets|daemonsets|jobs|cronjobs|replicasets|replicationcontrollers)(\?|$)/i

/** Documents of all workloads of the project around the time of a list, from unpaged lists. */
export function wholeListNear(recording: Exchange, context: readonly Recording[]): Json[] | undefined {
  const { request, response } = recording.content
  const project = workloadList.exec(request.path)?.[1]
  if (request.method !== 'GET' || response.status !== 200 || project === undefined) return undefined
  const own = isObject(response.body) ? response.body['data'] : undefined
  if (/\/workloads(\?namespaceId=[^&]+)?$/i.test(request.path) && Array.isArray(own)) return own.filter(isObject)
  const documents = new Map<string, { document: Json; distance: number }>()
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

/** The document returned by a plain read. */
export function documentRead({ content: { request, response } }: Exchange): Json | undefined {
  const { body } = response
  const plain = request.method === 'GET' && response.status === 200 && isObject(body) && body['baseType'] === 'workload'
  return plain && /\/workloads\/[^/]+$/i.test(request.path.split('?', 1)[0] ?? '') ? body : undefined
}

/** The ReplicaSets shown by the link `revisions`. */
export function revisionsRead({ content: { request, response } }: Exchange): Json[] {
  const { body } = response
  const shown = request.method === 'GET' && request.path.endsWith('/revisions') && response.status === 200
  return shown && isObject(body) && Array.isArray(body['data']) ? body['data'].filter(isObject) : []
}

const objectList =
  /^\/v3\/project\/[^/]+\/(services?|dnsrecords?|pods?|namespaced\w+|persistentvolumeclaims?)(?:\/([^/?:]+:[^/?:]+))?(?:\?(.*))?$/i

const plurals: readonly [RegExp, ListedPlural][] = [
  [/^pods?$/i, 'pods'],
  [/^(service|dnsrecord)s?$/i, 'services'],
  [/^persistentvolumeclaims?$/i, 'persistentvolumeclaims'],
  [/^namespaced/i, 'secrets'],
]

/** The Kubernetes collection behind a v3 type, by its id or plural. */
export function pluralOf(type: string): ListedPlural | undefined {
  return plurals.find(([pattern]) => pattern.test(type))?.[1]
}

/** Creates the objects that a list or read shows, since no recording shows them directly. */
export async function gatherObjects(world: World, { content: { request, response } }: Exchange): Promise<void> {
  const found = objectList.exec(request.path)
  if (!found || response.status !== 200 || !isObject(response.body)) return
  const plural = pluralOf(found[1] ?? '')
  if (!plural) return
  const { data, namespaceId } = response.body
  const documents = (Array.isArray(data) ? data : [response.body]).filter(isObject)
  if (found[2] === undefined) {
    const asked = new URLSearchParams(found[3]).get('namespaceId')
    const others = unseen(response.body)
    const shown = [...documents.map(({ id }) => String(id)), ...others].map((id) => id.slice(0, id.indexOf(':')))
    const namespaces = asked === null ? new Set(['default', 'team-a', 'team-b', ...shown]) : [asked]
    if (request.method === 'GET') await world.documents.gatherObjects(plural, documents, namespaces, others)
  } else if (namespaceId !== undefined && request.method !== 'POST') {
    await world.documents.gatherObjects(plural, documents, [])
  }
}

/**
 * Ids for list items beyond the first page. The response names only the first items of the next and the last page, and
 * the total; the others get ids in between.
 */
function unseen({ pagination, data }: Json): string[] {
  const { next, last, total = 0, limit = 0 } = (pagination ?? {}) as Page
  const shown = Array.isArray(data) ? data.filter(isObject).map(({ id }) => String(id)) : []
  const markers = [next, last].map((url) => (url === undefined ? null : new URL(url).searchParams.get('marker')))
  const ids = [...new Set(markers)].filter((id) => id !== null && !shown.includes(id)) as string[]
  const missing = total - shown.length - ids.length
  const [first, final] = ids
  if (first === undefined || missing < 0) return ids
  const after = final === undefined ? missing : Math.min(limit - 1, missing)
  const between = missing - after
  return [...ids, ...names(first, between), ...names(final ?? first, after)]
}

interface Page {
  next?: string
  last?: string
  total?: number
  limit?: number
}

function names(after: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${after}-${String(at).padStart(4, '0')}`)
}

const proxiedList = /^\/k8s\/clusters\/[^/]+(\/apis?\/.*)\/namespaces\/([^/]+)\/([a-z]+)(?:\?.*)?$/

/** Creates what a list through the Kubernetes door shows of a namespace: objects or a table of them. */
export async function gatherListed(world: World, recording: Exchange, context: readonly Recording[]): Promise<void> {
  const { request, response } = recording.content
  const [, group = '', namespace = '', plural = ''] = proxiedList.exec(request.path) ?? []
  const { body } = response
  if (plural === '' || request.method !== 'GET' || response.status !== 200 || !isObject(body)) return
  const objects = listedObjects(recording, context, `${plural}/${namespace}`)
  if (objects) await world.objects.become(`${group}/namespaces/${namespace}/${plural}`, objects)
}

function listedObjects(recording: Exchange, context: readonly Recording[], place: string): Json[] | undefined {
  const { items, rows, kind } = recording.content.response.body as Json
  if (Array.isArray(items)) {
    const own = {
      kind: String(kind).replace(/List$/, ''),
      apiVersion: (recording.content.response.body as Json)['apiVersion'],
    }
    return items.filter(isObject).map((item) => ({ ...own, ...item }))
  }
  if (!Array.isArray(rows)) return undefined
  const found = rows.filter(isObject).map(({ object, cells }) => {
    const { name, uid } = (object as { metadata: Json }).metadata
    const known = statesOf(context, `${place}/${String(name)}`).filter(({ object: one }) =>
      tableFits(one, uid, cells as unknown[]),
    )
    return nearest(known, recording.number)?.object
  })
  const known = found.filter((one) => one !== undefined)
  return known.length === found.length ? known : undefined
}

/** Whether a table's row may be of the object: its images are a cell. */
function tableFits({ metadata, spec }: Json, uid: unknown, cells: readonly unknown[]): boolean {
  const { template } = (spec ?? {}) as { template?: { spec: Json } }
  return (metadata as Json)['uid'] === uid && (!template || cells.includes(imagesOf(template.spec['containers'])))
}

/** The workload as the response shows it, with its status at that time. */
export function documentShown({ request, response: { status, body } }: Exchange['content']): Json | undefined {
  const aboutOne = /\/workloads\/[^/?]+(\?|$)/i.test(request.path) && !request.path.includes('action=')
  const fits = aboutOne && status === 200 && isObject(body) && body['baseType'] === 'workload'
  return fits && body['removed'] === undefined ? body : undefined
}

interface Candidate {
  number: number
  key: string
  object: Json
}

function candidates(id: string, context: readonly Recording[]): Candidate[] {
  const [kind, namespace, name] = id.split(':')
  return statesOf(context, `${kind}s/${namespace}/${name}`)
}

/** Every recorded state of one object. */
function statesOf(context: readonly Recording[], key: string): Candidate[] {
  return context.flatMap(({ number, content }) =>
    ['kubernetes_before', 'kubernetes_after'].flatMap((side) => {
      const object = objectsOf(content[side])[key]
      return isObject(object) ? [{ number, key, object }] : []
    }),
  )
}

function nearest(found: readonly Candidate[], number: number): Candidate | undefined {
  return [...found].sort((a, b) => Math.abs(a.number - number) - Math.abs(b.number - number))[0]
}

/**
 * The state before a change of which only the result is recorded: the result without the request's effect. A held-back
 * deletion left its mark; images that a document wrote were different before.
 */
function beforeChange({ number, content }: Exchange, context: readonly Recording[]): unknown {
  const { request, response } = content
  const after = Object.entries(objectsOf(content['kubernetes_after'])).filter(([, object]) => isObject(object))
  if (after.length !== 1 || response.status !== 200) return undefined
  const [key, object] = after[0] as [string, Json]
  if (request.method === 'DELETE') {
    const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = object['metadata'] as Json
    return { [key]: { ...object, metadata } }
  }
  if (request.method !== 'PUT' || !/\/workloads\/[^/]+$/i.test(request.path)) return undefined
  const earlier = nearest(
    statesOf(context, key).filter((one) => one.number < number),
    number,
  )
  return { [key]: withImages(object, imagesByName(earlier?.object)) }
}

function withImages(object: Json, images: ReadonlyMap<unknown, unknown>): Json {
  const copy = JSON.parse(JSON.stringify(object)) as Json
  for (const container of containersOf(copy)) container['image'] = images.get(container['name']) ?? 'before:1'
  return copy
}

function imagesByName(object: Json | undefined): Map<unknown, unknown> {
  return new Map(containersOf(object).map(({ name, image }) => [name, image]))
}

function containersOf(object: Json | undefined): Json[] {
  const { template } = (object?.['spec'] ?? {}) as { template?: { spec?: Json } }
  const containers = template?.spec?.['containers']
  return Array.isArray(containers) ? containers.filter(isObject) : []
}

function imagesOf(list: unknown): string {
  return Array.isArray(list)
    ? list
        .filter(isObject)
        .map(({ image }) => image)
        .join()
    : ''
}

/** Whether the document may have been read from the object. */
function fits(object: Json, document: Json): boolean {
  const { metadata, spec, status } = object
  if (!isObject(metadata) || !isObject(spec) || metadata['uid'] !== document['uuid']) return false
  const template = spec['template']
  const containers = isObject(template) && isObject(template['spec']) ? template['spec']['containers'] : undefined
  const replicas = isObject(status) ? (status['replicas'] ?? 0) : 0
  const shown = document['deploymentStatus']
  return (
    imagesOf(containers) === imagesOf(document['containers']) &&
    (spec['replicas'] ?? null) === (document['scale'] ?? null) &&
    (spec['paused'] ?? false) === (document['paused'] ?? false) &&
    (!isObject(shown) || shown['replicas'] === replicas) &&
    publishes(object) === Array.isArray(document['publicEndpoints'])
  )
}

/** An object read in Kubernetes' format. */
function rawRead({ request, response: { status, body } }: Exchange['content']): unknown {
  const plain = request.method === 'GET' && status === 200 && isObject(body) && isObject(body['metadata'])
  return plain && rebuilt.has(String(body['kind'])) ? body : undefined
}

const rebuilt = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'])

function publishes({ metadata }: Json): boolean {
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined
  const text = isObject(annotations) ? annotations['field.cattle.io/publicEndpoints'] : undefined
  return typeof text === 'string' && text.startsWith('[{')
}

/** A read shows the state at that time. */
function stateRead({ request, ...content }: Exchange['content']): unknown {
  const after = content['kubernetes_after'] ?? rawRead({ request, ...content })
  const unchanged = request.method === 'GET' || content.response.status >= 400
  if (!unchanged || !isObject(after)) return undefined
  if (!('kind' in after)) return after
  const { namespace, name } = after['metadata'] as Json
  return { [`${String(after['kind']).toLowerCase()}s/${String(namespace)}/${String(name)}`]: after }
}

/** The ReplicaSet whose pod spec a rollback restored. */
export function revisionTaken({ request, response, ...content }: Exchange['content']): unknown {
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
  const { uid } = deployment['metadata'] as Json
  const metadata = { name, namespace, ownerReferences: [{ ...owner, uid }] }
  const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { replicas: 0, selector, template } }
  return { [`replicasets/${namespace}/${name}`]: replicaSet }
}
