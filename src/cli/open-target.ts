import { connect, nodeFetch, proxyFor, type KubeClient } from '../kube/index.ts'
import { kubernetesTarget, rancherTarget, type Target } from '../rollout/index.ts'
import type { Connection } from './settings.ts'
import type { Terminal } from './terminal.ts'

export interface OpenedTarget extends Disposable {
  readonly target: Target
  /** The Kubernetes API behind it, for what is asked beside the workloads. */
  readonly client: KubeClient
}

/** Whatever the settings lead to, as a target. Disposing closes its connections. */
export async function openTarget(connection: Connection, terminal: Terminal): Promise<OpenedTarget> {
  if (connection.door === 'kubernetes') return openKubeconfig(connection, terminal)
  const { server, key, trust, cluster, project } = connection
  if (trust.insecure) {
    terminal.err(
      `WARNING: --insecure: the certificate of ${server} is not verified; whoever answers there gets your key\n`,
    )
  }
  const proxy = proxyFor(server, terminal.env)
  const fetch = nodeFetch({ ...trust, ...(proxy !== undefined && { proxy }) })
  const authorization = `Bearer ${key.reveal()}`
  const { signal } = terminal
  const headers = () => ({ authorization })
  const target = await rancherTarget({ fetch, url: server, cluster, project, headers, signal })
  return {
    target,
    client: connect({ fetch, url: `${server}/k8s/clusters/${encodeURIComponent(target.cluster ?? 'local')}`, headers }),
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  }
}

async function openKubeconfig(
  connection: Connection & { door: 'kubernetes' },
  terminal: Terminal,
): Promise<OpenedTarget> {
  const { openKubeconfigClient } = await import('./kubeconfig.ts')
  const { client, close } = await openKubeconfigClient(connection, terminal)
  const { context: cluster } = connection
  return {
    target: kubernetesTarget({ client, ...(cluster !== undefined && { cluster }) }),
    client,
    [Symbol.dispose]: close,
  }
}
