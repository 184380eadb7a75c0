import type { Field, PatchStrategy, Shape, ShapeKind } from './index.ts'

/** One type of the derived document (types.data.ts). */
export interface TypeDefinition {
  /** `apps/v1.Deployment`; shared types such as ObjectMeta are in group `meta`. */
  readonly name: string
  readonly shape: Shape
}

const scalarKinds = 'any string bytes boolean int32 int64 number quantity int-or-string time micro-time'.split(' ')

/** Go structs: leaving them out when empty has no effect on them. */
const neverEmpty: ReadonlySet<ShapeKind> = new Set(['object', 'time', 'micro-time', 'quantity', 'int-or-string'])

const noFields: ReadonlyMap<string, Field> = new Map()

const scalars = new Map<string, Shape>(
  scalarKinds.map((kind) => [kind, { kind: kind as ShapeKind, typeName: '', fields: noFields, items: undefined }]),
)

/** Fields are read when first asked for: most of a document is never looked at. */
class ObjectShape implements Shape {
  readonly kind = 'object'
  readonly typeName: string
  readonly items = undefined
  readonly #read: () => ReadonlyMap<string, Field>
  #fields: ReadonlyMap<string, Field> | undefined

  constructor(typeName: string, read: () => ReadonlyMap<string, Field>) {
    this.typeName = typeName
    this.#read = read
  }

  get fields(): ReadonlyMap<string, Field> {
    return (this.#fields ??= this.#read())
  }
}

/**
 * Reads the derived document. A line without indentation names a type (`atomic` behind it: owned as a whole by
 * server-side apply); the indented lines below it are its fields in Kubernetes' order: name, type (`[]T` is a list, `{}T`
 * a map), then marks. `!` required; `*` a Go pointer, whose zero is kept and whose absence is printed as nothing; `?` left
 * out when empty (a field with neither is always printed); a number: protobuf's (`2.6`: inside an embedded message);
 * `go=` the Go name; `patch=` strategies; `key=` merge key; `list=` list type; `keys=` list map keys.
 */
export function parseTypes(text: string): ReadonlyMap<string, TypeDefinition> {
  const types = new Map<string, TypeDefinition>()
  const atomic = new Set<string>()
  for (const block of text.split(/\n(?! )/)) {
    const [head = '', ...lines] = block.split('\n')
    const [name = '', mark] = head.split(' ')
    if (name === '') continue
    if (mark === 'atomic') atomic.add(name)
    const read = (): ReadonlyMap<string, Field> =>
      new Map(lines.map((line) => readField(line, types, atomic)).map((field) => [field.name, field]))
    types.set(name, { name, shape: new ObjectShape(goTypeName(name), read) })
  }
  return types
}

function goTypeName(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

function readField(line: string, types: ReadonlyMap<string, TypeDefinition>, atomic: ReadonlySet<string>): Field {
  const [name = '', type = '', ...marks] = line.trim().split(' ')
  const mark = (key: string): string | undefined =>
    marks.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1)
  const shape = readShape(type, types)
  return {
    name,
    goName: mark('go') ?? name.charAt(0).toUpperCase() + name.slice(1),
    shape,
    required: marks.includes('!'),
    whenEmpty: marks.includes('*')
      ? 'kept'
      : marks.includes('?') && !neverEmpty.has(shape.kind)
        ? 'omitted'
        : 'printed',
    protobuf:
      marks
        .find((one) => /^\d/.test(one))
        ?.split('.')
        .map(Number) ?? [],
    patchStrategies: (mark('patch')?.split(',') ?? []) as PatchStrategy[],
    patchMergeKey: mark('key'),
    listType: mark('list') as Field['listType'],
    listMapKeys: mark('keys')?.split(',') ?? [],
    atomic: atomic.has(type),
  }
}

function readShape(type: string, types: ReadonlyMap<string, TypeDefinition>): Shape {
  const collection = type.startsWith('[]') ? 'list' : type.startsWith('{}') ? 'map' : undefined
  if (collection) return { kind: collection, typeName: '', fields: noFields, items: readShape(type.slice(2), types) }
  const shape = scalars.get(type) ?? types.get(type)?.shape
  if (!shape) throw new Error(`the derived schema names an unknown type ${type}`)
  return shape
}
