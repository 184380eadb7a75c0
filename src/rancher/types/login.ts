import { matchesPassword } from '../access/passwords.ts'
import { decodeStruct, NotDecoded } from '../request/go-struct.ts'
import type { Call } from '../request/call.ts'
import { V3Error } from '../answer/failure.ts'
import type { Realm } from '../realm.ts'
import { secretTypes, systemNamespace, type User } from '../kubernetes/state.ts'
import type { Schema } from '../schema/schema.ts'
import { schemas } from '../schema/schemas.ts'
import type { Resource, Result, V3Type } from '../schema/v3-type.ts'
import { settingValue } from './settings.ts'
import { tokenResource } from './tokens.ts'

const provider: Resource = { id: 'local', type: 'localProvider' }

/** /v3-public: the available log-in providers. Only local users. */
export function authProviderType(): V3Type {
  return {
    id: 'authProvider',
    scope: 'public',
    linkType: 'localProvider',
    store: { list: async () => [provider], get: async (_call, id) => providerOf(id) },
  }
}

export function localProviderType(realm: Realm): V3Type {
  return {
    id: 'localProvider',
    scope: 'public',
    baseType: 'authProvider',
    store: { get: async (_call, id) => providerOf(id) },
    actions: { login: (call) => login(realm, call) },
  }
}

/** Only for the response to a login. */
export const publicTokenType: V3Type = { id: 'token', scope: 'public', perCaller: true }

function providerOf(id: string): Resource {
  if (id !== 'local') throw new V3Error('NotFound', `authconfigs.management.cattle.io "${id}" not found`)
  return provider
}

async function login(realm: Realm, call: Call): Promise<Result> {
  const { username, password, description, responseType } = await credentials(call)
  const user = await authenticate(realm, username, password)
  const { key, token } = await realm.keys.issue({
    userId: user.metadata.name ?? '',
    kind: 'session',
    description,
    ttl: sessionMinutes(realm) * 60_000,
  })
  if (responseType === 'cookie') {
    return { kind: 'empty', headers: { 'set-cookie': `R_SESS=${token}; Path=/; HttpOnly; Secure` } }
  }
  const resource = { ...tokenResource(realm, key, ''), expiresAt: '', token }
  return { kind: 'resource', status: 201, resource, type: publicTokenType }
}

async function credentials(call: Call) {
  const body = decodedQuietly(await call.readText())
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '')
  if (text('username') === '') throw new V3Error('MissingRequired', '', { fieldName: 'username' })
  return {
    username: text('username'),
    password: text('password'),
    description: text('description'),
    responseType: text('responseType'),
  }
}

/** Rancher says no more than the code of a login it cannot read. */
function decodedQuietly(text: string): Readonly<Record<string, unknown>> {
  try {
    return decodeStruct('BasicLogin', basicLogin.resourceFields, text)
  } catch (error) {
    throw error instanceof NotDecoded ? new V3Error('InvalidBodyContent') : error
  }
}

const basicLogin = schemas.public.byId('basicLogin') as Schema

async function authenticate(realm: Realm, username: string, password: string): Promise<User> {
  const user = [...realm.users.all()].find(({ spec }) => spec?.['username'] === username) as User | undefined
  const hash = user && passwordHashOf(realm, user.metadata.name ?? '')
  const known = await realm.attempts.attempt(username, () => matchesPassword(password, hash))
  if (!user || !known) throw new V3Error('Unauthorized', 'authentication failed')
  if (user.spec.enabled === false) throw new V3Error('PermissionDenied', 'Permission Denied')
  return user
}

export function passwordHashOf({ secrets }: Realm, userId: string): string | undefined {
  const secret = secrets.get(`${systemNamespace}/${passwordName(userId)}`)
  if (secret?.['type'] !== secretTypes.password) return undefined
  const data = secret['data'] as Record<string, string> | undefined
  return data?.['hash'] === undefined ? undefined : Buffer.from(data['hash'], 'base64').toString('latin1')
}

export function passwordName(userId: string): string {
  return `password-${userId}`
}

function sessionMinutes(realm: Realm): number {
  const minutes = Number(settingValue(realm, 'auth-user-session-ttl-minutes'))
  return Number.isFinite(minutes) && minutes > 0 ? minutes : 960
}
