import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'

interface Spec {
  replicas?: number
  paused?: boolean
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
}

/** Whether a template change creates no pod now, so that no rollout will reveal whether its images can be pulled. */
export function isRolloutDeferred(kind: WorkloadKind, { spec = {} }: KubeObject): boolean {
  const { replicas = 1, paused = false, updateStrategy = {} } = spec as Spec
  const onDelete = updateStrategy.type === 'OnDelete'
  switch (kind) {
    case 'deployment':
      return paused || replicas === 0
    case 'statefulset':
      return onDelete || replicas === 0 || (updateStrategy.rollingUpdate?.partition ?? 0) >= replicas
    case 'daemonset':
      return onDelete
    case 'cronjob':
    case 'replicaset':
    case 'replicationcontroller':
      return true
    case 'job':
    case 'pod':
      return false
    default:
      return kind satisfies never
  }
}
