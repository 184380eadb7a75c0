import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import {
  connect,
  inClusterAccess,
  nodeFetch,
  proxyFor,
  readKubeconfig,
  type KubeAccess,
  type KubeClient,
} from '../kube/index.ts'
import { HeaderMap, httpRequest, type Fetch, type HttpRequest } from '../model/http.ts'
import type { Terminal } from './terminal.ts'

export interface KubeconfigChoice {
  /** A file, or several as KUBECONFIG lists them. Default: the pod's service account in a cluster, else ~/.kube/config. */
  kubeconfig: string | undefined
  /** Default: the current one. */
  context: string | undefined
}

/** A client of the cluster that a kubeconfig describes. */
export async function openKubeconfigClient(
  choice: KubeconfigChoice,
  terminal: Terminal,
): Promise<{ client: KubeClient; close: () => void }> {
  const { url, trust, headers } = await readAccess(choice, terminal)
  const fetch = nodeFetch(trust)
  return { client: connect({ fetch, url, headers }), close: () => fetch[Symbol.dispose]() }
}

/** The cluster that a kubeconfig describes, as a Fetch: whatever host is asked for, it answers, with its own credential. */
export async function kubeconfigFetch(choice: KubeconfigChoice, terminal: Terminal): Promise<Fetch> {
  const { url, trust, headers } = await readAccess(choice, terminal)
  const fetch = nodeFetch(trust)
  return async ({ method, url: asked, headers: given, body, signal }: HttpRequest) => {
    const sent = new HeaderMap(given)
    for (const [name, value] of Object.entries(await headers())) sent.set(name, value)
    return fetch(httpRequest(url + asked.replace(/^https?:\/\/[^/]+/, ''), { method, headers: sent, body, signal }))
  }
}

async function readAccess({ kubeconfig, context }: KubeconfigChoice, terminal: Terminal): Promise<KubeAccess> {
  const { env } = terminal
  const account = kubeconfig === undefined && context === undefined ? await inClusterAccess(env) : undefined
  const access = account ?? (await readFiles({ kubeconfig, context }, terminal))
  const proxy = access.trust.proxy ?? proxyFor(access.url, env)
  return { ...access, trust: { ...access.trust, ...(proxy !== undefined && { proxy }) } }
}

/** Of several files, as KUBECONFIG may list them, those that are not there are passed over, as kubectl does. */
async function readFiles({ kubeconfig, context }: KubeconfigChoice, terminal: Terminal): Promise<KubeAccess> {
  const { env, cwd, signal, err } = terminal
  const text = kubeconfig ?? join(env['HOME'] ?? homedir(), '.kube/config')
  const listed = text
    .split(delimiter)
    .filter((file) => file !== '')
    .map((file) => resolve(cwd, file))
  const there = listed.filter((file) => existsSync(file))
  const access = await readKubeconfig(there.length > 0 ? there : listed.slice(0, 1), { context, env, signal })
  if (access.insecure)
    err(`WARNING: ${text} turns off verification: the certificate of ${access.url} is not verified\n`)
  return access
}
