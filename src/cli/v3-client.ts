import { nodeFetch, proxyFor, type TrustOptions } from '../kube/index.ts'
import { DroverError, type ErrorCode } from '../model/errors.ts'
import { httpRequest } from '../model/http.ts'
import type { Secret } from './secret.ts'
import type { Terminal } from './terminal.ts'

/** A resource or collection of Rancher's v3 API. */
export type V3Resource = Record<string, unknown>

/** A field as text, '' where it is absent or no scalar. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The few calls of the v3 API that commands make themselves. Disposing closes its connections. */
export interface V3Client extends Disposable {
  get(path: string): Promise<V3Resource>
  post(path: string, body: V3Resource): Promise<V3Resource>
  delete(path: string): Promise<void>
}

export interface V3ClientOptions {
  server: string
  /** Absent: the public paths alone. */
  key?: Secret
  trust: TrustOptions
  /** Its environment may name a proxy. */
  terminal: Pick<Terminal, 'env' | 'signal'>
}

export function v3Client({ server, key, trust, terminal }: V3ClientOptions): V3Client {
  const { signal, env } = terminal
  const proxy = proxyFor(server, env)
  const fetch = nodeFetch({ ...trust, ...(proxy !== undefined && { proxy }) })
  const call = async (method: string, path: string, body?: V3Resource): Promise<V3Resource> => {
    const headers = {
      accept: 'application/json',
      ...(key && { authorization: `Bearer ${key.reveal()}` }),
      ...(body && { 'content-type': 'application/json' }),
    }
    const request = { method, headers, body: body ? JSON.stringify(body) : null, signal }
    const response = await fetch(httpRequest(server + path, request))
    const answer = parse(await response.text())
    if (response.ok) return answer
    const said = textOf(answer['message']) || textOf(answer['code']) || 'nothing more'
    throw new DroverError(codeOf(response.status), `${server} answered ${response.status}: ${said}`)
  }
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    delete: async (path) => void (await call('DELETE', path)),
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  }
}

function parse(text: string): V3Resource {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as V3Resource) : {}
  } catch {
    return {}
  }
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
}

function codeOf(status: number): ErrorCode {
  return codes[status] ?? (status >= 500 ? 'SERVER' : 'INVALID')
}
