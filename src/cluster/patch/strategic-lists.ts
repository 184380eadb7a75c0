import { equalJson, isObject, member, printGo, type JsonObject } from './json-value.ts'
import { patchFailure } from './patch-errors.ts'

const directive = '$patch'

/** How the items of a list are matched: by a member, or, without one, as scalars. */
export interface ListRule {
  mergeKey: string | undefined
}

export type MergeItem = (item: JsonObject, change: JsonObject) => JsonObject

/** Merges the items of a patch into a list and brings the result into Kubernetes' order. */
export function mergeLists(original: unknown[], patch: unknown[], rule: ListRule, mergeItem: MergeItem): unknown[] {
  if (original.length === 0 && patch.length === 0) return original
  if (![...original, ...patch].some(isObject)) {
    const all = uniqueScalars([...original, ...patch])
    return orderLists(all, patch, original, undefined)
  }
  if (rule.mergeKey === undefined) throw patchFailure('cannot merge lists without merge key for')
  const key = rule.mergeKey
  const { kept, changes } = followListDirectives(original.filter(isObject), patch, key)
  return orderLists(mergeItems(kept, changes, key, mergeItem), changes, kept, key)
}

/** `$patch: delete` removes the matching item, `$patch: replace` every item that the patch does not bring. */
function followListDirectives(
  original: JsonObject[],
  patch: readonly unknown[],
  key: string,
): { kept: JsonObject[]; changes: JsonObject[] } {
  let kept = original
  let replaced = false
  const changes: JsonObject[] = []
  for (const change of patch.filter(isObject)) {
    const kind = member(change, directive)
    if (kind === undefined) changes.push(change)
    else if (kind === 'delete') {
      const value = keyOf(change, key)
      kept = kept.filter((item) => !equalJson(item[key], value))
    } else if (kind === 'replace') replaced = true
    else if (kind === 'merge') throw patchFailure('merging lists cannot yet be specified in the patch')
    else throw patchFailure(`unknown patch type: ${printGo(kind)} in map: ${printGo(change)}`)
  }
  return replaced ? { kept: changes, changes: [] } : { kept, changes }
}

function mergeItems(
  kept: readonly JsonObject[],
  changes: readonly JsonObject[],
  key: string,
  mergeItem: MergeItem,
): JsonObject[] {
  const merged = [...kept]
  for (const change of changes) {
    const value = keyOf(change, key)
    const index = merged.findIndex((item) => equalJson(item[key], value))
    const found = merged[index]
    if (found) merged[index] = mergeItem(found, change)
    else merged.push(change)
  }
  return merged
}

function keyOf(item: JsonObject, key: string): unknown {
  if (!Object.hasOwn(item, key)) {
    throw patchFailure(`map: ${printGo(item)} does not contain declared merge key: ${key}`)
  }
  return item[key]
}

function uniqueScalars(list: readonly unknown[]): unknown[] {
  return [...new Set(list)]
}

export function deleteFromScalars(list: readonly unknown[], removed: readonly unknown[]): unknown[] {
  return list.filter((item) => !removed.includes(item))
}

/**
 * Brings a merged list into order: the items of `wanted` stand as they do there, the others as in `before`, and each of
 * those is put as far front as the order in `before` asks.
 */
export function orderLists(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  before: readonly unknown[],
  key: string | undefined,
): unknown[] {
  const positionIn = (list: readonly unknown[], item: unknown): number =>
    list.findIndex((other) => sameItem(other, item, key))
  const patched = merged.filter((item) => positionIn(wanted, item) >= 0)
  const others = merged.filter((item) => positionIn(wanted, item) < 0)
  patched.sort((a, b) => positionIn(wanted, a) - positionIn(wanted, b))
  others.sort((a, b) => positionIn(before, a) - positionIn(before, b))
  const ordered: unknown[] = []
  while (patched.length > 0 && others.length > 0) {
    const other = positionIn(before, others[0])
    const next = positionIn(before, patched[0])
    ordered.push(other >= 0 && next >= 0 && other < next ? others.shift() : patched.shift())
  }
  return [...ordered, ...others, ...patched]
}

function sameItem(a: unknown, b: unknown, key: string | undefined): boolean {
  if (key === undefined) return equalJson(a, b)
  return isObject(a) && isObject(b) && Object.hasOwn(a, key) && equalJson(a[key], b[key])
}

/** Every item that a patch brings or changes must be named by its `$setElementOrder`, in the same order. */
export function checkOrderList(
  patch: readonly unknown[] | undefined,
  order: readonly unknown[],
  key: string | undefined,
): void {
  if (!patch) return
  const items = patch.filter((item) => !isObject(item) || !Object.hasOwn(item, directive))
  let at = 0
  for (const item of items) {
    while (at < order.length && !sameItem(order[at], item, key)) at++
    if (at === order.length) {
      throw patchFailure(
        `The order in patch list:\n${printGo(patch)}\n doesn't match $setElementOrder list:\n${printGo(order)}\n`,
      )
    }
    at++
  }
}
