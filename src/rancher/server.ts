import { HeaderMap, httpResponse, type HttpRequest, type HttpResponse } from '../model/http.ts'
import { rightIn, type Caller } from './access/caller.ts'
import { identify, NotIdentified } from './access/identify.ts'
import { allRoots, apiRoot, oneSchema, schemaCollection } from './answer/builtins.ts'
import { checkCsrf, csrfCookie } from './request/csrf.ts'
import { checkAction, checkMethod, dispatch } from './dispatch.ts'
import { errorBody, V3Error } from './answer/failure.ts'
import { isNavigation, wantsPage } from './request/negotiate.ts'
import { consolePage } from './answer/page.ts'
import { parseProxyPath, proxy, proxyError, type ProxyPath } from './kubernetes/proxy.ts'
import { Query } from './request/query.ts'
import { bindingsOf, userOf, type Realm } from './realm.ts'
import { checkReach } from './access/reach.ts'
import { renderValue, type TypeTable } from './answer/render.ts'
import { RequestCall } from './request/request-call.ts'
import { cleanPath, findSchema, isBuiltin, parseRoute, type Route } from './request/route.ts'
import { schemas } from './schema/schemas.ts'
import { baseUrl } from './request/urls.ts'
import type { V3Type } from './schema/v3-type.ts'
import { mannerOf, write, type Manner } from './answer/writer.ts'

export interface ServerParts {
  realm: Realm
  types: TypeTable
  /** Called for failures not caused by the caller, with only the request's method and path. */
  onFailure: (failure: { error: unknown; method: string; path: string }) => void
  /** The console's page, for browsers. */
  page?: string | undefined
}

/** A parsed request on its way through the pipeline. */
interface Visit {
  request: HttpRequest
  path: string
  queryText: string
  query: Query
  /** The effective method, after `_method` and `action=remove`. */
  method: string
  manner: Manner
}

/**
 * The server's pipeline: clean path, public paths, caller, Kubernetes door, route, method and CSRF check, handler. One
 * table translates all errors.
 */
export async function handle(parts: ServerParts, request: HttpRequest): Promise<HttpResponse> {
  const visit = visitOf(parts, request)
  try {
    const moved = redirect(visit)
    if (moved) return moved
    const open = openAnswer(visit)
    if (open) return open
    const proxied = parseProxyPath(visit.path)
    if (proxied) return await passThrough(parts, visit, proxied)
    const route = parseRoute(visit.path, schemas)
    if (!route) {
      // what Rancher has behind its front door, and is not served here, is no stranger's business either
      if (guarded.test(visit.path)) identify(request.headers, identitiesOf(parts.realm))
      return notThere(visit)
    }
    const caller = callerOf(parts, visit, route)
    return await answer(parts, visit, route, caller)
  } catch (error) {
    return refusal(parts, visit, error)
  }
}

const guarded = /^\/(v1|meta|apis)(\/|$)/

function visitOf({ page }: ServerParts, request: HttpRequest): Visit {
  const { url } = request
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const mark = url.indexOf('?', start)
  const path = start < 0 ? '/' : mark < 0 ? url.slice(start) : url.slice(start, mark)
  const queryText = mark < 0 ? '' : url.slice(mark + 1)
  const query = new Query(queryText)
  const method = effectiveMethod(request.method, query)
  return {
    request,
    path,
    queryText,
    query,
    method,
    manner: { ...mannerOf(request.method, query, request.headers), page },
  }
}

function effectiveMethod(method: string, query: Query): string {
  if (method !== 'POST' || query.text === '') return method
  return query.get('action') === 'remove' ? 'DELETE' : query.get('_method') || method
}

function redirect({ path, queryText }: Visit): HttpResponse | undefined {
  // the path below /k8s/clusters/<id> is Kubernetes' own
  const clean = path.startsWith('/k8s/clusters/') ? undefined : cleanPath(path)
  if (clean === undefined) return undefined
  return httpResponse(null, { status: 301, headers: { location: queryText === '' ? clean : `${clean}?${queryText}` } })
}

const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
/** Headers of the component that guards Rancher's local cluster. */
const bare = { 'content-type': 'text/plain; charset=utf-8' }

/** Where Rancher keeps the scripts of its API browser. */
const apiUi = '/api-ui/'

function notThere({ request, path, manner }: Visit): HttpResponse {
  if (manner.page !== undefined && request.method === 'GET' && wantsPage(request.headers))
    return consolePage(manner.page)
  const headers = path.startsWith(apiUi) ? { ...plain, 'x-frame-options': 'deny' } : plain
  return httpResponse('404 page not found\n', { status: 404, headers })
}

/** Open to anyone: health, and the roots of the API. */
function openAnswer(visit: Visit): HttpResponse | undefined {
  switch (visit.path) {
    case '/ping':
      return httpResponse('pong', { headers: plain })
    case '/healthz':
      return httpResponse('ok', { headers: plain })
    case '/':
      return rootAnswer(visit)
    default:
      return undefined
  }
}

function rootAnswer({ request, query, manner }: Visit): HttpResponse {
  const base = baseUrl(request)
  if (manner.page !== undefined && wantsPage(request.headers)) return consolePage(manner.page)
  manner.headers.set('cache-control', 'no-cache, no-store, must-revalidate')
  manner.headers.set('x-frame-options', 'deny')
  manner.schemasUrl = `${base}/meta/schemas`
  manner.pageSchemasUrl = manner.schemasUrl
  return write(manner, 200, allRoots(base, query, request.method))
}

/** Paths of /v3 that need no key, for GET only. */
const publicSettings = new Set(['cacerts', 'first-login', 'ui-pl', 'ui-banners'])

const nobody: Caller = { userId: '', keyName: '', session: false, reach: { kind: 'self' } }

function callerOf({ realm }: ServerParts, { request, method }: Visit, route: Route): Caller {
  const { scope, typeName, id } = route
  const isPublic = scope === 'management' && typeName === 'settings' && method === 'GET' && publicSettings.has(id ?? '')
  if (scope === 'public' || isPublic) return nobody
  return identify(request.headers, identitiesOf(realm))
}

export function identitiesOf(realm: Realm) {
  return {
    keys: realm.keys,
    user: (id: string) => userOf(realm, id),
    bindings: (id: string) => bindingsOf(realm, id),
    now: () => realm.now(),
  }
}

async function passThrough(
  { realm }: ServerParts,
  visit: Visit,
  { clusterId, rest }: ProxyPath,
): Promise<HttpResponse> {
  const { request, queryText } = visit
  const { cluster } = realm
  let caller: Caller
  try {
    caller = identify(request.headers, identitiesOf(realm), clusterId)
    // pages of other sites can send a session's cookie, but not a key in a header
    if (!request.headers.has('authorization')) checkCsrf(request.method, visit.query, request.headers)
  } catch (error) {
    // in Rancher, another component answers for the local cluster
    if (error instanceof NotIdentified && clusterId === 'local')
      return httpResponse(error.message, { status: 401, headers: bare })
    throw error
  }
  if (clusterId === '') return proxyError(404, 'NotFound', 'failed to find cluster')
  if (clusterId !== cluster.id) {
    return proxyError(404, 'NotFound', `clusters.management.cattle.io "${clusterId}" not found`)
  }
  if (rest === undefined) {
    return clusterId === 'local'
      ? rootAnswer(visit)
      : httpResponse(null, { status: 301, headers: { location: `${visit.path}/` } })
  }
  return proxy(request, rest, queryText, caller, cluster)
}

async function answer(parts: ServerParts, visit: Visit, route: Route, caller: Caller): Promise<HttpResponse> {
  const { request, query, method, path, manner } = visit
  const base = baseUrl(request)
  const { scope, context, typeName } = route
  manner.schemasUrl = `${base}${route.schemasAt}/schemas`
  manner.pageSchemasUrl = `${base}${context}/schemas`
  const cookie = csrfCookie(request.headers)
  if (cookie !== undefined) manner.headers.append('set-cookie', cookie)
  if (typeName === undefined) return write(manner, 200, apiRoot(scope, base))
  if (isBuiltin(typeName)) return schemaAnswer(visit, route, base)
  if (typeName === 'subscribe') return notUpgraded()
  const schema = findSchema(schemas[scope], typeName)
  const type = parts.types.get(`${scope}/${schema.id}`) ?? missingRow(schema.id, scope)
  const { realm, types } = parts
  const call = new RequestCall({
    request,
    method,
    path: decodedPath(path),
    query,
    route,
    caller,
    type,
    schema,
    base,
    cluster: realm.cluster,
    types,
    manner,
  })
  checkMethod(call)
  checkCsrf(method, query, request.headers)
  checkAction(call)
  requireCluster(route, realm)
  if (caller !== nobody) await checkReach(call)
  // Rancher stores its own data in the local cluster, so it is available while another cluster is away
  if (scope !== 'management' || realm.cluster.id === 'local') await realm.cluster.requireAnswer()
  // as in Rancher, links do not reflect permissions: the console must not offer changes to readers
  if (scope === 'project' && rightIn(caller.reach, call.projectId) === 'read') call.setHeader('X-Drover-Rights', 'read')
  return dispatch(call)
}

/** The path as a collection's links repeat it. */
function decodedPath(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** A schema that is served only because others refer to it. */
function missingRow(id: string, scope: V3Type['scope']): V3Type {
  return { id, scope }
}

function requireCluster({ scope, clusterId, projectId }: Route, { cluster }: Realm): void {
  if (clusterId === undefined || clusterId === cluster.id) return
  // a project id without a cluster is just an unknown project
  if (scope === 'management' || (projectId !== undefined && !projectId.includes(':'))) return
  throw new V3Error('ClusterUnavailable', `cluster.management.cattle.io "${clusterId}" not found`)
}

function schemaAnswer(
  { method, query, manner, path }: Visit,
  { scope, context, id }: Route,
  base: string,
): HttpResponse {
  if (method !== 'GET') throw new V3Error('MethodNotAllow', `Method ${method} not supported`)
  const set = schemas[scope]
  if (id !== undefined) return write(manner, 200, oneSchema(set, context, base, id))
  return write(manner, 200, schemaCollection(set, context, base, query, base + decodedPath(path)))
}

/** The listener handles websockets; a request that arrives here is not an upgrade. */
function notUpgraded(): HttpResponse {
  const message =
    "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header"
  const error = { baseType: 'error', code: 'ServerError', message, status: 500, type: 'error' }
  const headers = { ...plain, 'sec-websocket-version': '13' }
  return httpResponse(`Bad Request\n${JSON.stringify(error)}\n`, { status: 400, headers })
}

function refusal({ onFailure }: ServerParts, { request, manner, method, path }: Visit, error: unknown): HttpResponse {
  if (error instanceof NotIdentified) {
    const { page } = manner
    // pages have their own sign-in; programs that pose as browsers get the recorded answer
    if (page !== undefined && isNavigation(request.headers)) return consolePage(page, 401)
    return unidentified(manner, error.message)
  }
  const body = errorBody(error)
  // a V3Error is intentional, even if it says that something is not served
  if (body.status >= 500 && !(error instanceof V3Error)) onFailure({ error, method, path })
  return write({ ...manner, headers: errorHeaders(manner) }, body.status, renderValue(body))
}

/** Headers set by the handler do not apply to the error. */
function errorHeaders({ headers }: Manner): HeaderMap {
  const kept = new HeaderMap()
  for (const cookie of headers.getAll('set-cookie')) kept.append('set-cookie', cookie)
  return kept
}

/** The format before authentication: its status is text, and nothing is negotiated. */
function unidentified({ withoutBody }: Manner, message: string): HttpResponse {
  const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }
  const body = `{"type":"error","status":"401","message":${JSON.stringify(message)}}\n`
  return httpResponse(withoutBody ? null : body, { status: 401, headers })
}
