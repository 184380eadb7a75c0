import { compareText, isObject, sortedJson, type JsonObject } from './json-value.ts'

/**
 * A set of field paths as a tree: whether the path itself is in it, and what is below. A node is not changed any more once
 * it is in a set, so sets share what they have in common.
 */
export interface FieldNode {
  readonly owned: boolean
  /** By path element as FieldsV1 spells it: `f:name`, `k:{"name":"c"}`, `v:"x"`. */
  readonly below: ReadonlyMap<string, FieldNode>
}

export type Path = readonly string[]

const nothing: ReadonlyMap<string, FieldNode> = new Map()
const emptyNode: FieldNode = { owned: false, below: nothing }

/** A field that is owned by itself, with nothing below. */
export const ownedLeaf: FieldNode = { owned: true, below: nothing }

/** Which fields of an object someone owns: FieldsV1 (structured-merge-diff's Set). */
export class FieldSet {
  readonly root: FieldNode

  constructor(root: FieldNode = emptyNode) {
    this.root = root
  }

  static parse(fieldsV1: unknown): FieldSet {
    return isObject(fieldsV1) ? new FieldSet(parsedNodes.get(fieldsV1) ?? parseFields(fieldsV1)) : new FieldSet()
  }

  print(): JsonObject {
    return printNode(this.root)
  }

  has(path: Path): boolean {
    return this.at(path)?.owned ?? false
  }

  at(path: Path): FieldNode | undefined {
    let node: FieldNode | undefined = this.root
    for (const element of path) node = node?.below.get(element)
    return node
  }

  *paths(): Generator<Path> {
    yield* pathsBelow(this.root, [])
  }

  get empty(): boolean {
    return isEmpty(this.root)
  }

  union(other: FieldSet): FieldSet {
    return this.#changed(unite(this.root, other.root))
  }

  minus(other: FieldSet): FieldSet {
    return this.#changed(subtract(this.root, other.root))
  }

  intersection(other: FieldSet): FieldSet {
    return this.#changed(intersect(this.root, other.root))
  }

  equals(other: FieldSet): boolean {
    return this.root === other.root || sortedJson(this.print()) === sortedJson(other.print())
  }

  #changed(root: FieldNode): FieldSet {
    return root === this.root ? this : new FieldSet(root)
  }
}

function isEmpty(node: FieldNode): boolean {
  return !node.owned && node.below.size === 0
}

/** Each operation below answers its first argument itself where that is the result. */
function unite(one: FieldNode, other: FieldNode): FieldNode {
  if (one === other || isEmpty(other)) return one
  if (isEmpty(one)) return other
  let below: Map<string, FieldNode> | undefined
  for (const [element, node] of other.below) {
    const known = one.below.get(element)
    const united = known ? unite(known, node) : node
    if (united !== known) (below ??= new Map(one.below)).set(element, united)
  }
  const owned = one.owned || other.owned
  return below || owned !== one.owned ? { owned, below: below ?? one.below } : one
}

function subtract(one: FieldNode, other: FieldNode): FieldNode {
  let below: Map<string, FieldNode> | undefined
  for (const [element, node] of other.below) {
    const known = one.below.get(element)
    if (!known) continue
    const rest = subtract(known, node)
    if (rest === known) continue
    below ??= new Map(one.below)
    if (isEmpty(rest)) below.delete(element)
    else below.set(element, rest)
  }
  const owned = one.owned && !other.owned
  return below || owned !== one.owned ? { owned, below: below ?? one.below } : one
}

function intersect(one: FieldNode, other: FieldNode): FieldNode {
  if (one === other) return one
  const below = new Map<string, FieldNode>()
  for (const [element, node] of one.below) {
    const match = other.below.get(element)
    const common = match ? intersect(node, match) : emptyNode
    if (!isEmpty(common)) below.set(element, common)
  }
  return { owned: one.owned && other.owned, below }
}

/** Nodes and FieldsV1 that are known to say the same: a set that a write leaves alone is neither read nor printed again. */
const parsedNodes = new WeakMap<JsonObject, FieldNode>()
const printedNodes = new WeakMap<FieldNode, JsonObject>()

/** Frozen fields are the store's, and stay as they are. */
function parseFields(fields: JsonObject): FieldNode {
  const node = parseNode(fields, Object.hasOwn(fields, '.'))
  if (Object.isFrozen(fields)) parsedNodes.set(fields, node)
  return node
}

function parseNode(fields: JsonObject, owned: boolean): FieldNode {
  const below = new Map<string, FieldNode>()
  for (const element in fields) {
    if (element === '.') continue
    const member = fields[element]
    below.set(element, isObject(member) ? parseMember(member) : ownedLeaf)
  }
  return { owned, below }
}

function parseMember(fields: JsonObject): FieldNode {
  const node = parseNode(fields, Object.hasOwn(fields, '.'))
  return node.below.size === 0 ? ownedLeaf : node
}

const nothingPrinted: JsonObject = Object.freeze({})

function printNode(node: FieldNode): JsonObject {
  if (node.below.size === 0) return nothingPrinted
  const known = printedNodes.get(node)
  if (known) return known
  const printed: JsonObject = {}
  if (node.owned) printed['.'] = nothingPrinted
  const elements = [...node.below.keys()].sort(compareText)
  for (const element of elements) printed[element] = printNode(node.below.get(element) as FieldNode)
  Object.freeze(printed)
  printedNodes.set(node, printed)
  parsedNodes.set(printed, node)
  return printed
}

function* pathsBelow(node: FieldNode, path: Path): Generator<Path> {
  if (node.owned) yield path
  for (const [element, below] of node.below) yield* pathsBelow(below, [...path, element])
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
