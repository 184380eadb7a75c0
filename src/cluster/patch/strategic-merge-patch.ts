import { copyBeside, shareValue } from '../metadata.ts'
import type { Shape } from '../schema/index.ts'
import { goTypeName } from './json-patch.ts'
import { isObject, member, printGo, setMember, type JsonObject } from './json-value.ts'
import { parseJson } from './parse-json.ts'
import { badPatch, patchFailure, unfitPatch } from './patch-errors.ts'
import { checkOrderList, deleteFromScalars, mergeLists, orderLists, type ListRule } from './strategic-lists.ts'
import { structureProblem } from './structure.ts'

const directive = '$patch'
const retainKeys = '$retainKeys'
const orderPrefix = '$setElementOrder/'
const deletionPrefix = '$deleteFromPrimitiveList/'

/**
 * Applies a strategic merge patch to a copy of `document`: maps merge, lists merge by their merge key where the schema
 * names one, with the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`.
 * New list items come before the ones that the patch does not name, as in Kubernetes.
 *
 * Raises `StatusError`: 400 for a body that is no JSON object and for bad retained keys, 422 when the result does not fit
 * the kind, 500 for other misuse of directives.
 */
export function applyStrategicMergePatch(document: JsonObject, body: string, shape: Shape): JsonObject {
  const merged = mergeMaps(document, parsePatch(body), shape)
  const patched = shareValue(copyBeside(merged, document), document)
  const problem = structureProblem(patched, shape)
  if (problem !== undefined) throw unfitPatch(printGo(parsePatch(body)), problem)
  return patched
}

function parsePatch(body: string): JsonObject {
  const patch = parseJson(body, badPatch)
  if (patch === null) return {}
  if (!isObject(patch)) {
    throw badPatch(`json: cannot unmarshal ${goTypeName(patch)} into Go value of type map[string]interface {}`)
  }
  return patch
}

/** The original with `patch` merged into it. The patch is used up; what it does not touch is the original's own. */
function mergeMaps(original: JsonObject, patch: JsonObject, shape: Shape | undefined): JsonObject {
  if (Object.hasOwn(patch, directive)) return followMapDirective(patch)
  const merged = { ...original }
  retain(merged, patch)
  mergeOrderedLists(merged, patch, shape)
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(deletionPrefix)) removeScalars(merged, name.slice(deletionPrefix.length), value)
    else mergeMember(merged, name, value, shape)
  }
  return merged
}

function followMapDirective({ [directive]: kind, ...rest }: JsonObject): JsonObject {
  if (kind === 'replace') return rest
  if (kind === 'delete') return {}
  throw patchFailure(`unknown patch type: ${printGo(kind)} in map: ${printGo({ [directive]: kind, ...rest })}`)
}

function mergeMember(original: JsonObject, name: string, value: unknown, shape: Shape | undefined): void {
  if (value === null) {
    delete original[name]
    return
  }
  const present = member(original, name)
  setMember(original, name, mergeValue(present, value, name, shape))
}

function mergeValue(present: unknown, value: unknown, name: string, shape: Shape | undefined): unknown {
  const rule = memberRule(shape, name)
  if (isObject(present) && isObject(value)) return rule.replace ? value : mergeMaps(present, value, rule.shape)
  if (Array.isArray(present) && Array.isArray(value)) return rule.merge ? mergeListsOf(present, value, rule) : value
  return value
}

interface MemberRule extends ListRule {
  /** Of the member itself; of a list, its items' shape. */
  shape: Shape | undefined
  merge: boolean
  replace: boolean
}

function memberRule(shape: Shape | undefined, name: string): MemberRule {
  const field = shape?.fields.get(name)
  const own = field?.shape ?? (shape?.kind === 'map' ? shape.items : undefined)
  return {
    shape: own?.kind === 'list' ? own.items : own,
    mergeKey: field?.patchMergeKey,
    merge: field?.patchStrategies.includes('merge') ?? false,
    replace: field?.patchStrategies.includes('replace') ?? false,
  }
}

function mergeListsOf(original: unknown[], patch: unknown[], rule: MemberRule): unknown[] {
  return mergeLists(original, patch, rule, (item, change) => mergeMaps(item, change, rule.shape))
}

/** `$retainKeys`: members of the original that are not listed go. */
function retain(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, retainKeys)) return
  const listed = patch[retainKeys]
  delete patch[retainKeys]
  if (!Array.isArray(listed)) throw badPatch('invalid patch format of retainKeys')
  for (const [name, value] of Object.entries(patch)) {
    const free = value === null || name.startsWith(deletionPrefix) || name.startsWith(orderPrefix)
    if (!free && !listed.includes(name)) throw badPatch('invalid patch format of retainKeys')
  }
  for (const name of Object.keys(original)) if (!listed.includes(name)) delete original[name]
}

/** `$setElementOrder/x` and the list x of the same patch, together. */
function mergeOrderedLists(original: JsonObject, patch: JsonObject, shape: Shape | undefined): void {
  for (const [directiveName, order] of Object.entries(patch)) {
    if (!directiveName.startsWith(orderPrefix)) continue
    delete patch[directiveName]
    const name = directiveName.slice(orderPrefix.length)
    const present = listOrAbsent(member(original, name))
    const change = listOrAbsent(member(patch, name))
    const rule = memberRule(shape, name)
    if (!Array.isArray(order)) throw wrongList(order)
    checkOrderList(change, order, rule.mergeKey)
    delete patch[name]
    const merged = present && change ? mergeOrReplace(present, change, rule) : (change ?? present)
    if (merged) setMember(original, name, orderLists(merged, order, present ?? [], rule.mergeKey))
  }
}

function mergeOrReplace(present: unknown[], change: unknown[], rule: MemberRule): unknown[] {
  return rule.merge ? mergeListsOf(present, change, rule) : change
}

function listOrAbsent(value: unknown): unknown[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrongList(value)
  return value
}

function wrongList(value: unknown): Error {
  return patchFailure(`expected a []interface {}, but received a ${goKind(value)}`)
}

function goKind(value: unknown): string {
  if (isObject(value)) return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'string' ? 'string' : '<nil>'
}

function removeScalars(original: JsonObject, name: string, value: unknown): void {
  const present = member(original, name)
  if (Array.isArray(present) && Array.isArray(value)) setMember(original, name, deleteFromScalars(present, value))
}
