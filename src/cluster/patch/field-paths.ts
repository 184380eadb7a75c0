import type { Shape } from '../schema/index.ts'
import { below, FieldSet, isLeaf, nodeOf, ownedLeaf, owning, type FieldNode } from './field-set.ts'
import { isObject, type JsonObject } from './json-value.ts'
import {
  differingParts,
  equalLeaves,
  partsOf,
  visitComposites,
  visitParts,
  type Part,
  type Typed,
} from './typed-value.ts'

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
type Found = { [Change in keyof Comparison]?: FieldNode | undefined }

export function compareFields(old: JsonObject, next: JsonObject, shape: Shape | undefined): Comparison {
  const { added, modified, removed } = compareParts(old, next, { shape }, 0) ?? {}
  return { added: new FieldSet(added), modified: new FieldSet(modified), removed: new FieldSet(removed) }
}

function compareParts(old: unknown, next: unknown, typed: Typed, depth: Depth): Found | undefined {
  if (old === next) return undefined
  if (old === undefined && depth === 2) return { added: addedParts(next, typed) }
  const pairs = differingParts(old, next, typed)
  if (!pairs) return old === undefined || next === undefined || equalLeaves(old, next) ? undefined : leafChange
  const found = new FoundBelow()
  for (const pair of pairs) {
    const { element } = pair
    const below = compareParts(pair.old, pair.next, pair.typed, deeper(element, depth))
    const counts = isOwnable(element, depth)
    if (counts && pair.old === undefined) found.put(element, { ...below, added: owning(below?.added) }, counts)
    else if (counts && pair.next === undefined)
      found.put(element, { ...below, removed: owning(below?.removed) }, counts)
    else found.put(element, below, counts)
  }
  return found.nodes
}

const leafChange: Found = { modified: ownedLeaf }

/** Everything in a value that was not there before; the value itself is added by whoever holds it. */
function addedParts(value: unknown, typed: Typed): FieldNode | undefined {
  if (typeof value !== 'object') return undefined
  const elements: Record<string, FieldNode> = {}
  visitParts(value, typed, (element, part, place) => (elements[element] = owning(addedParts(part, place))))
  return nodeOf(elements)
}

const changes = ['added', 'modified', 'removed'] as const

/** Gathers what was found at the parts of one value. */
class FoundBelow {
  #nodes: { [Change in keyof Comparison]?: Record<string, FieldNode> } | undefined

  get nodes(): Found | undefined {
    if (!this.#nodes) return undefined
    const found: Found = {}
    for (const change of changes) {
      const node = this.#nodes[change] && nodeOf(this.#nodes[change])
      if (node) found[change] = node
    }
    return found
  }

  put(element: string, found: Found | undefined, counts: boolean): void {
    // What nobody owns has parts that can be owned, or does not count at all.
    if (!found || (!counts && found.modified === ownedLeaf)) return
    this.#nodes ??= {}
    for (const change of changes) {
      const node = found[change]
      if (node) (this.#nodes[change] ??= {})[element] = node
    }
  }
}

/** The fields that an applied configuration names: its leaves, and the items of its lists. */
export function fieldsOf(configuration: JsonObject, shape: Shape | undefined): FieldSet {
  return new FieldSet(namedFields(configuration, { shape }, 0))
}

/** A part that is named by itself, or has nothing below, is owned; undefined where nothing is. */
function namedFields(value: unknown, typed: Typed, depth: Depth): FieldNode | undefined {
  const parts = namedParts(value, typed)
  if (!parts || parts.size === 0) return depth === 0 ? undefined : ownedLeaf
  const elements: Record<string, FieldNode> = {}
  for (const [element, part] of parts) {
    const node = element.startsWith('v:') ? ownedLeaf : namedFields(part.value, part.typed, deeper(element, depth))
    if (!node || (isLeaf(node) && !isOwnable(element, depth))) continue
    elements[element] = element.startsWith('k:') ? owning(node) : node
  }
  return nodeOf(elements)
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
  const root = spreadNode(set.root, object, { shape }, 0)
  return root === set.root ? set : new FieldSet(root)
}

/** The last result for a member of an object, with the stored value that it is for: versions share what did not change. */
const spreads = new WeakMap<FieldNode, { value: unknown; spread: FieldNode }>()

function spreadNode(node: FieldNode, value: unknown, typed: Typed, depth: number): FieldNode {
  if (isLeaf(node)) return depth === 0 ? node : (allParts(value, typed) ?? node)
  const known = depth === 1 ? spreads.get(node) : undefined
  if (known && known.value === value) return known.spread
  let spread: Record<string, FieldNode> | undefined
  visitComposites(value, typed, (element, part, place) => {
    const owned = below(node, element)
    const wider = owned && spreadNode(owned, part, place, depth + 1)
    if (wider && wider !== owned) (spread ??= { ...node })[element] = wider
  })
  if (depth === 1 && Object.isFrozen(value)) spreads.set(node, { value, spread: spread ?? node })
  return spread ?? node
}

/** Everything in a value; undefined for a leaf. */
function allParts(value: unknown, typed: Typed): FieldNode | undefined {
  if (typeof value !== 'object') return undefined
  const parts = namedParts(value, typed)
  if (!parts || parts.size === 0) return undefined
  const elements: Record<string, FieldNode> = { '.': ownedLeaf }
  for (const [element, part] of parts) elements[element] = allParts(part.value, part.typed) ?? ownedLeaf
  return nodeOf(elements)
}
