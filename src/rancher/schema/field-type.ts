/** A schema field's type text, taken apart once. */
export type FieldType =
  | { kind: 'array' | 'map'; of: FieldType }
  | { kind: 'reference' }
  | { kind: 'scalar'; name: string }
  | { kind: 'schema'; id: string }

const scalars = new Set([
  'string',
  'int',
  'float',
  'boolean',
  'enum',
  'date',
  'password',
  'json',
  'base64',
  'intOrString',
  'dnsLabel',
  'dnsLabelRestricted',
  'hostname',
])

const known = new Map<string, FieldType>()

export function fieldType(text: string): FieldType {
  const seen = known.get(text)
  if (seen) return seen
  const parsed = parse(text)
  known.set(text, parsed)
  return parsed
}

function parse(text: string): FieldType {
  const inner = text.slice(text.indexOf('[') + 1, -1)
  if (text.startsWith('array[')) return { kind: 'array', of: fieldType(inner) }
  if (text.startsWith('map[')) return { kind: 'map', of: fieldType(inner) }
  if (text.startsWith('reference[')) return { kind: 'reference' }
  return scalars.has(text) ? { kind: 'scalar', name: text } : { kind: 'schema', id: text }
}
