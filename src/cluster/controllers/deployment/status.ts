import { parseTime, timestamp } from '../clock.ts'
import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from '../objects.ts'
import { available, maxUnavailable, toldTogether, wanted } from './sizes.ts'

export function conditionOf(status: DeploymentStatus | undefined, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type)
}

/** The maximum int32 means no progress deadline. */
export function hasProgressDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2 ** 31 - 1
}

export function condition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
  now: number,
): Condition {
  const time = timestamp(now)
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message }
}

/** Moves a changed condition to the end; an unchanged status keeps its transition time. */
export function setCondition(conditions: readonly Condition[] = [], next: Condition): Condition[] {
  const current = conditions.find(({ type }) => type === next.type)
  if (current && current.status === next.status && current.reason === next.reason) return [...conditions]
  const kept = current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime
  return [...without(conditions, next.type), { ...next, ...(kept && { lastTransitionTime: kept }) }]
}

export function without(conditions: readonly Condition[] = [], type: string): Condition[] {
  return conditions.filter((condition) => condition.type !== type)
}

/** The counters and the condition Available, from the ReplicaSets' statuses. */
export function countReplicas(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: number,
): DeploymentStatus {
  const sum = (field: 'replicas' | 'readyReplicas') => all.reduce((total, set) => total + (set.status?.[field] ?? 0), 0)
  const availableReplicas = all.reduce((total, set) => total + available(set), 0)
  const enough = availableReplicas >= wanted(deployment) - maxUnavailable(deployment)
  const { collisionCount, conditions } = deployment.status ?? {}
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counters({
      replicas: sum('replicas'),
      updatedReplicas: newest?.status?.replicas ?? 0,
      readyReplicas: sum('readyReplicas'),
      availableReplicas,
      unavailableReplicas: Math.max(toldTogether(all) - availableReplicas, 0),
    }),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: setCondition(conditions, enough ? availableNow(now) : unavailableNow(now)),
  }
}

/** Counters of 0 are omitted. */
function counters(values: Record<string, number>): DeploymentStatus {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0))
}

const availableNow = (now: number) =>
  condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)

const unavailableNow = (now: number) =>
  condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', now)

/** Whether everything desired is updated and available, and nothing else is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const size = wanted(deployment)
  return (
    (status?.updatedReplicas ?? 0) === size &&
    (status?.replicas ?? 0) === size &&
    (status?.availableReplicas ?? 0) === size &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

function hasProgressed({ status: before = {} }: Deployment, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function deadlineOf(deployment: Deployment, progressing: Condition): number {
  return parseTime(progressing.lastUpdateTime) + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000
}

function hasTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const progressing = conditionOf(status, 'Progressing')
  if (!progressing || progressing.reason === 'NewReplicaSetAvailable') return false
  return progressing.reason === 'ProgressDeadlineExceeded' || deadlineOf(deployment, progressing) < now
}

/** The status during a rollout: counters, and the condition Progressing based on what changed since the last status. */
export function rolloutStatus(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  now: number,
): DeploymentStatus {
  const status = countReplicas(deployment, newest, all, now)
  const conditions = progressConditions(deployment, status, newest, now)
  return { ...status, conditions: withReplicaFailure(conditions, newest, all) }
}

function progressConditions(
  deployment: Deployment,
  status: DeploymentStatus,
  newest: ReplicaSet | undefined,
  now: number,
): Condition[] {
  const { conditions = [] } = status
  if (!hasProgressDeadline(deployment)) return without(conditions, 'Progressing')
  const current = conditionOf(deployment.status, 'Progressing')
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable'
  if (settled) return conditions
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  const say = (value: Condition['status'], reason: string, what: string) =>
    condition('Progressing', value, reason, `${subject} ${what}`, now)
  if (isComplete(deployment, status)) {
    return setCondition(conditions, say('True', 'NewReplicaSetAvailable', 'has successfully progressed.'))
  }
  if (hasProgressed(deployment, status))
    return refreshed(conditions, say('True', 'ReplicaSetUpdated', 'is progressing.'))
  if (hasTimedOut(deployment, status, now)) {
    return setCondition(conditions, say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'))
  }
  return conditions
}

/** Rewrites Progressing every time for its lastUpdateTime, from which the deadline counts. */
function refreshed(conditions: readonly Condition[], next: Condition): Condition[] {
  const current = conditions.find(({ type }) => type === next.type)
  const kept = current?.status === 'True' ? current.lastTransitionTime : undefined
  return [...without(conditions, next.type), { ...next, ...(kept && { lastTransitionTime: kept }) }]
}

/** Copies ReplicaFailure from a ReplicaSet, the newest first. */
function withReplicaFailure(
  conditions: readonly Condition[],
  newest: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): Condition[] {
  const failures = [...(newest ? [newest] : []), ...all].flatMap(
    ({ status }) => status?.conditions?.filter(({ type }) => type === 'ReplicaFailure') ?? [],
  )
  const [failure] = failures
  if (!failure) return without(conditions, 'ReplicaFailure')
  const { status, reason = '', message = '', lastTransitionTime = '' } = failure
  const mirrored = { type: 'ReplicaFailure', status, lastUpdateTime: lastTransitionTime, lastTransitionTime }
  return setCondition(conditions, { ...mirrored, reason, message })
}

const settledReasons = new Set<string | undefined>(['ProgressDeadlineExceeded', 'NewReplicaSetAvailable'])

/** Milliseconds until the deadline must be checked; undefined if there is none. */
export function progressCheckIn(deployment: Deployment, now: number): number | undefined {
  const { status } = deployment
  const progressing = conditionOf(status, 'Progressing')
  if (!hasProgressDeadline(deployment) || deployment.spec.paused || !progressing) return undefined
  if (isComplete(deployment, status) || settledReasons.has(progressing.reason)) return undefined
  return Math.max(deadlineOf(deployment, progressing) - now, 0) + 1000
}
