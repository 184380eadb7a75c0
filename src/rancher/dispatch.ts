import { V3Error } from './answer/failure.ts'
import { seesNothing } from './access/reach.ts'
import { renderPage, renderResource } from './answer/render.ts'
import type { RequestCall } from './request/request-call.ts'
import type { HttpResponse } from '../model/http.ts'
import { HeaderMap, httpResponse } from '../model/http.ts'
import { validateBody } from './schema/validate.ts'
import type { Body, Result, Store } from './schema/v3-type.ts'
import { write } from './answer/writer.ts'

/**
 * First, whether the method exists at all; then whether the schema allows it. Links and actions decide for themselves.
 */
export function checkMethod({ method, id, link, action, schema }: RequestCall): void {
  const known = method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE'
  const free = link !== undefined || (method === 'POST' && action !== undefined)
  const allowed = id === undefined ? schema.collectionMethods : schema.resourceMethods
  if (known && (free || allowed?.includes(method))) return
  throw new V3Error('MethodNotAllow', `Method ${method} not supported`)
}

export function checkAction({ method, id, link, action, schema }: RequestCall): void {
  if (method !== 'POST' || action === undefined || link !== undefined) return
  const actions = id === undefined ? schema.collectionActions : schema.resourceActions
  if (!actions || !Object.hasOwn(actions, action)) throw new V3Error('InvalidAction', `Invalid action: ${action}`)
}

export async function dispatch(call: RequestCall): Promise<HttpResponse> {
  const { id, link, action, method } = call
  if (id !== undefined && link !== undefined) return answerLink(call, id, link)
  if (method === 'POST' && action !== undefined) return answerAction(call, id, action)
  switch (method) {
    case 'GET':
      return id === undefined ? answerList(call) : answerGet(call, id)
    case 'POST':
      return answerCreate(call)
    case 'PUT':
      return answerUpdate(call, id ?? '')
    case 'DELETE':
      return answerRemove(call, id ?? '')
    default:
      throw new V3Error('MethodNotAllow', `Method ${method} not supported`)
  }
}

function storeOf<K extends keyof Store>({ type }: RequestCall, method: K): NonNullable<Store[K]> {
  const own = type.store?.[method]
  if (own) return own
  if (!type.store) throw new V3Error('NotFound', 'no store found')
  throw new V3Error('NotImplemented', `${method} of ${type.id} is not served`)
}

async function answerList(call: RequestCall): Promise<HttpResponse> {
  const all = seesNothing(call) ? [] : await storeOf(call, 'list')(call)
  return write(call.manner, 200, renderPage(call, all, call.type.wholeLists ? 'as given' : 'filtered'))
}

async function answerGet(call: RequestCall, id: string): Promise<HttpResponse> {
  return write(call.manner, 200, renderResource(call, await storeOf(call, 'get')(call, id)))
}

async function answerCreate(call: RequestCall): Promise<HttpResponse> {
  const create = storeOf(call, 'create')
  const resource = await create(call, await readValid(call, 'create'))
  return write(call.manner, 201, renderResource(call, resource, { created: true }))
}

async function answerUpdate(call: RequestCall, id: string): Promise<HttpResponse> {
  const update = storeOf(call, 'update')
  return write(call.manner, 200, renderResource(call, await update(call, id, await readValid(call, 'update'))))
}

async function readValid(call: RequestCall, operation: 'create' | 'update'): Promise<Body> {
  if (call.type.unvalidated) return Object.create(null) as Body
  const body = validateBody(call.schemas, call.schema, await call.readBody(), operation)
  // the path determines the project, whatever the body says
  const inProject = operation === 'create' && call.scope === 'project' && 'projectId' in call.schema.resourceFields
  if (inProject) body['projectId'] = call.projectId
  return body
}

async function answerRemove(call: RequestCall, id: string): Promise<HttpResponse> {
  const rest = await storeOf(call, 'remove')(call, id)
  return rest === undefined ? write(call.manner, 204, undefined) : write(call.manner, 200, renderResource(call, rest))
}

async function answerAction(call: RequestCall, id: string | undefined, action: string): Promise<HttpResponse> {
  const handlers = id === undefined ? call.type.collectionActions : call.type.actions
  const handler = handlers && Object.hasOwn(handlers, action) ? handlers[action] : undefined
  if (!handler) throw new V3Error('NotImplemented', `action ${action} of ${call.type.id} is not served`)
  if (id !== undefined) await storeOf(call, 'get')(call, id)
  return answerResult(call, await handler(call, id ?? ''))
}

async function answerLink(call: RequestCall, id: string, link: string): Promise<HttpResponse> {
  const { links } = call.type
  await storeOf(call, 'get')(call, id)
  const handler = links && Object.hasOwn(links, link) ? links[link] : undefined
  if (!handler) throw new V3Error('NotFound', 'Link not found')
  return answerResult(call, await handler(call, id))
}

function answerResult(call: RequestCall, result: Result): HttpResponse {
  const { manner } = call
  switch (result.kind) {
    case 'empty':
      return emptyResponse(result)
    case 'resource': {
      const options = { type: result.type ?? outputType(call, result.resource.type), created: result.status === 201 }
      return write(manner, result.status ?? 200, renderResource(call, result.resource, options))
    }
    case 'collection': {
      return write(manner, 200, renderPage(call, result.resources, result.shown ?? 'as given', result.schema))
    }
    case 'response':
      return result.response
    default:
      return result satisfies never
  }
}

function emptyResponse({ status = 200, headers: own }: Extract<Result, { kind: 'empty' }>): HttpResponse {
  const headers = new HeaderMap(own)
  headers.set('x-content-type-options', 'nosniff')
  return httpResponse(null, { status, headers })
}

/** An action's output type has no row of its own, since it appears only in responses. */
function outputType(call: RequestCall, id: string) {
  const own = id === call.type.id ? call.type : call.typeOf(call.scope, id)
  return own ?? { id, scope: call.scope, perCaller: true, plainNesting: true }
}
