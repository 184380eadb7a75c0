import { compareText, isObject, sortedJson, type JsonObject } from './json-value.ts'

/** A set of field paths as a tree: whether the path itself is in it, and what is below. */
export interface FieldNode {
  owned: boolean
  /** By path element as FieldsV1 spells it: `f:name`, `k:{"name":"c"}`, `v:"x"`. */
  readonly below: Map<string, FieldNode>
}

export type Path = readonly string[]

/** Which fields of an object someone owns: FieldsV1 (structured-merge-diff's Set). */
export class FieldSet {
  readonly root: FieldNode = emptyNode()

  static parse(fieldsV1: unknown): FieldSet {
    const set = new FieldSet()
    if (isObject(fieldsV1)) parseNode(fieldsV1, set.root)
    return set
  }

  print(): JsonObject {
    return printNode(this.root)
  }

  add(path: Path): this {
    let node = this.root
    for (const element of path) {
      let next = node.below.get(element)
      if (!next) node.below.set(element, (next = emptyNode()))
      node = next
    }
    node.owned = true
    return this
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
    return this.paths().next().done ?? false
  }

  union(other: FieldSet): FieldSet {
    const all = new FieldSet()
    for (const set of [this, other]) for (const path of set.paths()) all.add(path)
    return all
  }

  minus(other: FieldSet): FieldSet {
    return this.filter((path) => !other.has(path))
  }

  intersection(other: FieldSet): FieldSet {
    return this.filter((path) => other.has(path))
  }

  filter(keep: (path: Path) => boolean): FieldSet {
    const kept = new FieldSet()
    for (const path of this.paths()) if (keep(path)) kept.add(path)
    return kept
  }

  equals(other: FieldSet): boolean {
    return sortedJson(this.print()) === sortedJson(other.print())
  }
}

function emptyNode(): FieldNode {
  return { owned: false, below: new Map() }
}

function parseNode(fields: JsonObject, node: FieldNode): void {
  for (const [element, below] of Object.entries(fields)) {
    if (element === '.') {
      node.owned = true
      continue
    }
    const child = emptyNode()
    node.below.set(element, child)
    if (isObject(below)) parseNode(below, child)
    if (child.below.size === 0) child.owned = true
  }
}

function printNode(node: FieldNode): JsonObject {
  const printed: JsonObject = {}
  if (node.owned && node.below.size > 0) printed['.'] = {}
  for (const element of [...node.below.keys()].toSorted(compareText)) {
    const below = node.below.get(element)
    if (below) printed[element] = printNode(below)
  }
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
