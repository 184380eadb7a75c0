/** A JSON object as patches build and take apart; made without a prototype where a patch names the members. */
export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Sets an own member under any name, `__proto__` included. */
export function setMember(object: JsonObject, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  } else object[name] = value
}

/** An own member; never one of the prototype's. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** A deep copy of a JSON value. */
export function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const [name, item] of Object.entries(value)) setMember(copy, name, copyJson(item))
  return copy as T
}

/** Equality of JSON values; the order of members does not count. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => equalJson(item, b[index]))
    )
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalJson(a[name], b[name]))
  )
}

/** JSON with the members of every object in order of their names, as Go prints a map. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const members = Object.keys(value)
    .toSorted(compareText)
    .map((name) => `${JSON.stringify(name)}:${sortedJson(value[name])}`)
  return `{${members.join(',')}}`
}

/** A copy of the object with its members in order of their names: how Go prints one that it had to take apart. */
export function sortMembers(object: JsonObject): JsonObject {
  const sorted: JsonObject = {}
  for (const name of Object.keys(object).toSorted(compareText)) setMember(sorted, name, object[name])
  return sorted
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A value as Go's `%v` prints decoded JSON: `map[a:1 b:[x y]]`. */
export function printGo(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`
  if (isObject(value)) {
    const members = Object.keys(value).toSorted(compareText)
    return `map[${members.map((name) => `${name}:${printGo(value[name])}`).join(' ')}]`
  }
  if (value === null || value === undefined) return '<nil>'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
