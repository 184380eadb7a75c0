import { copyJson, isObject, setMember, sortMembers, type JsonObject } from './json-value.ts'
import { parseJson } from './parse-json.ts'
import { patchFailure, unfitPatch } from './patch-errors.ts'

/**
 * Applies a JSON merge patch (RFC 7386) to a copy of `document`: null deletes, objects merge, everything else replaces.
 *
 * Raises `StatusError`: 500 for a body that is no JSON object or list, 422 for a list, which would replace the object.
 */
export function applyMergePatch(document: JsonObject, body: string): JsonObject {
  const patch = parseJson(body, () => patchFailure('Invalid JSON Patch'))
  if (Array.isArray(patch)) {
    throw unfitPatch(
      JSON.stringify(patch),
      "couldn't get version/kind; json parse error: json: cannot unmarshal array " +
        'into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; ' +
        'Kind string "json:\\"kind,omitempty\\"" }',
    )
  }
  if (!isObject(patch)) throw patchFailure('Invalid JSON Patch')
  return mergeJson(document, patch) as JsonObject
}

/** RFC 7386's MergePatch function. What the patch does not touch is the target's own. */
export function mergeJson(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return copyJson(patch)
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else setMember(merged, name, mergeJson(Object.hasOwn(merged, name) ? merged[name] : undefined, value))
  }
  return sortMembers(merged)
}
