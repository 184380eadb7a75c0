import { load } from 'js-yaml'
import { readAtMost, type HttpRequest } from '../../model/http.ts'
import { boundedCopy, isTooDeep } from '../../model/untrusted-json.ts'
import { V3Error } from '../answer/failure.ts'
import { Query } from './query.ts'

/** Rancher's limit. It truncates longer bodies, so that the parser meets an unexpected end. */
const largestBody = 2 * 1024 * 1024

/** The body's text, up to 2 MiB; a longer one is refused as Rancher's truncated one is. */
export async function readLimited(request: HttpRequest): Promise<string> {
  const body = await readAtMost(request, largestBody)
  if (body === undefined) throw unreadable('unexpected EOF')
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

/**
 * By content type: forms, exactly application/yaml, and JSON for everything else. The result has no own `__proto__`.
 */
export async function parseBody(text: string, contentType: string, query: Query): Promise<unknown> {
  switch (contentType.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'application/x-www-form-urlencoded': {
      const form = [...new Query(text)]
      // an empty form is not a form, and its body has been read
      return form.length > 0 ? formFields([...form, ...query]) : parseJson('')
    }
    case 'multipart/form-data':
      return formFields(await multipartFields(text, contentType))
    default:
      return contentType === 'application/yaml' ? parseYaml(text) : parseJson(text)
  }
}

/** Every value is a list of texts, like Go's form values; a plain form includes the query. */
function formFields(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const fields: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const [name, value] of pairs) if (name !== '__proto__') (fields[name] ??= []).push(value)
  return fields
}

/** Without its files. */
async function multipartFields(text: string, contentType: string): Promise<[string, string][]> {
  try {
    const form = await new Response(text, { headers: { 'content-type': contentType } }).formData()
    return [...form].filter((field): field is [string, string] => typeof field[1] === 'string')
  } catch {
    throw unreadable('EOF')
  }
}

function parseYaml(text: string): unknown {
  if (text.trim() === '') throw unreadable('EOF')
  let value: unknown
  try {
    value = load(text)
  } catch {
    throw unreadable('yaml: cannot be read')
  }
  return withoutProto(value ?? null)
}

/** The first JSON value; like Go's decoder, ignores what follows. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw unreadable('EOF')
  if (isTooDeep(text)) throw unreadable('exceeded max depth')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = firstValue(text)
  }
  return text.includes('__proto__') || text.includes('\\u00') ? withoutProto(value) : value
}

function firstValue(text: string): unknown {
  const end = endOfValue(text)
  if (end === undefined) throw unreadable('unexpected EOF')
  try {
    return JSON.parse(text.slice(0, end))
  } catch {
    throw unreadable(`invalid character '${text.trim()[0]}' looking for beginning of value`)
  }
}

/** The end of the first object or list; the whole text for anything else. */
function endOfValue(text: string): number | undefined {
  const start = text.search(/\S/)
  if (text[start] !== '{' && text[start] !== '[')
    return text.search(/(?<=\S)\s/) < 0 ? text.length : text.search(/(?<=\S)\s/)
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return undefined
}

function withoutProto(value: unknown): unknown {
  try {
    return boundedCopy(value)
  } catch (cause) {
    throw cause instanceof RangeError ? unreadable(cause.message) : cause
  }
}

export function unreadable(reason: string): V3Error {
  return new V3Error('InvalidBodyContent', `Failed to parse body: ${reason}`)
}
