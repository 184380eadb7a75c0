import { gunzipSync } from 'node:zlib'
import { load } from 'js-yaml'
import type { HttpResponse } from '../../../src/model/http.ts'
import { systemNamespace } from '../../../src/rancher/kubernetes/state.ts'
import { type Difference, differences, isObject } from '../compare.ts'
import { normalize, normalizeHeaders } from './normalize.ts'
import type { RecordedResponse } from '../recording.ts'

type Json = Record<string, unknown>

/** Stands for any HTML. */
const page = '<page>'

/** Our response. */
export interface Answer {
  status: number
  headers: Iterable<readonly [string, string]>
  body: unknown
}

/**
 * Differences between a response and the recording. Special names: a header only ours has (`headers.+x-frame-options`),
 * an item our list cannot have (`unserved.schema.app`), and a resource that waits (`waiting.<for what>`). Additional
 * headers of our pages are ignored.
 */
export function answerDifferences(response: RecordedResponse, answer: Answer, asked: string): Difference[] {
  const recordedHeaders = normalizeHeaders(Object.entries(response.headers))
  const ownHeaders = differences(recordedHeaders, normalizeHeaders(answer.headers), 'headers')
  const { recorded, unserved } = served(ordered(recordedBody(response)), ordered(answer.body))
  const [theirs, ours] = loosened(recorded, ordered(answer.body), asked)
  const body = differences(normalize(theirs, asked), normalize(ours, asked), 'body')
  const isPage = theirs === page && ours === page
  return [
    ...differences(response.status, answer.status, 'status'),
    ...ownHeaders
      .map((one) => (one.recorded === undefined ? { ...one, where: one.where.replace('.', '.+') } : one))
      .filter(({ where }) => !(isPage && where.startsWith('headers.+'))),
    ...unserved,
    ...folded(body, recorded, asked),
  ]
}

/** Types of which a server here has only some, by the field that identifies them. */
const partial = new Set(['schema', 'cluster'])

/** The recorded list without items ours does not have, each of which is one difference. */
function served(recorded: unknown, answered: unknown): { recorded: unknown; unserved: Difference[] } {
  const [theirs, ours] = [itemsOf(recorded), itemsOf(answered)]
  const whole = { recorded, unserved: [] }
  if (!isObject(recorded) || !theirs || !ours || !partial.has(String(recorded['resourceType']))) return whole
  const known = new Map(ours.map((item) => [item['id'], item]))
  const missing = theirs.filter(({ id }) => !known.has(id))
  const { pagination, resourceType } = recorded
  const total = Number((pagination as Json)['total']) - missing.length
  const described = theirs.filter((item) => known.has(item['id']) && isDescribedOnly(item, known.get(item['id'])))
  const data = theirs
    .filter(({ id }) => known.has(id))
    .map((item) => (described.includes(item) ? (known.get(item['id']) as Json) : item))
  return {
    recorded: { ...recorded, pagination: { ...(pagination as Json), total }, data },
    unserved: [...missing, ...described].map(({ id }) => ({
      where: `unserved.${String(resourceType)}${resourceType === 'schema' ? `.${String(id)}` : ''}`,
      recorded: id,
      answered: undefined,
    })),
  }
}

/** A schema served only because others refer to it. */
function isDescribedOnly({ type, collectionMethods }: Json, own: Json | undefined): boolean {
  return type === 'schema' && collectionMethods !== undefined && own?.['collectionMethods'] === undefined
}

function itemsOf(body: unknown): Json[] | undefined {
  return isObject(body) && Array.isArray(body['data']) ? body['data'].filter(isObject) : undefined
}

/** Fields with random or frequently equal values: sorting by them yields no stable order. */
const loose = /[?&]sort=(created|uuid)\b/

/**
 * Two pages of a loosely sorted list, reduced to what must match: both sorted by the field, common items equal. The
 * links to other pages name different items.
 */
function loosened(recorded: unknown, answered: unknown, asked: string): [unknown, unknown] {
  const field = loose.exec(asked)?.[1]
  const [theirs, ours] = [itemsOf(recorded), itemsOf(answered)]
  if (field === undefined || !theirs || !ours || theirs.length !== ours.length) return [recorded, answered]
  const valuesOf = (items: Json[]) => items.map((item) => String(item[field]))
  const alike = field === 'uuid' || valuesOf(theirs).join() === valuesOf(ours).join()
  if (!alike || !isSorted(valuesOf(ours), asked.includes('order=desc'))) return [recorded, answered]
  const common = (items: Json[], others: Json[]) => {
    const both = items.filter(({ id }) => others.some((other) => other['id'] === id))
    return both.sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
  }
  const within = (body: unknown, data: Json[]) => {
    const { limit, total, partial } = (body as { pagination: Json }).pagination
    return { ...(body as Json), pagination: { limit, total, partial }, data }
  }
  return [within(recorded, common(theirs, ours)), within(answered, common(ours, theirs))]
}

function isSorted(values: readonly string[], descending: boolean): boolean {
  return values.every((value, at) => {
    const before = values[at - 1] ?? value
    return descending ? before >= value : before <= value
  })
}

const transition = /^(state|transitioning|transitioningMessage)$/
/** What a cluster gets when it is provisioned. */
const provision = /^(agent\w+|conditions\..*)$/

/** Folds everything that shows a resource is waiting into one difference, per item of a list. */
function folded(found: Difference[], recorded: unknown, asked: string): Difference[] {
  const items = itemsOf(recorded)
  if (!items) return foldedIn('body.', found, recorded, asked)
  return items.reduce((rest, item, at) => foldedIn(`body.data.${at}.`, rest, item, asked), found)
}

/** State, transitioning and its message belong together, along with what a cluster lacks while it waits. */
function foldedIn(prefix: string, found: Difference[], recorded: unknown, asked: string): Difference[] {
  const fieldOf = ({ where }: Difference) => (where.startsWith(prefix) ? where.slice(prefix.length) : '')
  if (!isObject(recorded) || !found.some((one) => transition.test(fieldOf(one)))) return found
  const { state, transitioningMessage, type } = recorded
  const waits = type === 'cluster' && state === 'provisioning'
  const rest = found.filter((one) => !transition.test(fieldOf(one)) && !(waits && provision.test(fieldOf(one))))
  const where = `waiting.${String(state)}.${String(normalize(transitioningMessage, asked))}`
  return [...rest, { where, recorded: state, answered: found.find((one) => fieldOf(one) === 'state')?.answered }]
}

/**
 * One difference if one server refused and the other did not: the rest follows from it. A server error is not a
 * refusal.
 */
export function otherVerdict(
  recorded: RecordedResponse,
  answer: { status: number; body: unknown },
  asked: string,
): Difference | undefined {
  const away = /^Error trying to reach service: /
  if (away.test(String(recorded.body)) && away.test(String(answer.body)) && recorded.status === answer.status) {
    return { where: `outage.${answer.status}`, recorded: recorded.body, answered: answer.body }
  }
  const failed = answer.status >= 500 && answer.status !== 501
  if (answer.status === recorded.status || failed) return undefined
  const refused = answer.status >= 400
  if (!refused && recorded.status < 400) return undefined
  const { status, body } = refused ? answer : recorded
  const { code = '', message = typeof body === 'string' ? body : JSON.stringify(body) } = isObject(body) ? body : {}
  const where = `${refused ? 'refusal' : 'acceptance'}.${status}.${String(code)}`
  return {
    where: `${where}.${String(normalize(String(message), asked))}`,
    recorded: recorded.status,
    answered: answer.status,
  }
}

/** Annotations that controllers write in their own time. */
const byControllers = [
  'field.cattle.io/publicEndpoints',
  'deployment.kubernetes.io/revision',
  'endpoints.kubernetes.io/last-change-trigger-time',
]

/** The part of an object that a write determines; controllers' work is left out. */
export function essence(object: unknown, asked: string): unknown {
  if (!isObject(object)) return object
  const { metadata, spec } = normalize(object, asked) as Record<string, unknown>
  if (!isObject(metadata)) return object
  const { labels, annotations, finalizers } = metadata
  const own = isObject(annotations) ? { ...annotations } : undefined
  for (const key of byControllers) if (own) delete own[key]
  return { labels, annotations: own && Object.keys(own).length > 0 ? own : undefined, finalizers, spec }
}

export async function readBody(answer: HttpResponse): Promise<unknown> {
  const bytes = Buffer.from(await answer.arrayBuffer())
  const plain = answer.headers.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes
  return readText(plain.toString('utf8'), answer.headers.get('content-type') ?? '')
}

/** Parses YAML; only one of Rancher's pages is compared. */
function readText(text: string, contentType: string): unknown {
  if (contentType.startsWith('text/html')) return page
  try {
    return contentType.startsWith('application/yaml') ? load(text) : JSON.parse(text)
  } catch {
    return text
  }
}

/** Sorts keys of the same second, and drops the server's own namespace. */
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
