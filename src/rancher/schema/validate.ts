import { V3Error } from '../answer/failure.ts'
import { fieldType, type FieldType } from './field-type.ts'
import { firstOf, goText, toText } from './go-text.ts'
import type { Schema, SchemaField, SchemaSet } from './schema.ts'
import type { Body } from './v3-type.ts'
import { unreadable } from '../request/body.ts'

export type Operation = 'create' | 'update'

/**
 * Checks and converts a body by its schema, as norman's builder does (facts 3): unknown and not writable fields are
 * dropped, values are converted leniently, nested objects recursively; creation fills defaults and asks for what is
 * required. An error inside a field is told in the text of that field's own InvalidFormat.
 */
export function validateBody(schemas: SchemaSet, schema: Schema, input: unknown, operation: Operation): Body {
  return construct(schemas, schema, documentIn(input), operation)
}

/** Raises 422 InvalidBodyContent for a body that is no object; null is an empty one. */
export function documentIn(input: unknown): Readonly<Record<string, unknown>> {
  if (input === null || input === undefined) return {}
  if (isObject(input)) return input
  throw unreadable(`json: cannot unmarshal ${jsonKind(input)} into Go value of type map[string]interface {}`)
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function construct(
  schemas: SchemaSet,
  schema: Schema,
  input: Readonly<Record<string, unknown>>,
  operation: Operation,
): Body {
  const result = Object.create(null) as Body
  for (const name of Object.keys(input)) {
    const field = Object.hasOwn(schema.resourceFields, name) ? schema.resourceFields[name] : undefined
    if (!field || !field[operation]) continue
    const given = input[name]
    const value = convertField(schemas, name, field, given, operation)
    const nullStays = given === null && (field.nullable || field.default === undefined)
    if (value === null && !nullStays && given === null) continue
    checkField(name, field, value)
    result[name] = value
  }
  if (operation === 'create') fillCreated(schema, result)
  return result
}

function convertField(schemas: SchemaSet, name: string, field: SchemaField, given: unknown, operation: Operation) {
  try {
    return convert(schemas, fieldType(field.type), given, operation)
  } catch (error) {
    if (!(error instanceof V3Error || error instanceof Conversion)) throw error
    const message = error instanceof Conversion ? error.message : error.toString()
    throw new V3Error('InvalidFormat', message, { fieldName: name })
  }
}

/** A value that cannot become what its field wants, where Go's own text is shown. */
class Conversion extends Error {
  override readonly name = 'Conversion'
}

function convert(schemas: SchemaSet, type: FieldType, value: unknown, operation: Operation): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'array':
      // what is no list is an empty one to norman; null stays null
      return Array.isArray(value) ? value.map((one) => convert(schemas, type.of, one, operation)) : []
    case 'map':
      return isObject(value) ? convertMap(schemas, type.of, value, operation) : null
    case 'reference':
      return toText(value).trim()
    case 'schema':
      return convertNested(schemas, type.id, value, operation)
    case 'scalar':
      return (scalarConversions[type.name] ?? identity)(value)
    default:
      return type satisfies never
  }
}

function convertMap(schemas: SchemaSet, of: FieldType, value: Record<string, unknown>, operation: Operation): Body {
  const result = Object.create(null) as Body
  for (const key of Object.keys(value)) {
    const one = convert(schemas, of, value[key], operation)
    result[key] = one === null && of.kind === 'scalar' && of.name === 'string' ? '' : one
  }
  return result
}

function convertNested(schemas: SchemaSet, id: string, value: unknown, operation: Operation): unknown {
  const schema = schemas.byId(id)
  if (!schema) return value
  if (!isObject(value)) throw new V3Error('InvalidFormat', `Value can not be converted to type ${id}: ${goText(value)}`)
  return construct(schemas, schema, value, operation)
}

const identity = (value: unknown) => value
const asText = (value: unknown) => toText(value).trim()

const scalarConversions: Readonly<Record<string, (value: unknown) => unknown>> = {
  string: asText,
  enum: asText,
  password: asText,
  base64: asText,
  hostname: (value) => checkedName(asText(value), hostnameRule),
  dnsLabel: (value) => checkedName(asText(value), labelRule),
  dnsLabelRestricted: (value) => checkedName(asText(value), restrictedRule),
  date: (value) => asText(value) || null,
  boolean: (value) => /^(?:true|t|yes|y)$/i.test(asText(value)),
  int: toInteger,
  float: toFloat,
  intOrString: (value) => integerOf(value) ?? asText(value),
}

function toInteger(value: unknown): number {
  const integer = integerOf(value)
  if (integer !== undefined) return integer
  throw new Conversion(`strconv.ParseInt: parsing ${JSON.stringify(asText(value))}: invalid syntax`)
}

function integerOf(value: unknown): number | undefined {
  const one = firstOf(value)
  if (typeof one === 'number') return Math.trunc(one)
  const digits = asText(one)
  return /^[+-]?\d+$/.test(digits) ? Number(digits) : undefined
}

function toFloat(value: unknown): number {
  const one = firstOf(value)
  const text = asText(one)
  const number = typeof one === 'number' ? one : Number(text === '' ? Number.NaN : text)
  if (!Number.isNaN(number)) return number
  throw new Conversion(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`)
}

interface NameRule {
  shape: RegExp
  longest: number
  message: string
}

const labelRule: NameRule = {
  shape: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  message:
    "a DNS-1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
}

const restrictedRule: NameRule = {
  shape: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
}

const hostnameRule: NameRule = {
  shape: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  message:
    "a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
}

function checkedName(name: string, { shape, longest, message }: NameRule): string {
  if (name === '') return name
  const wrongs: string[] = []
  if (name.length > longest) wrongs.push(`must be no more than ${longest} characters`)
  if (!shape.test(name)) wrongs.push(message)
  if (wrongs.length > 0) throw new V3Error('InvalidFormat', `invalid value ${name}: ${wrongs.join(',')}`)
  return name
}

function checkField(name: string, field: SchemaField, value: unknown): void {
  if (!Array.isArray(value)) return checkCriteria(name, field, value)
  for (const one of value) {
    if (one === null) {
      throw new V3Error('NotNullable', 'Individual array values can not be null', { fieldName: name })
    }
    checkCriteria(name, field, one)
  }
}

function checkCriteria(fieldName: string, field: SchemaField, value: unknown): void {
  const refuse = (code: ConstructorParameters<typeof V3Error>[0]) => new V3Error(code, '', { fieldName })
  if ((value === null || value === '') && !field.nullable && field.default === undefined) throw refuse('NotNullable')
  if (typeof value === 'number') {
    if (field.min !== undefined && value < field.min) throw refuse('MinLimitExceeded')
    if (field.max !== undefined && value > field.max) throw refuse('MaxLimitExceeded')
  }
  if (value === null || typeof value === 'object') return
  const chars = toText(value)
  if (field.minLength !== undefined && chars.length < field.minLength) throw refuse('MinLengthExceeded')
  if (field.maxLength !== undefined && chars.length > field.maxLength) throw refuse('MaxLengthExceeded')
  const isOption = chars === '' ? field.nullable : field.options?.includes(chars)
  if (field.options && field.options.length > 0 && !isOption) throw refuse('InvalidOption')
}

function fillCreated(schema: Schema, result: Body): void {
  for (const [name, field] of Object.entries(schema.resourceFields)) {
    if (field.default !== undefined && (result[name] === undefined || result[name] === '')) {
      result[name] = field.default
    }
    if (!field.required || !field.create) continue
    const value = result[name]
    const missing = !(name in result) || (field.type.startsWith('array[') && (!Array.isArray(value) || !value.length))
    if (missing) throw new V3Error('MissingRequired', '', { fieldName: name })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
