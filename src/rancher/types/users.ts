import { randomText } from '../access/secret.ts'
import { hashPassword, matchesPassword } from '../access/passwords.ts'
import type { Caller } from '../access/caller.ts'
import { changesOf } from '../kubernetes/changes.ts'
import type { Call } from '../request/call.ts'
import { V3Error } from '../answer/failure.ts'
import { unlessMissing } from '../../kube/index.ts'
import { linkNames } from '../answer/link-names.ts'
import { userOf, type Realm } from '../realm.ts'
import {
  apiVersion,
  creatorAnnotation,
  creatorLabel,
  paths,
  secretTypes,
  systemNamespace,
  type User,
} from '../kubernetes/state.ts'
import { empty, type Body, type Resource, type Result, type V3Type } from '../schema/v3-type.ts'
import { passwordHashOf, passwordName } from './login.ts'
import { metadataFields, notFound, settled } from './metadata.ts'
import { dropBindingsOf } from './role-bindings.ts'
import { noteFirstLogin } from './settings.ts'

export function userType(realm: Realm): V3Type {
  return {
    id: 'user',
    scope: 'management',
    perCaller: true,
    projectKeys: 'read',
    openToSelf: true,
    extraLinks: ({ id }, { urls }) =>
      Object.fromEntries(linkNames.user.map((name) => [name, urls.at(`/v3/${name}?userId=${id}`)])),
    store: {
      list: async ({ caller }) => visibleUsers(realm, caller).map((user) => userResource(user, caller)),
      get: async ({ caller }, id) => userResource(visibleUser(realm, caller, id), caller),
      create: async ({ caller }, body) => userResource(await createUser(realm, body, caller), caller),
      update: async ({ caller }, id, body) => updateUser(realm, caller, id, body),
      remove: async ({ caller }, id) => removeUser(realm, caller, id),
      watch: ({ caller }, signal) => changesOf(realm.users, signal, (user) => userResource(user as User, caller)),
    },
    actions: { setpassword: (call, id) => setPassword(realm, call, id), refreshauthprovideraccess: async () => empty },
    offeredActions: (_user, { caller }) => (caller.reach.kind === 'everything' ? allActions : ['setpassword']),
    adminActions: ['refreshauthprovideraccess'],
    collectionActions: {
      changepassword: (call) => changePassword(realm, call),
      // there is no other provider whose groups could be refreshed
      refreshauthprovideraccess: async () => empty,
    },
  }
}

const allActions = ['refreshauthprovideraccess', 'setpassword']

function visibleUsers(realm: Realm, { reach, userId }: Caller): User[] {
  const all = [...realm.users.all()] as User[]
  return reach.kind === 'everything' ? all : all.filter(({ metadata }) => metadata.name === userId)
}

function visibleUser(realm: Realm, { reach, userId }: Caller, id: string): User {
  const user = userOf(realm, id)
  if (!user || (reach.kind !== 'everything' && id !== userId)) throw notFound('users', id)
  return user
}

function userResource(user: User, caller: Caller): Resource {
  const id = user.metadata.name ?? ''
  const { username, displayName = '', description = '', enabled = true, mustChangePassword = false } = user.spec
  return {
    id,
    type: 'user',
    ...metadataFields(user),
    ...settled,
    conditions: user.spec.admin
      ? null
      : [{ lastUpdateTime: user.metadata.creationTimestamp, status: 'True', type: 'InitialRolesPopulated' }],
    description,
    enabled,
    me: id === caller.userId,
    mustChangePassword,
    name: displayName,
    principalIds: [`local://${id}`],
    username,
  }
}

export interface FirstUser {
  username: string
  displayName: string
  password: string
}

/** The id of the first administrator. */
export function administratorOf({ users }: Realm): string | null {
  const admin = ([...users.all()] as User[]).find(({ spec }) => spec.admin)
  return admin?.metadata.name ?? null
}

/** The administrator created at the first start. */
export async function createAdmin(realm: Realm, { username, displayName, password }: FirstUser): Promise<User> {
  const labels = { 'authz.management.cattle.io/bootstrapping': 'admin-user' }
  const spec = { username, displayName, description: '', enabled: true, mustChangePassword: true, admin: true }
  return storeUser(realm, `user-${randomText(5)}`, { labels }, spec, password)
}

async function createUser(realm: Realm, body: Body, { userId }: Caller): Promise<User> {
  const username = textOf(body['username'])
  const password = textOf(body['password'])
  if (username === '') throw new V3Error('MissingRequired', '', { fieldName: 'username' })
  if (password === '') throw new V3Error('MissingRequired', '', { fieldName: 'password' })
  if ([...realm.users.all()].some(({ spec }) => spec?.['username'] === username)) {
    throw new V3Error('NotUnique', 'Username is already in use.', { fieldName: 'username' })
  }
  const spec = { username, displayName: textOf(body['name']), description: textOf(body['description']), ...flags(body) }
  const annotations = { [creatorAnnotation]: userId }
  return storeUser(realm, `u-${randomText(5)}`, { annotations }, spec, password)
}

function flags(body: Body): Pick<User['spec'], 'enabled' | 'mustChangePassword'> {
  return { enabled: body['enabled'] !== false, mustChangePassword: body['mustChangePassword'] === true }
}

async function storeUser(
  realm: Realm,
  name: string,
  marks: { labels?: Record<string, string>; annotations?: Record<string, string> },
  spec: User['spec'],
  password: string,
): Promise<User> {
  await storePassword(realm, name, password)
  // Rancher's annotation for a user its controllers have seen; clients show it
  const annotations = { ...marks.annotations, 'lifecycle.cattle.io/create.mgmt-auth-users-controller': 'true' }
  const metadata = { name, annotations, labels: { ...creatorLabel, ...marks.labels } }
  const user = await realm.cluster.kube.create<User>(paths.users, { apiVersion, kind: 'User', metadata, spec })
  realm.users.accept(user)
  return user
}

async function storePassword({ cluster, secrets }: Realm, userId: string, password: string): Promise<void> {
  const hash = Buffer.from(await hashPassword(password)).toString('base64')
  const name = passwordName(userId)
  const at = `${paths.secrets}/${name}`
  const known = await unlessMissing(cluster.kube.get(at))
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: secretTypes.password,
    metadata: { name, namespace: systemNamespace, labels: { ...creatorLabel } },
    data: { hash },
  }
  const stored = known
    ? await cluster.kube.patch(at, { type: 'merge', body: { data: { hash } } })
    : await cluster.kube.create(paths.secrets, object)
  secrets.accept(stored)
}

async function updateUser(realm: Realm, caller: Caller, id: string, body: Body): Promise<Resource> {
  const user = visibleUser(realm, caller, id)
  if (body['enabled'] === false && id === caller.userId) {
    throw new V3Error('InvalidAction', 'You cannot deactivate yourself')
  }
  const spec = Object.fromEntries(
    Object.entries({
      displayName: body['name'],
      description: body['description'],
      enabled: body['enabled'],
      mustChangePassword: body['mustChangePassword'],
    }).filter(([, value]) => value !== undefined),
  )
  const stored = await patchUser(realm, user.metadata.name ?? '', spec)
  return userResource(stored, caller)
}

async function patchUser({ cluster, users }: Realm, id: string, spec: object): Promise<User> {
  const path = `${paths.users}/${encodeURIComponent(id)}`
  const stored = await cluster.kube.patch<User>(path, { type: 'merge', body: { spec } })
  users.accept(stored)
  return stored
}

/** Deletes its keys, roles and password along with it: none may outlive the user. */
async function removeUser(realm: Realm, caller: Caller, id: string): Promise<undefined> {
  visibleUser(realm, caller, id)
  if (id === caller.userId) throw new V3Error('InvalidAction', 'You cannot delete yourself')
  const { kube } = realm.cluster
  await unlessMissing(kube.remove(`${paths.users}/${encodeURIComponent(id)}`))
  realm.users.forget(id)
  await Promise.all(realm.keys.ofUser(id).map(({ name }) => realm.keys.revoke(name)))
  await dropBindingsOf(realm, id)
  await unlessMissing(kube.remove(`${paths.secrets}/${passwordName(id)}`))
  realm.secrets.forget(`${systemNamespace}/${passwordName(id)}`)
  return undefined
}

async function setPassword(realm: Realm, call: Call, id: string): Promise<Result> {
  const { caller } = call
  visibleUser(realm, caller, id)
  const newPassword = (await textInput(call))('newPassword')
  if (newPassword === '') throw new V3Error('InvalidBodyContent', 'Invalid password')
  await storePassword(realm, id, newPassword)
  const user = await patchUser(realm, id, { mustChangePassword: false })
  await noteFirstLogin(realm)
  return { kind: 'resource', resource: userResource(user, caller) }
}

async function changePassword(realm: Realm, call: Call): Promise<Result> {
  const { userId } = call.caller
  const input = await textInput(call)
  const [currentPassword, newPassword] = [input('currentPassword'), input('newPassword')]
  if (currentPassword === '') throw new V3Error('InvalidBodyContent', 'must specify current password')
  if (newPassword === '') throw new V3Error('InvalidBodyContent', 'invalid new password')
  const hash = passwordHashOf(realm, userId)
  if (!(await realm.attempts.attempt(userId, () => matchesPassword(currentPassword, hash)))) {
    throw new V3Error('InvalidBodyContent', 'invalid current password')
  }
  await storePassword(realm, userId, newPassword)
  await patchUser(realm, userId, { mustChangePassword: false })
  await noteFirstLogin(realm)
  return empty
}

/** Text inputs of an action; anything else counts as empty. */
async function textInput(call: Call): Promise<(name: string) => string> {
  const body = (await call.readBody()) as Record<string, unknown> | null
  return (name) => textOf(body?.[name])
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
