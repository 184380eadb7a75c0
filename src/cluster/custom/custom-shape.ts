import type { CustomSchema } from './custom-schema.ts'
import { shapeOf, type Field, type Shape } from '../schema/index.ts'

/**
 * What server-side apply and managedFields see of a custom resource: its schema's lists by their keys, its objects by
 * their members, and what the schema does not describe as a whole.
 */
export function customShape(schema: CustomSchema): Shape {
  const shape = shapeOfSchema(schema)
  const metadata = shapeOf('v1', 'ConfigMap')?.fields.get('metadata')
  return metadata ? { ...shape, fields: new Map([...shape.fields, ['metadata', metadata]]) } : shape
}

const whole: Shape = { kind: 'string', typeName: '', fields: new Map(), items: undefined }

function shapeOfSchema(schema: CustomSchema): Shape {
  const { items, properties = {}, additionalProperties } = schema
  if (schema.type === 'array') {
    return { kind: 'list', typeName: '', fields: new Map(), items: items && shapeOfSchema(items) }
  }
  if (typeof additionalProperties === 'object') {
    return { kind: 'map', typeName: '', fields: new Map(), items: shapeOfSchema(additionalProperties) }
  }
  const fields = new Map(Object.entries(properties).map(([name, member]) => [name, fieldOf(name, member)]))
  const isFree = schema['x-kubernetes-preserve-unknown-fields'] === true
  return { kind: 'any', typeName: '', fields, items: isFree ? whole : undefined }
}

function fieldOf(name: string, schema: CustomSchema): Field {
  return {
    name,
    goName: name,
    shape: shapeOfSchema(schema),
    whenEmpty: 'kept',
    protobuf: [],
    required: false,
    patchStrategies: [],
    patchMergeKey: undefined,
    listType: schema['x-kubernetes-list-type'],
    listMapKeys: schema['x-kubernetes-list-map-keys'] ?? [],
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
  }
}
