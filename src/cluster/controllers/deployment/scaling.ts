import { olderFirst, type Deployment, type ReplicaSet } from '../objects.ts'
import { desiredReplicas, maxReplicas } from './annotations.ts'
import type { Scale } from './rolling.ts'
import { available, isRollingUpdate, maxSurge, told, toldTogether, wanted } from './sizes.ts'

/** Whether the Deployment's replicas changed since its ReplicaSets were last sized. */
export function isScalingEvent(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.some((set) => {
    const desired = desiredReplicas(set)
    return told(set) > 0 && desired !== undefined && desired !== wanted(deployment)
  })
}

/**
 * Resizes ReplicaSets without rolling out: a single active one takes the whole change; old ones of a finished rollout
 * go to 0; during a rolling update the change is divided proportionally. A Scale to the current size only refreshes
 * annotations.
 */
export function planScaling(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): readonly Scale[] {
  const only = activeOrNewest(newest, old)
  if (only) return told(only) === wanted(deployment) ? [] : [{ replicaSet: only, replicas: wanted(deployment) }]
  const active = old.filter((set) => told(set) > 0)
  if (newest && isSaturated(deployment, newest)) return active.map((replicaSet) => ({ replicaSet, replicas: 0 }))
  return isRollingUpdate(deployment) ? planProportions(deployment, newest ? [...active, newest] : active) : []
}

function activeOrNewest(newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = [...old, ...(newest ? [newest] : [])].filter((set) => told(set) > 0)
  if (active.length > 1) return undefined
  return active[0] ?? newest ?? [...old].sort(olderFirst).at(-1)
}

function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const size = wanted(deployment)
  return told(newest) === size && desiredReplicas(newest) === size && available(newest) === size
}

function planProportions(deployment: Deployment, sets: readonly ReplicaSet[]): Scale[] {
  const active = sets.filter((set) => told(set) > 0)
  const allowed = wanted(deployment) > 0 ? wanted(deployment) + maxSurge(deployment) : 0
  const toAdd = allowed - toldTogether(active)
  const ordered = [...active].sort((one, other) => {
    const bySize = told(other) - told(one)
    if (bySize !== 0) return bySize
    return toAdd > 0 ? olderFirst(other, one) : olderFirst(one, other)
  })
  let added = 0
  const plan = ordered.map((replicaSet) => {
    const share = proportion(deployment, replicaSet, toAdd, added)
    added += share
    return { replicaSet, replicas: told(replicaSet) + share }
  })
  const [first] = plan
  if (first && toAdd !== 0) first.replicas = Math.max(first.replicas + toAdd - added, 0)
  return plan
}

function proportion(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === 0 || toAdd === added) return 0
  const share = fraction(deployment, replicaSet)
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added)
}

function fraction(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = told(replicaSet)
  if (wanted(deployment) === 0) return -size
  const total = wanted(deployment) + maxSurge(deployment)
  const before = maxReplicas(replicaSet) ?? deployment.status?.replicas ?? 0
  return before === 0 ? 0 : roundAwayFromZero((size * total) / before) - size
}

function roundAwayFromZero(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value))
}
