import { readAtMost, type HttpRequest } from '../../model/http.ts'
import { boundedCopy, isTooDeep } from '../../model/untrusted-json.ts'
import { parseMediaRange } from './negotiation.ts'
import * as refusals from '../refusals.ts'
import { DecodeError } from '../resource.ts'
import { decodeProtobuf } from '../schema/protobuf.ts'

const bodyLimit = 3 * 1024 * 1024

const protobuf = 'application/vnd.kubernetes.protobuf'

/**
 * The whole body as text; protobuf is converted to JSON. Raises 413 beyond 3 MiB without reading on, and the result of
 * `refuse` (default 400) for undecodable protobuf and excessively nested JSON.
 */
export async function readBody(
  request: HttpRequest,
  refuse: (problem: string, body: string | Uint8Array) => Error = refusals.badRequest,
): Promise<string> {
  const body = await readAtMost(request, bodyLimit)
  if (body === undefined) throw refusals.tooLarge(bodyLimit)
  if (body.length === 0 || parseMediaRange(request.headers.get('content-type') ?? '').type !== protobuf) {
    const text = asText(body)
    if (isTooDeep(text)) throw refuse('exceeded max depth', text)
    return text
  }
  try {
    return JSON.stringify(decodeProtobuf(Buffer.from(body)).value)
  } catch (error) {
    throw error instanceof DecodeError ? refuse(error.message, Buffer.from(body)) : error
  }
}

function asText(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
}

/** Format of the text returned by `readBody`. */
export type BodyFormat = 'json' | 'yaml'

const formats = new Map<string, BodyFormat>([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  [protobuf, 'json'],
])

/** By Content-Type; the default is JSON. Raises 415. */
export function bodyFormat(contentType: string | null): BodyFormat {
  const format = formats.get(parseMediaRange(contentType ?? '').type)
  if (!format) throw refusals.unsupportedMediaType()
  return format
}

/** The first document of YAML text. Raises if it is invalid or unbounded. */
export async function parseYaml(text: string): Promise<unknown> {
  const { loadAll } = await import('js-yaml')
  return boundedCopy(loadAll(text)[0] ?? null)
}
