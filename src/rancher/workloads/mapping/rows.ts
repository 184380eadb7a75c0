/** A JSON object whose shape the schema knows rather than TypeScript. */
export type Fields = Record<string, unknown>

/** One v3 value and its place in Kubernetes. Paths are dotted; `conversion` is set only if the two sides differ. */
export interface Row {
  readonly v3: string
  readonly kube: string
  readonly conversion?: Conversion
  /** For lists: the conversion of an item. One that reads as before keeps its Kubernetes form. */
  readonly item?: Conversion
  /** Set if other rows cover the object's fields: this one only says that the object exists, even if empty. */
  readonly structure?: true
}

export interface Conversion {
  /** Never called for an absent or null value. */
  read(value: unknown): unknown
  /** `today` is Kubernetes' current value, so that what v3 cannot show can be kept. */
  write(value: unknown, today?: unknown): unknown
}

/** A row of a mapping. The Kubernetes path defaults to the v3 path. */
export function row(v3: string, kube: string = v3, conversion?: Conversion): Row {
  return conversion ? { v3, kube, conversion } : { v3, kube }
}

/** An object whose fields are merged individually. */
export function structure(v3: string, fields: readonly string[], kube = v3): readonly Row[] {
  return [{ v3, kube, structure: true }, ...fields.map((field) => row(`${v3}.${field}`, `${kube}.${field}`))]
}

export function readRows(rows: readonly Row[], source: Fields): Fields {
  const document: Fields = {}
  for (const one of rows) {
    const shown = readRow(one, source)
    if (shown !== undefined) setAt(document, one.v3, shown)
  }
  return document
}

function readRow({ kube, conversion, item, structure: isStructure }: Row, source: Fields): unknown {
  const value = valueAt(source, kube)
  if (value === undefined || value === null) return undefined
  if (isStructure) return {}
  if (item && Array.isArray(value)) return value.map((one) => item.read(one))
  return conversion ? conversion.read(value) : value
}

/** Writes one row into `target`. Absent and null remove the value; Kubernetes then applies its default. */
export function writeRow({ kube, conversion, item }: Row, value: unknown, target: Fields): void {
  if (value === undefined || value === null) {
    removeAt(target, kube)
    return
  }
  const today = valueAt(target, kube)
  const converted = conversion ? conversion.write(value, today) : value
  const written = item && Array.isArray(converted) ? converted.map((one) => item.write(one)) : converted
  if (written === undefined) removeAt(target, kube)
  else setAt(target, kube, written)
}

/** Writes a row's value if there is none yet, null and empty ones included, which Kubernetes then interprets. */
export function putRow({ kube, conversion, item, structure: isStructure }: Row, value: unknown, target: Fields): void {
  if (value === null) return setAt(target, kube, null)
  if (isStructure) return setAt(target, kube, {})
  const converted = conversion ? conversion.write(value) : value
  setAt(target, kube, item && Array.isArray(converted) ? converted.map((one) => item.write(one)) : converted)
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}

export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The text of a string, number or boolean; '' for anything else. */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

export function valueAt(source: unknown, path: string): unknown {
  if (!path.includes('.')) return memberOf(source, path)
  let value: unknown = source
  for (const key of path.split('.')) value = memberOf(value, key)
  return value
}

function memberOf(value: unknown, key: string): unknown {
  return isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Whether the path exists, even with the value null. */
export function hasAt(source: unknown, path: string): boolean {
  const dot = path.lastIndexOf('.')
  const parent = dot < 0 ? source : valueAt(source, path.slice(0, dot))
  return isFields(parent) && Object.hasOwn(parent, path.slice(dot + 1))
}

export function setAt(target: Fields, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let parent = target
  for (const key of keys) {
    const child = Object.hasOwn(parent, key) ? parent[key] : undefined
    const next = isFields(child) ? child : {}
    put(parent, key, next)
    parent = next
  }
  put(parent, last, value)
}

/** Removes the value and parents that become empty. */
export function removeAt(target: Fields, path: string): void {
  const [key = '', ...rest] = path.split('.')
  if (!Object.hasOwn(target, key)) return
  if (rest.length === 0) {
    delete target[key]
    return
  }
  const child = target[key]
  if (!isFields(child) || Object.keys(child).length === 0) return
  removeAt(child, rest.join('.'))
  if (Object.keys(child).length === 0) delete target[key]
}

/** Always an own property, even for `__proto__`. */
function put(target: Fields, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

/** A mutable deep copy of a JSON value. structuredClone handles more than JSON and takes ten times as long. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T
  if (!isFields(value)) return value
  const copy: Fields = {}
  for (const key of Object.keys(value)) {
    put(copy, key, copyOf(value[key]))
  }
  return copy as T
}

/** JSON equality, ignoring the order of keys. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false
    for (let index = 0; index < left.length; index++) if (!sameJson(left[index], right[index])) return false
    return true
  }
  if (!isFields(left) || !isFields(right)) return false
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  for (const key of keys) if (!Object.hasOwn(right, key) || !sameJson(left[key], right[key])) return false
  return true
}
