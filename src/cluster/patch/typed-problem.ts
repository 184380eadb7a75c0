import type { ShapeKind } from '../schema/index.ts'
import { printPath, type Path } from './field-set.ts'
import { isObject, printGo } from './json-value.ts'
import { keyElement, scalarElement, structureOf, type Typed } from './typed-value.ts'

/** Why a value does not fit the schema of server-side apply, in the words of structured-merge-diff; undefined when it does. */
export function typedProblem(value: unknown, typed: Typed, path: Path = []): string | undefined {
  if (value === null || value === undefined) return undefined
  const structure = structureOf(typed)
  const { shape } = typed
  if (!shape || shape.kind === 'any') return undefined
  if (shape.kind === 'object' || shape.kind === 'map') return memberProblem(value, typed, path)
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) return wrongType(value, 'list', path)
    return duplicateProblem(value, typed, path) ?? itemProblem(value, typed, path)
  }
  return structure.kind === 'leaf' ? scalarProblem(value, shape.kind, path) : undefined
}

function memberProblem(value: unknown, { shape }: Typed, path: Path): string | undefined {
  if (!isObject(value)) return wrongType(value, 'map', path)
  for (const [name, item] of Object.entries(value)) {
    const at = [...path, `f:${name}`]
    const field = shape?.kind === 'map' ? { shape: shape.items } : shape?.fields.get(name)
    if (!field) return `${printPath(at)}: field not declared in schema`
    const problem = typedProblem(
      item,
      shape?.kind === 'map' ? field : { shape: field.shape, field: shape?.fields.get(name) },
      at,
    )
    if (problem !== undefined) return problem
  }
  return undefined
}

function duplicateProblem(items: readonly unknown[], typed: Typed, path: Path): string | undefined {
  const structure = structureOf(typed)
  if (structure.kind !== 'keyed' && structure.kind !== 'set') return undefined
  const seen = new Set<string>()
  for (const item of items) {
    const element = structure.kind === 'keyed' ? keyElement(item, structure.keys) : scalarElement(item)
    if (seen.has(element)) return `${printPath(path)}: duplicate entries for key ${printPath([element])}`
    seen.add(element)
  }
  return undefined
}

function itemProblem(items: readonly unknown[], typed: Typed, path: Path): string | undefined {
  const structure = structureOf(typed)
  for (const [index, item] of items.entries()) {
    const element = structure.kind === 'keyed' ? keyElement(item, structure.keys) : `i:${index}`
    const problem = typedProblem(item, { shape: typed.shape?.items }, [...path, element])
    if (problem !== undefined) return problem
  }
  return undefined
}

const scalarNames: Partial<Record<ShapeKind, { name: string; fits(value: unknown): boolean }>> = {
  string: { name: 'string', fits: (value) => typeof value === 'string' },
  bytes: { name: 'string', fits: (value) => typeof value === 'string' },
  time: { name: 'string', fits: (value) => typeof value === 'string' },
  boolean: { name: 'boolean', fits: (value) => typeof value === 'boolean' },
  int32: { name: 'numeric (int or float)', fits: (value) => typeof value === 'number' },
  int64: { name: 'numeric (int or float)', fits: (value) => typeof value === 'number' },
  number: { name: 'numeric (int or float)', fits: (value) => typeof value === 'number' },
}

function scalarProblem(value: unknown, kind: ShapeKind, path: Path): string | undefined {
  const wanted = scalarNames[kind]
  return wanted && !wanted.fits(value) ? wrongType(value, wanted.name, path) : undefined
}

function wrongType(value: unknown, wanted: string, path: Path): string {
  return `${printPath(path)}: expected ${wanted}, got &value.valueUnstructured{Value:${printGoSyntax(value)}}`
}

function printGoSyntax(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : printGo(value)
}
