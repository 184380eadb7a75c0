import { hash, randomInt, timingSafeEqual } from 'node:crypto'

/** Kubernetes' safe alphabet, as in Rancher's names and secrets: no vowels, no 0, 1 or 3. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

export function randomText(length: number): string {
  let text = ''
  for (let at = 0; at < length; at++) text += alphabet[randomInt(alphabet.length)]
  return text
}

/** As long as Rancher's: 54 characters out of 27 are 256 bits, so a plain hash cannot be reversed by guessing. */
export function newSecret(): string {
  return randomText(54)
}

export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** In constant time. */
export function matchesHash(secret: string, hash: Buffer): boolean {
  const given = hashSecret(secret)
  return given.length === hash.length && timingSafeEqual(given, hash)
}
