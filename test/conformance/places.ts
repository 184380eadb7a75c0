import { openCluster } from '../../src/cluster/index.ts'
import { connect, nodeFetch, readKubeconfig, type KubeAccess, type KubeClient } from '../../src/kube/index.ts'
import { HeaderMap, httpRequest, type Fetch } from '../../src/model/http.ts'
import { StatusError } from '../../src/model/status.ts'
import { openServer } from '../../src/rancher/index.ts'
import { kubernetesTarget, rancherTarget, type Target } from '../../src/rollout/index.ts'

/** A place with workloads, opened for one test file. */
export interface Opened extends AsyncDisposable {
  target: Target
  /** Direct access to Kubernetes, for preparing and checking. */
  kube: KubeClient
  namespace: string
  /** The same place with a read-only key. */
  viewer?: Target
}

export interface Place {
  name: string
  /** Pods are simulated: images named `…missing…` cannot be pulled, containers of `…crash…` exit. */
  simulated: boolean
  open: () => Promise<Opened>
}

async function openEmbedded(): Promise<Opened> {
  const cluster = await openCluster()
  const kube = connect({ fetch: cluster.fetch })
  return {
    target: kubernetesTarget({ client: kube }),
    kube,
    namespace: 'default',
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}

async function openThroughServer(doors: 'kubernetes' | 'v3'): Promise<Opened> {
  const cluster = await openCluster()
  const server = await openServer({ kube: cluster.fetch, adminPassword: 'conformance-only' })
  const key = await server.issueKey()
  const target = await rancherTarget({
    fetch: server.fetch,
    url: 'https://drover.invalid',
    headers: () => ({ authorization: `Bearer ${key}` }),
    doors,
  })
  return {
    target,
    kube: connect({ fetch: cluster.fetch }),
    namespace: 'default',
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}

const namespace = 'drover-conformance'

async function openKubeconfig(file: string): Promise<Opened> {
  const { url, trust, headers } = await readKubeconfig(file)
  const fetch = nodeFetch(trust)
  const kube = connect({ fetch, url, headers })
  await makeNamespace(kube)
  // test/kubernetes defines the context `viewer`
  const viewer = simulated ? (await readKubeconfig(file, { context: 'viewer' })).headers : undefined
  return {
    target: kubernetesTarget({ client: kube }),
    kube,
    namespace,
    ...(viewer && { viewer: kubernetesTarget({ client: connect({ fetch, url, headers: viewer }) }) }),
    [Symbol.asyncDispose]: async () => fetch[Symbol.dispose](),
  }
}

/** Drover's server over the cluster of a kubeconfig, as `drover serve --kubeconfig` opens it. */
async function openServerOver(file: string, doors: 'kubernetes' | 'v3'): Promise<Opened> {
  const { url, trust, headers } = await readKubeconfig(file)
  const fetch = nodeFetch(trust)
  const server = await openServer({ kube: fetchWith(fetch, url, headers), adminPassword: 'conformance-only' })
  const key = await server.issueKey()
  const target = await rancherTarget({
    fetch: server.fetch,
    url: 'https://drover.invalid',
    headers: () => ({ authorization: `Bearer ${key}` }),
    doors,
  })
  return {
    target,
    kube: connect({ fetch, url, headers }),
    namespace: 'default',
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      fetch[Symbol.dispose]()
    },
  }
}

/**
 * What `drover serve --kubeconfig` passes to the server: a Fetch that adds the cluster's URL and credential to paths.
 */
function fetchWith(fetch: Fetch, url: string, headers: KubeAccess['headers']): Fetch {
  return async ({ method, url: asked, headers: given, body, signal }) => {
    const sent = new HeaderMap(given)
    for (const [name, value] of Object.entries(await headers())) sent.set(name, value)
    return fetch(httpRequest(url + asked.replace(/^https?:\/\/[^/]+/, ''), { method, headers: sent, body, signal }))
  }
}

async function openRancher(url: string, key: string, doors: 'kubernetes' | 'v3'): Promise<Opened> {
  const { RANCHER_CLUSTER: cluster, RANCHER_PIN: pin, RANCHER_CA: ca } = process.env
  const fetch = nodeFetch({ ...(pin && { pin }), ...(ca && { ca }) })
  const headers = () => ({ authorization: `Bearer ${key}` })
  const target = await rancherTarget({ fetch, url, headers, cluster, doors })
  const kube = connect({ fetch, url: `${url}/k8s/clusters/${target.cluster}`, headers })
  // v3 serves only namespaces of projects, and a new one has none
  const place = doors === 'v3' ? 'default' : namespace
  await makeNamespace(kube)
  return { target, kube, namespace: place, [Symbol.asyncDispose]: async () => fetch[Symbol.dispose]() }
}

async function makeNamespace(kube: KubeClient): Promise<void> {
  const made = kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  // the other files of the suite make it too
  await made.catch((error: unknown) => {
    if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error
  })
}

const { KUBECONFIG, RANCHER_URL, RANCHER_TOKEN } = process.env
const simulated = process.env['CONFORMANCE_SIMULATED'] === '1'

/** The embedded cluster by each door, and a real cluster or Rancher if the environment names one. */
export const places: readonly Place[] = [
  { name: 'embedded cluster', simulated: true, open: openEmbedded },
  { name: 'Drover’s server, Kubernetes door', simulated: true, open: () => openThroughServer('kubernetes') },
  { name: 'Drover’s server, v3 door', simulated: true, open: () => openThroughServer('v3') },
  ...(process.env['CONFORMANCE_KUBECONFIG'] && KUBECONFIG
    ? [
        { name: 'KUBECONFIG', simulated, open: () => openKubeconfig(KUBECONFIG) },
        // The server installs itself into the cluster, so only into one that belongs to the test.
        ...(simulated ? (['kubernetes', 'v3'] as const) : []).map((doors) => ({
          name: `Drover’s server over KUBECONFIG, ${doors} door`,
          simulated,
          open: () => openServerOver(KUBECONFIG, doors),
        })),
      ]
    : []),
  ...(RANCHER_URL && RANCHER_TOKEN
    ? (['kubernetes', 'v3'] as const).map((doors) => ({
        name: `RANCHER_URL, ${doors} door`,
        simulated,
        open: () => openRancher(RANCHER_URL, RANCHER_TOKEN, doors),
      }))
    : []),
]
