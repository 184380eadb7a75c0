import { DecodeError, type DecodeOptions, type KubeObject } from '../resource.ts'
import { findValue, quotePlace } from './json-place.ts'
import { parseQuantity, printQuantity } from './quantity.ts'
import { shapeOf, type Field, type Shape, type ShapeKind } from './index.ts'

/**
 * Reads parsed JSON as a served kind, the way Kubernetes' decoder does: unknown fields and nulls are dropped, quantities
 * and times are rewritten in their canonical form, empty values are left out or printed as the Go types have it. Raises
 * `DecodeError` where a type does not fit.
 */
export function decodeObject(
  apiVersion: string,
  kind: string,
  value: unknown,
  options: DecodeOptions = {},
): KubeObject {
  const shape = shapeOf(apiVersion, kind)
  if (!shape) throw new Error(`there is no schema of ${apiVersion} ${kind}`)
  const decoded = new Decoder(value, options).value(shape, value ?? {}) as Record<string, unknown>
  return { ...decoded, apiVersion, kind, metadata: (decoded['metadata'] ?? {}) as KubeObject['metadata'] }
}

/** Go's empty value of a type, as JSON. */
function emptyValue(shape: Shape): unknown {
  switch (shape.kind) {
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'int32':
    case 'int64':
    case 'number':
    case 'int-or-string':
      return 0
    case 'quantity':
      return '0'
    case 'object':
      return addPrinted({}, shape)
    default:
      return null
  }
}

const printedFields = new WeakMap<Shape, readonly Field[]>()

function addPrinted(object: Record<string, unknown>, shape: Shape): Record<string, unknown> {
  let printed = printedFields.get(shape)
  if (!printed) {
    printed = [...shape.fields.values()].filter(({ whenEmpty }) => whenEmpty === 'printed')
    printedFields.set(shape, printed)
  }
  for (const field of printed) if (!(field.name in object)) object[field.name] = emptyValue(field.shape)
  return object
}

/** As Kubernetes prints the fields. */
function inOrder(object: Record<string, unknown>, shape: Shape): Record<string, unknown> {
  const ordered: Record<string, unknown> = {}
  for (const name of shape.fields.keys()) if (name in object) ordered[name] = object[name]
  return ordered
}

/** The status of a new object of that kind, with the counters that are always printed. */
export function emptyStatus(apiVersion: string, kind: string): Record<string, unknown> {
  const shape = shapeOf(apiVersion, kind)?.fields.get('status')?.shape
  return shape ? (emptyValue(shape) as Record<string, unknown>) : {}
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

type Reader = (decoder: Decoder, shape: Shape, value: unknown) => unknown

class Decoder {
  readonly #root: unknown
  readonly #options: DecodeOptions
  readonly #path: (string | number)[] = []
  readonly #context: (() => string)[] = []

  constructor(root: unknown, options: DecodeOptions) {
    this.#root = root
    this.#options = options
  }

  value(shape: Shape, value: unknown): unknown {
    // What is frozen comes from the store, where everything was decoded before.
    if (typeof value === 'object' && value !== null && Object.isFrozen(value)) return value
    return readers[shape.kind](this, shape, value)
  }

  object(shape: Shape, value: unknown): Record<string, unknown> {
    if (typeof value !== 'object' || Array.isArray(value)) {
      return this.fail(`readObjectStart: expect { or n, but found ${this.first(value)}`)
    }
    const given = (value ?? {}) as Record<string, unknown>
    this.#noteUnknown(shape, given)
    const decoded: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(given)) {
      const field = shape.fields.get(name)
      if (field && member !== undefined && member !== null) this.#field(shape, field, member, decoded)
    }
    return addPrinted(inOrder(decoded, shape), shape)
  }

  #field(shape: Shape, field: Field, member: unknown, decoded: Record<string, unknown>): void {
    const context = (): string => goContext(shape, field)
    const read = this.inside(field.name, context, () => this.value(field.shape, member))
    // An empty list of managedFields asks for a reset.
    if (field.whenEmpty === 'omitted' && isEmpty(read) && field.name !== 'managedFields') return
    decoded[field.name] = read
  }

  #noteUnknown(shape: Shape, given: Record<string, unknown>): void {
    if (!this.#options.unknown) return
    for (const name of Object.keys(given)) {
      if (shape.fields.has(name)) continue
      this.#path.push(name)
      this.#options.unknown.push(pathText(this.#path))
      this.#path.pop()
    }
  }

  /** `context` is what an error says of the place; it is asked when there is one. */
  inside<T>(step: string | number, context: () => string, read: () => T): T {
    this.#path.push(step)
    this.#context.push(context)
    const result = read()
    this.#path.pop()
    this.#context.pop()
    return result
  }

  /** The first character of the value as it stands in the source. */
  first(value: unknown): string {
    return JSON.stringify(value).charAt(0)
  }

  /** `length`: how many characters of the value were read when it failed; all of it when absent. */
  fail(message: string, length?: number): never {
    const source = this.#options.source ?? JSON.stringify(this.#root)
    const start = findValue(source, this.#path) ?? 0
    const read =
      length ??
      (message.startsWith('unmarshalerDecoder') || message.startsWith('decode base64') ? this.#width(source, start) : 1)
    throw new DecodeError(
      `${this.#context.map((context) => context()).join('')}${message}, ${quotePlace(source, start + read)}`,
    )
  }

  #width(source: string, start: number): number {
    const rest = /^("(?:[^"\\]|\\.)*"|[^,\]}\s]+)/.exec(source.slice(start))
    return rest?.[0].length ?? 1
  }
}

function goContext(shape: Shape, field: Field): string {
  const names = field.goName.split('.')
  const version = shape.typeName.split('.')[0] ?? ''
  let owner = shape.typeName
  return names
    .map((name) => {
      const text = `${owner}.${name}: `
      owner = `${version}.${name}`
      return text
    })
    .join('')
}

function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

function readList(decoder: Decoder, shape: Shape, value: unknown): unknown {
  const { items } = shape
  if (!items) return value
  const context = (): string => `[]${goItem(items)}: `
  if (!Array.isArray(value)) {
    return decoder.fail(`${context()}decode slice: expect [ or n, but found ${decoder.first(value)}`)
  }
  return value.map((item: unknown, index) =>
    decoder.inside(index, context, () => (item === null ? emptyValue(items) : decoder.value(items, item))),
  )
}

function goItem(items: Shape): string {
  return items.typeName === '' ? (items.kind === 'list' ? '[]string' : items.kind) : items.typeName
}

const noContext = (): string => ''

function readMap(decoder: Decoder, shape: Shape, value: unknown): unknown {
  const { items } = shape
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return decoder.fail(`ReadMapCB: expect { or n, but found ${decoder.first(value)}`)
  }
  if (!items) return value
  const entries = Object.entries(value as Record<string, unknown>)
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      decoder.inside(key, noContext, () => (item === null ? emptyValue(items) : decoder.value(items, item))),
    ]),
  )
}

function readString(decoder: Decoder, _shape: Shape, value: unknown): unknown {
  if (typeof value === 'string') return value
  return decoder.fail(`ReadString: expects " or n, but found ${decoder.first(value)}`)
}

function readBytes(decoder: Decoder, shape: Shape, value: unknown): unknown {
  const encoded = readString(decoder, shape, value) as string
  const bad = badBase64At(encoded)
  if (bad !== undefined) return decoder.fail(`decode base64: illegal base64 data at input byte ${bad}`)
  return encoded.replace(/[\r\n]/g, '')
}

/** The offset at which Go's strict base64 decoder gives up. */
function badBase64At(encoded: string): number | undefined {
  const clean = encoded.replace(/[\r\n]/g, '')
  const match = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(clean)
  const good = match?.[0].length ?? 0
  if (good === clean.length) return undefined
  const next = /[^A-Za-z0-9+/]/.exec(clean.slice(good))
  return next ? good + next.index : clean.length
}

function readBoolean(decoder: Decoder, _shape: Shape, value: unknown): unknown {
  if (typeof value === 'boolean') return value
  return decoder.fail(`ReadBool: expect t or f, but found ${decoder.first(value)}`)
}

function readInteger(limit: bigint, reader: string): Reader {
  return (decoder, _shape, value) => {
    if (typeof value !== 'number') return decoder.fail(`${reader}: unexpected character: \ufffd`)
    const digits = String(value).replace('-', '').length
    if (!Number.isInteger(value)) return decoder.fail('can not decode float as int', String(value).indexOf('.'))
    if (Math.abs(value) > Number(limit)) return decoder.fail(`${reader}: overflow`, Math.min(8, digits))
    return value
  }
}

function readNumber(decoder: Decoder, _shape: Shape, value: unknown): unknown {
  return typeof value === 'number' ? value : decoder.fail('readFloat64AsString: invalid number')
}

const quantityText =
  "unmarshalerDecoder: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

function readQuantity(decoder: Decoder, _shape: Shape, value: unknown): unknown {
  const quantity = typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined
  return quantity ? printQuantity(quantity) : decoder.fail(quantityText)
}

function readIntOrString(decoder: Decoder, _shape: Shape, value: unknown): unknown {
  if (typeof value === 'string' || Number.isInteger(value)) return value
  const go = typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? `number ${value}` : 'object'
  return decoder.fail(`unmarshalerDecoder: json: cannot unmarshal ${go} into Go value of type int32`)
}

const canonicalTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function readTime(decoder: Decoder, _shape: Shape, value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (canonicalTime.test(text) && !Number.isNaN(Date.parse(text))) return text
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) {
    const layout = '"2006-01-02T15:04:05Z07:00"'
    return decoder.fail(
      `unmarshalerDecoder: parsing time ${JSON.stringify(text)} as ${layout}: cannot parse ${JSON.stringify(text)} as "2006"`,
    )
  }
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

function readMicroTime(decoder: Decoder, shape: Shape, value: unknown): unknown {
  const seconds = readTime(decoder, shape, value) as string
  const fraction = (/\.(\d+)/.exec(String(value))?.[1] ?? '').padEnd(6, '0').slice(0, 6)
  return `${seconds.slice(0, 19)}.${fraction}Z`
}

const readers: Readonly<Record<ShapeKind, Reader>> = {
  any: (_decoder, _shape, value) => value,
  object: (decoder, shape, value) => decoder.object(shape, value),
  map: readMap,
  list: readList,
  string: readString,
  bytes: readBytes,
  boolean: readBoolean,
  int32: readInteger(2n ** 31n - 1n, 'readUint32'),
  int64: readInteger(2n ** 63n - 1n, 'readUint64'),
  number: readNumber,
  quantity: readQuantity,
  'int-or-string': readIntOrString,
  time: readTime,
  'micro-time': readMicroTime,
}
