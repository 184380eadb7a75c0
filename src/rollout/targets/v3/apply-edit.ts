import type { JsonPatch } from '../../../kube/index.ts'
import type { KubeObject } from '../../../model/kube-object.ts'

/**
 * Applies an edit's operations to a whole object. Edits only `add`, `replace` and `test` members; tests are skipped
 * because the object is written under its version.
 */
export function applyEdit(object: KubeObject, operations: JsonPatch): KubeObject {
  const copy = structuredClone(object)
  for (const operation of operations) {
    if (operation.op !== 'add' && operation.op !== 'replace') continue
    const path = operation.path.split('/').slice(1).map(unescape)
    const last = path.pop() ?? ''
    const parent = path.reduce<Record<string, unknown>>((at, part) => member(at, part), copy)
    parent[last] = operation.value
  }
  return copy
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function member(at: Record<string, unknown>, part: string): Record<string, unknown> {
  return at[part] as Record<string, unknown>
}
