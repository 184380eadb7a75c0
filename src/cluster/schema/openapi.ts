import { createHash } from 'node:crypto'
import { httpResponse, jsonResponse, type HttpResponse } from '../../model/http.ts'
import type { ResourceType } from '../resource.ts'
import { allTypes, shapeOf, type Field, type Shape } from './index.ts'

export interface OpenApiRequest {
  /** Without query and trailing slash. */
  path: string
  accept: string | null
  /** If-None-Match. */
  known?: string | null
}

/**
 * The OpenAPI documents: kubectl asks them before it creates, applies or replaces (whether the server validates fields),
 * and `kubectl explain` shows them. Descriptions are left out. Absent where there is no such document.
 */
export function answerOpenApi(
  { path, accept, known }: OpenApiRequest,
  types: readonly ResourceType[],
): HttpResponse | undefined {
  if (path === '/openapi/v3') return jsonResponse(v3Index(types), { headers })
  if (path === '/openapi/v2') return answerV2(accept ?? '', known ?? '', types)
  if (!path.startsWith('/openapi/v3/')) return undefined
  const served = inGroupVersion(types, path.slice('/openapi/v3/'.length))
  if (served.length === 0) return undefined
  return httpResponse(v3Document(served).json, { headers: { ...headers, 'content-type': 'application/json' } })
}

type Json = Record<string, unknown>

const headers = { 'cache-control': 'no-cache, private', vary: 'Accept' }

const info = { title: 'Kubernetes', version: 'v1.21.2' }

const apiPath = ({ group, version }: ResourceType): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`

function inGroupVersion(types: readonly ResourceType[], path: string): ResourceType[] {
  return types.filter((type) => apiPath(type) === path)
}

function v3Index(types: readonly ResourceType[]): Json {
  const paths = [...new Set(types.map(apiPath))].map((path) => {
    const { hash } = v3Document(inGroupVersion(types, path))
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
  })
  return { paths: Object.fromEntries(paths) as Json }
}

interface Document {
  json: string
  hash: string
}

/** One for each list of rows that was served: a definition of custom resources makes another. */
const documents = new WeakMap<ResourceType, Map<string, Document>>()

function v3Document(types: readonly ResourceType[]): Document {
  const [first] = types
  const key = types.map(({ kind }) => kind).join()
  const known = first && documents.get(first)?.get(key)
  if (known) return known
  const { paths, schemas } = describeTypes(types, '#/components/schemas/', v3Parameter)
  const json = JSON.stringify({ openapi: '3.0.0', info, paths, components: { schemas } })
  const document = { json, hash: createHash('sha256').update(json).digest('hex').toUpperCase() }
  if (first) documents.set(first, new Map([[key, document]]))
  return document
}

/** An empty document of the protobuf form: version and title alone. kubectl then leaves validation to the server. */
const emptyProtobuf = Buffer.from('\n\x032.0\x12\x15\n\nKubernetes\x12\x07v1.21.2', 'latin1')

const protobufType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'

/** The answer's types are as odd as a genuine server's: JSON goes as text, protobuf as bytes. */
function answerV2(accept: string, known: string, types: readonly ResourceType[]): HttpResponse {
  const wantsJson = accept === '' || /application\/(json|\*)|\*\/\*/.test(accept)
  if (!wantsJson && accept.includes(protobufType)) {
    return httpResponse(emptyProtobuf, { headers: { ...headers, 'content-type': 'application/octet-stream' } })
  }
  if (!wantsJson) return httpResponse(null, { status: 406, headers })
  const { paths, schemas } = describeTypes(types, '#/definitions/', v2Parameter)
  const json = JSON.stringify({ swagger: '2.0', info, paths, definitions: schemas })
  const etag = `"${createHash('sha512').update(json).digest('hex').toUpperCase()}"`
  const isKnown = known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  if (isKnown) return httpResponse(null, { status: 304, headers: { ...headers, etag } })
  return httpResponse(json, { headers: { ...headers, 'content-type': 'text/plain; charset=utf-8', etag } })
}

const v3Parameter = (name: string): Json => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })
const v2Parameter = (name: string): Json => ({ name, in: 'query', type: 'string', uniqueItems: true })

function describeTypes(types: readonly ResourceType[], root: string, parameter: (name: string) => Json) {
  const schemas: Json = {}
  const paths: Json = {}
  for (const type of types) {
    describeShape(type, schemas, root)
    Object.assign(paths, resourcePaths(type, parameter))
  }
  return { paths, schemas }
}

const kindOf = ({ group, version, kind }: ResourceType): Json => ({ group, version, kind })

const methods: Readonly<Record<string, readonly string[]>> = {
  collection: ['get:list', 'post:create', 'delete:deletecollection'],
  item: ['get:get', 'put:update', 'patch:patch', 'delete:delete'],
}

function resourcePaths(type: ResourceType, parameter: (name: string) => Json): Json {
  const base = `/${apiPath(type)}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}`
  const paths: Json = {
    [base]: operations(type, 'collection', parameter),
    [`${base}/{name}`]: operations(type, 'item', parameter),
  }
  for (const name of type.subresources ?? []) {
    if (name === 'status') paths[`${base}/{name}/${name}`] = operations(type, 'item', parameter)
  }
  return paths
}

const actions: Readonly<Record<string, string>> = {
  create: 'post',
  update: 'put',
  deletecollection: 'deletecollection',
}

function operations(type: ResourceType, place: string, parameter: (name: string) => Json): Json {
  const entries = (methods[place] ?? []).flatMap((one) => {
    const [method = '', verb = ''] = one.split(':')
    if (!type.verbs.includes(verb)) return []
    const writes = method !== 'get' && method !== 'delete'
    const names = writes ? ['dryRun', 'fieldManager', 'fieldValidation'] : method === 'delete' ? ['dryRun'] : []
    return [
      [
        method,
        {
          parameters: names.map(parameter),
          responses: { '200': { description: 'OK' } },
          'x-kubernetes-action': actions[verb] ?? verb,
          'x-kubernetes-group-version-kind': kindOf(type),
        },
      ],
    ]
  })
  return Object.fromEntries(entries) as Json
}

/** Puts the schema of a kind, and of what it reaches, into `schemas`. */
function describeShape(type: ResourceType, schemas: Json, root: string): void {
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`
  const name = schemaName(`${apiVersion}.${type.kind}`)
  const shape = shapeOf(apiVersion, type.kind)
  const marks = { 'x-kubernetes-group-version-kind': [kindOf(type)] }
  if (!shape) {
    schemas[name] = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, ...marks }
    return
  }
  const waiting = [{ name, shape }]
  const seen = new Set([name])
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const reach = (reached: Shape): string => {
      const found = nameOf(reached)
      if (!seen.has(found) && !(found in schemas)) {
        seen.add(found)
        waiting.push({ name: found, shape: reached })
      }
      return `${root}${found}`
    }
    schemas[next.name] = objectSchema(next.shape, reach)
  }
  schemas[name] = { ...(schemas[name] as Json), ...marks }
}

let names: Map<Shape, string> | undefined

function nameOf(shape: Shape): string {
  names ??= new Map([...allTypes().values()].map((type) => [type.shape, schemaName(type.name)]))
  return names.get(shape) ?? shape.typeName
}

/** `apps/v1.Deployment` is `io.k8s.api.apps.v1.Deployment`, as genuine documents name it. */
function schemaName(name: string): string {
  const [group, rest] = name.includes('/') ? (name.split('/') as [string, string]) : ['core', name]
  if (group === 'meta') return `io.k8s.apimachinery.pkg.apis.meta.${rest}`
  if (group === 'apiextensions.k8s.io') return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${rest}`
  if (group.includes('.') && !group.endsWith('.k8s.io')) return `${group.split('.').reverse().join('.')}.${rest}`
  return `io.k8s.api.${group.split('.')[0]}.${rest}`
}

function objectSchema(shape: Shape, reach: (shape: Shape) => string): Json {
  const fields = [...shape.fields.values()]
  const required = fields.filter((field) => field.required).map(({ name }) => name)
  const properties = Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, reach)]))
  return { type: 'object', properties, ...(required.length > 0 && { required }) }
}

function fieldSchema(field: Field, reach: (shape: Shape) => string): Json {
  const { patchMergeKey, patchStrategies, listType, listMapKeys } = field
  return {
    ...shapeSchema(field.shape, reach),
    ...(patchMergeKey !== undefined && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    ...(patchStrategies.length > 0 && { 'x-kubernetes-patch-strategy': patchStrategies.join(',') }),
    ...(listType !== undefined && { 'x-kubernetes-list-type': listType }),
    ...(listMapKeys.length > 0 && { 'x-kubernetes-list-map-keys': listMapKeys }),
  }
}

const scalarSchemas: Readonly<Partial<Record<Shape['kind'], Json>>> = {
  any: { type: 'object' },
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  quantity: { type: 'string' },
  'int-or-string': { type: 'string', format: 'int-or-string' },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'date-time' },
}

function shapeSchema(shape: Shape, reach: (shape: Shape) => string): Json {
  const { items } = shape
  if (shape.kind === 'object') return { $ref: reach(shape) }
  if (shape.kind === 'list') return { type: 'array', items: items ? shapeSchema(items, reach) : {} }
  if (shape.kind === 'map') return { type: 'object', additionalProperties: items ? shapeSchema(items, reach) : {} }
  return scalarSchemas[shape.kind] ?? {}
}
