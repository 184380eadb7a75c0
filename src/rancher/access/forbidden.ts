import { workloadKinds } from '../../model/workload-kinds.ts'
import type { Status } from '../../model/status.ts'

/** The denied object in Kubernetes' terms. */
export interface Denied {
  userId: string
  verb: string
  resource: string
  group: string
  namespace?: string | undefined
  name?: string | undefined
}

/** A refusal as Kubernetes' authorizer words it, which Rancher returns to its callers. */
export function forbiddenMessage({ userId, verb, resource, group, namespace, name }: Denied): string {
  const qualified = group === '' ? resource : `${resource}.${group}`
  const what = name === undefined ? qualified : `${qualified} ${JSON.stringify(name)}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return `${what} is forbidden: User "${userId}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
}

export function forbiddenStatus(denied: Denied): Status {
  const { resource, group, name } = denied
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: forbiddenMessage(denied),
    reason: 'Forbidden',
    details: { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
    code: 403,
  }
}

type Named = Pick<Denied, 'resource' | 'group' | 'namespace' | 'name'>

const management = 'management.cattle.io'

/** Where Kubernetes stores a v3 resource, for the message of a refusal. */
export function deniedResource(typeId: string, plural: string, id: string | undefined): Named {
  const core = coreTypes.get(typeId)
  if (id === undefined) return { resource: core ?? plural, group: core === undefined ? management : '' }
  const parts = id.split(':')
  const kind = Object.values(workloadKinds).find(({ v3Type }) => v3Type.toLowerCase() === parts[0])
  if (kind && parts.length === 3) {
    const [group = '', version] = kind.apiVersion.split('/')
    return { resource: kind.plural, group: version === undefined ? '' : group, namespace: parts[1], name: parts[2] }
  }
  if (typeId === 'namespace') return { resource: plural, group: '', namespace: id, name: id }
  if (typeId === 'project') return { resource: plural, group: management, namespace: parts[0], name: parts[1] }
  if (core !== undefined) return { resource: core, group: '', namespace: parts[0], name: parts[1] }
  return { resource: plural, group: management, name: id }
}

/** v3 types of Kubernetes' core group, with their names there. */
const coreTypes: ReadonlyMap<string, string> = new Map([
  ['namespace', 'namespaces'],
  ['pod', 'pods'],
  ['service', 'services'],
  ['dnsRecord', 'services'],
  ['configMap', 'configmaps'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['secret', 'secrets'],
  ['namespacedSecret', 'secrets'],
  ['namespacedDockerCredential', 'secrets'],
  ['namespacedCertificate', 'secrets'],
  ['namespacedBasicAuth', 'secrets'],
  ['namespacedSshAuth', 'secrets'],
  ['namespacedServiceAccountToken', 'secrets'],
])

const requestPath = /^\/(?:api\/[^/]+|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/[^/]))?\/([^/]+)(?:\/([^/]+))?/

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** The refusal of a Kubernetes request. Paths that name no resource have another wording. */
export function forbiddenRequest(userId: string, method: string, path: string): Status {
  const [, group = '', namespace, resource, name] = requestPath.exec(path) ?? []
  const verb = verbs[method] ?? method.toLowerCase()
  if (resource !== undefined) {
    const listed = verb === 'get' && name === undefined ? 'list' : verb
    return forbiddenStatus({ userId, verb: listed, resource, group, namespace, name })
  }
  const message = `forbidden: User "${userId}" cannot ${verb} path ${JSON.stringify(path)}`
  return { ...forbiddenStatus({ userId, verb, resource: '', group }), message, details: {} }
}
