import { hash, randomInt, timingSafeEqual } from 'node:crypto'

/** Kubernetes' safe alphabet, which Rancher's names and secrets use: no vowels, no 0, 1 or 3. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

export function randomText(length: number): string {
  let text = ''
  for (let at = 0; at < length; at++) text += alphabet[randomInt(alphabet.length)]
  return text
}

/** Of Rancher's length: 54 characters of 27 are 256 bits, so a plain hash of it cannot be guessed back. */
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
