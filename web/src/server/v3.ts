import { httpRequest, type HttpResponse } from '../../../src/model/http.ts'
import { ask, browserFetch } from './browser-fetch.ts'

export interface Resource {
  id?: string
  type: string
  links?: Record<string, string>
  actions?: Record<string, string>
  [field: string]: unknown
}

export interface Collection<T = Resource> {
  type: 'collection'
  resourceType: string
  data: T[]
  links: Record<string, string>
  createTypes?: Record<string, string>
  actions?: Record<string, string>
  filters?: Record<string, { modifier: string; value: string }[] | null>
  pagination?: {
    limit?: number
    total?: number
    first?: string
    previous?: string
    next?: string
    last?: string
    partial?: boolean
  }
  sort?: { name?: string; order?: string; reverse?: string; links?: Record<string, string> }
}

/** A refusal in the server's words. */
export class V3Failure extends Error {
  override readonly name = 'V3Failure'
  readonly status: number
  readonly code: string
  readonly fieldName: string | undefined
  /** The whole response: a conflict carries both sides. */
  readonly body: unknown

  constructor(status: number, body: unknown) {
    const { message, code, fieldName } = (body ?? {}) as { message?: string; code?: string; fieldName?: string }
    super(message || code || `HTTP ${status}`)
    this.status = status
    this.code = code ?? ''
    this.fieldName = fieldName
    this.body = body
  }
}

interface CallOptions {
  body?: unknown
  signal?: AbortSignal
  accept?: string
}

export function addressOf(path: string): string {
  return new URL(path, location.origin).href
}

/** Any request of the v3 API. Returns the response unread. Waits for a sign-in if the session has expired. */
export function request(
  method: string,
  path: string,
  { body, signal, accept }: CallOptions = {},
): Promise<HttpResponse> {
  return browserFetch(outgoing(method, path, { body, signal, accept } as CallOptions))
}

function outgoing(method: string, path: string, { body, signal, accept = 'application/json' }: CallOptions) {
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = { accept, ...(text !== null && { 'content-type': 'application/json' }) }
  return httpRequest(addressOf(path), { method, headers, body: text, signal })
}

/** Parses a JSON response; undefined if empty. Raises V3Failure. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  return readBody<T>(await request(method, path, options))
}

/** Like `call`, but raises if there is no session instead of waiting. */
export async function callOnce<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const { url, headers, signal } = outgoing(method, path, options)
  const body = options.body === undefined ? null : JSON.stringify(options.body)
  return readBody<T>(await ask({ url, method, headers, signal }, body))
}

async function readBody<T>(response: HttpResponse): Promise<T> {
  const text = await response.text()
  const body = parse(text)
  if (!response.ok) throw new V3Failure(response.status, body ?? { message: text })
  return body as T
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All pages of a list. */
export async function listAll<T = Resource>(path: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = []
  let next: string | undefined = path
  while (next !== undefined) {
    const page: Collection<T> = await call('GET', next, signal ? { signal } : {})
    items.push(...page.data)
    next = page.pagination?.next
  }
  return items
}
