import { parseTime } from './clock.ts'
import { isDeleting, type Condition, type Pod } from './objects.ts'

/** Neither finished nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isDeleting(pod)
}

export function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed'
}

export function podCondition({ status }: Pod, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type)
}

export function isReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True'
}

/** Milliseconds until a pod has been ready for `minReadySeconds`: 0 if available, undefined if not ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = podCondition(pod, 'Ready')
  if (ready?.status !== 'True') return undefined
  return minReadySeconds === 0 ? 0 : Math.max(parseTime(ready.lastTransitionTime) + minReadySeconds * 1000 - now, 0)
}

export function restarts({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount))
}
