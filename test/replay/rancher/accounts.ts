import { isObject } from '../compare.ts'
import type { Recording } from '../recording.ts'

type Json = Record<string, unknown>

/** A key of the recorded server; `secret` is undefined if no recording shows it. */
export interface KeyState {
  name: string
  secret: string | undefined
  userId: string
  kind: 'session' | 'derived'
  description: string
  ttl: number
  created: number
  enabled: boolean
  clusterId: string | undefined
}

export interface UserState {
  id: string
  username: string
  displayName: string
  enabled: boolean
  mustChangePassword: boolean
  password: string | undefined
}

export interface BindingState {
  name: string
  kind: 'global' | 'cluster' | 'project'
  role: string
  userId: string
  projectId: string | undefined
  clusterId: string | undefined
}

export interface NamespaceState {
  name: string
  /** Whether it was terminating, held back by finalizers. */
  leaving: boolean
  labels: unknown
  annotations: Json
}

/** Who could call the recorded server, with what permissions. */
export interface Accounts {
  keys: KeyState[]
  users: UserState[]
  bindings: BindingState[]
}

interface Sighting {
  number: number
  at: number
  document: Json
  /** Whether this is the response to its creation. */
  birth: boolean
  /** Whether this was a read or a deletion, which shows the state before it. */
  read: boolean
  sent: unknown
}

/** Where an object of the recorded server was shown, and when it was deleted. */
interface Story {
  sightings: Sighting[]
  goneAfter: number
}

/**
 * What all recordings reveal about keys, users, roles and namespaces, so that an exchange can be prepared even if the
 * exchanges that created them are missing.
 */
export class AccountBook {
  readonly #stories = new Map<string, Story>()
  /** By key name: secrets that were accepted, and when. */
  readonly #secrets = new Map<string, { number: number; secret: string }[]>()

  constructor(context: readonly Recording[]) {
    for (const recording of context) {
      this.#readCredential(recording)
      this.#readAnswer(recording)
      this.#readRemoval(recording)
    }
  }

  at(recording: Recording, admin: string): Accounts {
    const keys = this.#existing(recording, 'token').map(({ document }) => this.#keyState(document, recording))
    const own = credentialOf(recording)
    const used = own && this.#secrets.get(own.name)?.find(({ number }) => number === recording.number)
    if (own && used && !keys.some(({ name }) => name === own.name)) keys.push(unknownKey(own.name, used.secret, admin))
    return {
      keys,
      users: this.#existing(recording, 'user').filter(isNotAdmin).map(userState),
      bindings: bindingTypes.flatMap(([type, kind]) =>
        this.#existing(recording, type).map(({ document }) => bindingState(document, kind)),
      ),
    }
  }

  namespacesAt(recording: Recording, clusterId: string): NamespaceState[] {
    return this.#existing(recording, 'namespace')
      .map(({ document, number }) => ({
        ...namespaceState(document),
        // a deletion shows its effect, a read the existing state
        leaving:
          document['removed'] !== undefined &&
          (number < recording.number || recording.content.request?.method === 'GET'),
      }))
      .filter(({ annotations }) => {
        const project = annotations['field.cattle.io/projectId']
        return typeof project === 'string' ? project.startsWith(`${clusterId}:`) : clusterId === 'local'
      })
  }

  /** The objects that existed at the recording, as last shown before it. */
  #existing({ number, content }: Recording, type: string): (Sighting & { first: Sighting })[] {
    const at = Date.parse(content.at ?? '')
    return [...this.#stories].flatMap(([key, { sightings, goneAfter }]) => {
      const first = sightings[0]
      const here = sightings.some((one) => one.number === number && one.read)
      if (!key.startsWith(`${type} `) || !first || (goneAfter < number && !here)) return []
      const birth = sightings.find((one) => one.birth)
      const born = birth ? birth.number < number : Date.parse(String(first.document['created'])) <= at
      if (!born) return []
      const known = sightings.filter((one) => one.number < number || (one.number === number && one.read))
      const next = sightings.find((one) => one.number > number && !one.birth)
      const last = known.at(-1) ?? next ?? first
      return [{ ...last, first }]
    })
  }

  #keyState(document: Json, { number, content }: Recording): KeyState {
    const name = String(document['id'])
    const uses = this.#secrets.get(name) ?? []
    const before = uses.filter((use) => use.number <= number).at(-1)
    return {
      name,
      secret: (before ?? uses[0])?.secret,
      userId: String(document['userId']),
      kind: document['isDerived'] === true ? 'derived' : 'session',
      description: textOf(document['description']),
      ttl: Number(document['ttl'] ?? 0),
      created: Date.parse(String(document['created'])),
      enabled: document['enabled'] !== false && !isDisabled(content),
      clusterId: typeof document['clusterId'] === 'string' ? document['clusterId'] : undefined,
    }
  }

  #readCredential(recording: Recording): void {
    const own = credentialOf(recording)
    const { status, body } = recording.content.response ?? { status: 0 }
    // a stranger's secret may be anything; every other refusal implies a known key
    const strange = status === 401 && !/not enabled|does not match/.test(JSON.stringify(body ?? ''))
    if (own && !strange) this.#noteSecret(own.name, own.secret, recording.number)
  }

  #noteSecret(name: string, secret: string, number: number): void {
    const known = this.#secrets.get(name) ?? []
    known.push({ number, secret })
    this.#secrets.set(name, known)
  }

  #readAnswer({ number, content }: Recording): void {
    const { request, response } = content
    if (!request || (response?.status ?? 500) >= 400) return
    const items = documentsOf(content)
    for (const document of items) {
      const key = `${String(document['baseType'])} ${String(document['id'])}`
      const birth = response?.status === 201
      const sent = request.body
      const at = Date.parse(content.at ?? '')
      const story = this.#stories.get(key) ?? { sightings: [], goneAfter: Infinity }
      const read = request.method === 'GET' || request.method === 'DELETE'
      story.sightings.push({ number, at, document, birth, read, sent })
      this.#stories.set(key, story)
      const token = document['token']
      if (typeof token === 'string') this.#noteSecret(String(document['id']), token.split(':')[1] ?? '', number)
    }
  }

  #readRemoval(recording: Recording): void {
    const { request, response } = recording.content
    if (!request || (response?.status ?? 500) >= 300) return
    const logout = request.method === 'POST' && request.path.endsWith('/tokens?action=logout')
    const removed = request.method === 'DELETE' && /\/(\w+?)s?\/([^/?]+)$/.exec(request.path)
    const id = logout ? credentialOf(recording)?.name : removed ? removed[2] : undefined
    if (id === undefined) return
    for (const [key, story] of this.#stories) if (key.endsWith(` ${id}`)) story.goneAfter = recording.number
  }
}

const bindingTypes = [
  ['globalRoleBinding', 'global'],
  ['clusterRoleTemplateBinding', 'cluster'],
  ['projectRoleTemplateBinding', 'project'],
] as const

/** Documents of a response or of a websocket's frames. */
function documentsOf({ response, frames }: Recording['content']): Json[] {
  const { body } = response ?? {}
  if (Array.isArray(frames)) {
    return frames
      .filter(isObject)
      .flatMap(({ data }) => (isObject(data) && isObject(data['data']) ? [data['data']] : []))
  }
  if (!isObject(body)) return []
  return Array.isArray(body['data']) ? body['data'].filter(isObject) : [body]
}

/** It may have been disabled without a recording of it. */
function isDisabled({ response }: Recording['content']): boolean {
  return response?.status === 401 && /token is not enabled/.test(JSON.stringify(response.body ?? ''))
}

function isNotAdmin({ document }: Sighting): boolean {
  return document['username'] !== 'admin' && typeof document['username'] === 'string'
}

function unknownKey(name: string, secret: string, userId: string): KeyState {
  const [created, description, clusterId] = [0, '', undefined]
  return { name, secret, userId, kind: 'derived', description, ttl: 0, created, enabled: true, clusterId }
}

function userState({ document, first }: Sighting & { first: Sighting }): UserState {
  const password = isObject(first.sent) ? first.sent['password'] : undefined
  return {
    id: String(document['id']),
    username: String(document['username']),
    displayName: textOf(document['name']),
    enabled: document['enabled'] !== false,
    mustChangePassword: document['mustChangePassword'] === true,
    password: typeof password === 'string' ? password : undefined,
  }
}

function bindingState(document: Json, kind: BindingState['kind']): BindingState {
  const text = (name: string) => (typeof document[name] === 'string' ? document[name] : undefined)
  return {
    name: String(document['name']),
    kind,
    role: text('globalRoleId') ?? text('roleTemplateId') ?? '',
    userId: text('userId') ?? '',
    projectId: text('projectId'),
    clusterId: text('clusterId'),
  }
}

function namespaceState(document: Json): Omit<NamespaceState, 'leaving'> {
  const { annotations, labels, projectId, creatorId, description } = document
  const fields = { projectId, creatorId, description }
  const marks = Object.entries(fields).filter(([, value]) => typeof value === 'string')
  const own = Object.fromEntries(marks.map(([name, value]) => [`field.cattle.io/${name}`, value]))
  return {
    name: String(document['id']),
    labels,
    annotations: { ...(isObject(annotations) ? annotations : {}), ...own },
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** `token-xxxxx:secret` from the Authorization header or the cookie. */
function credentialOf({ content }: Recording): { name: string; secret: string } | undefined {
  const headers: Record<string, unknown> = content.request?.headers ?? {}
  const first = (value: unknown): string => (Array.isArray(value) ? textOf(value[0]) : textOf(value))
  const header = first(headers['Authorization'])
  const basic = /^basic +([a-z0-9+/=_-]+)/i.exec(header)
  const text = basic ? Buffer.from(basic[1] ?? '', 'base64').toString('latin1') : header || first(headers['Cookie'])
  const found = /(token-[a-z0-9]{5}):([^:;\s]+)/.exec(text)
  return found ? { name: found[1] ?? '', secret: found[2] ?? '' } : undefined
}
