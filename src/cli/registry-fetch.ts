import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { nodeFetch, proxyFor } from '../kube/index.ts'
import { DroverError } from '../model/errors.ts'
import { httpRequest, httpResponse, readAtMost, type Fetch } from '../model/http.ts'
import { isImageReference } from '../model/image-reference.ts'
import type { Terminal } from './terminal.ts'

/** The longest answer (bytes) that is taken from a registry: manifests may have 4 MiB (distribution-spec, "Pushing Manifests"). */
const longestAnswer = 4 << 20

/**
 * A Fetch for registries, which may send one on to other hosts: each request finds its proxy in `env` by itself. `ca`: PEM
 * of the authority to trust besides those that Node trusts.
 */
export function registryFetch(ca: string | undefined, env: NodeJS.ProcessEnv): Fetch {
  return async (request) => {
    const proxy = request.url.startsWith('https:') ? proxyFor(request.url, env) : undefined
    using fetch = nodeFetch({
      ...(ca !== undefined && { ca }),
      ...(proxy !== undefined && { proxy }),
      connectTimeout: 4000,
    })
    const { method, url, headers, signal } = request
    const response = await fetch(httpRequest(url, { method, headers, body: (await request.text()) || null, signal }))
    const body = await readAtMost(response, longestAnswer)
    if (body === undefined) throw new DroverError('SERVER', `${new URL(url).host} answers with more than 4 MiB`)
    return httpResponse(body, { status: response.status, headers: response.headers })
  }
}

/** The file of `--registry-ca`, PEM. */
export function readRegistryCa(file: string | undefined, { cwd }: Terminal): string | undefined {
  return file === undefined ? undefined : readFileSync(resolve(cwd, file), 'utf8')
}

/** `docker.io=mirror.example` */
export function parseMirror(text: string): [from: string, to: string] {
  const [from = '', to = ''] = text.split('=')
  if (from && to && isImageReference(`${from}/x`)) return [from, to]
  throw new DroverError('INVALID', `--registry-mirror ${text}: expected FROM=TO, such as docker.io=mirror.example`)
}
