import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { WorkloadKind } from '../../../src/model/workload-kinds.ts'
import type { Texts } from '../language/english.ts'

interface Strategy {
  type?: string
  rollingUpdate?: { maxSurge?: string | number; maxUnavailable?: string | number }
}

/** Describes what a new image will do to the pods. */
export function effectOfChange(texts: Texts, kind: WorkloadKind, workload: KubeObject): string {
  const { effect } = texts.change
  const spec = (workload.spec ?? {}) as {
    replicas?: number
    paused?: boolean
    strategy?: Strategy
    updateStrategy?: Strategy
  }
  const { replicas = 1, paused = false, strategy, updateStrategy } = spec
  if (paused) return effect.paused
  switch (kind) {
    case 'deployment':
      if (replicas === 0) return effect.zero
      if (strategy?.type === 'Recreate') return effect.recreate(replicas)
      return rollingUpdate(texts, replicas, strategy)
    case 'statefulset':
      if (updateStrategy?.type === 'OnDelete') return effect.onDelete
      return replicas === 0 ? effect.zero : effect.statefulset(replicas)
    case 'daemonset':
      if (updateStrategy?.type === 'OnDelete') return effect.onDelete
      return effect.daemonset(String(updateStrategy?.rollingUpdate?.maxUnavailable ?? 1))
    case 'cronjob':
      return effect.cronjob
    default:
      return effect.other
  }
}

/**
 * Percentages are relative to the desired replicas, rounded as the controller does (pkg/util/intstr, deployment/util).
 */
function rollingUpdate(
  { change: { effect } }: Texts,
  replicas: number,
  { rollingUpdate: limits }: Strategy = {},
): string {
  const surge = podsOf(limits?.maxSurge ?? '25%', replicas, Math.ceil)
  const missing = podsOf(limits?.maxUnavailable ?? '25%', replicas, Math.floor)
  // with both at 0, no pod could ever be replaced
  return effect.deployment(replicas, surge, surge + missing === 0 ? 1 : missing)
}

function podsOf(limit: string | number, replicas: number, round: (pods: number) => number): number {
  return typeof limit === 'number' ? limit : round((Number.parseFloat(limit) / 100) * replicas)
}
