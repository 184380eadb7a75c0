import { workloadKinds } from '../../model/workload-kinds.ts'
import { rightIn, type Reach, type Right } from './caller.ts'
import { V3Error } from '../answer/failure.ts'
import { deniedResource, forbiddenMessage } from './forbidden.ts'
import type { RequestCall } from '../request/request-call.ts'
import { kindOfBody } from '../workloads/create-workload.ts'

/** Checks the reach of the caller's key for this request. Stores check individual namespaces and objects. */
export async function checkReach(call: RequestCall): Promise<void> {
  const { reach } = call.caller
  if (call.scope === 'public') return
  switch (reach.kind) {
    case 'everything':
      return
    case 'project':
      return checkProjectKey(call, reach.projectId)
    case 'cluster':
      throw new V3Error('PermissionDenied', 'this key is for the Kubernetes API of one cluster only')
    case 'roles':
    case 'self':
      return await checkRights(call)
    default:
      return reach satisfies never
  }
}

/** Whether a list is empty for the caller, whatever exists. */
export function seesNothing(call: RequestCall): boolean {
  const { kind } = call.caller.reach
  if (call.scope === 'public' || call.type.openToSelf || (kind !== 'self' && kind !== 'roles')) return false
  return rightsHere(call) === undefined
}

function checkProjectKey({ type, method, projectId, scope, action }: RequestCall, own: string): void {
  const elsewhere = projectId !== undefined && projectId !== own
  const allowed = type.projectKeys ?? (scope === 'project' ? 'everything' : 'nothing')
  const ownKubeconfig = type.id === 'cluster' && action === 'generateKubeconfig'
  if (!elsewhere && (allowed === 'everything' || (allowed === 'read' && method === 'GET') || ownKubeconfig)) return
  throw new V3Error('PermissionDenied', `this key is for the project ${own} only`)
}

async function checkRights(call: RequestCall): Promise<void> {
  const { type, method, id, action } = call
  const reading = method === 'GET'
  if (type.id === 'token' || (type.id === 'user' && (reading || action === 'changepassword'))) return
  if (reading && (id === undefined || type.openToSelf)) return
  const right = id === undefined ? await rightToCreate(call) : rightsHere(call)
  if (right === 'write' || (right === 'read' && reading)) return
  if (type.id === 'cluster' && right === 'read' && action === 'generateKubeconfig') return
  if (right === undefined || id === undefined) throw await forbidden(call, id === undefined ? 'create' : 'get')
  // every change reads first: a missing object is not found even for those who may not change it
  await type.store?.get?.(call, id)
  throw await forbidden(call, method === 'DELETE' ? 'delete' : 'update')
}

/** Withheld from readers: whoever can read a Secret can often act as its owner. */
const secrets: ReadonlySet<string> = new Set([
  'secret',
  'namespacedSecret',
  'dockerCredential',
  'namespacedDockerCredential',
  'certificate',
  'namespacedCertificate',
  'namespacedBasicAuth',
  'namespacedSshAuth',
  'namespacedServiceAccountToken',
])

/** The right that the caller's roles give for the path's type or object. */
function rightsHere({ caller: { reach }, type, scope, id, projectId, cluster }: RequestCall): Right | undefined {
  if (scope === 'project') return rightToType(rightIn(reach, projectId), type.id)
  if (scope === 'cluster') return id === undefined ? anyRight(reach) : rightIn(reach, cluster.projectOf(id))
  if (reach.kind !== 'roles') return undefined
  switch (type.id) {
    case 'cluster':
      return 'read'
    case 'project':
      if (reach.cluster === 'owner') return 'write'
      return id === undefined || rightIn(reach, id) !== undefined ? 'read' : undefined
    case 'node':
      return reach.cluster === 'none' ? undefined : 'read'
    default:
      return undefined
  }
}

export function rightToType(right: Right | undefined, typeId: string): Right | undefined {
  return right === 'read' && secrets.has(typeId) ? undefined : right
}

function anyRight({ kind }: Reach): Right | undefined {
  return kind === 'self' ? undefined : 'read'
}

/** A namespace is created in the project that its document names. */
async function rightToCreate(call: RequestCall): Promise<Right | undefined> {
  if (call.scope !== 'cluster') return rightsHere(call)
  const { projectId } = await bodyOf(call)
  return rightIn(call.caller.reach, typeof projectId === 'string' ? projectId : undefined)
}

async function forbidden(call: RequestCall, verb: 'create' | 'get' | 'update' | 'delete'): Promise<V3Error> {
  const { caller, schema, id } = call
  const named = deniedResource(schema.id, schema.pluralName.toLowerCase(), id)
  const made = verb === 'create' && call.scope === 'project' ? await placeOfNew(call) : {}
  return new V3Error('Forbidden', forbiddenMessage({ ...named, ...made, userId: caller.userId, verb }))
}

async function placeOfNew(call: RequestCall) {
  const body = await bodyOf(call)
  const { namespaceId } = body
  const namespace = typeof namespaceId === 'string' ? { namespace: namespaceId } : {}
  if (call.schema.id !== 'workload') return namespace
  const { apiVersion, plural } = workloadKinds[kindOfBody(body)]
  const [group = '', version] = apiVersion.split('/')
  return { ...namespace, resource: plural, group: version === undefined ? '' : group }
}

async function bodyOf(call: RequestCall): Promise<Record<string, unknown>> {
  const body = await call.readBody()
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {}
}
