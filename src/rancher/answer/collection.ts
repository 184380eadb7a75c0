import { type Item, listingOf } from './listing.ts'
import type { Query } from '../request/query.ts'
import type { Schema } from '../schema/schema.ts'
import type { Resource } from '../schema/v3-type.ts'
import { toText } from '../schema/go-text.ts'

interface Condition {
  field: string
  modifier: 'eq' | 'ne' | 'in' | 'notin'
  /** A text for eq and ne, a list for in and notin. */
  value: string | string[]
}

export interface Page {
  resources: readonly Resource[]
  pagination: Readonly<Record<string, unknown>>
  sort: Readonly<Record<string, unknown>>
  filters: Readonly<Record<string, unknown>> | undefined
}

interface Asked {
  schema: Schema
  query: Query
  /** The request's URL without its query. */
  url: string
  /** Conditions from the path that are not echoed: the cluster of /v3/clusters/<c>/projects. */
  implied?: Readonly<Record<string, string>>
}

/**
 * Filters, sorts and pages a whole list in memory, as norman does: unknown fields and modifiers are ignored, eq and ne
 * take the first of repeated values, and pages are named by the id of their first item.
 */
export function pageOf(all: readonly Resource[], asked: Asked): Page {
  const conditions = conditionsOf(asked.schema, asked.query)
  const { name, descending } = sortingOf(asked.schema, asked.query)
  // sorts the whole list, which is cached; a filtered list keeps that order
  const ordered = listingOf(all).by(name ?? 'id', descending)
  const found = filtered(asked.schema, ordered, [...conditions, ...impliedConditions(asked)])
  const { items, pagination } = cut(found, asked)
  return {
    resources: items.map(({ resource }) => resource),
    pagination,
    sort: sortShown(asked, name, descending),
    filters: filtersShown(asked.schema, conditions),
  }
}

/** A list without filtering or paging, although the response describes both: tokens and revisions. */
export function wholeOf(all: readonly Resource[], asked: Asked): Page {
  const { name, descending } = sortingOf(asked.schema, asked.query)
  return {
    resources: all,
    pagination: { limit: limitOf(asked.query) },
    sort: sortShown(asked, name, descending),
    filters: filtersShown(asked.schema, conditionsOf(asked.schema, asked.query)),
  }
}

function conditionsOf(schema: Schema, query: Query): Condition[] {
  if (query.text === '') return []
  const conditions: Condition[] = []
  for (const name of query.names()) {
    const at = name.lastIndexOf('_')
    const asField = allowed(schema, name, 'eq')
    const field = asField || at < 0 ? name : name.slice(0, at)
    const modifier = asField || at < 0 ? 'eq' : name.slice(at + 1)
    if (!isModifier(modifier) || !allowed(schema, field, modifier)) continue
    const many = modifier === 'in' || modifier === 'notin'
    conditions.push({ field, modifier, value: many ? [...new Set(query.all(name))] : (query.get(name) ?? '') })
  }
  return conditions
}

function allowed(schema: Schema, field: string, modifier: string): boolean {
  const filters = schema.collectionFilters
  return !!filters && Object.hasOwn(filters, field) && (filters[field]?.modifiers?.includes(modifier) ?? false)
}

function isModifier(text: string): text is Condition['modifier'] {
  return text === 'eq' || text === 'ne' || text === 'in' || text === 'notin'
}

function impliedConditions({ implied = {} }: Asked): Condition[] {
  return Object.entries(implied).map(([field, value]) => ({ field, modifier: 'eq', value }))
}

function filtered(schema: Schema, all: readonly Item[], conditions: readonly Condition[]): readonly Item[] {
  if (conditions.length === 0) return all
  const tests = conditions.map((condition) => testOf(schema, condition))
  return all.filter((item) => tests.every((test) => test(item)))
}

/** Compares as text; an absent value counts as the field's default. */
function testOf(schema: Schema, { field, modifier, value }: Condition): (item: Item) => boolean {
  const absent = toText(schema.resourceFields[field]?.default)
  const textOf = (item: Item) => item.text(field) ?? absent
  switch (modifier) {
    case 'eq':
      return (item) => textOf(item) === value
    case 'ne':
      return (item) => textOf(item) !== value
    case 'in':
      return (item) => value.includes(textOf(item))
    case 'notin':
      return (item) => !value.includes(textOf(item))
    default:
      return modifier satisfies never
  }
}

function sortingOf(schema: Schema, query: Query): { name: string | undefined; descending: boolean } {
  const asked = query.get('sort')
  const name = asked && Object.hasOwn(schema.collectionFilters ?? {}, asked) ? asked : undefined
  return { name, descending: query.get('order') === 'desc' }
}

const defaultLimit = 1000
const largestLimit = 10_000

function limitOf(query: Query): number {
  const text = query.get('limit')
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return defaultLimit
  const limit = Number(text)
  if (limit === -1 || limit > largestLimit) return largestLimit
  return limit < 0 ? defaultLimit : limit
}

function cut(all: readonly Item[], { query, url }: Asked) {
  const limit = limitOf(query)
  const total = all.length
  const marker = query.get('marker')
  const found = marker ? all.findIndex(({ id }) => id === marker) : -1
  const start = Math.max(found, 0)
  const whole = start === 0 && limit >= total
  const items = whole ? all : all.slice(start, start + limit)
  if (whole) return { items, pagination: { ...(marker ? { marker } : {}), limit, total } }
  const at = (index: number) => urlWith(url, query, { marker: all[index]?.id ?? '' })
  const pagination = {
    ...(marker ? { marker } : {}),
    first: total > 0 ? at(0) : undefined,
    previous: limit > 0 && start > 0 ? at(Math.max(0, start - limit)) : undefined,
    next: limit > 0 && start + limit < total ? at(start + limit) : undefined,
    last: limit > 0 && limit < total ? at(total - limit) : undefined,
    limit,
    total,
    partial: true,
  }
  return { items, pagination }
}

function sortShown({ schema, query, url }: Asked, name: string | undefined, descending: boolean) {
  const links: Record<string, string> = {}
  for (const field of Object.keys(schema.collectionFilters ?? {}).sort()) {
    const type = schema.resourceFields[field]?.type
    if (type !== 'string' && type !== 'enum' && type !== 'password') continue
    links[field] = urlWith(url, query, { order: undefined, marker: undefined, sort: field })
  }
  return {
    name,
    order: descending ? 'desc' : 'asc',
    reverse: urlWith(url, query, { order: descending ? 'asc' : 'desc', marker: undefined }),
    links: Object.keys(links).length > 0 ? links : undefined,
  }
}

function filtersShown(schema: Schema, conditions: readonly Condition[]): Record<string, unknown> | undefined {
  if (!schema.collectionFilters) return undefined
  const shown: Record<string, unknown> = {}
  for (const field of Object.keys(schema.collectionFilters).sort()) {
    const own = conditions.filter((condition) => condition.field === field)
    shown[field] = own.length > 0 ? own.map(({ modifier, value }) => ({ modifier, value })) : null
  }
  return shown
}

/** The URL with changed parameters, sorted by name and encoded as by Go's url.Values. */
function urlWith(url: string, query: Query, changes: Readonly<Record<string, string | undefined>>): string {
  const values = new Map<string, string[]>()
  for (const [name, value] of query) {
    if (Object.hasOwn(changes, name)) continue
    const list = values.get(name)
    if (list) list.push(value)
    else values.set(name, [value])
  }
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) values.set(name, [value])
  const pairs = [...values].sort(([a], [b]) => (a < b ? -1 : 1))
  const text = pairs.flatMap(([name, list]) => list.map((value) => `${goEscape(name)}=${goEscape(value)}`)).join('&')
  return text === '' ? url : `${url}?${text}`
}

/** Go's url.QueryEscape: a space becomes a plus, and `!'()*` are escaped too. */
export function goEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
