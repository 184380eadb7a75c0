import { httpResponse, type HttpResponse } from '../model/http.ts'
import { answer, answerText } from './wire/answers.ts'
import { coreVersions, groupList, aggregated, serverVersion } from './discovery.ts'
import { discoveryTransforms, negotiate, type AnswerForm } from './wire/negotiation.ts'
import * as refusals from './refusals.ts'
import { groupVersion } from './resource-types.ts'
import type { Core } from './verbs/core.ts'
import { answerOpenApi } from './schema/openapi.ts'

export interface SystemRequest {
  method: string
  /** Without query and trailing slash. */
  path: string
  host: string
  query: URLSearchParams | undefined
  accept: string | null
  /** If-None-Match. */
  known: string | null
  pretty: boolean
}

const healthChecks: Readonly<Record<string, readonly string[]>> = {
  '/healthz': ['ping', 'log', 'etcd'],
  '/livez': ['ping', 'log', 'etcd'],
  '/readyz': ['ping', 'log', 'etcd', 'informer-sync', 'shutdown'],
}

/** Requests that are not about a resource: version, health, API groups, the root. */
export async function answerSystem(core: Core, request: SystemRequest): Promise<HttpResponse> {
  const { path, method } = request
  const [root = ''] = /^\/[^/]*/.exec(path) ?? []
  if (healthChecks[root] && isHealthPath(path, root)) return answerHealth(core, request, root)
  if (path === '/version') return answerVersion(request)
  if (path === '/api' || path === '/apis') return answerGroups(core, request)
  const document = root === '/openapi' ? answerOpenApi(request, core.registry.all()) : undefined
  if (document) return document
  const form = formOf(request)
  if (path === '/' && method === 'GET') return answer(form, { paths: pathsOf(core) })
  return answer(form, { paths: pathsOf(core) }, 404)
}

function isHealthPath(path: string, root: string): boolean {
  return path === root || (healthChecks[root]?.includes(path.slice(root.length + 1)) ?? false)
}

function formOf({ accept, pretty }: SystemRequest, transforms = {}): AnswerForm {
  return { ...negotiate(accept, transforms), pretty }
}

async function answerVersion(request: SystemRequest): Promise<HttpResponse> {
  if (request.method !== 'GET') throw refusals.methodNotAllowed()
  return answer({ ...formOf(request), pretty: true }, serverVersion)
}

async function answerGroups(core: Core, request: SystemRequest): Promise<HttpResponse> {
  const { method, path, host } = request
  if (method !== 'GET' && (path === '/api' || method !== 'DELETE')) throw refusals.methodNotAllowed()
  const isCore = path === '/api'
  const form = formOf(request, discoveryTransforms)
  if (form.as !== 'APIGroupDiscoveryList') return answer(form, isCore ? coreVersions(host) : groupList(core.registry))
  const response = await answer(form, aggregated(core.registry, isCore, form.version))
  const type = `application/json;g=apidiscovery.k8s.io;v=${form.version};as=APIGroupDiscoveryList`
  return httpResponse(await response.text(), { headers: { 'content-type': type, vary: 'Accept' } })
}

function answerHealth({ store }: Core, { path, query, method }: SystemRequest, root: string): HttpResponse {
  const checks = healthChecks[root] as readonly string[]
  const asked = path.slice(root.length + 1)
  const excluded = new Set(query?.getAll('exclude') ?? [])
  const names = (asked === '' ? checks : [asked]).filter((name) => !excluded.has(name))
  const broken: string[] = store.failure ? names.filter((name) => name === 'etcd') : []
  const verbose = query?.has('verbose') ?? false
  if (method === 'HEAD') return answerText('', broken.length > 0 ? 500 : 200)
  if (broken.length === 0 && !verbose) return answerText('ok')
  const lines = names.map((name) => (broken.includes(name) ? `[-]${name} failed: reason withheld` : `[+]${name} ok`))
  const skipped = [...excluded].filter((name) => checks.includes(name)).map((name) => `[+]${name} excluded: ok`)
  const verdict = broken.length > 0 ? 'failed' : 'passed'
  return answerText(
    [...lines, ...skipped, `${root.slice(1)} check ${verdict}`, ''].join('\n'),
    broken.length ? 500 : 200,
  )
}

function pathsOf({ registry }: Core): string[] {
  const paths = new Set([
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    '/healthz',
    '/livez',
    '/openapi/v3',
    '/readyz',
    '/version',
  ])
  for (const type of registry.all()) {
    if (type.group === '') continue
    paths.add(`/apis/${type.group}`)
    paths.add(`/apis/${groupVersion(type)}`)
  }
  return [...paths].sort()
}
