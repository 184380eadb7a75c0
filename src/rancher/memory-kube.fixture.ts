import { httpResponse, jsonResponse, type Fetch } from '../model/http.ts'
import type { KubeObject } from '../model/kube-object.ts'

export function memoryKube(): Fetch {
  const objects = new Map<string, KubeObject>()
  const watchers = new Set<{ prefix: string; push: (t: string, o: KubeObject) => void }>()
  let revision = 0
  const put = (path: string, o: KubeObject, type: string) => {
    o.metadata.resourceVersion = String(++revision)
    objects.set(path, o)
    tell(path, type, o)
    return o
  }
  const tell = (path: string, type: string, o: KubeObject) => {
    const prefix = path.slice(0, path.lastIndexOf('/'))
    for (const w of watchers) if (w.prefix === prefix) w.push(type, structuredClone(o))
  }
  const status = (code: number, reason: string, message: string) =>
    jsonResponse(
      { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, message, code },
      { status: code },
    )
  for (const name of ['default', 'kube-system'])
    put(
      `/api/v1/namespaces/${name}`,
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, uid: name, creationTimestamp: '2026-01-01T00:00:00Z' },
        status: { phase: 'Active' },
      },
      'ADDED',
    )
  return async (request) => {
    const [path = '', queryText = ''] = request.url.replace('http://cluster.invalid', '').split('?')
    const query = new URLSearchParams(queryText)
    if (path === '/version') return jsonResponse({ gitVersion: 'v1.21.0', major: '1', minor: '21' })
    const plural = path.split('/').pop() ?? ''
    const isCollection =
      /^(\/api\/v1(\/namespaces\/[^/]+)?\/[a-z]+|\/apis\/[^/]+\/[^/]+(\/namespaces\/[^/]+)?\/[a-z]+)$/.test(path) &&
      !/^\/api\/v1\/namespaces\/[^/]+$/.test(path)
    if (query.get('watch') === 'true') {
      const body = new ReadableStream<Uint8Array>({
        start(c) {
          const w = {
            prefix: path,
            push: (type: string, object: KubeObject) =>
              c.enqueue(new TextEncoder().encode(JSON.stringify({ type, object }) + '\n')),
          }
          watchers.add(w)
          request.signal.addEventListener('abort', () => {
            watchers.delete(w)
            try {
              c.error(new Error('aborted'))
            } catch {}
          })
        },
      })
      return httpResponse(body, { headers: { 'content-type': 'application/json' } })
    }
    if (isCollection && request.method === 'GET') {
      const items = [...objects]
        .filter(([k]) => k.startsWith(`${path}/`) && !k.slice(path.length + 1).includes('/'))
        .map(([, o]) => o)
      return jsonResponse({ kind: 'List', metadata: { resourceVersion: String(revision) }, items })
    }
    if (isCollection && request.method === 'POST') {
      const o = (await request.json()) as KubeObject
      const at = `${path}/${o.metadata.name}`
      if (objects.has(at)) return status(409, 'AlreadyExists', `${plural} "${o.metadata.name}" already exists`)
      o.metadata.uid = crypto.randomUUID()
      o.metadata.creationTimestamp = new Date().toISOString().replace(/\.\d+Z/, 'Z')
      return jsonResponse(put(at, o, 'ADDED'), { status: 201 })
    }
    const o = objects.get(path)
    if (!o) return status(404, 'NotFound', `${path.split('/').at(-2)} "${plural}" not found`)
    if (request.method === 'GET') return jsonResponse(o)
    if (request.method === 'DELETE') {
      objects.delete(path)
      o.metadata.resourceVersion = String(++revision)
      tell(path, 'DELETED', o)
      return jsonResponse(o)
    }
    const patch = (await request.json()) as KubeObject
    return jsonResponse(put(path, merge(structuredClone(o), patch) as KubeObject, 'MODIFIED'))
  }
}
function merge(a: unknown, b: unknown): unknown {
  if (typeof b !== 'object' || b === null || Array.isArray(b)) return b
  const out = (typeof a === 'object' && a !== null ? a : {}) as Record<string, unknown>
  for (const [k, v] of Object.entries(b))
    if (v === null) delete out[k]
    else out[k] = merge(out[k], v)
  return out
}
