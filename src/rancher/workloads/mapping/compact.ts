import { fieldType, type FieldType } from '../../schema/field-type.ts'
import type { Schema, SchemaSet } from '../../schema/schema.ts'
import { isFields, type Fields } from './rows.ts'

const json: FieldType = { kind: 'scalar', name: 'json' }

/** The types of a schema's fields by path, each looked up once. */
const knownTypes = new WeakMap<Schema, Map<string, FieldType & { default?: unknown }>>()

/**
 * A v3 value without what says nothing: null, defaults, empty lists and maps, fields that nobody may write. Two documents
 * that mean the same compact to equal JSON, and what is left is what Kubernetes keeps.
 */
export class Compactor {
  readonly #schemas: SchemaSet
  readonly #schema: Schema

  constructor(schemas: SchemaSet, schema: Schema) {
    this.#schemas = schemas
    this.#schema = schema
  }

  /** The value as Kubernetes should keep it; undefined for none. */
  written(path: string, value: unknown): unknown {
    return this.#compact(this.#typeAt(path), value, false)
  }

  /** For comparison: bodies have lost the white space around their texts, so it does not count. */
  comparable(path: string, value: unknown): unknown {
    return this.#compact(this.#typeAt(path), value, true)
  }

  /** Of one schema of the same set: `container`. */
  of(id: string): Compactor {
    const schema = this.#schemas.byId(id)
    return schema ? new Compactor(this.#schemas, schema) : this
  }

  #typeAt(path: string): FieldType & { default?: unknown } {
    const ofSchema = knownTypes.get(this.#schema) ?? new Map<string, FieldType & { default?: unknown }>()
    knownTypes.set(this.#schema, ofSchema)
    const type = ofSchema.get(path) ?? this.#findType(path)
    ofSchema.set(path, type)
    return type
  }

  #findType(path: string): FieldType & { default?: unknown } {
    let schema: Schema | undefined = this.#schema
    let found: FieldType & { default?: unknown } = json
    for (const name of path.split('.')) {
      const field = schema && Object.hasOwn(schema.resourceFields, name) ? schema.resourceFields[name] : undefined
      if (!field) return json
      const type = fieldType(field.type)
      found = field.default === undefined ? type : { ...type, default: field.default }
      schema = type.kind === 'schema' ? this.#schemas.byId(type.id) : undefined
    }
    return found
  }

  #compact(type: FieldType & { default?: unknown }, value: unknown, trim: boolean): unknown {
    if (value === null || value === undefined || value === '') return undefined
    if (type.default !== undefined && value === type.default) return undefined
    if (typeof value === 'string') return (trim ? value.trim() : value) || undefined
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#item(type.kind === 'array' ? type.of : json, item, trim))
      return items.length > 0 ? items : undefined
    }
    if (!isFields(value)) return value
    if (type.kind === 'schema') return this.#object(type.id, value, trim)
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    if (entries.length === 0) return undefined
    const of = type.kind === 'map' ? type.of : json
    return Object.fromEntries(entries.map(([key, one]) => [key, this.#item(of, one, trim) ?? '']))
  }

  /** Inside lists and maps an empty text is a value. */
  #item(type: FieldType, value: unknown, trim: boolean): unknown {
    if (typeof value === 'string') return trim ? value.trim() : value
    if (value === null) return value
    return this.#compact(type, value, trim)
  }

  #object(id: string, value: Fields, trim: boolean): Fields {
    const compacted: Fields = {}
    for (const [name, field] of Object.entries(this.#schemas.byId(id)?.resourceFields ?? {})) {
      const counts = trim ? field.update : field.update || field.create
      if (!counts || !Object.hasOwn(value, name)) continue
      const type = fieldType(field.type)
      const one = this.#compact(
        field.default === undefined ? type : { ...type, default: field.default },
        value[name],
        trim,
      )
      if (one !== undefined) compacted[name] = one
    }
    return compacted
  }
}
