import { pageOf, wholeOf, type Page } from './collection.ts'
import { plainText, presentResource, presentShaped, text } from './present.ts'
import type { Schema } from '../schema/schema.ts'
import { schemas } from '../schema/schemas.ts'
import type { RequestCall } from '../request/request-call.ts'
import type { Resource, V3Type } from '../schema/v3-type.ts'
import { shapedValues } from './shaped-resource.ts'
import type { Rendered } from './writer.ts'

/** The rows of types.ts by scope and schema. */
export type TypeTable = ReadonlyMap<string, V3Type>

export function tableOf(types: readonly V3Type[]): TypeTable {
  return new Map(types.map((type) => [`${type.scope}/${type.id}`, type]))
}

/** The cached text of a resource, for the last URL and form requested. */
const remembered = new WeakMap<Resource, { key: string; rendered: Rendered }>()

/** Keeps the most recently requested resources alive; a text is a few kB. */
const latest: (Resource | undefined)[] = Array.from({ length: 2000 })
let next = 0

function remember(resource: Resource, key: string, rendered: Rendered): void {
  const oldest = latest[next]
  if (oldest) remembered.delete(oldest)
  latest[next] = resource
  next = (next + 1) % latest.length
  remembered.set(resource, { key, rendered })
}

/** The text of a resource. Cached unless it depends on the caller or another URL is requested. */
export function renderResource(call: RequestCall, resource: Resource, options: RenderOptions = {}): Rendered {
  const type = options.type ?? typeFor(call, resource)
  if (type.perCaller || options.created || call.shape) return { json: writeResource(call, type, resource, options) }
  const key = `${call.urls.base}${call.urls.context}${call.actionsKey}`
  const known = remembered.get(resource)
  if (known?.key === key) return known.rendered
  const rendered = { json: writeResource(call, type, resource, options) }
  remember(resource, key, rendered)
  return rendered
}

interface RenderOptions {
  type?: V3Type | undefined
  /** Create responses include write-only values. */
  created?: boolean
}

/** A collection may contain several types (workloads); each item is rendered by its own. */
function typeFor(call: RequestCall, resource: Resource): V3Type {
  if (resource.type === call.type.id) return call.type
  const own = call.typeOf(call.type.scope, resource.type)
  if (own) return own
  const { id } = call.type
  return { ...call.type, id: resource.type, baseType: call.type.baseType ?? id, linkType: call.type.linkType ?? id }
}

function writeResource(
  call: RequestCall,
  type: V3Type,
  resource: Resource,
  { created = false }: RenderOptions,
): string {
  const set = schemas[type.scope]
  const schema = set.byId(resource.type) ?? set.byId(type.id) ?? call.schema
  const linkSchema = set.byId(type.linkType ?? type.id) ?? schema
  const around = {
    baseType: type.baseType ?? type.id,
    links: linksOf(call, type, linkSchema, resource),
    actions: actionsOf(call, type, linkSchema, resource),
    actionsKey: call.actionsKey,
    hidden: type.hidden,
  }
  if (call.shape) return presentShaped(shapedValues(set, schema, resource, call.shape), resource, around)
  return presentResource(set, schema, resource, {
    ...around,
    showWriteOnly: created,
    nestedTypes: !type.plainNesting,
  })
}

function linksOf(call: RequestCall, type: V3Type, schema: Schema, resource: Resource): Record<string, string> {
  if (resource.id === undefined) return {}
  const self = call.urls.resource(schema, resource.id)
  const links: Record<string, string> = { self }
  if (schema.resourceMethods?.includes('PUT')) links['update'] = self
  if (schema.resourceMethods?.includes('DELETE')) links['remove'] = self
  for (const name of type.withheldLinks?.(resource, call) ?? []) delete links[name]
  return { ...links, ...type.extraLinks?.(resource, call) }
}

function actionsOf(call: RequestCall, type: V3Type, linkSchema: Schema, resource: Resource): Record<string, string> {
  if (resource.id === undefined) return {}
  const offered = type.offeredActions?.(resource, call) ?? Object.keys(type.actions ?? {})
  const self = call.urls.resource(linkSchema, resource.id)
  return Object.fromEntries(offered.map((name) => [name, `${self}?action=${name}`]))
}

export function renderPage(
  call: RequestCall,
  all: readonly Resource[],
  how: 'filtered' | 'as given',
  items = call.schema,
): Rendered {
  const asked = { schema: call.schema, query: call.query, url: call.urls.base + call.urls.path, implied: call.implied }
  return { json: collectionText(call, how === 'filtered' ? pageOf(all, asked) : wholeOf(all, asked), items) }
}

function collectionText(call: RequestCall, page: Page, items: Schema): string {
  const { schema, urls } = call
  const collection = urls.collection(schema)
  const canCreate = schema.collectionMethods?.includes('POST')
  const outer = {
    type: 'collection',
    links: { self: urls.base + urls.path },
    createTypes: canCreate ? { [schema.id]: collection } : undefined,
    [call.actionsKey]: collectionActions(call, collection),
    pagination: page.pagination,
    sort: page.sort,
    filters: page.filters,
    resourceType: items.id,
  }
  const data = page.resources.map((resource) => renderResource(call, resource).json).join(',')
  return `${inOrder(outer).slice(0, -1)},"data":[${data}]}`
}

/** In the given order, unlike everything else. */
function inOrder(outer: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(outer).filter(([, value]) => value !== undefined)
  return `{${members.map(([name, value]) => `${text(name)}:${escaped(value)}`).join(',')}}`
}

function escaped(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (one) => text(one).slice(1, -1))
}

function collectionActions({ type, caller }: RequestCall, collection: string): Record<string, string> {
  const offered = [...Object.keys(type.collectionActions ?? {}), ...(type.offeredForAll ?? [])]
  const names = offered.filter((name) => {
    return name !== 'logout' && (caller.reach.kind === 'everything' || !type.adminActions?.includes(name))
  })
  return Object.fromEntries(names.map((name) => [name, `${collection}?action=${name}`]))
}

export function renderValue(value: unknown): Rendered {
  return { json: plainText(value) }
}
