import { httpResponse, HeaderMap, type HttpResponse } from '../../model/http.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { ClusterView } from './cluster-view.ts'

const one = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+)(\/status)?)?$/

/**
 * Updates the cached lists after a write through the Kubernetes door, so that a v3 list right after a `kubectl apply`
 * includes it. The response is passed on unchanged.
 */
export async function noticeWrite(
  method: string,
  path: string,
  queryText: string,
  response: HttpResponse,
  cluster: ClusterView,
): Promise<HttpResponse> {
  if (method === 'GET' || method === 'HEAD' || !response.ok || queryText.includes('dryRun')) return response
  const [, root, namespace, plural, name] = one.exec(path) ?? []
  const list = root && plural ? cluster.openedList(`${root}/${plural}`) : undefined
  if (!list || !response.headers.get('content-type')?.includes('json')) return response
  const text = await response.text()
  const object = parsed(text)
  const watched = await list
  if (isObject(object)) watched.accept(object)
  else if (method === 'DELETE' && name) watched.forget(namespace ? `${namespace}/${name}` : name)
  return httpResponse(text, { status: response.status, headers: new HeaderMap(response.headers) })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Not a Status, a Table or a Scale. */
function isObject(value: unknown): value is KubeObject {
  const object = value as KubeObject | undefined
  const other = object?.kind === 'Status' || object?.kind === 'Table' || object?.kind === 'Scale'
  return !other && typeof object?.metadata?.uid === 'string' && object.metadata.resourceVersion !== undefined
}
