import type { PodTemplate } from './objects.ts'

/** Kubernetes' alphabet for generated names: no vowels, no digits that look like letters. */
const safeLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** Label that a Deployment adds to its ReplicaSets' pods. */
export const templateHashLabel = 'pod-template-hash'

/** 32-bit FNV-1a of the UTF-8 bytes. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** Maps the decimal digits of a hash to the safe alphabet, as Kubernetes does. */
export function safeEncode(text: string): string {
  return Array.from(text, (letter) => safeLetters[letter.charCodeAt(0) % safeLetters.length]).join('')
}

/** Text of a value, independent of member order; null equals absent. */
export function stableText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => stableText(item)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null)
  members.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stableText(member)}`).join(',')}}`
}

/** Whether two values have the same stable text. */
export function sameStable(one: unknown, other: unknown): boolean {
  if (one === other || (one ?? null) === (other ?? null)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false
    return one.every((item, index) => sameStable(item, other[index]))
  }
  for (const name in one) if (!sameStable((one as Members)[name], (other as Members)[name])) return false
  return Object.keys(other).every((name) => isPresent((one as Members)[name]) || !isPresent((other as Members)[name]))
}

type Members = Record<string, unknown>

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** A pod template as text, without the label that a Deployment adds. */
export function templateText(template: PodTemplate): string {
  return stableText(withoutHash(template))
}

/** Whether two templates have the same text. */
export function sameTemplate(one: PodTemplate, other: PodTemplate): boolean {
  return sameStable(withoutHash(one), withoutHash(other))
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [templateHashLabel]: _hash, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** Hash that distinguishes versions of a template; a collision count yields another one. */
export function shortHash(text: string, collisionCount?: number): string {
  return safeEncode(String(fnv32a(collisionCount ? `${text}#${collisionCount}` : text)))
}
