/** One field of a schema, as `/v3/schemas` publishes it. */
export interface SchemaField {
  type: string
  create: boolean
  update: boolean
  nullable?: boolean
  required?: boolean
  writeOnly?: boolean
  default?: unknown
  options?: readonly string[]
  min?: number
  max?: number
  minLength?: number
  maxLength?: number
  validChars?: string
  invalidChars?: string
  description?: string
  dynamicField?: boolean
}

export interface SchemaAction {
  input?: string
  output?: string
}

/**
 * The described part of a type: what `/v3/schemas` shows, without the links. Kept as data under schemas/, taken from a
 * genuine server's own answers. Validation, 405, filters, `update`/`remove` links and action names all follow from it.
 */
export interface Schema {
  id: string
  pluralName: string
  version: { group: string; path: string; version: string; subContext?: boolean; filterField?: string }
  resourceFields: Readonly<Record<string, SchemaField>>
  resourceMethods?: readonly string[]
  collectionMethods?: readonly string[]
  resourceActions?: Readonly<Record<string, SchemaAction>>
  collectionActions?: Readonly<Record<string, SchemaAction>>
  collectionFilters?: Readonly<Record<string, { modifiers?: readonly string[] }>>
  [more: string]: unknown
}

/** The schemas of one API version, found by id or plural in any case. */
export class SchemaSet {
  readonly all: readonly Schema[]
  readonly #byName = new Map<string, Schema>()
  readonly #byId = new Map<string, Schema>()

  constructor(schemas: readonly Schema[]) {
    this.all = schemas
    for (const schema of schemas) this.#byId.set(schema.id, schema)
    for (const schema of schemas) this.#byName.set(schema.pluralName.toLowerCase(), schema)
    for (const schema of schemas) this.#byName.set(schema.id.toLowerCase(), schema)
  }

  /** By id or plural, in any case. */
  find(name: string): Schema | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.toLowerCase())
  }

  /** By exact id: the way a field's type names a schema. */
  byId(id: string): Schema | undefined {
    return this.#byId.get(id)
  }
}
