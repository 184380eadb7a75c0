import { parseTime, timestamp } from './clock.ts'
import type { Job } from './job.ts'
import { succeededCount } from './job-indexes.ts'
import type { Pod } from './objects.ts'
import { isActive, restarts } from './pod-state.ts'

export interface JobPods {
  active: Pod[]
  succeeded: Pod[]
  failed: Pod[]
}

export function sortJobPods(pods: readonly Pod[]): JobPods {
  return {
    active: pods.filter(isActive),
    succeeded: pods.filter(({ status }) => status?.phase === 'Succeeded'),
    failed: pods.filter(({ status }) => status?.phase === 'Failed'),
  }
}

export type JobPlan =
  | { do: 'fail'; reason: string; message: string }
  | { do: 'complete' }
  | { do: 'suspend' }
  | { do: 'run'; create: number; surplus: number; lookAgainIn?: number }

/** The next step of a Job. `scale` shortens back-off if pods are fast. */
export function planJob(job: Job, pods: JobPods, now: number, scale = 1): JobPlan {
  const { backoffLimit = 6, activeDeadlineSeconds, completions, parallelism = 1, suspend = false } = job.spec
  const { active, succeeded, failed } = pods
  const resumesIn = lastNotice(failed.map(endOf), scale) - now
  const tooMany = failed.length > backoffLimit && resumesIn <= 0
  if (tooMany || restartedTooOften(job, active)) {
    return { do: 'fail', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  }
  const deadline = activeDeadlineSeconds === undefined || suspend ? Infinity : activeDeadlineSeconds * 1000
  const deadlineIn = parseTime(job.status?.startTime ?? timestamp(now)) + deadline - now
  if (deadlineIn <= 0) {
    return { do: 'fail', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  }
  const done = succeededCount(job, succeeded)
  const enough = completions === undefined ? done > 0 && active.length === 0 : done >= completions
  if (enough) return { do: 'complete' }
  if (suspend) return { do: 'suspend' }
  const left = completions === undefined ? (done > 0 ? active.length : parallelism) : completions - done
  const missing = Math.min(left, parallelism) - active.length
  const waits = missing > 0 && resumesIn > 0
  const lookAgainIn = Math.min(deadlineIn, waits ? resumesIn : Infinity)
  return {
    do: 'run',
    create: waits ? 0 : Math.max(missing, 0),
    surplus: Math.max(-missing, 0),
    ...(lookAgainIn !== Infinity && { lookAgainIn }),
  }
}

/** Kubernetes' delay after the nth failure, in ms: 10 s, doubled each time, at most 6 minutes. */
export function retryWait(notices: number): number {
  return notices === 0 ? 0 : Math.min(10_000 * 2 ** (notices - 1), 360_000)
}

/**
 * When the last of these failures takes effect, by a new pod or the Job's failure: the first at once, each further one
 * when the delay started by the previous one is over, or that delay after the failure if it came later.
 */
export function lastNotice(failures: readonly number[], scale = 1): number {
  let noticed = 0
  let notices = 0
  for (const failure of failures.toSorted((one, other) => one - other)) {
    if (failure <= noticed) continue
    const wait = retryWait(notices) * scale
    noticed = notices > 0 && failure <= noticed + wait ? noticed + wait : failure + wait
    notices += 1
  }
  return noticed
}

function endOf({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => parseTime(state.terminated?.finishedAt))
  return Math.max(0, ...ends) || parseTime(metadata.creationTimestamp)
}

/** With OnFailure containers restart within their pod, and the sum of restarts counts. */
function restartedTooOften({ spec }: Job, active: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false
  const total = active.filter(({ status }) => status?.phase === 'Running').reduce((sum, pod) => sum + restarts(pod), 0)
  const limit = spec.backoffLimit ?? 6
  return limit === 0 ? total > 0 : total >= limit
}
