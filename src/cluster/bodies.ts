import type { HttpRequest } from '../model/http.ts'
import { parseMediaRange } from './negotiation.ts'
import * as refusals from './refusals.ts'
import { DecodeError } from './resource.ts'
import { decodeProtobuf } from './schema/protobuf.ts'

export const bodyLimit = 3 * 1024 * 1024

const protobuf = 'application/vnd.kubernetes.protobuf'

/**
 * The whole body; protobuf is read as the JSON that it stands for. Raises 413 beyond 3 MiB, without reading on, and what
 * `refuse` makes (default 400) for protobuf that cannot be decoded.
 */
export async function readBody(
  request: HttpRequest,
  refuse: (problem: string, body: Uint8Array) => Error = refusals.badRequest,
): Promise<string | Uint8Array> {
  const body = await readBytes(request)
  if (body.length === 0 || parseMediaRange(request.headers.get('content-type') ?? '').type !== protobuf) return body
  try {
    return JSON.stringify(decodeProtobuf(Buffer.from(body)).value)
  } catch (error) {
    throw error instanceof DecodeError ? refuse(error.message, Buffer.from(body)) : error
  }
}

async function readBytes(request: HttpRequest): Promise<string | Uint8Array> {
  const { source } = request as { source?: unknown }
  if (typeof source === 'string') {
    if (source.length > bodyLimit) throw refusals.tooLarge(bodyLimit)
    return source
  }
  if (source === null || request.body === null) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.byteLength
    if (length > bodyLimit) throw refusals.tooLarge(bodyLimit)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

export function asText(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
}

/** Of the text that `readBody` gives. */
export type BodyFormat = 'json' | 'yaml'

const formats = new Map<string, BodyFormat>([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  [protobuf, 'json'],
])

/** By Content-Type; absent means JSON. Raises 415. */
export function bodyFormat(contentType: string | null): BodyFormat {
  const format = formats.get(parseMediaRange(contentType ?? '').type)
  if (!format) throw refusals.unsupportedMediaType()
  return format
}

/** The first document of YAML text. */
export async function parseYaml(text: string): Promise<unknown> {
  const { loadAll } = await import('js-yaml')
  return loadAll(text)[0]
}
