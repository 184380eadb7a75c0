/** What a path of the API names. */
export interface ResourcePath {
  apiVersion: string
  namespace: string | undefined
  plural: string
  name: string | undefined
  subresource: string | undefined
  /** The old form `/api/v1/watch/…`. */
  watch: boolean
}

/** Where a request goes, by the form of its path. */
export type Route =
  | { to: 'resource'; path: ResourcePath }
  | { to: 'group-version'; apiVersion: string }
  | { to: 'group'; group: string }
  | { to: 'other'; path: string }

const namespaceSubresources = new Set(['status', 'finalize'])

/** `path` excludes the query and is still percent-encoded. A trailing slash is ignored. */
export function routeOf(path: string): Route {
  const segments = decodePath(path).split('/').slice(1)
  if (segments.at(-1) === '' && segments.length > 1) segments.pop()
  const [root, ...rest] = segments
  if (root === 'api' && rest.length > 0) return routeIn(rest[0] as string, rest.slice(1))
  if (root !== 'apis' || rest.length === 0) return { to: 'other', path }
  const [group, version, ...tail] = rest as [string, ...string[]]
  return version === undefined ? { to: 'group', group } : routeIn(`${group}/${version}`, tail)
}

function routeIn(apiVersion: string, segments: string[]): Route {
  if (segments.length === 0) return { to: 'group-version', apiVersion }
  const watch = segments[0] === 'watch' && segments.length > 1
  const rest = watch ? segments.slice(1) : segments
  return { to: 'resource', path: { apiVersion, watch, ...namesIn(rest) } }
}

function namesIn(segments: string[]): Omit<ResourcePath, 'apiVersion' | 'watch'> {
  const [first = '', second, third, ...rest] = segments
  if (first === 'namespaces' && third !== undefined && !(namespaceSubresources.has(third) && rest.length === 0)) {
    const [name, ...tail] = rest
    return { namespace: second, plural: third, name, subresource: joined(tail) }
  }
  return { namespace: undefined, plural: first, name: second, subresource: third && joined([third, ...rest]) }
}

function joined(segments: string[]): string | undefined {
  return segments.length > 0 ? segments.join('/') : undefined
}

/** As in Go's server, an encoded slash is a separator. */
function decodePath(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
