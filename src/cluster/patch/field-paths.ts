import type { Shape } from '../schema/index.ts'
import { FieldSet, ownedLeaf, type FieldNode } from './field-set.ts'
import { equalJson, isObject, type JsonObject } from './json-value.ts'
import { equalLeaves, partAt, partsOf, type Part, type Typed } from './typed-value.ts'

/** Fields that the API server writes or that name the object: nobody owns them. */
const unowned: readonly ReadonlySet<string>[] = [
  new Set(['f:apiVersion', 'f:kind', 'f:metadata']),
  new Set(
    'name namespace creationTimestamp selfLink uid clusterName generation managedFields resourceVersion'
      .split(' ')
      .map((name) => `f:${name}`),
  ),
]

/** Where unowned fields may be: in the object, in its metadata, nowhere below. */
type Depth = 0 | 1 | 2

function isOwnable(element: string, depth: Depth): boolean {
  return depth === 2 || !unowned[depth]?.has(element)
}

function deeper(element: string, depth: Depth): Depth {
  return depth === 0 && element === 'f:metadata' ? 1 : 2
}

/** What changed between two objects of a kind, by field. */
export interface Comparison {
  added: FieldSet
  modified: FieldSet
  removed: FieldSet
}

/** The same as trees; absent where nothing is. */
type Found = { [Change in keyof Comparison]?: FieldNode }

export function compareFields(old: JsonObject, next: JsonObject, shape: Shape | undefined): Comparison {
  const { added, modified, removed } = compareParts(old, next, { shape }, 0) ?? {}
  return { added: new FieldSet(added), modified: new FieldSet(modified), removed: new FieldSet(removed) }
}

function compareParts(old: unknown, next: unknown, typed: Typed, depth: Depth): Found | undefined {
  if (old !== undefined && next !== undefined && equalJson(old, next)) return undefined
  const before = old === undefined ? undefined : partsOf(old, typed)
  const after = next === undefined ? undefined : partsOf(next, typed)
  const found = new FoundBelow()
  for (const [element, part] of after ?? []) {
    const oldPart = before?.get(element)
    const below = compareParts(oldPart?.value, part.value, part.typed, deeper(element, depth))
    const counts = isOwnable(element, depth)
    found.put(element, !oldPart && counts ? { ...below, added: owning(below?.added) } : below, counts)
  }
  for (const [element, part] of before ?? []) {
    if (after?.has(element)) continue
    const below = compareParts(part.value, undefined, part.typed, deeper(element, depth))
    const counts = isOwnable(element, depth)
    found.put(element, counts ? { ...below, removed: owning(below?.removed) } : below, counts)
  }
  const differ = !before && !after && old !== undefined && next !== undefined && !equalLeaves(old, next)
  return differ ? { modified: ownedLeaf } : found.nodes
}

function owning(node: FieldNode | undefined): FieldNode {
  return node ? { owned: true, below: node.below } : ownedLeaf
}

const changes = ['added', 'modified', 'removed'] as const

/** Gathers what was found at the parts of one value. */
class FoundBelow {
  #nodes: { [Change in keyof Comparison]?: { owned: false; below: Map<string, FieldNode> } } | undefined

  get nodes(): Found | undefined {
    return this.#nodes
  }

  put(element: string, found: Found | undefined, counts: boolean): void {
    // What nobody owns has parts that can be owned, or does not count at all.
    if (!found || (!counts && found.modified === ownedLeaf)) return
    this.#nodes ??= {}
    for (const change of changes) {
      const node = found[change]
      if (node) (this.#nodes[change] ??= { owned: false, below: new Map() }).below.set(element, node)
    }
  }
}

/** The fields that an applied configuration names: its leaves, and the items of its lists. */
export function fieldsOf(configuration: JsonObject, shape: Shape | undefined): FieldSet {
  return new FieldSet(namedFields(configuration, { shape }, 0))
}

/** Absent: nothing ownable. A part that is named by itself and has nothing below is owned. */
function namedFields(value: unknown, typed: Typed, depth: Depth): FieldNode {
  const parts = namedParts(value, typed)
  if (!parts || parts.size === 0) return ownedLeaf
  const below = new Map<string, FieldNode>()
  for (const [element, part] of parts) {
    const node = element.startsWith('v:') ? ownedLeaf : namedFields(part.value, part.typed, deeper(element, depth))
    const owned = (node.owned || element.startsWith('k:')) && isOwnable(element, depth)
    if (owned || node.below.size > 0) below.set(element, { owned, below: node.below })
  }
  return { owned: false, below }
}

/** Only the parts that are there, not those that Go's structs always have. */
function namedParts(value: unknown, typed: Typed): Map<string, Part> | undefined {
  const parts = partsOf(value, typed)
  if (!parts || !isObject(value)) return parts
  for (const element of parts.keys()) {
    if (element.startsWith('f:') && !Object.hasOwn(value, element.slice(2))) parts.delete(element)
  }
  return parts
}

/**
 * A field owned as a whole that has parts in the schema (its owner's parts were taken from it, or it was empty) comes to
 * own every part that it has today, as Kubernetes 1.21 does for fields that were atomic before.
 */
export function spreadOverParts(set: FieldSet, object: JsonObject, shape: Shape | undefined): FieldSet {
  const root = spreadNode(set.root, { value: object, typed: { shape } })
  return root === set.root ? set : new FieldSet(root)
}

/** The last result for a node, with the stored value that it is for: versions of an object share what did not change. */
const spreads = new WeakMap<FieldNode, { value: unknown; spread: FieldNode }>()

function spreadNode(node: FieldNode, part: Part): FieldNode {
  const { value } = part
  if (typeof value !== 'object' || value === null) return node
  if (node.below.size === 0) return node.owned ? (allParts(part) ?? node) : node
  const known = spreads.get(node)
  if (known?.value === value) return known.spread
  const spread = spreadBelow(node, part)
  if (Object.isFrozen(value)) spreads.set(node, { value, spread })
  return spread
}

function spreadBelow(node: FieldNode, { value, typed }: Part): FieldNode {
  let below: Map<string, FieldNode> | undefined
  // Of a list the items are told apart once, of an object only the named members are looked at.
  const items = Array.isArray(value) ? partsOf(value, typed) : undefined
  for (const [element, known] of node.below) {
    const found = items ? items.get(element) : partAt(value, typed, element)
    const spread = found ? spreadNode(known, found) : known
    if (spread !== known) (below ??= new Map(node.below)).set(element, spread)
  }
  return below ? { owned: node.owned, below } : node
}

/** Everything in a value; undefined for a leaf. */
function allParts({ value, typed }: Part): FieldNode | undefined {
  if (typeof value !== 'object') return undefined
  const parts = namedParts(value, typed)
  if (!parts || parts.size === 0) return undefined
  const below = new Map<string, FieldNode>()
  for (const [element, part] of parts) below.set(element, allParts(part) ?? ownedLeaf)
  return { owned: true, below }
}
