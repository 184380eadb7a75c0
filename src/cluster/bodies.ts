import type { HttpRequest } from '../model/http.ts'
import { parseMediaRange } from './negotiation.ts'
import * as refusals from './refusals.ts'

export const bodyLimit = 3 * 1024 * 1024

/** The whole body; raises 413 beyond 3 MiB, without reading on. */
export async function readBody(request: HttpRequest): Promise<string | Uint8Array> {
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
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

export type BodyFormat = 'json' | 'yaml' | 'protobuf'

const formats = new Map<string, BodyFormat>([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
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
