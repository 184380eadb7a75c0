import {
  HeaderMap,
  httpResponse,
  type BodyInit,
  type Fetch,
  type HttpRequest,
  type HttpResponse,
} from '../model/http.ts'
import { accessReviews, reviewVersion, type AccessReview } from './access-reviews.ts'
import { answer, answerError, answerText } from './wire/answers.ts'
import type { Core } from './verbs/core.ts'
import { decodeBodyAs } from './wire/decoding.ts'
import { groupAnswer, resourceList } from './discovery.ts'
import { checkVersionMatch, selectionOf } from './verbs/list.ts'
import { negotiate, objectTransforms, wantsPretty, type AnswerForm } from './wire/negotiation.ts'
import { routeOf, type ResourcePath } from './wire/paths.ts'
import * as refusals from './refusals.ts'
import { isSet, writeOptions } from './wire/request-options.ts'
import { collectionHandlers, objectHandlers, type ResourceRequest } from './resource-requests.ts'
import { timestamp } from './metadata.ts'
import type { KubeObject, ResourceType } from './resource.ts'
import { subresources, unservedSubresource } from './subresources.ts'
import { answerSystem } from './system-requests.ts'
import { eventForm, includeObjectOf } from './wire/tables.ts'
import type { Watches } from './verbs/watch.ts'

/** Kubernetes' REST API over the verbs. */
export function openDoor(core: Core, watches: Watches): Fetch {
  return async (request) => {
    const { path, host, query } = splitUrl(request.url)
    const { headers } = request
    const pretty = wantsPretty(query, headers.get('user-agent'))
    try {
      const clean = path.replaceAll(/\/{2,}/g, '/')
      if (clean !== path) return redirect(clean, request.url)
      return await handle(core, watches, request, path, host, query, pretty)
    } catch (error) {
      return withoutBody(request, await answerError(errorForm(headers.get('accept'), pretty), error))
    }
  }
}

/** HEAD has no body, but the headers of one. */
function withoutBody({ method }: HttpRequest, response: HttpResponse): HttpResponse {
  return method === 'HEAD' ? httpResponse(null, { status: response.status, headers: response.headers }) : response
}

function splitUrl(url: string): { path: string; host: string; query: URLSearchParams | undefined } {
  const afterScheme = url.indexOf('//') + 2
  const slash = url.indexOf('/', afterScheme)
  const mark = url.indexOf('?', afterScheme)
  const end = mark < 0 ? url.length : mark
  const host = url.slice(afterScheme, slash < 0 || slash > end ? end : slash)
  const path = slash < 0 || slash > end ? '/' : url.slice(slash, end)
  return { path, host, query: mark < 0 ? undefined : new URLSearchParams(url.slice(mark + 1)) }
}

function redirect(path: string, url: string): HttpResponse {
  const mark = url.indexOf('?')
  const location = mark < 0 ? path : path + url.slice(mark)
  return httpResponse(null, { status: 301, headers: { location } })
}

/** A refusal is written in the caller's format where that can be made out. */
function errorForm(accept: string | null, pretty: boolean): AnswerForm {
  try {
    return { ...negotiate(accept, objectTransforms), as: undefined, pretty }
  } catch {
    return { format: 'json', as: undefined, version: '', pretty }
  }
}

async function handle(
  core: Core,
  watches: Watches,
  request: HttpRequest,
  path: string,
  host: string,
  query: URLSearchParams | undefined,
  pretty: boolean,
): Promise<HttpResponse> {
  const { method, headers } = request
  const accept = headers.get('accept')
  const route = routeOf(path)
  switch (route.to) {
    case 'resource':
      return handleResource(core, watches, request, route.path, query, pretty)
    case 'group':
    case 'group-version': {
      const value =
        route.to === 'group' ? groupAnswer(core.registry, route.group) : resourceList(core.registry, route.apiVersion)
      if (!value) return unknownGroup(path)
      if (method !== 'GET') throw refusals.methodNotAllowed()
      return answer({ ...negotiate(accept), pretty }, value)
    }
    case 'other': {
      const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
      const known = headers.get('if-none-match')
      const system = { method, path: trimmed, host, query, accept, known, pretty }
      return withoutBody(request, await answerSystem(core, system))
    }
    default:
      return route satisfies never
  }
}

function unknownGroup(path: string): HttpResponse {
  if (path.startsWith('/api/')) throw refusals.noSuchResource()
  return answerText('404 page not found\n', 404)
}

async function handleResource(
  core: Core,
  watches: Watches,
  http: HttpRequest,
  path: ResourcePath,
  query: URLSearchParams | undefined,
  pretty: boolean,
): Promise<HttpResponse> {
  const { apiVersion, namespace, plural, name, subresource } = path
  const review = apiVersion === reviewVersion ? accessReviews[plural] : undefined
  if (review && http.method === 'POST') return answerReview(core, http, review, pretty)
  const type = core.registry.at(apiVersion, plural)
  if (!type) return unknownResource(core, apiVersion)
  if (namespace !== undefined && !type.namespaced) throw refusals.noSuchResource()
  if (name !== undefined && namespace === undefined && type.namespaced) throw refusals.noSuchResource()
  const form = { ...negotiate(http.headers.get('accept'), objectTransforms), pretty }
  const warnings = type.deprecation === undefined ? [] : [type.deprecation]
  const request: ResourceRequest = { http, type, namespace, name, query, form, warnings }
  if (subresource !== undefined) return handleSubresource(core, request, subresource)
  const watching = http.method === 'GET' && (path.watch || (name === undefined && isSet(query, 'watch')))
  if (watching) return openWatch(core, watches, request)
  const handler = (name === undefined ? collectionHandlers : objectHandlers)[http.method]
  if (!handler || !type.verbs.includes(handler.verb)) throw refusals.methodNotAllowed()
  return withWarnings(await handler.handle(core, request), warnings)
}

/** As kubectl shows them: one header for each text. */
function withWarnings(response: HttpResponse, warnings: readonly string[]): HttpResponse {
  if (warnings.length === 0) return response
  const { source } = response as { source?: BodyInit }
  const headers = new HeaderMap(response.headers)
  for (const text of warnings) headers.append('warning', `299 - ${JSON.stringify(text)}`)
  return httpResponse(source ?? response.body, { status: response.status, headers })
}

function unknownResource(core: Core, apiVersion: string): HttpResponse {
  if (apiVersion === 'v1' || core.registry.inVersion(apiVersion).length > 0) throw refusals.noSuchResource()
  return unknownGroup(apiVersion.includes('/') ? '/apis/' : '/api/')
}

async function handleSubresource(core: Core, request: ResourceRequest, name: string): Promise<HttpResponse> {
  if (!request.type.subresources?.includes(name)) throw unservedSubresource(core, request, name)
  const handler = subresources[name]?.[request.http.method]
  if (!handler) throw refusals.methodNotAllowed()
  return handler(core, request as ResourceRequest & { name: string })
}

/** A review is not kept, but tells its maker as if it were. */
function recordReviewer(core: Core, object: KubeObject, http: HttpRequest): void {
  const { fieldManager } = writeOptions('CreateOptions', undefined, http)
  const [group = '', version = ''] = String(object.apiVersion).split('/')
  const { status: _status, ...asked } = object
  const type = { group, version, kind: String(object.kind) } as ResourceType
  core.ownership.record(type, asked, undefined, fieldManager, timestamp(core.now()))
  if (asked.metadata.managedFields) object.metadata.managedFields = asked.metadata.managedFields
}

async function answerReview(
  core: Core,
  http: HttpRequest,
  { kind, review }: AccessReview,
  pretty: boolean,
): Promise<HttpResponse> {
  const form = { ...negotiate(http.headers.get('accept')), pretty }
  const reviewed = review(await decodeBodyAs(http, reviewVersion, kind))
  recordReviewer(core, reviewed, http)
  return answer(form, reviewed, 201)
}

function openWatch(core: Core, watches: Watches, { http, type, namespace, name, query, form }: ResourceRequest) {
  checkVersionMatch(query ?? new URLSearchParams(), true)
  if (form.format === 'yaml') throw refusals.notAcceptable('application/json;stream=watch')
  const selection = selectionOf(type, namespace, name === undefined ? query : selectName(query, name))
  const from = watchVersion(query?.get('resourceVersion') ?? '')
  return watches.open({
    type,
    selection,
    form: eventForm(type, form, includeObjectOf(query), core.now),
    from,
    bookmarks: isSet(query, 'allowWatchBookmarks'),
    timeout: watchTimeout(query?.get('timeoutSeconds') ?? ''),
    signal: http.signal,
  })
}

/** The old paths watch one object by its name. */
function selectName(query: URLSearchParams | undefined, name: string): URLSearchParams {
  const named = new URLSearchParams(query)
  named.set('fieldSelector', `metadata.name=${name}`)
  return named
}

/** Absent and 0 ask for the present state first. */
function watchVersion(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) || undefined
  if (text === '') return undefined
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`
  throw refusals.internalWithoutReason(`resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`)
}

function watchTimeout(text: string): number | undefined {
  if (text === '') return undefined
  if (/^[-+]?\d+$/.test(text)) return Number(text) > 0 ? Number(text) : undefined
  throw refusals.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
}
