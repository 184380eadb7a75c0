import type { Resource } from '../schema/v3-type.ts'
import { toText } from '../schema/go-text.ts'

/** A list item with its sort and filter texts, each computed once. */
export class Item {
  readonly resource: Resource
  readonly id: string
  readonly #texts = new Map<string, string | undefined>()

  constructor(resource: Resource) {
    this.resource = resource
    this.id = resource.id ?? ''
  }

  /** Undefined if there is no value. */
  text(field: string): string | undefined {
    if (this.#texts.has(field)) return this.#texts.get(field)
    const value = this.resource[field] ?? undefined
    const text = value === undefined ? undefined : toText(value)
    this.#texts.set(field, text)
    return text
  }
}

/** What was removed from a list, and what was added. */
export interface Difference {
  readonly gone: ReadonlySet<Resource>
  readonly fresh: Iterable<Resource>
}

/** With more new items than this, the whole list is sorted again. */
const mostPlaced = 200

type Orders = ReadonlyMap<string, readonly Item[]>

/** The items of one list in every requested order. */
class Listing {
  readonly items: readonly Item[]
  readonly #orders = new Map<string, readonly Item[]>()
  readonly #fresh: readonly Item[]
  readonly #gone: ReadonlySet<Item>
  /** The orders of the list that this one replaces. */
  readonly #before: Orders

  constructor(difference: Difference, before?: Listing) {
    const gone = new Set<Item>()
    const kept = (before?.items ?? []).filter((item) => {
      if (difference.gone.has(item.resource)) gone.add(item)
      return !gone.has(item)
    })
    this.#fresh = Array.from(difference.fresh, (resource) => new Item(resource))
    this.#gone = gone
    this.#before = before ? before.#orders : new Map()
    this.items = [...kept, ...this.#fresh]
  }

  by(field: string, descending: boolean): readonly Item[] {
    const known = this.#orders.get(field) ?? this.#ordered(field)
    this.#orders.set(field, known)
    if (!descending) return known
    const reversed = this.#orders.get(`-${field}`) ?? known.toReversed()
    this.#orders.set(`-${field}`, reversed)
    return reversed
  }

  #ordered(field: string): readonly Item[] {
    const compare = orderBy(field)
    const before = this.#before.get(field)
    if (!before || this.#fresh.length > mostPlaced) return this.items.toSorted(compare)
    const ordered = before.filter((item) => !this.#gone.has(item))
    for (const item of this.#fresh) ordered.splice(placeOf(item, ordered, compare), 0, item)
    return ordered
  }
}

type Compare = (a: Item, b: Item) => number

function orderBy(field: string): Compare {
  return (a, b) => compareTexts(a.text(field) ?? '', b.text(field) ?? '') || compareTexts(a.id, b.id)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function placeOf(item: Item, ordered: readonly Item[], compare: Compare): number {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = ordered[middle]
    if (other && compare(other, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** By source list: a store that returns the same list again has it sorted only once. */
const listings = new WeakMap<readonly Resource[], Listing>()

export function listingOf(resources: readonly Resource[]): Listing {
  const known = listings.get(resources) ?? new Listing({ gone: new Set(), fresh: resources })
  listings.set(resources, known)
  return known
}

/** Declares that `list` mostly equals `before`, so that its order can be updated rather than computed. */
export function takesPlaceOf(
  list: readonly Resource[],
  before: readonly Resource[],
  difference: Difference = differenceOf(list, before),
): void {
  const known = listings.get(before)
  if (known && list !== before) listings.set(list, new Listing(difference, known))
}

function differenceOf(list: readonly Resource[], before: readonly Resource[]): Difference {
  const fresh = new Set(list)
  return { gone: new Set(before.filter((resource) => !fresh.delete(resource))), fresh }
}
