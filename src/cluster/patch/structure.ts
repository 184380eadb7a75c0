import type { Shape, ShapeKind } from '../schema/index.ts'
import { isObject } from './json-value.ts'

/**
 * Why a JSON value cannot become the Go struct of its kind, in the words of Kubernetes' converter from unstructured
 * objects; undefined when it can. Unknown members are ignored.
 */
export function structureProblem(value: unknown, shape: Shape): string | undefined {
  // What is frozen is stored already, so it fits.
  if (value === null || value === undefined || (typeof value === 'object' && Object.isFrozen(value))) return undefined
  if (shape.kind === 'object') return objectProblem(value, shape)
  if (shape.kind === 'map') return mapProblem(value, shape)
  if (shape.kind === 'list') return listProblem(value, shape)
  return scalarProblem(value, shape.kind)
}

function objectProblem(value: unknown, shape: Shape): string | undefined {
  if (!isObject(value)) return `cannot restore struct from: ${goKind(value)}`
  for (const [name, field] of shape.fields) {
    const problem = Object.hasOwn(value, name) ? structureProblem(value[name], field.shape) : undefined
    if (problem !== undefined) return problem
  }
  return undefined
}

function mapProblem(value: unknown, shape: Shape): string | undefined {
  if (!isObject(value)) return `cannot restore map from ${goKind(value)}`
  const { items } = shape
  return items && firstProblem(Object.values(value), items)
}

function listProblem(value: unknown, shape: Shape): string | undefined {
  if (!Array.isArray(value)) return `cannot restore slice from ${goKind(value)}`
  const { items } = shape
  return items && firstProblem(value, items)
}

function firstProblem(values: readonly unknown[], shape: Shape): string | undefined {
  for (const value of values) {
    const problem = structureProblem(value, shape)
    if (problem !== undefined) return problem
  }
  return undefined
}

const goTypes: Partial<Record<ShapeKind, string>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  number: 'float64',
}

function scalarProblem(value: unknown, kind: ShapeKind): string | undefined {
  const wanted = goTypes[kind]
  if (wanted === undefined) return undefined
  const found = goKind(value)
  const numeric = wanted !== 'string' && wanted !== 'bool'
  if (found === wanted || (numeric && (found === 'int64' || found === 'float64'))) return undefined
  if (wanted === 'string' && found === 'int64') return 'cannot convert int64 to string'
  return `unrecognized type: ${wanted}`
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'string' ? 'string' : 'map'
}
