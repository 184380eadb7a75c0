import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'

export interface FieldSelector {
  matches(object: KubeObject): boolean
  /** `metadata.name=x`: only that object can match. */
  readonly name: string | undefined
}

type Reader = (object: KubeObject) => string

const common: Readonly<Record<string, Reader>> = {
  'metadata.name': ({ metadata }) => metadata.name ?? '',
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
}

interface Term {
  read: Reader
  field: string
  equal: boolean
  value: string
}

/** Parses `status.phase!=Running,spec.nodeName=n`; the kind defines the supported fields. Raises 400. */
export function parseFieldSelector(text: string, type: ResourceType): FieldSelector {
  const terms = splitTerms(text).map((term) => parseTerm(term, text, type))
  return {
    name: terms.find(({ field, equal }) => field === 'metadata.name' && equal)?.value,
    matches: (object) => terms.every(({ read, equal, value }) => (read(object) === value) === equal),
  }
}

/** Splits at commas not escaped by a backslash. Sorted, because Kubernetes reports the first invalid term. */
function splitTerms(text: string): string[] {
  return (text.match(/(?:\\[^]|[^,\\]|\\$)+/g) ?? []).sort()
}

function parseTerm(term: string, whole: string, type: ResourceType): Term {
  const parts = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
  if (!parts) throw refusals.badRequest(`invalid selector: '${whole}'; can't understand '${term}'`)
  const [, field = '', operator, escaped = ''] = parts
  const value = unescape(escaped)
  const read = common[field] ?? type.selectableFields?.[field]
  if (!read) throw refusals.badRequest(unknownField(field, type))
  return { read, field, equal: operator !== '!=', value }
}

/** A backslash escapes backslash, comma and equals sign. */
function unescape(text: string): string {
  return text.replaceAll(/\\([^]?)|[,=]/g, (found, escaped: string | undefined) => {
    if (escaped === undefined)
      throw refusals.badRequest(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`)
    if (escaped !== '' && '\\,='.includes(escaped)) return escaped
    throw refusals.badRequest(`invalid field selector: invalid escape sequence: ${found}`)
  })
}

function unknownField(field: string, { selectableFields, custom }: ResourceType): string {
  if (selectableFields || custom) return `field label not supported: ${field}`
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
}
