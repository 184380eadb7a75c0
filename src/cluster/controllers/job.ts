import type { KubeletOptions } from '../pods/kubelet.ts'
import { claim, keysSelecting } from './claims.ts'
import { parseTime, timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import type { EventText } from './events.ts'
import { stableText } from './hash.ts'
import {
  controlledBy,
  controllerOf,
  isDeleting,
  keyOf,
  splitKey,
  type Condition,
  type LabelSelector,
  type Pod,
  type PodTemplate,
  type Stored,
} from './objects.ts'
import { createPod, deletePod, slowStart } from './pod-control.ts'
import { crowding, leastMissedFirst } from './pod-ranking.ts'
import { isActive, restarts } from './pod-state.ts'
import { term } from './view.ts'

type JobStatus = {
  conditions?: Condition[]
  startTime?: string
  completionTime?: string
  active?: number
  succeeded?: number
  failed?: number
}

export interface Job extends Stored {
  spec: {
    parallelism?: number
    completions?: number
    backoffLimit?: number
    activeDeadlineSeconds?: number
    ttlSecondsAfterFinished?: number
    selector: LabelSelector
    template: PodTemplate
  }
  status?: JobStatus
}

const component = 'job-controller'

/** Runs Jobs: pods until enough have succeeded, or too many failed, or the time is over. */
export function jobController(context: Context, { podReadyAfter = 1500 }: KubeletOptions = {}): Controller {
  const { view } = context
  const ownerKeys = (pod: Pod) => {
    const owner = controllerOf(pod)
    if (owner) return owner.kind === 'Job' ? [`${pod.metadata.namespace}/${owner.name}`] : []
    return keysSelecting(view.by('Job', term.namespace(pod.metadata.namespace)) as Job[], pod).map(keyOf)
  }
  return {
    name: component,
    watches: {
      Job: ({ object }) => [keyOf(object)],
      Pod: ({ object, previous }) => [...ownerKeys(object), ...(previous ? ownerKeys(previous) : [])],
    },
    reconcile: (key) => reconcile(context, key, podReadyAfter / 1500),
  }
}

export function finishedAs({ status }: Job): 'Complete' | 'Failed' | undefined {
  const over = status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  return over?.type as 'Complete' | 'Failed' | undefined
}

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
  | { do: 'run'; create: number; surplus: number; lookAgainIn?: number }

/** Kubernetes' wait after the nth failed pod, in milliseconds: none, then 10 s, doubled each time, at most 6 minutes. */
export function failureWait(failures: number): number {
  return failures < 2 ? 0 : Math.min(10_000 * 2 ** (failures - 2), 360_000)
}

/** What becomes of a Job; `scale` shortens the waits after failures where pods live fast. */
export function planJob(job: Job, pods: JobPods, now: number, scale = 1): JobPlan {
  const { backoffLimit = 6, activeDeadlineSeconds, completions, parallelism = 1 } = job.spec
  const { active, succeeded, failed } = pods
  const lastFailure = Math.max(0, ...failed.map(endOf))
  const resumesIn = failed.length === 0 ? 0 : lastFailure + failureWait(failed.length) * scale - now
  const tooMany = failed.length > backoffLimit && resumesIn <= 0
  if (tooMany || restartedTooOften(job, active)) {
    return { do: 'fail', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  }
  const deadline = activeDeadlineSeconds === undefined ? Infinity : activeDeadlineSeconds * 1000
  const deadlineIn = parseTime(job.status?.startTime ?? timestamp(now)) + deadline - now
  if (deadlineIn <= 0) {
    return { do: 'fail', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  }
  const done = completions === undefined ? succeeded.length > 0 && active.length === 0 : succeeded.length >= completions
  if (done) return { do: 'complete' }
  const left =
    completions === undefined ? (succeeded.length > 0 ? active.length : parallelism) : completions - succeeded.length
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

function endOf({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => parseTime(state.terminated?.finishedAt))
  return Math.max(0, ...ends) || parseTime(metadata.creationTimestamp)
}

/** With OnFailure the containers are restarted in their pod, and all their restarts together count. */
function restartedTooOften({ spec }: Job, active: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false
  const total = active.filter(({ status }) => status?.phase === 'Running').reduce((sum, pod) => sum + restarts(pod), 0)
  const limit = spec.backoffLimit ?? 6
  return limit === 0 ? total > 0 : total >= limit
}

async function reconcile(context: Context, key: string, scale: number): Promise<number | void> {
  const { view, clock } = context
  const { namespace, name } = splitKey(key)
  const job = view.find('Job', namespace, name) as Job | undefined
  if (!job || isDeleting(job)) return
  if (finishedAs(job)) return expire(context, job)
  const pods = await claim(view, 'Pod', job, controlledBy(job, 'batch/v1', 'Job'), job.spec.selector)
  const sorted = sortJobPods(pods)
  const plan = planJob(job, sorted, clock.now(), scale)
  const status = await carryOut(context, job, sorted, plan)
  if (stableText(status) !== stableText(job.status ?? {})) await view.updateStatus('Job', { ...job, status })
  return plan.do === 'run' ? plan.lookAgainIn : undefined
}

async function carryOut(context: Context, job: Job, pods: JobPods, plan: JobPlan): Promise<JobStatus> {
  const { active, succeeded, failed } = pods
  const { events, clock } = context
  const now = timestamp(clock.now())
  const startTime = job.status?.startTime ?? now
  const report = (counts: Partial<JobStatus>): JobStatus => ({
    ...(job.status?.conditions && { conditions: job.status.conditions }),
    startTime,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
  })
  const over = (type: string, more: Partial<Condition> = {}): Condition[] => [
    ...(job.status?.conditions ?? []),
    { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...more },
  ]
  const counts = { succeeded: succeeded.length, failed: failed.length }
  switch (plan.do) {
    case 'complete':
      events.record(job, { component }, say('Normal', 'Completed', 'Job completed'))
      return report({ ...counts, conditions: over('Complete'), completionTime: now })
    case 'fail': {
      const { reason, message } = plan
      await Promise.all(active.map((pod) => deletePod(context, job, pod, component)))
      events.record(job, { component }, say('Warning', reason, message))
      const conditions = over('Failed', { reason, message })
      return report({ ...counts, conditions })
    }
    case 'run': {
      const surplus = leastMissedFirst(active, crowding(active)).slice(0, plan.surplus)
      const { template } = job.spec
      const wish = { owner: job, reference: controlledBy(job, 'batch/v1', 'Job'), template, component }
      await Promise.all(surplus.map((pod) => deletePod(context, job, pod, component)))
      await slowStart(plan.create, () => createPod(context, wish))
      return report({ active: active.length - surplus.length + plan.create, ...counts })
    }
    default:
      return plan satisfies never
  }
}

function say(type: EventText['type'], reason: string, message: string): EventText {
  return { type, reason, message }
}

/** A finished Job with a time to live goes when it is over, its pods with it. */
async function expire({ view, clock }: Context, job: Job): Promise<number | void> {
  const { ttlSecondsAfterFinished } = job.spec
  if (ttlSecondsAfterFinished === undefined) return
  const ended = job.status?.conditions?.find(({ type }) => type === finishedAs(job))?.lastTransitionTime
  const left = parseTime(ended) + ttlSecondsAfterFinished * 1000 - clock.now()
  if (left > 0) return left
  await view.delete('Job', job, { propagationPolicy: 'Background' })
}
