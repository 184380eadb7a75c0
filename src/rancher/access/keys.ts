import { unlessMissing, type KubeClient } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { creatorLabel, paths, secretTypes, systemNamespace } from '../kubernetes/state.ts'
import type { Watched } from '../kubernetes/watched.ts'
import { KeyUse } from './key-use.ts'
import { hashSecret, newSecret, randomText } from './secret.ts'

/** An API key or session as stored, with only a hash of the secret. */
export interface Key {
  readonly name: string
  readonly hash: Buffer
  readonly userId: string
  readonly description: string
  /** Milliseconds; 0 never expires. */
  readonly ttl: number
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly uid: string
  readonly kind: 'session' | 'derived' | 'kubeconfig'
  readonly enabled: boolean
  readonly clusterId: string | undefined
  readonly projectId: string | undefined
  /** The stored time of the last use, in ms since the epoch; see `Keys.lastUsed`. */
  readonly keptUse: number | undefined
}

export type NewKey = Pick<Key, 'userId' | 'kind'> &
  Partial<Pick<Key, 'description' | 'ttl' | 'clusterId' | 'projectId'>> & {
    /** Default `token-` and five characters. */
    name?: string
  }

export interface IssuedKey {
  key: Key
  /** `token-xxxxx:secret`. Not stored anywhere. */
  token: string
}

const labels = { user: 'drover.dev/user', kind: 'drover.dev/key-kind' } as const
const annotations = {
  description: 'drover.dev/description',
  ttl: 'drover.dev/ttl-ms',
  enabled: 'drover.dev/enabled',
  cluster: 'drover.dev/cluster',
  project: 'drover.dev/project',
} as const

export const lastUsedAnnotation = 'drover.dev/last-used'

/**
 * The keys, one Secret each in the server's namespace, cached by name through a watch. A revoked key is refused at once
 * by the server that revoked it, and by others once their watch delivers the change.
 */
export class Keys implements AsyncDisposable {
  readonly #kube: KubeClient
  readonly #secrets: Watched
  readonly #byName = new Map<string, Key>()
  /** By name, for the lifetime of the server: the watch may still deliver stale events about them. */
  readonly #revoked = new Set<string>()
  readonly #use = new KeyUse((name, time) => this.#keepUse(name, time))

  constructor(kube: KubeClient, secrets: Watched) {
    this.#kube = kube
    this.#secrets = secrets
    for (const secret of secrets.all()) this.#see(secret)
    secrets.observe(({ kind, object }) => {
      if (kind === 'change') this.#see(object)
      else this.#drop(object.metadata.name ?? '')
    })
  }

  get(name: string): Key | undefined {
    return this.#byName.get(name)
  }

  ofUser(userId: string): Key[] {
    return [...this.#byName.values()]
      .filter((key) => key.userId === userId)
      .sort((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1))
  }

  async issue(wanted: NewKey): Promise<IssuedKey> {
    const secret = newSecret()
    const name = wanted.name ?? `token-${randomText(5)}`
    const object = await this.#kube.create(paths.secrets, secretOf(name, secret, wanted))
    this.#revoked.delete(name)
    this.#secrets.accept(object)
    const key = this.#byName.get(name) ?? readKey(object)
    if (!key) throw new Error(`the key ${name} was not stored as it was sent`)
    return { key, token: `${name}:${secret}` }
  }

  async revoke(name: string): Promise<void> {
    await unlessMissing(this.#kube.remove(`${paths.secrets}/${encodeURIComponent(name)}`))
    this.#revoked.add(name)
    this.#drop(name)
    this.#secrets.forget(`${systemNamespace}/${name}`)
  }

  /** Called whenever a key was accepted. */
  noteUse({ name, keptUse }: Key, now: number): void {
    this.#use.note(name, keptUse, now)
  }

  /** Milliseconds since the epoch; exact for uses of this server, within an hour for others'. Undefined: never. */
  lastUsed({ name, keptUse }: Key): number | undefined {
    return this.#use.last(name, keptUse)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#use[Symbol.asyncDispose]()
  }

  async #keepUse(name: string, time: number): Promise<void> {
    const body = { metadata: { annotations: { [lastUsedAnnotation]: new Date(time).toISOString() } } }
    const path = `${paths.secrets}/${encodeURIComponent(name)}`
    // leave the result to the watch: accepting it here could resurrect a key deleted in between
    await this.#kube.patch(path, { type: 'merge', body })
  }

  #see(secret: KubeObject): void {
    const name = secret.metadata.name ?? ''
    const key = readKey(secret)
    if (key && !secret.metadata.deletionTimestamp && !this.#revoked.has(name)) this.#byName.set(name, key)
    else this.#drop(name)
  }

  #drop(name: string): void {
    this.#byName.delete(name)
    this.#use.forget(name)
  }
}

function secretOf(name: string, secret: string, wanted: NewKey): KubeObject {
  const { userId, kind, description, ttl = 0, clusterId, projectId } = wanted
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: secretTypes.key,
    metadata: {
      name,
      namespace: systemNamespace,
      labels: { ...creatorLabel, [labels.user]: userId, [labels.kind]: kind },
      annotations: {
        [annotations.description]: description ?? '',
        [annotations.ttl]: String(ttl),
        ...(clusterId ? { [annotations.cluster]: clusterId } : {}),
        ...(projectId ? { [annotations.project]: projectId } : {}),
      },
    },
    data: { hash: hashSecret(secret).toString('base64') },
  }
}

function readKey(object: KubeObject): Key | undefined {
  if (object['type'] !== secretTypes.key) return undefined
  const { metadata } = object
  const hash = (object['data'] as Record<string, string> | undefined)?.['hash']
  const userId = metadata.labels?.[labels.user]
  if (!hash || !userId) return undefined
  const notes = metadata.annotations ?? {}
  return {
    name: metadata.name ?? '',
    hash: Buffer.from(hash, 'base64'),
    userId,
    description: notes[annotations.description] ?? '',
    ttl: Number(notes[annotations.ttl] ?? 0),
    created: Date.parse(metadata.creationTimestamp ?? ''),
    uid: metadata.uid ?? '',
    kind: keyKind(metadata.labels?.[labels.kind]),
    enabled: notes[annotations.enabled] !== 'false',
    clusterId: notes[annotations.cluster],
    projectId: notes[annotations.project],
    keptUse: timeOf(notes[lastUsedAnnotation]),
  }
}

function timeOf(text = ''): number | undefined {
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

function keyKind(text: string | undefined): Key['kind'] {
  return text === 'session' || text === 'kubeconfig' ? text : 'derived'
}

/** In whole seconds, as Rancher compares them, except below one second. */
export function isExpired({ created, ttl }: Key, now: number): boolean {
  return ttl !== 0 && now - created >= ttl
}
