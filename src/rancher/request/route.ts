import { V3Error } from '../answer/failure.ts'
import type { Schema, SchemaSet } from '../schema/schema.ts'
import type { Scope } from '../schema/v3-type.ts'

/** What a path means, before looking at what exists. */
export interface Route {
  scope: Scope
  /** `/v3/project/local:p-xxxxx`: the location of the schemas named in X-Api-Schemas. */
  schemasAt: string
  /** Base of the type's own URLs. */
  context: string
  clusterId: string | undefined
  projectId: string | undefined
  typeName: string | undefined
  id: string | undefined
  link: string | undefined
}

export type SchemasOf = Readonly<Record<Scope, SchemaSet>>

const subContexts = { cluster: '/v3/cluster', project: '/v3/project' } as const

/**
 * Parses a path as norman does: the longest API version such that at most two characters, or a slash within three,
 * remain, so `/v3/projects/x` means `/v3/project/x` and `/v3x` means `/v3`; then context, type, id and link.
 */
export function parseRoute(path: string, schemas: SchemasOf): Route | undefined {
  if (startsVersion(path, '/v3-public')) return plain('public', '/v3-public', segments(path.slice(10)))
  for (const scope of ['project', 'cluster'] as const) {
    const at = subContexts[scope]
    if (startsVersion(path, at))
      return inContext(scope, at, segments(path.slice(path.indexOf('/', at.length))), path, schemas)
  }
  if (startsVersion(path, '/v3')) {
    const slash = path.indexOf('/', 3)
    return plain('management', '/v3', slash < 0 ? [] : segments(path.slice(slash)))
  }
  return undefined
}

function startsVersion(path: string, version: string): boolean {
  if (!path.startsWith(version)) return false
  const rest = path.slice(version.length, version.length + 3)
  return rest.length < 3 || rest.includes('/')
}

function segments(rest: string): string[] {
  const parts = rest.split('/').filter((part) => part !== '')
  return rest.includes('%') ? parts.map(decodeSegment) : parts
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function plain(scope: Scope, context: string, [typeName, id, link]: string[]): Route {
  return { scope, schemasAt: context, context, clusterId: undefined, projectId: undefined, typeName, id, link }
}

function inContext(scope: 'cluster' | 'project', at: string, parts: string[], path: string, schemas: SchemasOf): Route {
  const named = path.indexOf('/', at.length) < 0 ? [] : parts
  const [first, typeName, id, link] = named
  if (first === 'schema' || first === 'schemas') return plain(scope, at, named)
  if (first === undefined || typeName === undefined) return contextItself(scope, at, first)
  const context = `${at}/${first}`
  const ids =
    scope === 'project'
      ? { clusterId: first.split(':', 1)[0], projectId: first }
      : { clusterId: first, projectId: undefined }
  // a type that only the parent has: /v3/clusters/local/projects
  if (!isBuiltin(typeName) && !schemas[scope].find(typeName) && schemas.management.find(typeName)) {
    return { scope: 'management', schemasAt: '/v3', context: '/v3', ...ids, typeName, id, link }
  }
  return { scope, schemasAt: context, context, ...ids, typeName, id, link }
}

/** /v3/project/<p> and /v3/projects are resources of /v3, except for the schemas they refer to. */
function contextItself(scope: 'cluster' | 'project', at: string, id: string | undefined): Route {
  const schemasAt = id === undefined ? at : `${at}/${id}`
  return { ...plain('management', '/v3', [scope]), schemasAt, id }
}

export function isBuiltin(typeName: string): boolean {
  const name = typeName.toLowerCase()
  return name === 'schema' || name === 'schemas'
}

export function findSchema(schemas: SchemaSet, typeName: string): Schema {
  const schema = schemas.find(typeName)
  if (!schema) throw new V3Error('NotFound', `failed to find schema ${typeName}`)
  return schema
}

/** The path Go's router would redirect to, if different: without empty, `.` or `..` segments. */
export function cleanPath(path: string): string | undefined {
  if (!path.includes('//') && !path.includes('/.')) return undefined
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  const clean = `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`
  return clean === path ? undefined : clean
}
