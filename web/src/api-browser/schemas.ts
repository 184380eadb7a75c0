import { useQuery } from '@tanstack/react-query'
import { call, type Collection } from '../server/v3.ts'

export interface SchemaField {
  type: string
  create?: boolean
  update?: boolean
  required?: boolean
  nullable?: boolean
  options?: string[]
  default?: unknown
  description?: string
}

export interface Schema {
  id: string
  pluralName: string
  collectionMethods?: string[]
  resourceMethods?: string[]
  resourceFields: Record<string, SchemaField>
  resourceActions?: Record<string, { input?: string; output?: string }>
  collectionActions?: Record<string, { input?: string; output?: string }>
  collectionFilters?: Record<string, { modifiers?: string[] }>
}

export type Schemas = ReadonlyMap<string, Schema>

/** All schemas of a scope: `…/v3/project/<id>/schemas`. */
export function useSchemas(url: string | undefined) {
  return useQuery({
    queryKey: ['schemas', url],
    queryFn: async ({ signal }): Promise<Schemas> => {
      const { data } = await call<Collection<Schema>>('GET', url ?? '', { signal })
      return new Map(data.map((schema) => [schema.id, schema]))
    },
    enabled: url !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** A parsed field type: `array[map[string]]`, `reference[/v3/schemas/node]`, `container`. */
export type FieldShape =
  { shape: 'array' | 'map'; of: string } | { shape: 'object'; schema: Schema } | { shape: 'scalar'; type: string }

export function shapeOf(type: string, schemas: Schemas): FieldShape {
  const [, outer, of = ''] = /^(array|map|reference)\[(.*)\]$/.exec(type) ?? []
  if (outer === 'array' || outer === 'map') return { shape: outer, of }
  const schema = outer === undefined ? schemas.get(type) : undefined
  if (schema) return { shape: 'object', schema }
  return { shape: 'scalar', type: outer ?? type }
}

/** Fields writable by this operation, in display order. */
export function writableFields(schema: Schema, operation: 'create' | 'update'): [string, SchemaField][] {
  return Object.entries(schema.resourceFields)
    .filter(([name, field]) => field[operation] && name !== 'type')
    .sort((one, other) => rank(one) - rank(other) || (one[0] < other[0] ? -1 : 1))
}

/** Shown first, in this order, followed by required fields and the rest by name. */
const leadingFields = ['name', 'namespaceId', 'description', 'image', 'containers', 'scale']

function rank([name, { required }]: [string, SchemaField]): number {
  const at = leadingFields.indexOf(name)
  return at >= 0 ? at : leadingFields.length + (required ? 0 : 1)
}

/** Whether a create form shows the field from the start. */
export function isExpected(name: string, { required = false }: SchemaField): boolean {
  return required || leadingFields.includes(name)
}
