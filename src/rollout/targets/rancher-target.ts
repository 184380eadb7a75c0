import { connect, type ConnectOptions } from '../../kube/index.ts'
import { DroverError, type ErrorCode } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'
import { kubernetesTarget } from './kubernetes-target.ts'
import { findCluster, findProject } from './rancher-place.ts'
import type { CallSettings, Target } from '../target.ts'
import { v3Target } from './v3/v3-target.ts'

export interface RancherTargetOptions extends Omit<ConnectOptions, 'url'> {
  /** The server's URL without `/v3`: `https://rancher.example`. */
  url: string
  /** Id or name. Default: the only cluster the key can see. */
  cluster?: string | undefined
  /** For example `c-abcde:p-fghij`. Default: the namespace's project, looked up if needed. */
  project?: string | undefined
  /** Doors to try. Default both, `kubernetes` first. */
  doors?: 'both' | 'kubernetes' | 'v3'
  signal?: AbortSignal | undefined
}

/**
 * Workloads of a cluster behind a Rancher or Drover server. Tries the Kubernetes API behind it first, because only that
 * has conditional writes; falls back to v3 if it is refused. Raises as `findCluster`.
 */
export async function rancherTarget(options: RancherTargetOptions): Promise<Target> {
  const { url, cluster: given, project, doors = 'both', signal, ...connection } = options
  const root = connect({ ...connection, url })
  const cluster = await findCluster(root, given ?? project?.split(':')[0], { signal })
  const behind = connect({ ...connection, url: `${root.url}/k8s/clusters/${encodeURIComponent(cluster)}` })
  const narrow = kubernetesTarget({ client: behind, door: 'rancher-kubernetes', cluster })
  const projects = new Map<string, Promise<string>>()
  const projectOf = async (namespace: string, call: CallSettings) => {
    if (project !== undefined) return project
    let found = projects.get(namespace)
    if (!found) projects.set(namespace, (found = findProject(root, cluster, namespace, call)))
    return found
  }
  const wide = v3Target({ client: root, cluster, projectOf, behind })
  return doors === 'both' ? firstOpen(narrow, wide) : doors === 'v3' ? wide : narrow
}

/** Codes that mean this door is shut rather than that the object is missing. */
const shut: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'UNSUPPORTED', 'UNREACHABLE']

function isShut(error: unknown): boolean {
  if (!(error instanceof DroverError) || !shut.includes(error.code)) return false
  // answered by Kubernetes itself: the door is open, the workload missing
  return !(error.code === 'NOT_FOUND' && error.cause instanceof StatusError)
}

/** Uses the narrow door until it proves shut, then the wide one. */
function firstOpen(narrow: Target, wide: Target): Target {
  let current = narrow
  const through = async <T>(use: (target: Target) => Promise<T>): Promise<T> => {
    try {
      return await use(current)
    } catch (error) {
      if (current === wide || !isShut(error)) throw error
      const result = await use(wide).catch(() => {
        throw error
      })
      current = wide
      return result
    }
  }
  return {
    get door() {
      return current.door
    },
    ...(narrow.cluster !== undefined && { cluster: narrow.cluster }),
    read: (workload, call) => through((target) => target.read(workload, call)),
    write: (workload, seen, edit, call) => through((target) => target.write(workload, seen, edit, call)),
    snapshot: (workload, call) => through((target) => target.snapshot(workload, call)),
    log: (pod, container, call) => current.log(pod, container, call),
    list: (kind, call) => through((target) => target.list(kind, call)),
    sharing: () => firstOpen(narrow.sharing?.() ?? narrow, wide),
  }
}
