import { V3Error } from './failure.ts'
import { linkNames, linksBelow } from './link-names.ts'
import { plainText } from './present.ts'
import type { Query } from '../request/query.ts'
import { pageOf } from './collection.ts'
import type { Schema, SchemaSet } from '../schema/schema.ts'
import type { Resource, Scope } from '../schema/v3-type.ts'
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
export function allRoots(base: string, query: Query): Rendered {
  const data = (['meta', 'management', 'cluster', 'project'] as const).map((scope) => rootResource(roots[scope], base))
  const items = data.map((root) => ({ id: root.apiVersion.path, text: plainText(root) }))
  return builtinCollection('apiRoot', `${base}/`, query, items)
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

interface BuiltinItem extends Pick<Resource, 'id'> {
  text: string
}

function builtinCollection(resourceType: string, url: string, query: Query, items: readonly BuiltinItem[]): Rendered {
  const resources = items.map((item): Resource => ({ ...item, type: resourceType }))
  const { resources: shown, pagination, sort } = pageOf(resources, { schema: unfiltered, query, url })
  const outer = { type: 'collection', links: { self: url }, actions: {}, pagination, sort, resourceType }
  return { json: `${JSON.stringify(outer).slice(0, -1)},"data":[${shown.map(({ text }) => text).join(',')}]}` }
}
