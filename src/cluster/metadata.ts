import { randomInt, randomUUID } from 'node:crypto'
import type { KubeObject } from './resource.ts'

/** No vowels, so that no words come about; the alphabet of Kubernetes' generated names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

const longestGenerated = 63
const randomLength = 5

export function randomSuffix(length = randomLength): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** `web-` becomes `web-x7k2p`; a long base is cut so that the name fits. */
export function generateName(base: string): string {
  return base.slice(0, longestGenerated - randomLength) + randomSuffix()
}

export function newUid(): string {
  return randomUUID()
}

/** Kubernetes keeps whole seconds. `now` is in ms since the epoch. */
export function timestamp(now: number): string {
  const second = Math.floor(now / 1000)
  if (second !== lastStamp.second) lastStamp = { second, text: `${new Date(now).toISOString().slice(0, 19)}Z` }
  return lastStamp.text
}

/** Many writes ask within one second. */
let lastStamp = { second: Number.NaN, text: '' }

/** A deep copy that may be changed; members that are undefined are left out. */
export function copyValue<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyValue) as T
  const copy: Record<string, unknown> = {}
  for (const name in value) if (value[name] !== undefined) copy[name] = copyValue(value[name])
  return copy as T
}

/** The same, but for what is the older value's own: that stays shared. */
export function copyBeside<T>(value: T, old: unknown): T {
  if (value === old || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const before: readonly unknown[] = Array.isArray(old) ? old : []
    return value.map((item, index) => copyBeside(item, before[index])) as T
  }
  const before = typeof old === 'object' && old !== null ? (old as Record<string, unknown>) : {}
  const copy: Record<string, unknown> = {}
  for (const name in value) if (value[name] !== undefined) copy[name] = copyBeside(value[name], before[name])
  return copy as T
}

/**
 * The value with everything that it has in common with an older one taken from there; the older one itself where all is
 * the same. In place.
 */
export function shareValue<T>(value: T, old: unknown): T {
  if (value === old || typeof value !== 'object' || typeof old !== 'object' || value === null || old === null) {
    return value
  }
  if (Array.isArray(value)) return (Array.isArray(old) ? shareItems(value, old) : value) as T
  return (Array.isArray(old) ? value : shareNamed(value as Named, old as Named)) as T
}

type Named = Record<string, unknown>

function shareItems(items: unknown[], old: readonly unknown[]): readonly unknown[] {
  let same = items.length === old.length
  for (let index = 0; index < items.length; index++) {
    const shared = shareValue(items[index], old[index])
    if (shared !== items[index]) items[index] = shared
    if (shared !== old[index]) same = false
  }
  return same ? old : items
}

function shareNamed(object: Named, old: Named): Named {
  let same = true
  let count = 0
  for (const name in object) {
    count += 1
    const known = Object.hasOwn(old, name) ? old[name] : undefined
    const shared = shareValue(object[name], known)
    if (shared !== object[name]) object[name] = shared
    if (shared !== known) same = false
  }
  return same && count === Object.keys(old).length ? old : object
}

export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, index) => sameValue(item, b[index]))
  }
  const names = definedNames(a)
  if (names.length !== definedNames(b).length) return false
  return names.every((name) => sameValue((a as never)[name], (b as never)[name]))
}

function definedNames(value: object): string[] {
  return Object.keys(value).filter((name) => (value as Record<string, unknown>)[name] !== undefined)
}

/** Whether anything but metadata and status differs: what `metadata.generation` counts. */
export function sameSpec(a: KubeObject, b: KubeObject): boolean {
  return sameValue(withoutMetadataAndStatus(a), withoutMetadataAndStatus(b))
}

function withoutMetadataAndStatus({ metadata: _metadata, status: _status, ...rest }: KubeObject): object {
  return rest
}
