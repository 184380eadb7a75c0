import { parseTime } from './clock.ts'
import type { Pod } from './objects.ts'
import { isReady, podCondition, restarts } from './pod-state.ts'

const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }

/**
 * Orders pods for deletion as Kubernetes' ActivePodsWithRanks: unassigned, not running, not ready, on a crowded node,
 * ready for a shorter time, restarted more often, younger.
 */
export function leastMissedFirst(pods: readonly Pod[], crowd: ReadonlyMap<string, number>): Pod[] {
  const ranks = new Map(pods.map((pod) => [pod, rank(pod, crowd)]))
  return [...pods].sort((one, other) => {
    const [first = [], second = []] = [ranks.get(one), ranks.get(other)]
    for (const [index, value] of first.entries()) {
      const difference = value - (second[index] ?? 0)
      if (difference !== 0) return difference
    }
    return one.metadata.name < other.metadata.name ? -1 : 1
  })
}

function rank(pod: Pod, crowd: ReadonlyMap<string, number>): number[] {
  const ready = isReady(pod)
  return [
    pod.spec.nodeName ? 1 : 0,
    phaseRank[pod.status?.phase ?? 'Pending'] ?? 0,
    ready ? 1 : 0,
    -(crowd.get(pod.spec.nodeName ?? '') ?? 0),
    ready ? -parseTime(podCondition(pod, 'Ready')?.lastTransitionTime) : 0,
    -restarts(pod),
    -parseTime(pod.metadata.creationTimestamp),
  ]
}

/** Number of these pods per node. */
export function crowding(pods: readonly Pod[]): Map<string, number> {
  const crowd = new Map<string, number>()
  for (const { spec } of pods) {
    if (spec.nodeName) crowd.set(spec.nodeName, (crowd.get(spec.nodeName) ?? 0) + 1)
  }
  return crowd
}
