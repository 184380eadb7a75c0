import { fieldType, type FieldType } from '../schema/field-type.ts'
import type { Schema, SchemaField, SchemaSet } from '../schema/schema.ts'

/**
 * Alternative shapes of a document. `export` (`?_export=true`) is the input that would create it: no read-only fields,
 * no defaults, nothing empty. `edit` (`?_edit=true`) is a form: the editable fields, with those that have no value of
 * their own under names that sort last, `zzz#()(<type>)<name>`.
 */
export type Shape = 'export' | 'edit'

type Values = Readonly<Record<string, unknown>>

/** The values by their schema, nested ones included, without what norman adds around a resource. */
export function shapedValues(
  schemas: SchemaSet,
  schema: Schema,
  source: Values,
  shape: Shape,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(schema.resourceFields)) {
    if (field.writeOnly || field.type === 'password') continue
    const value = valueOf(schemas, field, Object.hasOwn(source, name) ? source[name] : undefined, shape)
    if (shape === 'export') {
      if (field.create && !isDefault(field, value) && !isEmpty(value)) values[name] = value
    } else if (!field.update) {
      if (name === 'name' && value !== undefined) values[name] = value
    } else if (value === undefined || isDefault(field, value)) values[`zzz#()(${field.type})${name}`] = value ?? null
    else values[name] = value
  }
  return values
}

/** As a read returns it: defaults for absent values, null for absent references. */
function valueOf(schemas: SchemaSet, field: SchemaField, value: unknown, shape: Shape): unknown {
  const type = fieldType(field.type)
  if (value === undefined || (value === null && !field.nullable && field.default !== undefined)) {
    return field.default ?? (type.kind === 'reference' ? null : undefined)
  }
  return shaped(schemas, type, value, shape)
}

function shaped(schemas: SchemaSet, type: FieldType, value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'array':
      return Array.isArray(value) && value.length > 0 ? value.map((one) => shaped(schemas, type.of, one, shape)) : null
    case 'map':
      if (!isValues(value)) return null
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, shaped(schemas, type.of, one, shape)] as const),
      )
    case 'schema': {
      const schema = schemas.byId(type.id)
      return schema && isValues(value) ? shapedValues(schemas, schema, value, shape) : value
    }
    case 'reference':
      return value
    case 'scalar':
      return type.name === 'date' && value === '' ? null : value
    default:
      return type satisfies never
  }
}

function isDefault({ default: given }: SchemaField, value: unknown): boolean {
  return given !== undefined && given !== null && value === given
}

/** Go's zero values, except for numbers, which norman does not recognise. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  return Array.isArray(value) ? value.length === 0 : isValues(value) && Object.keys(value).length === 0
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
