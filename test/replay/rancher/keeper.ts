import { setTimeout as delay } from 'node:timers/promises'
import { hashPassword } from '../../../src/rancher/access/passwords.ts'
import { hashSecret, newSecret } from '../../../src/rancher/access/secret.ts'
import { apiVersion, creatorLabel, paths, secretTypes, systemNamespace } from '../../../src/rancher/kubernetes/state.ts'
import { passwordName } from '../../../src/rancher/types/login.ts'
import { isObject } from '../compare.ts'
import type { Kubernetes } from './kubernetes.ts'
import type { Accounts, BindingState, KeyState, NamespaceState, UserState } from './accounts.ts'

type Json = Record<string, unknown>

/** Writes keys, users, roles and namespaces in the server's own format, under their recorded names. */
export class Keeper {
  readonly #kubernetes: Kubernetes
  #kept = ''
  /** What was written last, by path. */
  readonly #written = new Map<string, string>()

  constructor(kubernetes: Kubernetes) {
    this.#kubernetes = kubernetes
  }

  /** Invalidates what an exchange may have changed. */
  forget(): void {
    this.#kept = ''
  }

  async keep(accounts: Accounts): Promise<void> {
    const wanted = JSON.stringify(accounts)
    if (wanted === this.#kept) return
    const passwords = await Promise.all(accounts.users.map(passwordObject))
    const secrets = [...accounts.keys.map(keyObject), ...passwords]
    const isOwn = ({ type, metadata }: Json) =>
      type === secretTypes.key || (isObject(metadata) && String(metadata['name']).startsWith('password-u-'))
    await this.#make(paths.secrets, secrets, isOwn)
    const isUser = ({ spec }: Json) => isObject(spec) && spec['admin'] !== true
    await this.#make(paths.users, accounts.users.map(userObject), isUser)
    await this.#make(paths.roleBindings, accounts.bindings.map(bindingObject), () => true)
    this.#kept = wanted
    // the server sees it through its watches
    await delay(5)
  }

  async keepNamespaces(namespaces: readonly NamespaceState[]): Promise<void> {
    const objects = namespaces.map(({ name, labels, annotations }) => ({ metadata: { name, labels, annotations } }))
    await this.#make('/api/v1/namespaces', objects, ({ metadata }) => {
      return isObject(metadata) && !['drover-system', 'default'].includes(String(metadata['name']))
    })
    for (const { name, leaving } of namespaces) {
      if (leaving) await this.#kubernetes.ask('DELETE', `/api/v1/namespaces/${name}`)
    }
    await delay(5)
  }

  /** Replaces the objects of a collection that `isOwn` selects. */
  async #make(collection: string, objects: readonly Json[], isOwn: (object: Json) => boolean): Promise<void> {
    const { body } = await this.#kubernetes.ask('GET', collection)
    const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
    const today = new Set(items.map(nameOf))
    const wanted = new Set(objects.map(nameOf))
    for (const item of items) {
      if (isOwn(item) && !wanted.has(nameOf(item))) await this.#remove(`${collection}/${nameOf(item)}`)
    }
    for (const object of objects) await this.#write(collection, object, today.has(nameOf(object)))
  }

  /** Removes a namespace's finalizers, since no controller does. */
  async #remove(path: string): Promise<void> {
    const { body } = await this.#kubernetes.ask('DELETE', path)
    if (!isObject(body) || body['kind'] !== 'Namespace') return
    await this.#kubernetes.ask('PUT', `${path}/finalize`, { ...body, spec: { finalizers: [] } })
  }

  async #write(collection: string, { created, ...object }: Json, exists: boolean): Promise<void> {
    const path = `${collection}/${nameOf(object)}`
    const text = JSON.stringify(object)
    if (exists && collection !== '/api/v1/namespaces' && this.#written.get(path) === text) return
    this.#written.set(path, text)
    if (exists && collection === '/api/v1/namespaces') {
      const { metadata } = object as { metadata: { annotations: Json } }
      const annotations = { 'field.cattle.io/projectId': null, ...metadata.annotations }
      const patch = { metadata: { ...metadata, annotations } }
      await this.#kubernetes.ask('PATCH', path, patch, 'application/merge-patch+json')
      return
    }
    if (exists) await this.#kubernetes.ask('DELETE', path)
    const now = this.#kubernetes.clock
    if (typeof created === 'number' && created > 0) this.#kubernetes.clock = created
    await this.#kubernetes.ask('POST', collection, object)
    this.#kubernetes.clock = now
  }
}

function nameOf({ metadata }: Json): string {
  return isObject(metadata) ? String(metadata['name']) : ''
}

const unknownSecrets = new Map<string, string>()

function keyObject({ name, secret, userId, kind, description, ttl, created, enabled, clusterId }: KeyState): Json {
  const drawn = unknownSecrets.get(name) ?? newSecret()
  unknownSecrets.set(name, drawn)
  const annotations = {
    'drover.dev/description': description,
    'drover.dev/ttl-ms': String(ttl),
    'drover.dev/enabled': String(enabled),
    ...(clusterId === undefined ? {} : { 'drover.dev/cluster': clusterId }),
  }
  const labels = { ...creatorLabel, 'drover.dev/user': userId, 'drover.dev/key-kind': kind }
  return {
    type: secretTypes.key,
    metadata: { name, namespace: systemNamespace, labels, annotations },
    data: { hash: hashSecret(secret ?? drawn).toString('base64') },
    created,
  }
}

const hashes = new Map<string, Promise<string>>()

async function passwordObject({ id, password = '' }: UserState): Promise<Json> {
  const hash = hashes.get(password) ?? hashPassword(password, { logN: 10 })
  hashes.set(password, hash)
  const data = { hash: Buffer.from(await hash).toString('base64') }
  return { type: secretTypes.password, metadata: { name: passwordName(id), namespace: systemNamespace }, data }
}

function userObject({ id, username, displayName, enabled, mustChangePassword }: UserState): Json {
  const annotations = {
    'field.cattle.io/creatorId': 'user-zcvt6',
    'lifecycle.cattle.io/create.mgmt-auth-users-controller': 'true',
  }
  const spec = { username, displayName, description: '', enabled, mustChangePassword }
  return { apiVersion, kind: 'User', metadata: { name: id, annotations, labels: { ...creatorLabel } }, spec }
}

function bindingObject({ name, kind, role, userId, projectId, clusterId }: BindingState): Json {
  const annotations = { 'field.cattle.io/creatorId': 'user-zcvt6' }
  const spec = { kind, role, userId, projectId, clusterId }
  return { apiVersion, kind: 'RoleBinding', metadata: { name, annotations, labels: { ...creatorLabel } }, spec }
}
