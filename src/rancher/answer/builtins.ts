import { V3Error } from './failure.ts'
import { linkNames, linksBelow } from './link-names.ts'
import { plainText } from './present.ts'
import type { Query } from '../request/query.ts'
import { pageOf } from './collection.ts'
import type { Schema, SchemaSet } from '../schema/schema.ts'
import type { Scope } from '../schema/v3-type.ts'
import type { Rendered } from './writer.ts'

/** Responses derived from the schemas alone: the roots of the API versions, and the schemas themselves. */

interface Root {
  scope: Scope | 'meta'
  path: string
  group: string
  version: string
}

const roots: Readonly<Record<Scope | 'meta', Root>> = {
  meta: { scope: 'meta', path: '/meta', group: 'meta.cattle.io', version: 'v1' },
  public: { scope: 'public', path: '/v3-public', group: 'management.cattle.io', version: 'v3public' },
  management: { scope: 'management', path: '/v3', group: 'management.cattle.io', version: 'v3' },
  cluster: { scope: 'cluster', path: '/v3/cluster', group: 'cluster.cattle.io', version: 'v3' },
  project: { scope: 'project', path: '/v3/project', group: 'project.cattle.io', version: 'v3' },
}

export function apiRoot(scope: Scope | 'meta', base: string): Rendered {
  return { json: plainText(rootResource(roots[scope], base)) }
}

function rootResource({ scope, path, group, version }: Root, base: string) {
  const own = { root: base + path, self: base + path }
  const links = { ...own, ...linksBelow(base + path, linkNames.roots[scope]) }
  return { apiVersion: { group, path, version }, baseType: 'apiRoot', links, type: 'apiRoot' }
}

/** `GET /`: the roots, for programs and without a key. */
export function allRoots(base: string, query: Query, method: string): Rendered {
  const data = (['meta', 'management', 'cluster', 'project'] as const).map((scope) => rootResource(roots[scope], base))
  const items = data.map((root) => ({ id: root.apiVersion.path, text: plainText(root) }))
  if (method === 'GET') return builtinCollection('apiRoot', `${base}/`, query, items)
  // whatever is asked of it, the roots are the answer, but nobody has looked at what is to be sorted and cut
  return collectionOf('apiRoot', `${base}/`, { sort: { reverse: `${base}/?order=asc` } }, data.map(plainText))
}

export function schemaCollection(set: SchemaSet, context: string, base: string, query: Query, url: string): Rendered {
  const items = set.all.map((schema) => ({ id: schema.id, text: schemaText(schema, context, base) }))
  return builtinCollection('schema', url, query, items)
}

/** By id in any case, but not by plural. */
export function oneSchema(set: SchemaSet, context: string, base: string, id: string): Rendered {
  const wanted = id.toLowerCase()
  const schema = set.all.find((one) => one.id.toLowerCase() === wanted)
  if (!schema) throw new V3Error('NotFound', 'no such schema')
  return { json: schemaText(schema, context, base) }
}

function schemaText(schema: Schema, context: string, base: string): string {
  const links: Record<string, string> = { self: `${base}${context}/schemas/${schema.id}` }
  if (schema.collectionMethods?.includes('GET')) {
    links['collection'] = `${base}${context}/${schema.pluralName.toLowerCase()}`
  }
  return plainText({ ...schema, baseType: 'schema', links, type: 'schema' })
}

const unfiltered: Schema = {
  id: '',
  pluralName: '',
  version: { group: '', path: '', version: '' },
  resourceFields: {},
}

interface BuiltinItem {
  id: string
  text: string
}

function builtinCollection(resourceType: string, url: string, query: Query, items: readonly BuiltinItem[]): Rendered {
  const resources = items.map(({ id }) => ({ id, type: resourceType }))
  const { resources: shown, pagination, sort } = pageOf(resources, { schema: unfiltered, query, url })
  const texts = new Map<string | undefined, string>(items.map(({ id, text }) => [id, text]))
  return collectionOf(
    resourceType,
    url,
    { pagination, sort },
    shown.map(({ id }) => texts.get(id) ?? ''),
  )
}

function collectionOf(resourceType: string, self: string, shown: object, texts: readonly string[]): Rendered {
  const outer = { type: 'collection', links: { self }, actions: {}, ...shown, resourceType }
  return { json: `${JSON.stringify(outer).slice(0, -1)},"data":[${texts.join(',')}]}` }
}
