import { connect, nodeFetch } from '../kube/index.ts'
import { DroverError } from '../model/errors.ts'
import { kubernetesTarget, type Target } from '../rollout/index.ts'
import type { Connection } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { v3Client, type V3Resource } from './v3-client.ts'

export interface OpenedTarget extends Disposable {
  readonly target: Target
}

/** Whatever the settings lead to, as a target. Disposing closes its connections. */
export async function openTarget(connection: Connection, terminal: Terminal): Promise<OpenedTarget> {
  if (connection.door === 'kubernetes') return openKubeconfig(connection, terminal)
  if (connection.trust.insecure) {
    terminal.err(`WARNING: --insecure: whoever answers at ${connection.server} is believed, and is sent your key\n`)
  }
  const cluster = connection.cluster ?? connection.project?.split(':')[0] ?? (await onlyCluster(connection, terminal))
  const fetch = nodeFetch(connection.trust)
  const authorization = `Bearer ${connection.key.reveal()}`
  const client = connect({
    fetch,
    url: `${connection.server}/k8s/clusters/${cluster}`,
    headers: () => ({ authorization }),
  })
  return {
    target: kubernetesTarget({ client, door: 'rancher-kubernetes', cluster }),
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  }
}

async function openKubeconfig(
  connection: Connection & { door: 'kubernetes' },
  terminal: Terminal,
): Promise<OpenedTarget> {
  const { openKubeconfigClient } = await import('./kubeconfig.ts')
  const { client, close } = await openKubeconfigClient(connection, terminal)
  return { target: kubernetesTarget({ client }), [Symbol.dispose]: close }
}

/** Where the caller names no cluster there must be one alone. */
async function onlyCluster(connection: Connection & { door: 'rancher' }, { signal }: Terminal): Promise<string> {
  using client = v3Client({ ...connection, signal })
  const { data } = await client.get('/v3/clusters')
  const clusters = (data as V3Resource[]).map(({ id, name }) => ({ id: String(id), name: String(name) }))
  const [first] = clusters
  if (first && clusters.length === 1) return first.id
  const listed = clusters.map(({ id, name }) => (name === id ? id : `${id} (${name})`)).join(', ')
  throw new DroverError(
    first ? 'AMBIGUOUS' : 'FORBIDDEN',
    first ? `several clusters are there: ${listed}; say which with --cluster` : 'this key sees no cluster',
  )
}
