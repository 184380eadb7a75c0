import { compareText, equalJson, isObject, type JsonObject } from './json-value.ts'

/**
 * A set of field paths as a tree, as FieldsV1 writes it: by path element (`f:name`, `k:{"name":"c"}`, `v:"x"`), sorted. An
 * empty node is owned itself; one with something below is owned when it has the element `.`. Nodes are never changed: sets
 * share what they have in common, with each other and with the objects that are stored.
 */
export interface FieldNode {
  readonly [element: string]: FieldNode
}

export type Path = readonly string[]

/** A field that is owned by itself, with nothing below; at the root, nothing at all. */
export const ownedLeaf: FieldNode = Object.freeze({})

const self = '.'

/** Which fields of an object someone owns: FieldsV1 (structured-merge-diff's Set). */
export class FieldSet {
  readonly root: FieldNode

  constructor(root: FieldNode = ownedLeaf) {
    this.root = root
  }

  static parse(fieldsV1: unknown): FieldSet {
    return isObject(fieldsV1) ? new FieldSet(readNode(fieldsV1)) : new FieldSet()
  }

  print(): JsonObject {
    return this.root
  }

  has(path: Path): boolean {
    const node = this.at(path)
    return node !== undefined && isOwned(node) && (path.length > 0 || !isLeaf(node))
  }

  at(path: Path): FieldNode | undefined {
    let node: FieldNode | undefined = this.root
    for (const element of path) node = node && below(node, element)
    return node
  }

  *paths(): Generator<Path> {
    if (!this.empty) yield* pathsBelow(this.root, [])
  }

  get empty(): boolean {
    return isLeaf(this.root)
  }

  union(other: FieldSet): FieldSet {
    if (this.empty) return other
    return other.empty ? this : this.#changed(unite(this.root, other.root))
  }

  minus(other: FieldSet): FieldSet {
    return this.empty || other.empty ? this : this.#changed(subtract(this.root, other.root) ?? ownedLeaf)
  }

  intersection(other: FieldSet): FieldSet {
    return this.empty || other.empty ? new FieldSet() : new FieldSet(intersect(this.root, other.root) ?? ownedLeaf)
  }

  equals(other: FieldSet): boolean {
    return equalJson(this.root, other.root)
  }

  #changed(root: FieldNode): FieldSet {
    return root === this.root ? this : new FieldSet(root)
  }
}

export function isLeaf(node: FieldNode): boolean {
  for (const _element in node) return false
  return true
}

export function isOwned(node: FieldNode): boolean {
  return node[self] !== undefined || isLeaf(node)
}

export function below(node: FieldNode, element: string): FieldNode | undefined {
  return Object.hasOwn(node, element) ? node[element] : undefined
}

/** A node of these elements; one that would only be owned itself is a leaf, and none at all is undefined. */
export function nodeOf(elements: Record<string, FieldNode>): FieldNode | undefined {
  const names = Object.keys(elements)
  if (names.length === 0) return undefined
  if (names.length === 1 && names[0] === self) return ownedLeaf
  if (names.every((name, index) => index === 0 || compareText(names[index - 1] as string, name) < 0)) return elements
  const sorted: Record<string, FieldNode> = {}
  for (const name of names.sort(compareText)) sorted[name] = elements[name] as FieldNode
  return sorted
}

/** The same node, owned. */
export function owning(node: FieldNode | undefined): FieldNode {
  if (!node || isOwned(node)) return node ?? ownedLeaf
  return { [self]: ownedLeaf, ...node }
}

/** Each operation below answers its first argument itself where that is the result; undefined is the empty set. */
function unite(one: FieldNode, other: FieldNode): FieldNode {
  if (one === other || isLeaf(other)) return owningAs(one, other)
  if (isLeaf(one)) return owning(other)
  let united: Record<string, FieldNode> | undefined
  for (const element in other) {
    const known = below(one, element)
    const node = known ? unite(known, other[element] as FieldNode) : (other[element] as FieldNode)
    if (node !== known) (united ??= { ...one })[element] = node
  }
  return united ? (nodeOf(united) as FieldNode) : one
}

function owningAs(one: FieldNode, other: FieldNode): FieldNode {
  return one === other ? one : owning(one)
}

function subtract(one: FieldNode, other: FieldNode): FieldNode | undefined {
  if (isLeaf(one)) return isOwned(other) ? undefined : one
  let rest: Record<string, FieldNode> | undefined
  for (const element in isLeaf(other) ? justOwned : other) {
    const known = below(one, element)
    const left = known && (element === self ? undefined : subtract(known, other[element] as FieldNode))
    if (left === known) continue
    rest ??= { ...one }
    if (left) rest[element] = left
    else delete rest[element]
  }
  return rest ? nodeOf(rest) : one
}

const justOwned: FieldNode = { [self]: ownedLeaf }

function intersect(one: FieldNode, other: FieldNode): FieldNode | undefined {
  if (one === other) return one
  if (isLeaf(one) || isLeaf(other)) return isOwned(one) && isOwned(other) ? ownedLeaf : undefined
  const common: Record<string, FieldNode> = {}
  for (const element in one) {
    const match = below(other, element)
    const node = match && intersect(one[element] as FieldNode, match)
    if (node) common[element] = node
  }
  return nodeOf(common)
}

/** Frozen fields are the store's, and are a node already; others are sorted. */
function readNode(fields: JsonObject): FieldNode {
  if (Object.isFrozen(fields)) return fields as FieldNode
  const elements: Record<string, FieldNode> = {}
  for (const element of Object.keys(fields)) {
    const member = fields[element]
    elements[element] = element !== self && isObject(member) ? readNode(member) : ownedLeaf
  }
  return nodeOf(elements) ?? ownedLeaf
}

function* pathsBelow(node: FieldNode, path: Path): Generator<Path> {
  if (isOwned(node)) yield path
  for (const element of Object.keys(node)) {
    if (element !== self) yield* pathsBelow(node[element] as FieldNode, [...path, element])
  }
}

/** A path as conflicts print it: `.spec.template.spec.containers[name="c"].image`. */
export function printPath(path: Path): string {
  return path.map(printElement).join('')
}

function printElement(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('v:')) return `[=${rest}]`
  if (element.startsWith('i:')) return `[${rest}]`
  const keys = Object.entries(JSON.parse(rest) as JsonObject)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}
