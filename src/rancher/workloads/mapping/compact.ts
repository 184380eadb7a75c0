import { fieldType, type FieldType } from '../../schema/field-type.ts'
import type { Schema, SchemaSet } from '../../schema/schema.ts'
import { isFields, type Fields } from './rows.ts'

const json: FieldType = { kind: 'scalar', name: 'json' }

type ValueType = FieldType & { default?: unknown }

/** The types of a schema's fields by path, cached. */
const knownTypes = new WeakMap<Schema, Map<string, ValueType>>()

interface Member {
  name: string
  type: ValueType
  /** Whether a PUT may write it; otherwise only a POST. */
  update: boolean
}

/** The writable fields of a schema, cached. */
const knownMembers = new WeakMap<Schema, readonly Member[]>()

function membersOf(schema: Schema): readonly Member[] {
  const known = knownMembers.get(schema)
  if (known) return known
  const members = Object.entries(schema.resourceFields).flatMap(([name, field]) => {
    const type = fieldType(field.type)
    const { update, create } = field
    const member = { name, type: field.default === undefined ? type : { ...type, default: field.default } }
    return update || create ? [{ ...member, update }] : []
  })
  knownMembers.set(schema, members)
  return members
}

/**
 * A v3 value reduced to what Kubernetes stores: no nulls, defaults, empty lists or maps, or read-only fields.
 * Equivalent documents compact to equal JSON.
 */
export class Compactor {
  readonly #schemas: SchemaSet
  readonly #schema: Schema

  constructor(schemas: SchemaSet, schema: Schema) {
    this.#schemas = schemas
    this.#schema = schema
  }

  /** The value that Kubernetes should store; undefined for none. */
  written(path: string, value: unknown): unknown {
    return this.#compact(this.#typeAt(path), value, false)
  }

  /** For comparison: bodies lose surrounding white space, so it is ignored. */
  comparable(path: string, value: unknown): unknown {
    return this.#compact(this.#typeAt(path), value, true)
  }

  /** Everything a PUT of the document could write, for comparison. */
  said(document: Fields): Fields {
    return this.#object(this.#schema.id, document, true)
  }

  /** A schema of the same set: `container`. */
  of(id: string): Compactor {
    const schema = this.#schemas.byId(id)
    return schema ? new Compactor(this.#schemas, schema) : this
  }

  #typeAt(path: string): ValueType {
    const ofSchema = knownTypes.get(this.#schema) ?? new Map<string, ValueType>()
    knownTypes.set(this.#schema, ofSchema)
    const type = ofSchema.get(path) ?? this.#findType(path)
    ofSchema.set(path, type)
    return type
  }

  #findType(path: string): ValueType {
    let schema: Schema | undefined = this.#schema
    let found: ValueType = json
    for (const name of path.split('.')) {
      const field = schema && Object.hasOwn(schema.resourceFields, name) ? schema.resourceFields[name] : undefined
      if (!field) return json
      const type = fieldType(field.type)
      found = field.default === undefined ? type : { ...type, default: field.default }
      schema = type.kind === 'schema' ? this.#schemas.byId(type.id) : undefined
    }
    return found
  }

  #compact(type: ValueType, value: unknown, trim: boolean): unknown {
    if (value === null || value === undefined || value === '') return undefined
    if (type.default !== undefined && value === type.default) return undefined
    if (typeof value === 'string') return (trim ? value.trim() : value) || undefined
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#item(type.kind === 'array' ? type.of : json, item, trim))
      return items.length > 0 ? items : undefined
    }
    if (!isFields(value)) return value
    if (type.kind === 'schema') return this.#object(type.id, value, trim)
    return this.#map(type.kind === 'map' ? type.of : json, value, trim)
  }

  /** Undefined if empty. A loop, because Object.entries costs a PUT a tenth of its time. */
  #map(of: FieldType, map: Fields, trim: boolean): Fields | undefined {
    let compacted: Fields | undefined
    for (const key of Object.keys(map)) {
      if (map[key] === undefined) continue
      compacted ??= {}
      compacted[key] = this.#item(of, map[key], trim) ?? ''
    }
    return compacted
  }

  /** Inside lists and maps an empty text is a value. */
  #item(type: FieldType, value: unknown, trim: boolean): unknown {
    if (typeof value === 'string') return trim ? value.trim() : value
    if (value === null) return value
    return this.#compact(type, value, trim)
  }

  #object(id: string, value: Fields, trim: boolean): Fields {
    const compacted: Fields = {}
    const schema = this.#schemas.byId(id)
    for (const { name, type, update } of schema ? membersOf(schema) : []) {
      if ((trim && !update) || !Object.hasOwn(value, name)) continue
      const one = this.#compact(type, value[name], trim)
      if (one !== undefined) compacted[name] = one
    }
    return compacted
  }
}
