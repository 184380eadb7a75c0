import { httpRequest, type Fetch } from '../../../src/model/http.ts'

/** The cluster of a world, behind the server's back. */
export interface Kubernetes {
  ask(method: string, path: string, body?: unknown, type?: string): Promise<{ status: number; body: unknown }>
  /** ms since the epoch; objects are created at this time. */
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
