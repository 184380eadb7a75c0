import {
  httpRequest,
  httpResponse,
  HeaderMap,
  jsonResponse,
  type HttpRequest,
  type HttpResponse,
} from '../../model/http.ts'
import { rightIn, type Caller } from '../access/caller.ts'
import type { ClusterView } from './cluster-view.ts'
import { forbiddenRequest } from '../access/forbidden.ts'
import { noticeWrite } from './proxied-write.ts'

const prefix = /^\/k8s\/clusters\/([^/]*)(\/.*)?$/

export interface ProxyPath {
  clusterId: string
  /** The path from the Kubernetes root on; undefined if nothing follows the id. */
  rest: string | undefined
}

export function parseProxyPath(path: string): ProxyPath | undefined {
  if (!path.startsWith('/k8s/clusters/')) return undefined
  const [, clusterId = '', rest] = prefix.exec(path) ?? []
  return { clusterId, rest: rest === '/' && clusterId === 'local' ? undefined : rest }
}

/** At this door Rancher prints its Go error structs as text. */
export function proxyError(status: number, code: string, message: string): HttpResponse {
  const body = { Code: { Code: code, Status: status }, Message: message, Cause: null, FieldName: '' }
  return httpResponse(JSON.stringify(body), { status, headers: plainHeaders })
}

const plainHeaders = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }

/** The caller's credential is not forwarded, nor any header that would impersonate somebody else. */
const withheld =
  /^(authorization|cookie|host|connection|content-length|transfer-encoding|upgrade|keep-alive|te|trailer|expect|proxy-.*|impersonate-.*|x-api-.*|x-forwarded-.*|accept-encoding)$/

/** Forwards a request to Kubernetes: any method and content type, with streaming bodies and responses. */
export async function proxy(
  request: HttpRequest,
  rest: string,
  queryText: string,
  caller: Caller,
  cluster: ClusterView,
): Promise<HttpResponse> {
  const refusal = refuse(caller, request.method, rest, cluster)
  if (refusal) return refusal
  const headers = new HeaderMap()
  for (const [name, value] of request.headers) if (!withheld.test(name.toLowerCase())) headers.append(name, value)
  const url = `${cluster.kube.url}${rest}${queryText === '' ? '' : `?${queryText}`}`
  const { method, signal } = request
  const body = method === 'GET' || method === 'HEAD' ? null : request.body
  try {
    const response = await cluster.fetch(httpRequest(url, { method, headers, body, signal }))
    const answer = await noticeWrite(method, rest, queryText, response, cluster)
    return cluster.id === 'local' ? answer : guarded(answer)
  } catch (error) {
    if (signal.aborted) throw error
    return unreachable(cluster.id)
  }
}

/** Rancher says no more about its local cluster. */
function unreachable(clusterId: string): HttpResponse {
  if (clusterId === 'local') return httpResponse(null, { status: 502 })
  const reason = `Error trying to reach service: 'the cluster ${clusterId} does not answer'`
  return httpResponse(reason, { status: 503, headers: plainHeaders })
}

/** Rancher adds these headers for remote clusters only. */
function guarded(answer: HttpResponse): HttpResponse {
  const headers = new HeaderMap(answer.headers)
  headers.set('x-content-type-options', 'nosniff')
  return httpResponse(answer.body, { status: answer.status, headers })
}

/** Discovery, readable with any key. */
const discovery = /^\/(version|healthz|livez|readyz|api|apis|openapi)(\/|$)/
const namespaced = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/namespaces\/([^/]+)(\/.*)?$/
const resource = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/./

/** Withheld from readers: whoever can read a Secret can often act as its owner; the others give access to a pod. */
const secret = /^\/(secrets|pods\/[^/]+\/(exec|attach|portforward|proxy)|services\/[^/]+\/proxy)(\/|$)/

function refuse(
  { reach, userId }: Caller,
  method: string,
  rest: string,
  cluster: ClusterView,
): HttpResponse | undefined {
  if (reach.kind === 'everything' || (reach.kind === 'cluster' && reach.clusterId === cluster.id)) return undefined
  const path = decoded(rest)
  if (path === undefined) return forbidden(userId, method, rest)
  const isDiscovery = !resource.test(path) && (discovery.test(path) || path === '/')
  if (isDiscovery && method === 'GET') return undefined
  const [, namespace, inside] = namespaced.exec(path) ?? []
  if (namespace === undefined) return forbidden(userId, method, path)
  const right = rightIn(reach, cluster.projectOf(namespace))
  const own = right === 'write' || (right === 'read' && method === 'GET' && !secret.test(inside ?? ''))
  // reading the namespace itself is allowed; changing it could move it to another project
  const ofNamespace = inside === undefined || inside === '/' || inside === '/finalize' || inside === '/status'
  const allowed = own && (!ofNamespace || method === 'GET')
  return allowed ? undefined : forbidden(userId, method, path)
}

/** Undefined if decoding would change how the path is read; such a path is refused. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path)
    return text.split('/').length === path.split('/').length && !/\/\.{1,2}(\/|$)/.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

function forbidden(userId: string, method: string, path: string): HttpResponse {
  const headers = { 'x-content-type-options': 'nosniff' }
  return jsonResponse(forbiddenRequest(userId, method, path), { status: 403, headers })
}
