import { HeaderMap, type HttpHeaders } from '../../model/http.ts'
import { cookieOf } from '../request/negotiate.ts'
import type { User } from '../kubernetes/state.ts'
import type { Caller, Reach } from './caller.ts'
import { isExpired, type Key, type Keys } from './keys.ts'
import { reachOf, withinProject, type Binding } from './roles.ts'
import { matchesHash } from './secret.ts'

/** A 401 before authentication. It has a format of its own and reveals nothing but this message. */
export class NotIdentified extends Error {
  override readonly name = 'NotIdentified'
}

const stranger = 'must authenticate'

export interface Identities {
  keys: Keys
  user: (id: string) => User | undefined
  bindings: (userId: string) => readonly Binding[]
  now: () => number
}

/**
 * Identifies the caller by the key in Authorization (Bearer or Basic) or, without that header, in the cookie R_SESS.
 * `clusterId` is that of a path below /k8s/clusters, the only place where a cluster key is valid. Records the use of
 * the key.
 */
export function identify(headers: HttpHeaders, { keys, user, bindings, now }: Identities, clusterId?: string): Caller {
  const [name, secret] = credentialOf(headers)
  const key = keys.get(name)
  // an unknown name costs the same comparison as a wrong secret
  const matches = matchesHash(secret, key?.hash ?? nobody)
  if (!key || !matches || isExpired(key, now())) throw new NotIdentified(stranger)
  if (!key.enabled) throw new NotIdentified("user's token is not enabled")
  if (key.clusterId !== undefined && key.clusterId !== clusterId) throw new NotIdentified('clusterID does not match')
  const owner = user(key.userId)
  if (!owner) throw new NotIdentified(stranger)
  if (owner.spec.enabled === false) throw new NotIdentified('user is not enabled')
  if (wouldBeAnother(headers, key.userId)) throw new NotIdentified(notAnother(clusterId))
  keys.noteUse(key, now())
  return {
    userId: key.userId,
    keyName: key.name,
    session: key.kind === 'session',
    reach: keyReach(key, owner, bindings),
  }
}

const nobody = Buffer.alloc(32)

const ownGroups = ['system:authenticated', 'system:cattle:authenticated']

/** An impersonation request must not fall back to the caller's own identity, which may have more rights. */
function wouldBeAnother(headers: HttpHeaders, userId: string): boolean {
  const user = headers.get('impersonate-user') || userId
  const groups = headers.get('impersonate-group')?.split(/, ?/)
  return user !== userId || (groups !== undefined && [...groups].sort().join() !== ownGroups.join())
}

/** Rancher asks the cluster of the path; below /v3 there is none. */
function notAnother(clusterId: string | undefined): string {
  return clusterId === undefined ? 'cluster.management.cattle.io "" not found' : 'not allowed to impersonate'
}

/** Limited by both the owner's reach and the key's scope. */
function keyReach({ projectId, clusterId, userId }: Key, { spec }: User, bindings: Identities['bindings']): Reach {
  const reach: Reach = spec.admin ? { kind: 'everything' } : reachOf(bindings(userId))
  if (projectId !== undefined) return withinProject(reach, projectId)
  return clusterId !== undefined && reach.kind === 'everything' ? { kind: 'cluster', clusterId } : reach
}

function credentialOf(headers: HttpHeaders): [name: string, secret: string] {
  const header = firstAuthorization(headers)?.trim()
  const text = header ? fromAuthorization(header) : (cookieOf(headers, 'R_SESS') ?? '')
  const colon = text.indexOf(':')
  const name = text.slice(0, colon)
  const secret = text.slice(colon + 1)
  if (colon < 1 || secret === '' || secret.includes(':')) throw new NotIdentified(stranger)
  return [name, secret]
}

/** The first one counts. */
function firstAuthorization(headers: HttpHeaders): string | null | undefined {
  return headers instanceof HeaderMap ? headers.getAll('authorization')[0] : headers.get('authorization')
}

/** Parses `Scheme rest`: the scheme in any case, the rest trimmed. Basic is base64 with or without padding. */
function fromAuthorization(header: string): string {
  const space = header.indexOf(' ')
  if (space < 0) return ''
  const scheme = header.slice(0, space).toLowerCase()
  const rest = header.slice(space + 1).trim()
  if (scheme === 'bearer') return rest
  return scheme === 'basic' ? Buffer.from(rest, 'base64url').toString('latin1') : ''
}
