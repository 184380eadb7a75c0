import { httpRequest, type Fetch } from '../../../src/model/http.ts'

/** The world's cluster, bypassing the server. */
export interface Kubernetes {
  ask(method: string, path: string, body?: unknown, type?: string): Promise<{ status: number; body: unknown }>
  /** Milliseconds since the epoch; creation time of objects. */
  clock: number
}

export async function askKubernetes(
  kube: Fetch,
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
) {
  const response = await kube(
    httpRequest(`http://cluster.invalid${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  )
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}
