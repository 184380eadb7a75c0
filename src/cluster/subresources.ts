import { httpResponse, type HttpResponse } from '../model/http.ts'
import { answer } from './wire/answers.ts'
import type { DeleteOptions } from './verbs/api.ts'
import { newestEntry, show, type Core } from './verbs/core.ts'
import { alignWithPath, decodeBody, decodeBodyAs } from './wire/decoding.ts'
import { evictPod } from './verbs/eviction.ts'
import { copyValue } from './metadata.ts'
import { patchedView, patchResource, readPatch } from './verbs/patching.ts'
import * as refusals from './refusals.ts'
import { writeOptions } from './wire/request-options.ts'
import type { ResourceRequest } from './resource-requests.ts'
import type { KubeObject } from './resource.ts'
import { changeScale, readScale, scaleType } from './verbs/scale.ts'
import { changeObject } from './verbs/updating.ts'
import type { Pod } from './controllers/objects.ts'
import { readPodLog } from './pods/logs.ts'

type Handler = (core: Core, request: ResourceRequest & { name: string }) => Promise<HttpResponse>

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as const

/** Handlers of subresources by method. */
export const subresources: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  status: { GET: getWhole, PUT: putStatus, PATCH: patchStatus },
  scale: { GET: getScale, PUT: putScale, PATCH: patchScale },
  finalize: { PUT: putFinalize },
  binding: { POST: bind },
  eviction: { POST: evict },
  log: { GET: getLog },
}

const streams = new Set(['pods/attach', 'pods/exec', 'pods/portforward'])

const unserved: Readonly<Record<string, string>> = {
  'nodes/proxy': 'the embedded cluster has no kubelets to pass requests to',
  'pods/proxy': 'the embedded cluster runs no containers to pass requests to',
  'services/proxy': 'the embedded cluster runs no containers to pass requests to',
  'serviceaccounts/token': 'the embedded cluster issues no tokens: use a key of the server before it',
}

/** Why a subresource of Kubernetes is not served, with Kubernetes' refusal where it would refuse, too. */
export function unservedSubresource(core: Core, { type, namespace, name = '' }: ResourceRequest, subresource: string) {
  const path = `${type.plural}/${subresource}`
  if (unserved[path] !== undefined) return refusals.notImplemented(`${path}: ${unserved[path]}`)
  if (!streams.has(path)) return refusals.noSuchResource()
  newestEntry(core, type, namespace, name)
  return refusals.badRequest('Upgrade request required')
}

async function getWhole(core: Core, { type, namespace, name, form }: ResourceRequest & { name: string }) {
  return answer(form, show(type, newestEntry(core, type, namespace, name).object))
}

async function putStatus(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { type, namespace, name, form, query } = request
  const options = writeOptions('UpdateOptions', query, request.http)
  const { object } = await decodeBody(request.http, type, core.registry)
  alignWithPath(object, type, namespace, name)
  const written = await changeObject(core, type, namespace, name, () => object, { ...options, subresource: 'status' })
  return answer(form, written.object, 200, written.json)
}

async function patchStatus(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { type, namespace, name, form, query } = request
  const patch = await readPatch(request.http, type, query)
  const written = await patchResource(core, { type, namespace, name, subresource: 'status' }, patch)
  return answer(form, written.object, 200, written.json)
}

async function getScale(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  return answer(
    request.form,
    scaleErrors(request, () => readScale(core, request.type, request.namespace, request.name)),
  )
}

async function putScale(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { dryRun } = writeOptions('UpdateOptions', request.query, request.http)
  const { object } = await decodeBody(request.http, scaleType, core.registry)
  alignWithPath(object, scaleType, request.namespace, request.name)
  return writeScale(core, request, () => object, dryRun)
}

async function patchScale(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const patch = await readPatch(request.http, scaleType, request.query)
  return writeScale(core, request, await patchedView(scaleType, patch), patch.options.dryRun)
}

async function writeScale(
  core: Core,
  request: ResourceRequest & { name: string },
  change: (scale: KubeObject) => KubeObject,
  dryRun: boolean,
): Promise<HttpResponse> {
  const { type, namespace, name, form } = request
  scaleErrors(request, () => newestEntry(core, type, namespace, name))
  return answer(form, await changeScale(core, type, namespace, name, change, { dryRun }))
}

/** A missing object is named like `deployments/scale.apps`. */
function scaleErrors<T>({ type, namespace, name = '' }: ResourceRequest, read: () => T): T {
  try {
    return read()
  } catch {
    throw namespace === undefined && type.namespaced
      ? refusals.noSuchResource()
      : refusals.notFound({ ...type, plural: `${type.plural}/scale` }, name)
  }
}

async function putFinalize(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { type, name, form, query } = request
  const options = writeOptions('UpdateOptions', query, request.http)
  const { object } = await decodeBody(request.http, type, core.registry)
  const change = (current: KubeObject): KubeObject => {
    const spec = { ...current.spec, finalizers: object.spec?.['finalizers'] }
    return { ...current, spec: spec.finalizers === undefined ? {} : spec }
  }
  const written = await changeObject(core, type, undefined, name, change, { ...options, subresource: 'finalize' })
  return answer(form, written.object, 200, written.json)
}

async function bind(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { type, namespace, name, form, query } = request
  const options = writeOptions('CreateOptions', query, request.http)
  const { target } = (await decodeBodyAs(request.http, 'v1', 'Binding')) as KubeObject & { target?: { name?: string } }
  const change = (current: KubeObject): KubeObject => {
    if (current.metadata.deletionTimestamp !== undefined) {
      throw refusals.conflict(request.type, name, `pod ${name} is being deleted, cannot be assigned to a host`)
    }
    const bound = current.spec?.['nodeName']
    if (bound) {
      throw refusals.conflict(request.type, name, `pod ${name} is already assigned to node ${JSON.stringify(bound)}`)
    }
    return { ...copyValue(current), spec: { ...current.spec, nodeName: target?.name ?? '' } }
  }
  await changeObject(core, type, namespace, name, change, { ...options, subresource: 'binding' })
  return answer(form, success, 201)
}

async function evict(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { type, namespace, name, form } = request
  newestEntry(core, type, namespace, name)
  const eviction = await decodeBodyAs(request.http, 'policy/v1beta1', 'Eviction')
  await evictPod(core, type, namespace, name, (eviction['deleteOptions'] as DeleteOptions | undefined) ?? {})
  return answer(form, success, 201)
}

/** The current log, even for callers that want to follow. */
async function getLog(core: Core, request: ResourceRequest & { name: string }): Promise<HttpResponse> {
  const { type, namespace, name, query = new URLSearchParams() } = request
  const pod = newestEntry(core, type, namespace, name).object as Pod
  const log = readPodLog(pod, query, core.now())
  if ('problem' in log) throw refusals.badRequest(log.problem)
  return httpResponse(log.text, { headers: { 'content-type': 'text/plain' } })
}
