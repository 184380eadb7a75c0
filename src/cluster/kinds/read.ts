/** Reading of JSON whose shape nobody has promised: absent and mistyped values read as empty. */
export type Json = Record<string, unknown>

const nothing: Json = Object.freeze({})

export function record(value: unknown): Json {
  return isRecord(value) ? value : nothing
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function records(value: unknown): Json[] {
  return list(value).map(record)
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function texts(value: unknown): string[] {
  return list(value).map(text)
}

export function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** A string map such as labels. */
export function textMap(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(entries)
}

/** The value below a path of field names. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value
  for (const name of path) found = record(found)[name]
  return found
}

/** The record at a field, made if it is not there, so that defaults can be written into it. */
export function ensure(parent: Json, field: string): Json {
  const found = parent[field]
  if (isRecord(found)) return found
  const made: Json = {}
  parent[field] = made
  return made
}

/** Sets fields that are absent or null. */
export function fill(target: Json, defaults: Readonly<Json>): void {
  for (const field in defaults) {
    const value = defaults[field]
    target[field] ??= typeof value === 'object' ? structuredClone(value) : value
  }
}

/** Whether two JSON values are equal; absent and null are the same. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right || (left ?? null) === (right ?? null)) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index]))
  }
  if (!isRecord(left) || !isRecord(right)) return false
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => same(left[key], right[key]))
}
