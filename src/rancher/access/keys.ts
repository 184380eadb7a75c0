import { unlessMissing, type KubeClient } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { creatorLabel, paths, secretTypes, systemNamespace } from '../state.ts'
import type { Watched } from '../watched.ts'
import { hashSecret, newSecret, randomText } from './secret.ts'

/** An API key or a session, as stored: everything but the secret, of which there is only the hash. */
export interface Key {
  readonly name: string
  readonly hash: Buffer
  readonly userId: string
  readonly description: string
  /** ms; 0 never ends. */
  readonly ttl: number
  /** ms since the epoch. */
  readonly created: number
  readonly uid: string
  readonly kind: 'session' | 'derived' | 'kubeconfig'
  readonly enabled: boolean
  readonly clusterId: string | undefined
  readonly projectId: string | undefined
}

export type NewKey = Pick<Key, 'userId' | 'kind'> &
  Partial<Pick<Key, 'description' | 'ttl' | 'clusterId' | 'projectId'>> & {
    /** Default `token-` and five characters. */
    name?: string
  }

export interface IssuedKey {
  key: Key
  /** `token-xxxxx:secret`. Not kept anywhere. */
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

/**
 * The keys, one Secret each in the server's namespace, at hand by name through a watch: a revoked key is refused at once
 * by the server that revoked it, and by others as soon as their watch tells.
 */
export class Keys {
  readonly #kube: KubeClient
  readonly #secrets: Watched
  readonly #byName = new Map<string, Key>()

  constructor(kube: KubeClient, secrets: Watched) {
    this.#kube = kube
    this.#secrets = secrets
    for (const secret of secrets.all()) this.#see(secret)
    secrets.observe(({ kind, object }) => {
      if (kind === 'change') this.#see(object)
      else this.#byName.delete(object.metadata.name ?? '')
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
    this.#secrets.accept(object)
    const key = this.#byName.get(name) ?? readKey(object)
    if (!key) throw new Error(`the key ${name} was not stored as it was sent`)
    return { key, token: `${name}:${secret}` }
  }

  async revoke(name: string): Promise<void> {
    await unlessMissing(this.#kube.remove(`${paths.secrets}/${encodeURIComponent(name)}`))
    this.#byName.delete(name)
    this.#secrets.forget(`${systemNamespace}/${name}`)
  }

  #see(secret: KubeObject): void {
    const name = secret.metadata.name ?? ''
    const key = readKey(secret)
    if (key && !secret.metadata.deletionTimestamp) this.#byName.set(name, key)
    else this.#byName.delete(name)
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
  }
}

function keyKind(text: string | undefined): Key['kind'] {
  return text === 'session' || text === 'kubeconfig' ? text : 'derived'
}

/** Whole seconds, as Rancher compares them, but for times below one. */
export function isExpired({ created, ttl }: Key, now: number): boolean {
  return ttl !== 0 && now - created >= ttl
}
