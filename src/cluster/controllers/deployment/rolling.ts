import { olderFirst, type Deployment, type ReplicaSet } from '../objects.ts'
import { available, maxUnavailable, newestSize, told, toldTogether, wanted } from './sizes.ts'

/** A ReplicaSet and its target size. */
export interface Scale {
  replicaSet: ReplicaSet
  replicas: number
}

/**
 * The next step of a rolling update: the newest ReplicaSet grows, or shrinks to the desired size; only then do the old
 * ones shrink, unavailable replicas first. Empty if there is nothing to do.
 */
export function planRollingUpdate(
  deployment: Deployment,
  newest: ReplicaSet,
  old: readonly ReplicaSet[],
): readonly Scale[] {
  const size = told(newest) > wanted(deployment) ? wanted(deployment) : newestSize(deployment, newest, [...old, newest])
  if (size !== told(newest)) return [{ replicaSet: newest, replicas: size }]
  return planShrinking(deployment, newest, old)
}

function planShrinking(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): Scale[] {
  const minAvailable = wanted(deployment) - maxUnavailable(deployment)
  const newestMissing = told(newest) - available(newest)
  const spare = toldTogether(old) + told(newest) - minAvailable - newestMissing
  if (toldTogether(old) === 0 || spare <= 0) return []
  const oldestFirst = [...old].sort(olderFirst)
  const broken = planCleaning(oldestFirst, spare)
  const left = oldestFirst.map((set) => broken.findLast(({ replicaSet }) => replicaSet === set)?.replicas ?? told(set))
  const availableNow = [...old, newest].reduce((sum, set) => sum + available(set), 0)
  return [...broken, ...planScalingDown(oldestFirst, left, availableNow - minAvailable)]
}

/** Removes unavailable old replicas first: they serve nobody, and the newest ReplicaSet may need their places. */
function planCleaning(old: readonly ReplicaSet[], most: number): Scale[] {
  const plan: Scale[] = []
  let left = most
  for (const replicaSet of old) {
    const broken = Math.min(told(replicaSet) - available(replicaSet), left)
    if (broken <= 0 || told(replicaSet) === 0) continue
    plan.push({ replicaSet, replicas: told(replicaSet) - broken })
    left -= broken
  }
  return plan
}

function planScalingDown(old: readonly ReplicaSet[], sizes: readonly number[], most: number): Scale[] {
  const plan: Scale[] = []
  let left = most
  for (const [index, replicaSet] of old.entries()) {
    const size = sizes[index] ?? 0
    const fewer = Math.min(size, left)
    if (fewer <= 0) continue
    plan.push({ replicaSet, replicas: size - fewer })
    left -= fewer
  }
  return plan
}
