import { fieldType, type FieldType } from '../schema/field-type.ts'
import type { Schema, SchemaField, SchemaSet } from '../schema/schema.ts'
import type { Resource } from '../schema/v3-type.ts'

/**
 * Serialises a resource by its schema with sorted keys, as norman's builder and writer do: only the schema's fields,
 * defaults for absent ones, null for absent references, `<date>TS` in ms beside every date, and `type` in nested
 * objects except those made by norman's mappers.
 */
export interface Surroundings {
  baseType: string
  links: Readonly<Record<string, string>>
  actions: Readonly<Record<string, string>>
  actionsKey: 'actions' | 'actionLinks'
  hidden?: readonly string[] | undefined
  /** Create responses include write-only values, such as a token's secret. */
  showWriteOnly?: boolean
  nestedTypes: boolean
}

export function presentResource(schemas: SchemaSet, schema: Schema, resource: Resource, around: Surroundings): string {
  return writeObject(schemas, schema, resource, writtenAround(resource, around), around)
}

/** The same for values of another shape (shaped-resource.ts). */
export function presentShaped(
  values: Readonly<Record<string, unknown>>,
  resource: Resource,
  around: Omit<Surroundings, 'nestedTypes'>,
): string {
  const written: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (!around.hidden?.includes(name)) written[name] = plainText(value)
  }
  return joinSorted({ ...written, ...writtenAround(resource, around) })
}

function writtenAround({ id, type }: Resource, around: Omit<Surroundings, 'nestedTypes'>): Record<string, string> {
  const written: Record<string, string> = { baseType: text(around.baseType), type: text(type) }
  if (id !== undefined) written['id'] = text(id)
  if (Object.keys(around.links).length > 0) written['links'] = plainText(around.links)
  if (Object.keys(around.actions).length > 0) written[around.actionsKey] = plainText(around.actions)
  return written
}

/** Precomputed per schema: its fields in order, and how absent ones are written. */
interface Plan {
  fields: readonly { name: string; field: SchemaField; type: FieldType; absent: string | undefined }[]
}

const plans = new WeakMap<Schema, Plan>()

function planOf(schema: Schema): Plan {
  const made = plans.get(schema)
  if (made) return made
  const fields = Object.entries(schema.resourceFields).map(([name, field]) => {
    const type = fieldType(field.type)
    const absent =
      field.default !== undefined ? plainText(field.default) : type.kind === 'reference' ? 'null' : undefined
    return { name, field, type, absent }
  })
  const plan = { fields }
  plans.set(schema, plan)
  return plan
}

type Around = Pick<Surroundings, 'hidden' | 'showWriteOnly' | 'nestedTypes'>

function writeObject(
  schemas: SchemaSet,
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  own: Record<string, string>,
  around: Around,
): string {
  const written = own
  for (const { name, field, type, absent } of planOf(schema).fields) {
    if (name in written || (around.hidden?.includes(name) ?? false)) continue
    if ((field.writeOnly || field.type === 'password') && !around.showWriteOnly) continue
    const one = Object.hasOwn(value, name) ? value[name] : undefined
    if (one === undefined) {
      if (absent !== undefined) written[name] = absent
      continue
    }
    if (field.type === 'date') writeDate(written, name, one)
    else written[name] = writeValue(schemas, type, one, around)
  }
  return joinSorted(written)
}

function writeDate(written: Record<string, string>, name: string, value: unknown): void {
  const time = typeof value === 'string' && value !== '' ? Date.parse(value) : Number.NaN
  written[name] = typeof value === 'string' && value !== '' ? text(value) : 'null'
  if (!Number.isNaN(time)) written[`${name}TS`] = String(time)
}

function writeValue(schemas: SchemaSet, type: FieldType, value: unknown, around: Around): string {
  if (value === null) return 'null'
  switch (type.kind) {
    case 'array':
      if (!Array.isArray(value)) return plainText(value)
      return `[${value.map((one) => writeValue(schemas, type.of, one, around)).join(',')}]`
    case 'map':
      return isObject(value) ? writeMap(schemas, type.of, value, around) : plainText(value)
    case 'schema': {
      const schema = schemas.byId(type.id)
      return schema && isObject(value) ? writeNested(schemas, schema, value, around) : plainText(value)
    }
    case 'reference':
    case 'scalar':
      return plainText(value)
    default:
      return type satisfies never
  }
}

function writeMap(schemas: SchemaSet, of: FieldType, value: Readonly<Record<string, unknown>>, around: Around): string {
  const written: Record<string, string> = Object.create(null) as Record<string, string>
  for (const key of Object.keys(value)) written[key] = writeValue(schemas, of, value[key], around)
  return joinSorted(written)
}

/** Structures made by norman's mappers rather than mapped from a type, so they carry no type. */
const untyped = new Set([
  'cronJobConfig',
  'daemonSetConfig',
  'deploymentConfig',
  'environmentFrom',
  'hostPathVolumeSource',
  'jobConfig',
  'nodeScheduling',
  'publicEndpoint',
  'registryCredential',
  'replicaSetConfig',
  'replicationControllerConfig',
  'scheduling',
  'statefulSetConfig',
  'workloadMetric',
])

function writeNested(
  schemas: SchemaSet,
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  around: Around,
): string {
  const own: Record<string, string> = {}
  const typed = around.nestedTypes && !untyped.has(schema.id) && !Object.hasOwn(schema.resourceFields, 'type')
  if (typed) own['type'] = text(`${schema.version.path}/schemas/${schema.id}`)
  else if (typeof value['type'] === 'string') own['type'] = text(value['type'])
  if (typeof value['id'] === 'string') own['id'] = text(value['id'])
  return writeObject(schemas, schema, value, own, { ...around, hidden: undefined })
}

function joinSorted(written: Readonly<Record<string, string>>): string {
  // join once: a string built by concatenation is flattened every time it is sent
  const members = Object.keys(written).sort()
  return `{${members.map((key) => `${text(key)}:${written[key]}`).join(',')}}`
}

/** Any JSON value with sorted keys. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(plainText).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const written: Record<string, string> = Object.create(null) as Record<string, string>
  for (const key of Object.keys(value)) if (value[key] !== undefined) written[key] = plainText(value[key])
  return joinSorted(written)
}

const unsafe = /[<>&\u2028\u2029]/
const unsafeAll = /[<>&\u2028\u2029]/g

/** A string as Go's encoder writes it, which is also safe in a page's script. */
export function text(value: string): string {
  const json = JSON.stringify(value)
  return unsafe.test(json) ? json.replace(unsafeAll, escape) : json
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
