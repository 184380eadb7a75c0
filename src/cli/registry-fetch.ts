import { nodeFetch, proxyFor, type NodeFetch } from '../kube/index.ts'
import { DroverError } from '../model/errors.ts'
import { httpRequest, httpResponse, readAtMost, type Fetch } from '../model/http.ts'
import { isImageReference } from '../model/image-reference.ts'
import { readPemFile } from './read-named-file.ts'
import type { Terminal } from './terminal.ts'

/** The longest answer (bytes) that is taken from a registry: manifests may have 4 MiB (distribution-spec, "Pushing Manifests"). */
const longestAnswer = 4 << 20

/**
 * A Fetch for registries, which may send one on to other hosts: each request finds its proxy in `env` by itself. `ca`: PEM
 * of the authority to trust besides those that Node trusts. Disposing it closes its connections.
 */
export function registryFetch(ca: string | undefined, env: NodeJS.ProcessEnv): NodeFetch {
  const byProxy = new Map<string | undefined, NodeFetch>()
  const through = (proxy: string | undefined) => {
    const open = byProxy.get(proxy)
    if (open) return open
    const trust = { ...(ca !== undefined && { ca }), ...(proxy !== undefined && { proxy }) }
    const fetch = nodeFetch({ ...trust, connectTimeout: 4000, connections: 8 })
    byProxy.set(proxy, fetch)
    return fetch
  }
  const fetch: Fetch = async (request) => {
    const { method, url, headers, signal } = request
    const proxy = url.startsWith('https:') ? proxyFor(url, env) : undefined
    const body = (await request.text()) || null
    const response = await through(proxy)(httpRequest(url, { method, headers, body, signal }))
    const read = await readAtMost(response, longestAnswer)
    if (read === undefined) throw new DroverError('SERVER', `${new URL(url).host} answers with more than 4 MiB`)
    return httpResponse(read, { status: response.status, headers: response.headers })
  }
  return Object.assign(fetch, { [Symbol.dispose]: () => byProxy.forEach((open) => open[Symbol.dispose]()) })
}

/** The text of `--registry-ca`. Raises INVALID. */
export function readRegistryCa(file: string | undefined, terminal: Terminal): string | undefined {
  return file === undefined ? undefined : readPemFile(file, `--registry-ca ${file}`, terminal)
}

/** `docker.io=mirror.example` */
export function parseMirror(text: string): [from: string, to: string] {
  const [from = '', to = ''] = text.split('=')
  if (from && to && isImageReference(`${from}/x`)) return [from, to]
  throw new DroverError('INVALID', `--registry-mirror ${text}: expected FROM=TO, such as docker.io=mirror.example`)
}
