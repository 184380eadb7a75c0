import { HeaderMap, httpRequest, httpResponse } from '../../model/http.ts'
import type { Call } from '../request/call.ts'
import type { Result } from '../schema/v3-type.ts'

const passedOn = ['accept', 'content-type'] as const

/**
 * The `yaml` link: passes the request to the Kubernetes object and returns Kubernetes' response. JSON unless YAML is
 * requested; a PUT replaces the object under Kubernetes' rules for resourceVersion.
 */
export async function rawObject(call: Call, path: string): Promise<Result> {
  const headers: Record<string, string> = {}
  for (const name of passedOn) {
    const value = call.header(name)
    if (value !== undefined) headers[name] = value
  }
  const body = call.method === 'GET' || call.method === 'HEAD' ? null : await call.readText()
  const { method, cluster, request } = call
  const url = `${cluster.kube.url}${path}`
  const response = await cluster.fetch(httpRequest(url, { method, headers, body, signal: request.signal }))
  const answered = new HeaderMap(response.headers)
  answered.set('x-content-type-options', 'nosniff')
  return { kind: 'response', response: httpResponse(response.body, { status: response.status, headers: answered }) }
}
