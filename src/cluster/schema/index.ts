import { parseTypes, type TypeDefinition } from './types.ts'
import { typesText } from './types.data.ts'

/** How a strategic merge patch treats a list or a struct (`x-kubernetes-patch-strategy`). */
export type PatchStrategy = 'merge' | 'replace' | 'retainKeys'

/**
 * - `any`: free JSON (FieldsV1, RawExtension).
 * - `object`: known fields; `map`: free keys over `items`; `list` over `items`.
 * - `bytes` is base64 text, `quantity` and `int-or-string` take a number or a string, `time` is RFC 3339 to the second, `micro-time` to
 * the microsecond.
 */
export type ShapeKind =
  | 'any'
  | 'object'
  | 'map'
  | 'list'
  | 'string'
  | 'bytes'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'number'
  | 'quantity'
  | 'int-or-string'
  | 'time'
  | 'micro-time'

/** The structure of a value of a served kind, as Kubernetes' OpenAPI document has it. */
export interface Shape {
  readonly kind: ShapeKind
  /** The Go type as decode errors print it (`v1.PodSpec`); empty for scalars, lists and maps. */
  readonly typeName: string
  /** Of an object. */
  readonly fields: ReadonlyMap<string, Field>
  /** Of a map or a list. */
  readonly items: Shape | undefined
}

export interface Field {
  readonly name: string
  /** As decode errors name it; `VolumeSource.Secret` for a field of an embedded struct. */
  readonly goName: string
  readonly shape: Shape
  /** What becomes of an empty value: `kept` (a pointer: only absence is empty), `omitted`, or `printed` even if absent. */
  readonly whenEmpty: 'kept' | 'omitted' | 'printed'
  /** The protobuf field number, behind those of the embedded messages around it; empty for apiVersion and kind. */
  readonly protobuf: readonly number[]
  readonly required: boolean
  readonly patchStrategies: readonly PatchStrategy[]
  /** The key by which a strategic merge patch matches the items of this list; absent for lists of scalars. */
  readonly patchMergeKey: string | undefined
  /** For server-side apply; default of a list is atomic, of an object granular. */
  readonly listType: 'atomic' | 'set' | 'map' | undefined
  readonly listMapKeys: readonly string[]
  /** A struct or map that server-side apply owns as a whole (label selectors). */
  readonly atomic: boolean
}

let types: ReadonlyMap<string, TypeDefinition> | undefined

/** Old versions whose objects look as the new ones do. */
const sameStructure: ReadonlyMap<string, string> = new Map([
  ['batch/v1beta1.CronJob', 'batch/v1.CronJob'],
  ['policy/v1beta1.PodDisruptionBudget', 'policy/v1.PodDisruptionBudget'],
])

/** The structure of a served kind: `shapeOf('apps/v1', 'Deployment')`; absent for kinds that are no part of Kubernetes. */
export function shapeOf(apiVersion: string, kind: string): Shape | undefined {
  types ??= parseTypes(typesText)
  const name = `${apiVersion}.${kind}`
  return types.get(sameStructure.get(name) ?? name)?.shape
}

/** The field below a kind by its path without list indices and map keys: `fieldAt('apps/v1', 'Deployment', ['spec', 'template'])`. */
export function fieldAt(apiVersion: string, kind: string, path: readonly string[]): Field | undefined {
  let shape = shapeOf(apiVersion, kind)
  let field: Field | undefined
  for (const name of path) {
    while (shape?.kind === 'list' || shape?.kind === 'map') shape = shape.items
    field = shape?.fields.get(name)
    if (!field) return undefined
    shape = field.shape
  }
  return field
}

/** Every known type by name (`apps/v1.Deployment`), for the OpenAPI document. */
export function allTypes(): ReadonlyMap<string, TypeDefinition> {
  types ??= parseTypes(typesText)
  return types
}
