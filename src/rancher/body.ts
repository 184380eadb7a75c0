import { load } from 'js-yaml'
import { readAtMost, type HttpRequest } from '../model/http.ts'
import { V3Error } from './failure.ts'
import { Query } from './query.ts'

/** Rancher reads no further; the rest is cut, so that the parser meets an unexpected end. */
const largestBody = 2 * 1024 * 1024

/** The body's text, at most 2 MiB; a longer one is refused as Rancher's cut one is. */
export async function readLimited(request: HttpRequest): Promise<string> {
  const body = await readAtMost(request, largestBody)
  if (body === undefined) throw unreadable('unexpected EOF')
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

/** By the content type: forms, exactly application/yaml, and JSON for everything else. No own `__proto__` in the result. */
export function parseBody(text: string, contentType: string, query: Query): unknown {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return formFields(new Query(text), query)
  if (type === 'multipart/form-data') return formFields(new Query(''), query)
  return contentType === 'application/yaml' ? parseYaml(text) : parseJson(text)
}

/** Every value is a list of texts, as Go's form values are; the query takes part. */
function formFields(form: Query, query: Query): Record<string, string[]> {
  const fields: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const source of [form, query]) for (const [name, value] of source) (fields[name] ??= []).push(value)
  return fields
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

/** The first JSON value; like Go's decoder, what follows it is not looked at. */
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

/** Where the first object or list closes; the whole text for what is neither. */
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

/** Deeper than any document of Kubernetes; a reader that descends must come to an end. */
const deepest = 500
/** More than 2 MiB of JSON can hold in earnest; YAML's aliases can stand for any number. */
const mostValues = 500_000

/** A copy without own `__proto__` keys, and with an end: YAML can say of a value that it contains itself. */
function withoutProto(value: unknown): unknown {
  let left = mostValues
  const copyOf = (one: unknown, depth: number): unknown => {
    if (one === null || typeof one !== 'object') return one
    if (depth > deepest || left-- <= 0) throw unreadable('exceeded max depth')
    if (Array.isArray(one)) return one.map((item) => copyOf(item, depth + 1))
    const copy: Record<string, unknown> = {}
    for (const [key, member] of Object.entries(one)) if (key !== '__proto__') copy[key] = copyOf(member, depth + 1)
    return copy
  }
  return copyOf(value, 0)
}

/** Whether brackets are nested too deeply, strings aside; a short text cannot be. */
function isTooDeep(text: string): boolean {
  if (text.length < 2 * deepest) return false
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

export function unreadable(reason: string): V3Error {
  return new V3Error('InvalidBodyContent', `Failed to parse body: ${reason}`)
}
