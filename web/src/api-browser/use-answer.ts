import { useQuery } from '@tanstack/react-query'
import type { HttpResponse } from '../../../src/model/http.ts'
import { request, type Collection, type Resource } from '../server/v3.ts'

/** A response with its metadata. */
export interface Answer {
  status: number
  headers: [string, string][]
  /** The parsed body, if it is JSON. */
  body: unknown
  text: string
  /** The X-Api-Schemas header. */
  schemas?: string
}

export async function readAnswer(response: HttpResponse): Promise<Answer> {
  const text = await response.text()
  const schemas = response.headers.get('x-api-schemas')
  return {
    status: response.status,
    headers: [...response.headers],
    body: parse(text),
    text,
    ...(schemas !== null && { schemas }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Fetches an address and keeps the response up to date. */
export function useAnswer(address: string) {
  return useQuery({
    queryKey: ['answer', address],
    queryFn: async ({ signal }) => readAnswer(await request('GET', address, { signal })),
    structuralSharing: false,
  })
}

export function isCollection(body: unknown): body is Collection {
  return (body as Collection | undefined)?.type === 'collection' && Array.isArray((body as Collection).data)
}

export function isResource(body: unknown): body is Resource {
  return typeof (body as Resource | undefined)?.type === 'string' && !isCollection(body)
}
