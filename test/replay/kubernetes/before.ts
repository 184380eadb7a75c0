import { isObject } from '../compare.ts'
import { Knowledge, type Json, type Known } from './knowledge.ts'
import type { ResourcePath } from './path.ts'
import type { Recording } from '../recording.ts'

/** The state of an object that an exchange requires, and whether it is certain. */
export interface Before {
  state: Known
  /** False if it was guessed from the exchange's own response; field ownership is then not compared. */
  certain: boolean
  /** Whether an existing object must match exactly. Default: if certain. */
  exact?: boolean
}

/** The state of an exchange's object before it; undefined if it does not matter or is unknown. */
export function stateBefore(
  recording: Recording,
  path: ResourcePath,
  known: Knowledge,
  later: readonly Recording[],
): Before | undefined {
  const { request, response } = recording.content
  if (!request || !response) return undefined
  const where = request.method === 'POST' && path.subresource === undefined ? postedPath(recording, path) : path.object
  if (where === undefined) return undefined
  const last = known.get(where)
  const answer = objectIn(response.body)
  if (request.method === 'POST' && path.subresource === undefined) return beforePost(response.status, last, answer)
  if (response.status === 404) return { state: 'absent', certain: true }
  if (response.status === 201 && request.method !== 'POST')
    return { state: last ?? 'absent', certain: last !== undefined }
  if (answer && changesNothing(recording)) return { state: { object: answer }, certain: true }
  if (last && last !== 'absent' && (!answer || sameUid(last.object, answer))) {
    const object = marked(caughtUp(last.object, answer, recording), answer, recording)
    return { state: { object }, certain: true }
  }
  if (!answer && [401, 404, 405, 406, 415].includes(response.status)) return undefined
  return { state: guess(recording, answer, later, where), certain: false, exact: answer !== undefined }
}

function postedPath({ content }: Recording, { collection }: ResourcePath): string | undefined {
  const named = [content.request?.body, content.response?.body].find(
    (body) => isObject(body) && isObject(body['metadata']) && typeof body['metadata']['name'] === 'string',
  ) as { metadata: { name: string } } | undefined
  return named && `${collection}/${encodeURIComponent(named.metadata.name)}`
}

function beforePost(status: number, last: Known | undefined, answer: Json | undefined): Before | undefined {
  if (status === 201) return { state: 'absent', certain: true }
  if (status !== 409) return last && { state: last, certain: true }
  return { state: last && last !== 'absent' ? last : { object: answer ?? {} }, certain: false }
}

function objectIn(body: unknown): Json | undefined {
  if (!isObject(body) || body['kind'] === 'Status' || body['kind'] === 'Scale' || Array.isArray(body['items']))
    return undefined
  const metadata = body['metadata']
  return isObject(metadata) && metadata['uid'] !== undefined && body['kind'] !== 'PartialObjectMetadata'
    ? body
    : undefined
}

/** A read returns the state before it. */
function changesNothing({ content }: Recording): boolean {
  return content.request?.method === 'GET'
}

/** Since last seen, a pod may have been scheduled and controllers may have written statuses. */
function caughtUp(object: Json, answer: Json | undefined, { content }: Recording): Json {
  const { request } = content
  if (!answer) return object
  const bound = onItsNode(object, answer)
  const writesStatus = /\/status(\?|$)/.test(request?.path ?? '')
  if (writesStatus) return withConditions(bound, answer, request?.body)
  const status = object['kind'] === 'Pod' ? answer['status'] : object['status']
  if (request?.method === 'DELETE') return { ...bound, status }
  return {
    ...bound,
    status,
    metadata: { ...(object['metadata'] as Json), managedFields: statusOwners(object, answer) },
  }
}

function onItsNode(object: Json, answer: Json): Json {
  if (object['kind'] !== 'Pod' || !isObject(answer['spec']) || !isObject(object['spec'])) return object
  const { nodeName } = answer['spec']
  return nodeName === undefined ? object : { ...object, spec: { ...object['spec'], nodeName } }
}

/** Adds conditions that the response shows although the status write did not name them. */
function withConditions(object: Json, answer: Json, body: unknown): Json {
  const asked = isObject(body) ? conditionsOf(body['status']) : []
  const known = conditionsOf(object['status'])
  const types = new Set([...known, ...asked].map(({ type }) => type))
  const others = isObject(body) ? conditionsOf(answer['status']).filter(({ type }) => !types.has(type)) : []
  if (others.length === 0) return object
  const { managedFields } = answer['metadata'] as Json
  return {
    ...object,
    metadata: { ...(object['metadata'] as Json), managedFields },
    status: { ...(object['status'] as Json), conditions: [...known, ...others] },
  }
}

function conditionsOf(status: unknown): Json[] {
  const conditions = isObject(status) ? status['conditions'] : undefined
  return Array.isArray(conditions) ? conditions.filter(isObject) : []
}

/** Status ownership from the response: a request that does not touch the status does not change it. */
function statusOwners(object: Json, answer: Json): unknown {
  const entries = (object['metadata'] as Json)['managedFields']
  const later = (answer['metadata'] as Json)['managedFields']
  if (!Array.isArray(entries) || !Array.isArray(later)) return entries
  const ownerOf = ({ manager, operation, apiVersion }: Json) => JSON.stringify([manager, operation, apiVersion])
  const statuses = new Map(
    later.filter(isObject).map((entry) => [ownerOf(entry), (entry['fieldsV1'] as Json)['f:status']]),
  )
  return entries.filter(isObject).map((entry) => {
    const { 'f:status': _status, ...fields } = entry['fieldsV1'] as Json
    const status = statuses.get(ownerOf(entry))
    return { ...entry, fieldsV1: { ...fields, ...(status !== undefined && { 'f:status': status }) } }
  })
}

/** Since last seen, it may have been marked for deletion or received finalizers. */
function marked(object: Json, answer: Json | undefined, { content }: Recording): Json {
  if (!answer) return object
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = answer['metadata'] as Json
  const metadata = object['metadata'] as Json
  if (deletionTimestamp === undefined) return object
  if (content.request?.method !== 'DELETE') {
    if (metadata['deletionTimestamp'] !== undefined) return object
    return { ...object, metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds } }
  }
  const held = ((finalizers ?? []) as string[]).filter((name) => name.includes('/'))
  if (held.length === 0) return object
  const { managedFields } = answer['metadata'] as Json
  return { ...object, metadata: { ...metadata, finalizers: held, managedFields } }
}

function sameUid(a: Json, b: Json): boolean {
  return (a['metadata'] as Json)['uid'] === (b['metadata'] as Json)['uid']
}

/** The response without the request's effect; else what a later recording shows; else a minimal object. */
function guess(recording: Recording, answer: Json | undefined, later: readonly Recording[], where: string): Known {
  if (answer) return { object: undo(recording, answer) }
  const future = new Knowledge()
  for (const one of later) {
    future.learn(one)
    const found = future.get(where)
    if (found && found !== 'absent') return { object: notDeleted(found.object) }
  }
  return /apply-patch/.test(recording.content.request?.headers['Content-Type'] ?? '') ? 'absent' : { object: {} }
}

function undo({ content }: Recording, answer: Json): Json {
  const { request } = content
  const metadata = { ...(answer['metadata'] as Json) }
  if (request?.method === 'DELETE') return notDeleted(answer)
  // an object being deleted that still exists had finalizers; the request may have removed them
  if (metadata['deletionTimestamp'] !== undefined && metadata['finalizers'] === undefined)
    metadata['finalizers'] = ['example.com/held']
  const before = { ...answer, metadata }
  if (Array.isArray(request?.body)) return beforeOperations(before, request.body as Operation[])
  if (request?.method === 'PUT') return beforePut(before, request.body)
  if (!isObject(request?.body)) return before
  if (isObject(request.body['spec']) && typeof metadata['generation'] === 'number') metadata['generation'] -= 1
  return without(before, request.body) as Json
}

interface Operation {
  op: string
  path: string
}

/** Without the items and members a JSON Patch added. */
function beforeOperations(answer: Json, operations: readonly Operation[]): Json {
  const before = JSON.parse(JSON.stringify(answer)) as Json
  const added = operations.filter(({ op, path }) => op === 'add' && typeof path === 'string')
  for (const { path } of added.toReversed()) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = steps.pop() ?? ''
    const parent = steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[step], before)
    if (Array.isArray(parent)) parent.splice(last === '-' ? -1 : Number(last), 1)
    else if (isObject(parent)) delete parent[last]
  }
  const metadata = before['metadata'] as Json
  if (typeof metadata['generation'] === 'number' && added.some(({ path }) => path.startsWith('/spec')))
    metadata['generation'] -= 1
  return before
}

/** Whoever replaces the whole object has read it: its generation tells whether the spec changed. */
function beforePut(answer: Json, body: unknown): Json {
  const metadata = answer['metadata'] as Json
  const read = isObject(body) && isObject(body['metadata']) ? body['metadata']['generation'] : undefined
  if (typeof read !== 'number' || read === metadata['generation']) return answer
  const images = (_name: string, value: unknown): unknown =>
    isObject(value) && typeof value['image'] === 'string' ? { ...value, image: `${value['image']}-before` } : value
  const spec: unknown = JSON.parse(JSON.stringify(answer['spec'] ?? {}, images))
  return { ...answer, spec, metadata: { ...metadata, generation: read } }
}

function notDeleted(object: Json): Json {
  const { deletionTimestamp: _time, deletionGracePeriodSeconds: _grace, ...metadata } = object['metadata'] as Json
  const finalizers = (metadata['finalizers'] as string[] | undefined)?.filter((name) => name.includes('/'))
  delete metadata['finalizers']
  const { generation } = metadata
  if (typeof generation === 'number' && generation > 1 && object['kind'] !== 'CustomResourceDefinition')
    metadata['generation'] = generation - 1
  return { ...object, metadata: finalizers?.length ? { ...metadata, finalizers } : metadata }
}

/** The response without the leaves of a merge patch. Strings are altered instead, so that required ones stay. */
function without(value: unknown, patch: unknown): unknown {
  if (isObject(value) && isObject(patch)) {
    const copy: Json = { ...value }
    for (const [name, change] of Object.entries(patch)) {
      if (!(name in copy) || ['apiVersion', 'kind', 'name', 'namespace', 'uid', 'selector'].includes(name)) continue
      if (isObject(change) && '$patch' in change) copy[name] = { before: 'before' }
      else if (isObject(change) || Array.isArray(change)) copy[name] = without(copy[name], change)
      else if (name === 'image') copy[name] = `${String(copy[name])}-before`
      else if (typeof copy[name] === 'string') delete copy[name]
    }
    return copy
  }
  if (Array.isArray(value) && Array.isArray(patch)) {
    return value.map((item: unknown) => {
      const change: unknown = patch.find((one) => isObject(one) && isObject(item) && one['name'] === item['name'])
      return change ? without(item, change) : item
    })
  }
  return value
}
