import { connect, type ConnectOptions } from '../../kube/index.ts'
import { DroverError, type ErrorCode } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'
import { kubernetesTarget } from './kubernetes-target.ts'
import { findCluster, findProject } from './rancher-place.ts'
import type { CallSettings, Target } from '../target.ts'
import { v3Target } from './v3/v3-target.ts'

export interface RancherTargetOptions extends Omit<ConnectOptions, 'url'> {
  /** The server's address, without `/v3`: `https://rancher.example`. */
  url: string
  /** Id or name; not needed where the key sees only one. */
  cluster?: string | undefined
  /** `c-abcde:p-fghij`; found by the namespace where it is needed and not given. */
  project?: string | undefined
  /** Which doors may be tried. Default both, the narrow one first. */
  doors?: 'both' | 'kubernetes' | 'v3'
  signal?: AbortSignal | undefined
}

/**
 * Workloads of one cluster behind a Rancher, or behind Drover's own server. The Kubernetes API behind it is tried first,
 * for it alone can write on a condition; v3 is used only where that is refused. Raises what `findCluster` raises.
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

/** Answers that mean that this door is shut, rather than that the thing asked for is not there. */
const shut: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'UNSUPPORTED', 'UNREACHABLE']

function isShut(error: unknown): boolean {
  if (!(error instanceof DroverError) || !shut.includes(error.code)) return false
  // Kubernetes itself answered: the door is open, and the workload not there
  return !(error.code === 'NOT_FOUND' && error.cause instanceof StatusError)
}

/** The narrow door until it proves shut, then the wide one. What the wide one says counts only if it is open. */
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
