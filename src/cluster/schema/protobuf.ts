import { DecodeError } from '../resource.ts'
import { allTypes, type Field, type Shape } from './index.ts'

/** What kubectl's imperative commands send: `k8s\0`, then an Unknown message with the type and the object's own message. */
export interface ProtobufObject {
  apiVersion: string
  kind: string
  /** The object as JSON, as if it had been sent so. */
  value: Record<string, unknown>
}

const magic = Buffer.from('k8s\0')

/** Kinds that newer clients send under a version with the same message. */
const sameMessage: ReadonlyMap<string, string> = new Map([
  ['policy/v1.Eviction', 'policy/v1beta1.Eviction'],
  ['policy/v1beta1.PodDisruptionBudget', 'policy/v1.PodDisruptionBudget'],
  ['batch/v1beta1.CronJob', 'batch/v1.CronJob'],
  ['v1.DeleteOptions', 'meta/v1.DeleteOptions'],
])

/** Reads a body of type application/vnd.kubernetes.protobuf. Raises `DecodeError` on what is none, or of an unknown kind. */
export function decodeProtobuf(body: Uint8Array): ProtobufObject {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    throw new DecodeError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  const envelope = [...readMessage(bytes.subarray(magic.length))]
  const part = (number: number): Buffer => bytesOf(envelope.findLast((entry) => entry.number === number))
  const typeMeta = [...readMessage(part(1))]
  const [apiVersion = '', kind = ''] = [1, 2].map((number) =>
    bytesOf(typeMeta.findLast((entry) => entry.number === number)).toString(),
  )
  const name = `${apiVersion}.${kind}`
  const type = allTypes().get(sameMessage.get(name) ?? name)
  if (!type) throw new DecodeError(`no kind "${kind}" is registered for version "${apiVersion}"`)
  return { apiVersion, kind, value: { kind, apiVersion, ...readObject(type.shape, part(2)) } }
}

interface Entry {
  number: number
  /** A varint or fixed number, or the bytes of a string or message. */
  value: bigint | Buffer
}

const cut = (): DecodeError => new DecodeError('unexpected EOF')

function* readMessage(bytes: Buffer): Generator<Entry> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at]
      if (byte === undefined) throw cut()
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new DecodeError('proto: integer overflow')
  }
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw cut()
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    yield { number: tag >>> 3, value: readValue(tag & 7, varint, take) }
  }
}

function readValue(wireType: number, varint: () => bigint, take: (length: number) => Buffer): bigint | Buffer {
  switch (wireType) {
    case 0:
      return varint()
    case 1:
      return take(8)
    case 2:
      return take(Number(varint()))
    case 5:
      return take(4)
    default:
      throw new DecodeError(`proto: illegal wireType ${wireType}`)
  }
}

function bytesOf(entry: Entry | undefined): Buffer {
  return Buffer.isBuffer(entry?.value) ? entry.value : Buffer.alloc(0)
}

type Numbered = Map<number, Field | Numbered>

const numbered = new WeakMap<Shape, Numbered>()

/** The fields of a struct by number; an embedded struct is a message of its own. */
function fieldsByNumber(shape: Shape): Numbered {
  const known = numbered.get(shape)
  if (known) return known
  const fields: Numbered = new Map()
  for (const field of shape.fields.values()) addNumbered(fields, field, field.protobuf)
  numbered.set(shape, fields)
  return fields
}

function addNumbered(fields: Numbered, field: Field, [number, ...rest]: readonly number[]): void {
  if (number === undefined) return
  if (rest.length === 0) {
    fields.set(number, field)
    return
  }
  const inner = fields.get(number)
  const embedded: Numbered = inner instanceof Map ? inner : new Map()
  fields.set(number, embedded)
  addNumbered(embedded, field, rest)
}

function readObject(shape: Shape, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  readInto(object, fieldsByNumber(shape), bytes)
  return object
}

function readInto(object: Record<string, unknown>, fields: Numbered, bytes: Buffer): void {
  for (const { number, value } of readMessage(bytes)) {
    const field = fields.get(number)
    if (!field) continue
    if (field instanceof Map) readInto(object, field, Buffer.isBuffer(value) ? value : Buffer.alloc(0))
    else object[field.name] = readField(field.shape, value, object[field.name])
  }
}

function readField(shape: Shape, value: bigint | Buffer, before: unknown): unknown {
  const { items } = shape
  if (shape.kind === 'list' && items)
    return [...(Array.isArray(before) ? (before as unknown[]) : []), readScalar(items, value)]
  if (shape.kind === 'map' && items) {
    const entry = [...readMessage(Buffer.isBuffer(value) ? value : Buffer.alloc(0))]
    const key = bytesOf(entry.find(({ number }) => number === 1)).toString()
    const item = entry.find(({ number }) => number === 2)?.value ?? Buffer.alloc(0)
    return { ...(before as object | undefined), [key]: readScalar(items, item) }
  }
  return readScalar(shape, value)
}

function readScalar(shape: Shape, value: bigint | Buffer): unknown {
  if (typeof value === 'bigint') return shape.kind === 'boolean' ? value !== 0n : Number(BigInt.asIntN(64, value))
  switch (shape.kind) {
    case 'object':
      return readObject(shape, value)
    case 'bytes':
      return value.toString('base64')
    case 'number':
      return value.length === 8 ? value.readDoubleLE() : value.readFloatLE()
    case 'quantity':
      return bytesOf([...readMessage(value)][0]).toString()
    case 'int-or-string':
      return readIntOrString(value)
    case 'time':
    case 'micro-time':
      return readTime(value)
    case 'any':
      return readRaw(value)
    default:
      return value.toString()
  }
}

function readIntOrString(bytes: Buffer): number | string {
  const entries = new Map([...readMessage(bytes)].map(({ number, value }) => [number, value]))
  const text = entries.get(3)
  if (entries.get(1) === 1n) return Buffer.isBuffer(text) ? text.toString() : ''
  const int = entries.get(2)
  return typeof int === 'bigint' ? Number(BigInt.asIntN(64, int)) : 0
}

/** Seconds and nanoseconds since the epoch; an empty message is no time. */
function readTime(bytes: Buffer): string | null {
  const entries = new Map([...readMessage(bytes)].map(({ number, value }) => [number, value]))
  const [seconds, nanos] = [entries.get(1), entries.get(2)]
  if (typeof seconds !== 'bigint') return null
  const whole = new Date(Number(BigInt.asIntN(64, seconds)) * 1000).toISOString().slice(0, 19)
  const fraction = typeof nanos === 'bigint' && nanos !== 0n ? `.${String(nanos / 1000n).padStart(6, '0')}` : ''
  return `${whole}${fraction}Z`
}

function readRaw(bytes: Buffer): unknown {
  const raw = bytesOf([...readMessage(bytes)].find(({ number }) => number === 1))
  if (raw.length === 0) return null
  try {
    return JSON.parse(raw.toString()) as unknown
  } catch {
    throw new DecodeError('an embedded object is no JSON')
  }
}
