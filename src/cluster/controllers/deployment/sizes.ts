import type { Deployment, IntOrPercent, ReplicaSet } from '../objects.ts'

export function wanted({ spec }: Deployment): number {
  return spec.replicas ?? 1
}

/** Desired replicas of a ReplicaSet. */
export function told({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1
}

export function toldTogether(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + told(set), 0)
}

export function available({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0
}

export function isRollingUpdate({ spec }: Deployment): boolean {
  return (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
}

/** Pods allowed beyond the desired number during a rolling update. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0
}

/** Pods allowed to be missing during a rolling update. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = wanted(deployment)
  if (!isRollingUpdate(deployment) || replicas === 0) return 0
  return Math.min(fenceposts(deployment).unavailable, replicas)
}

/** The surge rounds up and the rest down; both 0 would never progress. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {}
  const surge = resolve(maxSurge, wanted(deployment), Math.ceil)
  const unavailable = resolve(maxUnavailable, wanted(deployment), Math.floor)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

/** A number, or a percentage of `total` rounded by `round`. */
export function resolve(value: IntOrPercent, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value
  return round((Number.parseInt(value, 10) * total) / 100) || 0
}

/** The size the newest ReplicaSet may have now, given the other pods. */
export function newestSize(deployment: Deployment, newest: ReplicaSet | undefined, all: readonly ReplicaSet[]): number {
  if (!isRollingUpdate(deployment)) return wanted(deployment)
  const current = newest ? told(newest) : 0
  const room = wanted(deployment) + maxSurge(deployment) - toldTogether(all)
  return room <= 0 ? current : current + Math.min(room, wanted(deployment) - current)
}
