import { connect, type KubeClient } from '../../../src/kube/index.ts'
import { rancherTarget, type Target } from '../../../src/rollout/index.ts'
import { browserFetch } from './browser-fetch.ts'

const targets = new Map<string, Promise<Target>>()

/** A Target for the workloads of a project: the Kubernetes door first, for conditional writes, then v3. */
export function targetOf(project: string): Promise<Target> {
  let target = targets.get(project)
  if (!target) {
    const [cluster] = project.split(':')
    target = rancherTarget({ fetch: browserFetch, url: location.origin, cluster, project })
    targets.set(project, target)
    target.catch(() => targets.delete(project))
  }
  return target
}

/** The Kubernetes API of a project's cluster. */
export function kubeOf(project: string): KubeClient {
  const [cluster = ''] = project.split(':')
  return connect({ fetch: browserFetch, url: `${location.origin}/k8s/clusters/${encodeURIComponent(cluster)}` })
}
