import { copyValue, sameValue } from '../metadata.ts'
import type { FieldError } from '../resource.ts'

/** The part of OpenAPI v3 that a structural schema of a custom resource may use. */
export interface CustomSchema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  properties?: Readonly<Record<string, CustomSchema>>
  additionalProperties?: CustomSchema | boolean
  items?: CustomSchema
  required?: readonly string[]
  default?: unknown
  nullable?: boolean
  enum?: readonly unknown[]
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  multipleOf?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  minProperties?: number
  maxProperties?: number
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-embedded-resource'?: boolean
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  'x-kubernetes-list-map-keys'?: readonly string[]
  'x-kubernetes-map-type'?: 'atomic' | 'granular'
}

type Members = Record<string, unknown>

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function schemaOf(schema: CustomSchema, name: string): CustomSchema | undefined {
  const known = schema.properties?.[name]
  if (known) return known
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

const embedded = new Set(['apiVersion', 'kind', 'metadata'])

/** Drops what the schema does not know, in place; `unknown` collects the paths. */
export function prune(value: unknown, schema: CustomSchema, unknown: string[] = [], path = ''): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items) value.forEach((item, index) => prune(item, items, unknown, `${path}[${index}]`))
    return
  }
  if (!isMembers(value)) return
  const keep = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true
  for (const name of Object.keys(value)) {
    const member = schemaOf(schema, name)
    const field = path === '' ? name : `${path}.${name}`
    if (member) prune(value[name], member, unknown, field)
    else if (!keep && !(schema['x-kubernetes-embedded-resource'] && embedded.has(name))) {
      unknown.push(field)
      delete value[name]
    }
  }
}

/** Fills in defaults, in place; a null that is not allowed gives way to its default. */
export function setCustomDefaults(value: unknown, schema: CustomSchema): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items) setCustomDefaults(item, schema.items)
    return
  }
  if (!isMembers(value)) return
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const missing = value[name] === undefined || (value[name] === null && !member.nullable)
    if (missing && member.default !== undefined) value[name] = copyValue(member.default)
  }
  for (const name of Object.keys(value)) {
    const member = schemaOf(schema, name)
    if (member) setCustomDefaults(value[name], member)
  }
}

/** Everything that does not fit, in the words of Kubernetes' validator. */
export function validateCustom(value: unknown, schema: CustomSchema, path = ''): FieldError[] {
  if (value === null && schema.nullable) return []
  const wrongType = typeError(value, schema, path)
  if (wrongType) return [wrongType]
  const errors = [...enumErrors(value, schema, path)]
  if (typeof value === 'string') errors.push(...stringErrors(value, schema, path))
  else if (typeof value === 'number') errors.push(...numberErrors(value, schema, path))
  else if (Array.isArray(value)) errors.push(...arrayErrors(value, schema, path))
  else if (isMembers(value)) errors.push(...objectErrors(value, schema, path))
  return errors
}

function invalid(path: string, value: unknown, detail: string): FieldError {
  const shown = typeof value === 'object' ? JSON.stringify(goTypeName(value)) : JSON.stringify(value)
  return { reason: 'FieldValueInvalid', field: path, message: `Invalid value: ${shown}: ${path} in body ${detail}` }
}

function goTypeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : 'object'
}

function typeError(value: unknown, schema: CustomSchema, path: string): FieldError | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value === 'string' || Number.isInteger(value)) return undefined
    return typeMismatch(path, 'integer,string', jsonTypeOf(value))
  }
  const { type } = schema
  if (type === undefined) return undefined
  const actual = jsonTypeOf(value)
  if (actual === type || (type === 'number' && actual === 'integer')) return undefined
  return typeMismatch(path, type, actual)
}

function typeMismatch(path: string, wanted: string, actual: string): FieldError {
  const shown = JSON.stringify(actual)
  const message = `Invalid value: ${shown}: ${path} in body must be of type ${wanted}: ${shown}`
  return { reason: 'FieldValueInvalid', field: path, message }
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function enumErrors(value: unknown, { enum: allowed }: CustomSchema, path: string): FieldError[] {
  if (!allowed || allowed.some((one) => sameValue(one, value))) return []
  const list = allowed.map((one) => JSON.stringify(one)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`
  return [{ reason: 'FieldValueNotSupported', field: path, message }]
}

function stringErrors(value: string, schema: CustomSchema, path: string): FieldError[] {
  const { pattern, minLength, maxLength } = schema
  const length = Array.from(value).length
  const errors: FieldError[] = []
  if (maxLength !== undefined && length > maxLength) {
    errors.push(invalid(path, value, `should be at most ${maxLength} chars long`))
  }
  if (minLength !== undefined && length < minLength) {
    errors.push(invalid(path, value, `should be at least ${minLength} chars long`))
  }
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    errors.push(invalid(path, value, `should match '${pattern}'`))
  }
  return errors
}

function numberErrors(value: number, schema: CustomSchema, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const errors: FieldError[] = []
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    errors.push(invalid(path, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`))
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    errors.push(invalid(path, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`))
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    errors.push(invalid(path, value, `should be a multiple of ${multipleOf}`))
  }
  return errors
}

function arrayErrors(value: unknown[], schema: CustomSchema, path: string): FieldError[] {
  const { items, minItems, maxItems } = schema
  const errors: FieldError[] = []
  if (items) errors.push(...value.flatMap((item, index) => validateCustom(item, items, `${path}[${index}]`)))
  if (maxItems !== undefined && value.length > maxItems) {
    errors.push(invalid(path, value.length, `should have at most ${maxItems} items`))
  }
  if (minItems !== undefined && value.length < minItems) {
    errors.push(invalid(path, value.length, `should have at least ${minItems} items`))
  }
  return [...errors, ...duplicateErrors(value, schema, path)]
}

function duplicateErrors(value: unknown[], schema: CustomSchema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type']
  if (listType !== 'map' && listType !== 'set') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const keyOf = (item: unknown): unknown =>
    listType === 'set' ? item : Object.fromEntries(keys.map((key) => [key, isMembers(item) ? item[key] : undefined]))
  return value.flatMap((item, index): FieldError[] => {
    const key = keyOf(item)
    if (!value.slice(0, index).some((earlier) => sameValue(keyOf(earlier), key))) return []
    const shown = isMembers(key) ? `map[string]interface {}${JSON.stringify(key)}` : JSON.stringify(key)
    return [{ reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message: `Duplicate value: ${shown}` }]
  })
}

function objectErrors(value: Members, schema: CustomSchema, path: string): FieldError[] {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const missing = (schema.required ?? []).filter(
    (name) => value[name] === undefined || isNullRequired(value, schema, name),
  )
  const errors = missing.map((name): FieldError => ({
    reason: 'FieldValueRequired',
    field: at(name),
    message: 'Required value',
  }))
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = schemaOf(schema, name)
    if (memberSchema && !missing.includes(name)) errors.push(...validateCustom(member, memberSchema, at(name)))
  }
  const count = Object.keys(value).length
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    errors.push(invalid(path, value, `should have at most ${schema.maxProperties} properties`))
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    errors.push(invalid(path, value, `should have at least ${schema.minProperties} properties`))
  }
  return errors
}

/** Null counts as absent where it is not allowed. */
function isNullRequired(value: Members, schema: CustomSchema, name: string): boolean {
  return value[name] === null && !schema.properties?.[name]?.nullable
}
