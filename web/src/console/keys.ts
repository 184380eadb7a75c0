import { call, type Collection, type Resource } from '../server/v3.ts'

export interface Key extends Resource {
  id: string
  name: string
  description: string
  created: string
  expired: boolean
  expiresAt: string
  enabled?: boolean
  isDerived: boolean
  current: boolean
  clusterId: string | null
  projectId?: string | null
  annotations?: Readonly<Record<string, string>> | null
  ttl: number
}

/** Returned only when the key is created. */
export interface NewKey extends Key {
  /** `token-xxxxx:secret` */
  token: string
}

export interface KeyWish {
  description: string
  /** Milliseconds; 0 means no expiry. */
  ttl: number
  clusterId?: string
  projectId?: string
}

export async function listKeys(signal: AbortSignal): Promise<Key[]> {
  const { data } = await call<Collection<Key>>('GET', '/v3/tokens?_lastUsed=true', { signal })
  return data.toSorted((one, other) => other.created.localeCompare(one.created))
}

export function lastUseOf({ annotations }: Key): string | undefined {
  return annotations?.['drover.dev/last-used']
}

export function createKey(wish: KeyWish): Promise<NewKey> {
  return call('POST', '/v3/tokens', { body: wish })
}

export function revokeKey(id: string): Promise<void> {
  return call('DELETE', `/v3/tokens/${encodeURIComponent(id)}`)
}

const soonMs = 14 * 86_400_000

export type KeyState = 'active' | 'expired' | 'soon' | 'session' | 'current' | 'disabled'

export function stateOf(key: Key, now = Date.now()): KeyState {
  if (key.expired) return 'expired'
  if (key.enabled === false) return 'disabled'
  if (key.current) return 'current'
  if (!key.isDerived) return 'session'
  return key.expiresAt !== '' && Date.parse(key.expiresAt) - now < soonMs ? 'soon' : 'active'
}
