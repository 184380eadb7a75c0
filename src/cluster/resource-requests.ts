import type { HttpRequest, HttpResponse } from '../model/http.ts'
import type { StatusDetails } from '../model/status.ts'
import { answer, answerJson } from './wire/answers.ts'
import { findEntry, shown, showJson, type Core, type WriteAnswer } from './verbs/core.ts'
import { createObject } from './verbs/creation.ts'
import { alignWithPath, decodeBody, type DecodedBody } from './wire/decoding.ts'
import { deleteObject } from './verbs/deletion.ts'
import { listJson, listPage, selectionOf, type ListPage } from './verbs/list.ts'
import type { AnswerForm } from './wire/negotiation.ts'
import { patchResource, readPatch } from './verbs/patching.ts'
import * as refusals from './refusals.ts'
import { deleteOptions, writeOptions } from './wire/request-options.ts'
import type { ResourceType } from './resource.ts'
import { includeObjectOf, partialMetadata, tableOf } from './wire/tables.ts'
import { updateObject } from './verbs/updating.ts'

export interface ResourceRequest {
  http: HttpRequest
  type: ResourceType
  namespace: string | undefined
  name: string | undefined
  query: URLSearchParams | undefined
  form: AnswerForm
  /** The response's Warning headers. */
  warnings: string[]
}

type Handler = (core: Core, request: ResourceRequest) => Promise<HttpResponse>

/** Handlers of a collection by method; watches are handled before. */
export const collectionHandlers: Readonly<Record<string, { verb: string; handle: Handler }>> = {
  GET: { verb: 'list', handle: listObjects },
  POST: { verb: 'create', handle: postObject },
  DELETE: { verb: 'deletecollection', handle: deleteObjects },
}

/** Handlers of an object by method. */
export const objectHandlers: Readonly<Record<string, { verb: string; handle: Handler }>> = {
  GET: { verb: 'get', handle: getObject },
  PUT: { verb: 'update', handle: putObject },
  PATCH: { verb: 'patch', handle: patchObject },
  DELETE: { verb: 'delete', handle: removeObject },
}

async function getObject(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, name = '', form, query } = request
  const entry = findEntry(core, type, namespace, name)
  if (!entry) throw refusals.notFound(type, name)
  checkGetVersion(core, query)
  if (form.as === undefined && form.format === 'json' && !form.pretty) return answerJson(showJson(type, entry))
  return answerObject(core, request, { object: shown(type, entry), json: entry.json }, 200)
}

function checkGetVersion({ store }: Core, query: URLSearchParams | undefined): void {
  const asked = query?.get('resourceVersion') ?? ''
  if (asked === '') return
  if (!/^\d+$/.test(asked)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`
    throw refusals.internalWithoutReason(`resourceVersion: Invalid value: ${JSON.stringify(asked)}: ${why}`)
  }
  if (Number(asked) > store.revision) throw refusals.futureVersion(Number(asked), store.revision)
}

async function answerObject(
  core: Core,
  { type, form, query }: ResourceRequest,
  { object, json }: Pick<WriteAnswer, 'object' | 'json'>,
  status: number,
): Promise<HttpResponse> {
  switch (form.as) {
    case undefined:
    case 'APIGroupDiscoveryList':
      return answer(form, object, status, json)
    case 'Table': {
      const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' }
      const include = includeObjectOf(query)
      return answer(
        form,
        tableOf(type, [object], metadata, { version: form.version, include, now: core.now() }),
        status,
      )
    }
    case 'PartialObjectMetadata':
      return answer(form, partialMetadata(object, form.version), status)
    case 'PartialObjectMetadataList':
      throw refusals.wrongMetadataForm(
        `you requested PartialObjectMetadataList, but the requested object is not a list (${goType(type)})`,
      )
    default:
      return form.as satisfies never
  }
}

/** The name of Kubernetes' Go type. */
function goType({ group, kind, custom }: ResourceType): string {
  if (custom) return '*unstructured.Unstructured'
  return `*${group === '' ? 'core' : (group.split('.')[0] as string)}.${kind}`
}

async function listObjects(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, query } = request
  return answerPage(core, request, listPage(core, type, selectionOf(type, namespace, query), query))
}

async function answerPage(core: Core, { type, query, form }: ResourceRequest, page: ListPage): Promise<HttpResponse> {
  const { metadata } = page
  switch (form.as) {
    case undefined:
    case 'APIGroupDiscoveryList': {
      const json = listJson(type, page)
      return form.format === 'json' && !form.pretty ? answerJson(json) : answer(form, JSON.parse(json))
    }
    case 'Table': {
      const objects = page.entries.map((entry) => shown(type, entry))
      const include = includeObjectOf(query)
      return answer(form, tableOf(type, objects, metadata, { version: form.version, include, now: core.now() }))
    }
    case 'PartialObjectMetadata':
      throw refusals.wrongMetadataForm(
        `you requested PartialObjectMetadata, but the requested object is a list (${goType(type)}List)`,
      )
    case 'PartialObjectMetadataList': {
      const items = page.entries.map((entry) => partialMetadata(entry.object, form.version))
      const head = { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${form.version}` }
      return answer(form, { ...head, metadata, items })
    }
    default:
      return form.as satisfies never
  }
}

/** `fieldValidation=Strict` refuses unknown fields, `Warn` reports them; by default they are dropped. */
function checkUnknown({ query, type, warnings }: ResourceRequest, { unknown }: DecodedBody): void {
  const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`)
  const validation = query?.get('fieldValidation')
  if (validation === 'Warn') warnings.push(...texts)
  if (texts.length === 0 || validation !== 'Strict') return
  const { kind, version } = type
  const fields = texts.join(', ')
  throw refusals.badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${fields}`,
  )
}

async function postObject(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, query } = request
  if (type.namespaced && namespace === undefined) throw refusals.methodNotAllowed()
  const decoded = await decodeBody(request.http, type, core.registry)
  const options = writeOptions('CreateOptions', query, request.http)
  checkUnknown(request, decoded)
  const object = alignWithPath(decoded.object, type, namespace, undefined)
  return answerObject(core, request, await createObject(core, type, object, options), 201)
}

async function putObject(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, name, query } = request
  const decoded = await decodeBody(request.http, type, core.registry)
  const options = writeOptions('UpdateOptions', query, request.http)
  checkUnknown(request, decoded)
  const object = alignWithPath(decoded.object, type, namespace, name)
  const written = await updateObject(core, type, object, options)
  return answerObject(core, request, written, written.created ? 201 : 200)
}

async function patchObject(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, name = '', query } = request
  const patch = await readPatch(request.http, type, query)
  const written = await patchResource(core, { type, namespace, name }, patch)
  return answerObject(core, request, written, written.created ? 201 : 200)
}

/** For these a DELETE returns the object even if it is gone. */
const returnsDeleted = new Set(['persistentvolumeclaims', 'podtemplates', 'resourcequotas', 'serviceaccounts'])

async function removeObject(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, name = '', query, form } = request
  const options = await deleteOptions(request.http, query)
  const { object, removed } = await deleteObject(core, type, namespace, name, options)
  const plain = { ...form, as: undefined }
  if (!removed || type.gracePeriod || returnsDeleted.has(type.plural)) return answer(plain, object)
  const { group, plural } = type
  const details: StatusDetails = { name, ...(group !== '' && { group }), kind: plural }
  if (object.metadata.uid !== undefined) details.uid = object.metadata.uid
  return answer(plain, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
}

async function deleteObjects(core: Core, request: ResourceRequest): Promise<HttpResponse> {
  const { type, namespace, query } = request
  const options = await deleteOptions(request.http, query)
  if (type.namespaced && namespace === undefined) throw refusals.methodNotAllowed()
  const page = listPage(core, type, selectionOf(type, namespace, query), query)
  const deletions = page.entries.map(({ object: { metadata } }) =>
    deleteObject(core, type, metadata.namespace, metadata.name ?? '', options),
  )
  await Promise.all(deletions)
  return answerPage(core, request, page)
}
