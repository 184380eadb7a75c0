import { isExpired, lastUsedAnnotation, type Key } from '../access/keys.ts'
import type { Call } from '../request/call.ts'
import { V3Error } from '../answer/failure.ts'
import { userOf, type Realm } from '../realm.ts'
import type { Schema } from '../schema/schema.ts'
import type { Resource, Result, V3Type } from '../schema/v3-type.ts'
import { decodeStruct, NotDecoded } from '../request/go-struct.ts'
import { notFound } from './metadata.ts'
import { requireProject } from './projects.ts'

/** API keys and sessions. The secret is returned only on creation. */
export function tokenType(realm: Realm): V3Type {
  const { keys } = realm
  return {
    id: 'token',
    scope: 'management',
    perCaller: true,
    openToSelf: true,
    wholeLists: true,
    unvalidated: true,
    store: {
      list: async (call) => keys.ofUser(call.caller.userId).map((key) => shownKey(realm, call, key)),
      get: async (call, id) => shownKey(realm, call, ownKey(realm, call.caller.userId, id)),
      create: async (call) => createToken(realm, call),
      update: () => Promise.reject(new V3Error('NotFound', 'no store found')),
      remove: async (call, id) => removeToken(realm, call, id),
    },
    collectionActions: { logout: (call) => logout(realm, call) },
  }
}

function ownKey({ keys }: Realm, userId: string, id: string): Key {
  const key = keys.get(id)
  if (!key) throw notFound('tokens', id)
  if (key.userId !== userId) throw new V3Error('NotFound', `${id} not found`)
  return key
}

/**
 * With `?_lastUsed=true` an annotation tells the last use: Rancher 2.4 has no field for it, and ignores the parameter.
 */
function shownKey(realm: Realm, { caller, query }: Call, key: Key): Resource {
  const resource = tokenResource(realm, key, caller.keyName)
  const lastUsed = query.get('_lastUsed') === 'true' ? realm.keys.lastUsed(key) : undefined
  return lastUsed === undefined ? resource : { ...resource, annotations: { [lastUsedAnnotation]: timeText(lastUsed) } }
}

export function tokenResource(realm: Realm, key: Key, currentName: string): Resource {
  const { now } = realm
  return {
    id: key.name,
    type: 'token',
    authProvider: 'local',
    clusterId: key.clusterId ?? null,
    created: new Date(key.created).toISOString().replace(/\.\d+Z$/, 'Z'),
    current: key.kind === 'session' && key.name === currentName,
    description: key.description,
    enabled: key.enabled,
    expired: isExpired(key, now()),
    expiresAt: key.ttl === 0 ? '' : timeText(key.created + key.ttl),
    groupPrincipals: null,
    isDerived: key.kind !== 'session',
    labels: tokenLabels(key),
    lastUpdateTime: '',
    name: key.name,
    projectId: key.projectId,
    ttl: key.ttl,
    userId: key.userId,
    userPrincipal: principalText(realm, key.userId),
    uuid: key.uid,
  }
}

function timeText(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace(/\.\d+Z$/, 'Z')
}

function tokenLabels({ userId, kind }: Key): Record<string, string> {
  return {
    ...(kind === 'derived' ? {} : { 'authn.management.cattle.io/kind': kind }),
    'authn.management.cattle.io/token-userId': userId,
    'cattle.io/creator': 'norman',
  }
}

/** As Rancher prints it: a Go map where a reference was meant. */
function principalText(realm: Realm, userId: string): string {
  const { displayName = '', username = '' } = userOf(realm, userId)?.spec ?? {}
  const metadata = `map[creationTimestamp:<nil> name:local://${userId}]`
  return `map[displayName:${displayName} loginName:${username} me:true metadata:${metadata} principalType:user provider:local]`
}

async function createToken(realm: Realm, call: Call): Promise<Resource> {
  const input = tokenInput(call.schema.resourceFields, await call.readText())
  const { caller } = call
  // a key for a missing project would apply to a later project of that name
  if (input.projectId !== undefined) requireProject(realm, input.projectId)
  const { key, token } = await realm.keys.issue({ userId: caller.userId, kind: 'derived', ...input })
  // Rancher computes the expiry a moment later, so its create response never has it
  return { ...tokenResource(realm, key, caller.keyName), expired: false, expiresAt: '', token }
}

interface TokenInput {
  description?: string
  ttl?: number
  clusterId?: string
  projectId?: string
}

/** The wrong types are refused in the words of Go's decoder. */
function tokenInput(fields: Schema['resourceFields'], text: string): TokenInput {
  const { description, ttl, clusterId, projectId } = decoded(fields, text)
  return {
    ...(description !== undefined && { description }),
    ...(ttl !== undefined && { ttl }),
    ...(clusterId !== undefined && { clusterId }),
    ...(projectId !== undefined && { projectId }),
  }
}

function decoded(fields: Schema['resourceFields'], text: string): TokenInput {
  try {
    return decodeStruct('Token', fields, text)
  } catch (error) {
    throw error instanceof NotDecoded ? new V3Error('InvalidFormat', error.message) : error
  }
}

async function removeToken(realm: Realm, { caller }: Call, id: string): Promise<undefined> {
  const key = ownKey(realm, caller.userId, id)
  if (key.name === caller.keyName && caller.session) {
    const message = 'Cannot delete token for current session. Use logout instead'
    throw new V3Error('ServerError', message, { status: 400 })
  }
  await realm.keys.revoke(key.name)
  return undefined
}

/** Rancher sets a content type on its empty response. */
const json = { 'content-type': 'application/json' }
const cleared = 'Path=/; Expires=Wed, 10 Feb 1982 23:00:00 GMT; Max-Age=0; HttpOnly'

async function logout({ keys }: Realm, { caller }: Call): Promise<Result> {
  await keys.revoke(caller.keyName)
  return { kind: 'empty', headers: { ...json, 'set-cookie': [`R_SESS=; ${cleared}`, `CSRF=; ${cleared}`] } }
}
