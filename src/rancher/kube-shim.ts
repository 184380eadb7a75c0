import { httpRequest, type Fetch } from '../model/http.ts'
import { StatusError, type Status } from '../model/status.ts'

/** What stores ask of Kubernetes; src/kube's client fits it. Paths begin with /api or /apis, queries included. */
export interface KubeClient {
  readonly fetch: Fetch
  get<T = KubeObject>(path: string, signal?: AbortSignal): Promise<T>
  create<T = KubeObject>(path: string, object: unknown, signal?: AbortSignal): Promise<T>
  replace<T = KubeObject>(path: string, object: unknown, signal?: AbortSignal): Promise<T>
  patch<T = KubeObject>(path: string, patch: unknown, contentType: string, signal?: AbortSignal): Promise<T>
  delete<T = KubeObject>(path: string, options?: unknown, signal?: AbortSignal): Promise<T>
}

export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: KubeMeta
  [field: string]: unknown
}

export interface KubeMeta {
  name?: string
  namespace?: string
  generateName?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  [field: string]: unknown
}

export interface KubeList {
  metadata: { resourceVersion?: string }
  items: KubeObject[]
}

export const kubeBase = 'http://cluster.invalid'

export function kubeClient(fetch: Fetch): KubeClient {
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
    signal?: AbortSignal,
  ) => {
    const response = await fetch(
      httpRequest(kubeBase + path, {
        method,
        signal,
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    )
    const text = await response.text()
    const answer: unknown = parseAnswer(text, response.status)
    if (!response.ok) throw new StatusError(answer as Status)
    return answer
  }
  return {
    fetch,
    get: (path, signal) => send('GET', path, undefined, undefined, signal) as Promise<never>,
    create: (path, object, signal) => send('POST', path, object, undefined, signal) as Promise<never>,
    replace: (path, object, signal) => send('PUT', path, object, undefined, signal) as Promise<never>,
    patch: (path, patch, type, signal) => send('PATCH', path, patch, type, signal) as Promise<never>,
    delete: (path, options, signal) => send('DELETE', path, options, undefined, signal) as Promise<never>,
  }
}

function parseAnswer(text: string, code: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: text.trim(), code }
  }
}
