import type { DescribedRequest } from '../../../src/model/requests/described-request.ts'
import { changedFields, isDocument, type Document } from './merge.ts'

/** An operation on an address. `input`: id of the schema for the form. */
export type Operation =
  | { do: 'create'; url: string; input: string }
  | { do: 'update'; url: string; input: string; base: Document }
  | { do: 'delete'; url: string; id: string }
  | { do: 'action'; url: string; name: string; input?: string }
  | { do: 'get'; url: string }

/** Nested objects carry the address of their schema, which the server ignores in requests. */
function withoutTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTypes)
  if (!isDocument(value)) return value
  const entries = Object.entries(value).filter(([name, one]) => !(name === 'type' && isSchemaAddress(one)))
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutTypes(one)]))
}

function isSchemaAddress(value: unknown): boolean {
  return typeof value === 'string' && /^\/v3\/.*schemas\//.test(value)
}

/** The exact request. An update contains only the changed fields. */
export function requestFor(operation: Operation, value: Document): DescribedRequest {
  const { url } = operation
  switch (operation.do) {
    case 'get':
      return { method: 'GET', url }
    case 'create':
      return { method: 'POST', url, body: value }
    case 'update':
      return { method: 'PUT', url, body: withoutTypes(changedFields(operation.base, value)) }
    case 'delete':
      return { method: 'DELETE', url }
    case 'action':
      return { method: 'POST', url, ...(operation.input !== undefined && { body: value }) }
    default:
      return operation satisfies never
  }
}
