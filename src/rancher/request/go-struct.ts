import type { Schema } from '../schema/schema.ts'

/** What Go's decoder could not read; the message is its own, as far as it is known. */
export class NotDecoded extends Error {
  override readonly name = 'NotDecoded'
}

/**
 * A JSON text as Go reads it into the struct of a type, where norman's builder is not asked: nothing may follow it, fields
 * are found in any case, and each must be of its own type. Null and empty texts count as absent.
 */
export function decodeStruct(
  struct: string,
  fields: Schema['resourceFields'],
  text: string,
): Readonly<Record<string, unknown>> {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]))
  const values: Record<string, unknown> = {}
  for (const [given, value] of Object.entries(parse(struct, text))) {
    const name = names.get(given.toLowerCase())
    if (name === undefined || value === null) continue
    const { goName, fits } = decoderOf(fields[name]?.type ?? '')
    if (!fits(value))
      throw new NotDecoded(`${mismatch(value, goName)} struct field ${struct}.${name} of type ${goName}`)
    if (value !== '') values[name] = value
  }
  return values
}

function parse(struct: string, text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new NotDecoded(text.trim() === '' ? 'unexpected end of JSON input' : 'invalid JSON input')
  }
  if (value === null) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw new NotDecoded(`${mismatch(value, '')} value of type client.${struct}`)
}

function mismatch(value: unknown, wanted: string): string {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  // a number is shown where another one would do
  const shown = typeof value === 'number' && wanted === 'int64' ? `number ${value}` : kind
  return `json: cannot unmarshal ${shown} into Go`
}

interface Decoder {
  goName: string
  fits: (value: unknown) => boolean
}

const isMap = (value: unknown) => typeof value === 'object' && !Array.isArray(value)

/** By the schema's type, what the field is in the struct. */
function decoderOf(type: string): Decoder {
  if (type === 'boolean') return { goName: 'bool', fits: (value) => typeof value === 'boolean' }
  if (type === 'int') return { goName: 'int64', fits: Number.isSafeInteger }
  if (type.startsWith('map[')) return { goName: 'map[string]string', fits: isMap }
  if (type.startsWith('array[')) return { goName: '[]string', fits: Array.isArray }
  return { goName: 'string', fits: (value) => typeof value === 'string' }
}
