import { isObject, rewrite } from '../compare.ts'
import type { Json } from './knowledge.ts'

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g
/** A random suffix, a pod-template-hash, or both, in Kubernetes' alphabet. */
const generated = /-(?:[bcdfghjklmnpqrstvwxz2456789]{5,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5,10}(?![0-9a-z])/g
const podOrServiceIp = /\b10\.4[0-9]\.\d+\.\d+\b/g

/** Field managers of a cluster's own components, which are a single process in the recordings. */
const clusterManagers = /^(k3s|kubelet|fake-kubelet|python-requests|kube-.*|drover.*)$/

/** How to make one response comparable. */
export interface Normalization {
  /** Text of the request: node ports and addresses it names are compared. */
  asked: string
  /** Whether field ownership is compared. */
  ownership: boolean
  /**
   * Whether statuses that controllers keep writing during the exchange are compared; the timelines do. Default true.
   */
  status?: boolean
}

const kindsWithControllers = /^(Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|Pod|Endpoints)$/

/** Replaces what necessarily differs between two clusters. */
export function normalize(body: unknown, { asked, ownership, status = true }: Normalization): unknown {
  const moving = !status && isObject(body) && kindsWithControllers.test(String(body['kind']).replace(/List$/, ''))
  return rewrite(inSortedCauses(body), (value, path) => {
    const name = path.at(-1) ?? ''
    if (moving && name === 'status' && (path.length === 1 || path[0] === 'items')) return undefined
    if (!ownership && name === 'ownerReferences') return undefined
    if (!status && isObject(body) && body['kind'] === 'Scale' && path.join('.') === 'status.replicas') return undefined
    // the controller writes it milliseconds later; the timelines compare it
    if (name.endsWith('deployment.kubernetes.io/revision')) return undefined
    if (/^(f:)?annotations$/.test(name) && isOnlyRevision(value)) return undefined
    if (
      name === 'f:metadata' &&
      isOnlyRevision((value as Json)['f:annotations']) &&
      Object.keys(value as Json).length === 1
    ) {
      return undefined
    }
    if (name === 'metadata' && isObject(value) && typeof value['generateName'] === 'string' && isRandom(value))
      return { ...value, name: `${String(value['name']).slice(0, -5)}<generated>` }
    if (name === 'managedFields' && Array.isArray(value)) return ownership ? userEntries(value) : undefined
    if (name === 'resourceVersion' && typeof value === 'string' && value !== '') return '<version>'
    if (name === 'serverAddress') return '<address>'
    if (name === 'continue' && typeof value === 'string') return value === '' ? undefined : normalizeToken(value)
    if (name === 'nodePort' || name === 'healthCheckNodePort') return asked.includes(String(value)) ? value : '<port>'
    return typeof value === 'string' ? normalizeText(value, name, asked) : value
  })
}

interface Cause {
  field?: string
  message: string
}

/** Causes from a Go map come in random order: sorts neighbours of the same field. */
function inSortedCauses(body: unknown): unknown {
  if (!isObject(body) || body['kind'] !== 'Status' || !isObject(body['details'])) return body
  const causes = body['details']['causes'] as Cause[] | undefined
  const head = /^.*? is invalid: /s.exec(String(body['message']))?.[0]
  if (!Array.isArray(causes) || head === undefined || body['message'] !== head + textOf(causes)) return body
  const place = ({ field = '' }: Cause): string => field.replace(/\[[^[\]]*[^\d[\]][^[\]]*\]$/, '')
  const sorted: Cause[] = []
  for (let start = 0; start < causes.length;) {
    const first = causes[start] as Cause
    const end = causes.findIndex((cause, index) => index > start && place(cause) !== place(first))
    const group = causes.slice(start, end < 0 ? undefined : end)
    sorted.push(...group.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)))
    start += group.length
  }
  return { ...body, message: head + textOf(sorted), details: { ...body['details'], causes: sorted } }
}

function textOf(causes: readonly Cause[]): string {
  const texts = [...new Set(causes.map(({ field = '', message }) => `${field}: ${message}`))]
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`
}

function isRandom({ name, generateName }: Json): boolean {
  return typeof name === 'string' && name.length > 5 && String(generateName).startsWith(name.slice(0, -5))
}

function isOnlyRevision(value: unknown): boolean {
  return (
    isObject(value) && Object.keys(value).every((name) => /^(\.|(f:)?deployment\.kubernetes\.io\/revision)$/.test(name))
  )
}

function normalizeText(text: string, name: string, asked: string): string {
  if (/^(pod-template-hash|controller-revision-hash)$/.test(name)) return '<hash>'
  if (name === 'ca.crt') return '<certificate>'
  const plain = text
    .replace(uid, '<uid>')
    .replace(time, '<time>')
    .replace(generated, '-<generated>')
    .replace(/^(too old resource version: \d+) \(\d+\)/, '$1 (<version>)')
    .replace(/((?:resourceVersion|generation)\\*":\\*"?)\d+/g, '$1<version>')
    .replace(/(ResourceVersion in record) \(\d+\)/, '$1 (<version>)')
    .replace(/, current: \d+$/, ', current: <version>')
    .replace(/\{0xc[0-9a-f]+ [^}]*\}\}/g, '<memory>')
    .replace(/\n[\s\u00a0]*core\.PodSpec\{[^]*$/, '')
    .replace(/(Invalid value: )"\{\\"apiVersion.*\}": /s, '$1<object>: ')
  return plain.replace(podOrServiceIp, (address) => (asked.includes(address) ? address : '<address>'))
}

function userEntries(entries: unknown[]): unknown {
  const users = entries.filter(isObject).filter(({ manager }) => !clusterManagers.test(String(manager)))
  const named = users.map((entry) => ({ ...entry, time: '<time>' }))
  const key = (entry: Json) =>
    `${String(entry['operation'])} ${String(entry['manager'])} ${String(entry['apiVersion'])}`
  return named.length > 0 ? named.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) : undefined
}

function normalizeToken(token: string): unknown {
  try {
    const decoded = JSON.parse(Buffer.from(token, 'base64url').toString()) as Json
    return { ...decoded, rv: '<version>' }
  } catch {
    return '<token>'
  }
}

/** Headers that matter to clients; the others belong to the connection or k3s's flow control. */
const comparedHeaders = ['content-type', 'cache-control', 'warning', 'location', 'allow', 'vary', 'content-encoding']

export function normalizeHeaders(headers: Iterable<readonly [string, string]>): Json {
  const all = new Map([...headers].map(([name, value]) => [name.toLowerCase(), value]))
  return Object.fromEntries(comparedHeaders.flatMap((name) => (all.has(name) ? [[name, all.get(name)]] : [])))
}

/** Sorts a recorded list by key, as etcd returns it (the recorder's store did not). */
export function inKeyOrder(body: unknown): unknown {
  if (!isObject(body)) return body
  const list = ['items', 'rows'].find((name) => Array.isArray(body[name]))
  if (!list) return body
  const sorted = (body[list] as unknown[]).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
  return { ...body, [list]: sorted }
}

export function keyOf(item: unknown): string {
  if (!isObject(item)) return ''
  const cells = Array.isArray(item['cells']) ? (item['cells'] as unknown[]) : []
  if (item['object'] === null) return `/${String(cells[0])}`
  const object = isObject(item['object']) ? item['object'] : item
  const metadata = isObject(object['metadata']) ? object['metadata'] : {}
  const { namespace = '', name = '' } = metadata as Partial<Record<string, string>>
  return `${namespace}/${name}`
}

/** Ages in table cells. */
export function withoutAges(body: unknown): unknown {
  if (!isObject(body) || body['kind'] !== 'Table' || !Array.isArray(body['rows'])) return body
  const rows = body['rows'].filter(isObject).map((row) => ({
    ...row,
    cells: (row['cells'] as unknown[]).map((cell) =>
      typeof cell === 'string' ? cell.replace(/^(\d+[smhdy])+$|\d+[smhdy](?: ago\))/, '<age>') : cell,
    ),
  }))
  return { ...body, rows }
}
