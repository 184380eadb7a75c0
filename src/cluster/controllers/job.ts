import type { KubeletOptions } from '../pods/kubelet.ts'
import { claim, watchesOf } from './claims.ts'
import { parseTime, timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import type { EventText } from './events.ts'
import { stableText } from './hash.ts'
import {
  controlledBy,
  isDeleting,
  splitKey,
  type Condition,
  type LabelSelector,
  type PodTemplate,
  type Stored,
} from './objects.ts'
import { createPod, deletePod, slowStart } from './pod-control.ts'
import { completedIndexes, freeIndexes, indexedWish, isIndexed, succeededCount } from './job-indexes.ts'
import { planJob, sortJobPods, type JobPlan, type JobPods } from './job-plan.ts'
import { crowding, leastMissedFirst } from './pod-ranking.ts'

type JobStatus = {
  conditions?: Condition[]
  startTime?: string
  completionTime?: string
  active?: number
  succeeded?: number
  failed?: number
  completedIndexes?: string
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
    completionMode?: string
    suspend?: boolean
  }
  status?: JobStatus
}

const component = 'job-controller'

/** Runs Jobs: creates pods until enough succeed, too many fail, or the deadline passes. */
export function jobController(context: Context, { podReadyAfter = 1500 }: KubeletOptions = {}): Controller {
  return {
    name: component,
    watches: watchesOf(context.view, { kind: 'Job' }),
    reconcile: (key) => reconcile(context, key, podReadyAfter / 1500),
  }
}

export function finishedAs({ status }: Job): 'Complete' | 'Failed' | undefined {
  const over = status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )
  return over?.type as 'Complete' | 'Failed' | undefined
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
  const report = (counts: Partial<JobStatus>): JobStatus => ({
    ...(job.status?.conditions && { conditions: job.status.conditions }),
    startTime: job.status?.startTime ?? now,
    ...(isIndexed(job) && succeeded.length > 0 && { completedIndexes: completedIndexes(succeeded) }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
  })
  const counts = { succeeded: succeededCount(job, succeeded), failed: failed.length }
  switch (plan.do) {
    case 'complete':
      events.record(job, { component }, say('Normal', 'Completed', 'Job completed'))
      return report({ ...counts, conditions: withCondition(job, 'Complete', now), completionTime: now })
    case 'fail': {
      const { reason, message } = plan
      await Promise.all(active.map((pod) => deletePod(context, job, pod, component)))
      events.record(job, { component }, say('Warning', reason, message))
      return report({ ...counts, conditions: withCondition(job, 'Failed', now, { reason, message }) })
    }
    case 'suspend': {
      await Promise.all(active.map((pod) => deletePod(context, job, pod, component)))
      const { startTime: _start, ...rest } = report({ ...counts, conditions: suspension(context, job, true, now) })
      return rest
    }
    case 'run': {
      const surplus = leastMissedFirst(active, crowding(active)).slice(0, plan.surplus)
      await Promise.all(surplus.map((pod) => deletePod(context, job, pod, component)))
      await createPods(context, job, pods, plan.create)
      const running = active.length - surplus.length + plan.create
      if (!isSuspended(job)) return report({ active: running, ...counts })
      const conditions = suspension(context, job, false, now)
      return report({ active: running, ...counts, conditions, startTime: now })
    }
    default:
      return plan satisfies never
  }
}

async function createPods(context: Context, job: Job, pods: JobPods, count: number): Promise<void> {
  const { template } = job.spec
  const wish = { owner: job, reference: controlledBy(job, 'batch/v1', 'Job'), template, component }
  if (!isIndexed(job)) return slowStart(count, () => createPod(context, wish))
  const indexes = freeIndexes(job, [...pods.active, ...pods.succeeded], count)
  return slowStart(indexes.length, () => createPod(context, indexedWish(wish, indexes.shift() as number)))
}

function isSuspended({ status }: Job): boolean {
  return status?.conditions?.some((one) => one.type === 'Suspended' && one.status === 'True') ?? false
}

/** Conditions of a suspended or resumed Job; a change emits an event. */
function suspension({ events }: Context, job: Job, suspended: boolean, now: string): Condition[] {
  if (isSuspended(job) === suspended) return job.status?.conditions ?? []
  const [reason, message] = suspended ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed']
  events.record(job, { component }, say('Normal', reason, message))
  const status = suspended ? 'True' : 'False'
  return withCondition(job, 'Suspended', now, { status, reason: `Job${reason}`, message })
}

function withCondition({ status }: Job, type: string, now: string, more: Partial<Condition> = {}): Condition[] {
  const others = (status?.conditions ?? []).filter((one) => one.type !== type)
  return [...others, { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...more }]
}

function say(type: EventText['type'], reason: string, message: string): EventText {
  return { type, reason, message }
}

/** Deletes a finished Job with its pods after its TTL. */
async function expire({ view, clock }: Context, job: Job): Promise<number | void> {
  const { ttlSecondsAfterFinished } = job.spec
  if (ttlSecondsAfterFinished === undefined) return
  const ended = job.status?.conditions?.find(({ type }) => type === finishedAs(job))?.lastTransitionTime
  const left = parseTime(ended) + ttlSecondsAfterFinished * 1000 - clock.now()
  if (left > 0) return left
  await view.delete('Job', job, { propagationPolicy: 'Background' })
}
