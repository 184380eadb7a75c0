import { copyJson, equalJson, isObject, member, setMember, sortMembers, type JsonObject } from './json-value.ts'
import { parseJson } from './parse-json.ts'
import { badPatch, operationFailed, tooManyOperations } from './patch-errors.ts'

const maximumOperations = 10_000

/**
 * Applies a JSON Patch (RFC 6902) to a copy of `document`, with the leniency of the library that Kubernetes 1.21 uses: a
 * replaced member need not exist, an absent member tests equal to null, a path that does not begin with a slash loses its
 * first segment, a negative index counts from the end, a missing value is null.
 *
 * Raises `StatusError`: 400 for a body that is no list of operations, 413 for more than 10,000 of them, 422 when one fails.
 */
export function applyJsonPatch(document: JsonObject, body: string): JsonObject {
  const operations = parseOperations(body)
  const root = { document: copyJson(document) as unknown }
  for (const operation of operations) {
    const run = typeof operation['op'] === 'string' ? runners[operation['op']] : undefined
    if (!run) throw operationFailed()
    run(root, operation)
  }
  return sortAlong(
    root.document,
    operations.map(({ path }) => String(path).split('/').slice(1, -1)),
  ) as JsonObject
}

/** Sorts the members of the objects that the operations went through, as the library prints them. */
function sortAlong(value: unknown, paths: readonly string[][]): unknown {
  if (paths.length === 0) return value
  const below = (name: string): string[][] =>
    paths.flatMap(([first, ...rest]) => (first !== undefined && unescape(first) === name ? [rest] : []))
  if (Array.isArray(value)) return value.map((item, index) => sortAlong(item, below(String(index))))
  if (!isObject(value)) return value
  const sorted = sortMembers(value)
  for (const name of Object.keys(sorted)) setMember(sorted, name, sortAlong(sorted[name], below(name)))
  return sorted
}

function parseOperations(body: string): JsonObject[] {
  const operations = parseJson(body, badPatch)
  if (operations === null) return []
  if (!Array.isArray(operations)) {
    throw badPatch(`json: cannot unmarshal ${goTypeName(operations)} into Go value of type jsonpatch.Patch`)
  }
  if (operations.length > maximumOperations) throw tooManyOperations(maximumOperations, operations.length)
  const odd = operations.find((operation) => !isObject(operation) && operation !== null)
  if (odd !== undefined) {
    throw badPatch(`json: cannot unmarshal ${goTypeName(odd)} into Go value of type jsonpatch.Operation`)
  }
  return operations.map((operation: unknown) => (isObject(operation) ? operation : {}))
}

/** What Go's encoding/json calls the type of a JSON value. */
export function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}

interface Root {
  document: unknown
}

const runners: Readonly<Record<string, (root: Root, operation: JsonObject) => void>> = Object.assign(
  Object.create(null),
  {
    add: (root: Root, operation: JsonObject) => add(locate(root, pathOf(operation, 'path')), valueOf(operation)),
    remove: (root: Root, operation: JsonObject) => remove(locate(root, pathOf(operation, 'path'))),
    replace: (root: Root, operation: JsonObject) =>
      replace(locate(root, pathOf(operation, 'path')), valueOf(operation)),
    move(root: Root, operation: JsonObject) {
      const from = locate(root, pathOf(operation, 'from'))
      const value = read(from)
      remove(from)
      add(locate(root, pathOf(operation, 'path')), value)
    },
    copy(root: Root, operation: JsonObject) {
      const value = copyJson(read(locate(root, pathOf(operation, 'from'))))
      add(locate(root, pathOf(operation, 'path')), value)
    },
    test: (root: Root, operation: JsonObject) => test(root, operation),
  },
)

function pathOf(operation: JsonObject, name: 'path' | 'from'): string[] {
  const path = member(operation, name)
  if (typeof path !== 'string') throw operationFailed()
  return path.split('/').slice(1)
}

function valueOf(operation: JsonObject): unknown {
  return copyJson(member(operation, 'value') ?? null)
}

/** The container that holds a value, and the value's name or index in it. */
interface Place {
  container: JsonObject | unknown[]
  key: string
}

/** Walks to the container of the last segment; the root itself is no place. */
function locate(root: Root, path: readonly string[]): Place {
  if (path.length === 0) throw operationFailed()
  let at: unknown = root.document
  for (const segment of path.slice(0, -1)) {
    at = Array.isArray(at)
      ? at[existingIndex(at, unescape(segment))]
      : isObject(at)
        ? member(at, unescape(segment))
        : null
  }
  if (!isObject(at) && !Array.isArray(at)) throw operationFailed()
  return { container: at, key: unescape(path.at(-1) ?? '') }
}

function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

function existingIndex(list: readonly unknown[], key: string): number {
  const index = indexIn(key, list.length)
  if (index >= list.length) throw operationFailed()
  return index
}

/** A negative index counts from the end. */
function indexIn(key: string, length: number): number {
  if (!/^-?\d+$/.test(key)) throw operationFailed()
  const index = Number(key)
  if (index < -length) throw operationFailed()
  return index < 0 ? index + length : index
}

function read({ container, key }: Place): unknown {
  if (Array.isArray(container)) return container[existingIndex(container, key)]
  return member(container, key) ?? null
}

function add({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) return setMember(container, key, value)
  // Adding counts in the list as it will be: -1 is its new end.
  const index = key === '-' ? container.length : indexIn(key, container.length + 1)
  if (index > container.length) throw operationFailed()
  container.splice(index, 0, value)
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) {
    container.splice(existingIndex(container, key), 1)
    return
  }
  if (!Object.hasOwn(container, key)) throw operationFailed()
  delete container[key]
}

function replace({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container[existingIndex(container, key)] = value
  else setMember(container, key, value)
}

function test(root: Root, operation: JsonObject): void {
  const found = read(locate(root, pathOf(operation, 'path')))
  if (!equalJson(found, member(operation, 'value') ?? null)) throw operationFailed()
}
