/** What a Kubernetes API path names. */
export interface ResourcePath {
  /** `/api/v1` or `/apis/group/version`. */
  prefix: string
  namespace: string | undefined
  resource: string
  name: string | undefined
  subresource: string | undefined
  query: URLSearchParams
  /** Path of the collection and of the object, without query and subresource. */
  collection: string
  object: string | undefined
}

const pattern =
  /^(?<prefix>\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<subresource>[^/]+))?)?\/?$/

/** Undefined for paths that do not name a resource. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const [plain = '', search = ''] = path.split(/\?(.*)/s)
  const own = /^(\/api\/v1)\/namespaces\/([^/]+)(?:\/(status|finalize))?\/?$/.exec(plain)
  const groups = own
    ? { prefix: own[1] ?? '', resource: 'namespaces', name: own[2], subresource: own[3] }
    : (pattern.exec(plain)?.groups as Partial<Record<string, string>> | undefined)
  if (!groups || groups['resource'] === 'watch') return undefined
  const { prefix = '', namespace, resource = '', name, subresource } = groups
  const collection = `${prefix}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${resource}`
  return {
    prefix,
    namespace,
    resource,
    name: name === undefined ? undefined : decodeURIComponent(name),
    subresource,
    query: new URLSearchParams(search),
    collection,
    object: name === undefined ? undefined : `${collection}/${name}`,
  }
}
