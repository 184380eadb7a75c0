import { StatusError } from '../../model/status.ts'
import type { KubeObject } from '../resource.ts'
import { parseTime, timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { parseSchedule, type Schedule } from './cron-times.ts'
import { stableText } from './hash.ts'
import { finishedAs, type Job } from './job.ts'
import { controlledBy, controllerOf, isDeleting, keyOf, olderFirst, splitKey, type Stored } from './objects.ts'
import { isNamespaceEnding } from './pod-control.ts'
import { term } from './view.ts'

interface JobReference {
  kind: string
  namespace?: string
  name: string
  uid: string
  apiVersion: string
  resourceVersion?: string
}

type CronJobStatus = { active?: JobReference[]; lastScheduleTime?: string; lastSuccessfulTime?: string }

export interface CronJob extends Stored {
  spec: {
    schedule: string
    timeZone?: string
    suspend?: boolean
    concurrencyPolicy?: string
    startingDeadlineSeconds?: number
    successfulJobsHistoryLimit?: number
    failedJobsHistoryLimit?: number
    jobTemplate: { metadata?: Record<string, unknown>; spec: Record<string, unknown> }
  }
  status?: CronJobStatus
}

const component = 'cronjob-controller'

/** Creates Jobs on schedule and prunes finished ones. */
export function cronJobController(context: Context): Controller {
  return {
    name: component,
    watches: {
      CronJob: ({ object }) => [keyOf(object)],
      Job: ({ object }) => {
        const owner = controllerOf(object)
        return owner?.kind === 'CronJob' ? [`${object.metadata.namespace}/${owner.name}`] : []
      },
    },
    reconcile: (key) => reconcile(context, key),
  }
}

/** Beyond this many missed times, only their number is reported. */
const countedMisses = 100

interface DueTime {
  due?: number
  next?: number
  /** Set if there are too many. */
  missed?: number
}

/** The latest time that is due and unused, and the next one. */
export function dueTime(cron: CronJob, schedule: Schedule, now: number): DueTime {
  const { startingDeadlineSeconds } = cron.spec
  const since = parseTime(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp)
  const oldest = startingDeadlineSeconds === undefined ? 0 : now - startingDeadlineSeconds * 1000
  const times: number[] = []
  let from = Math.max(since, oldest)
  for (let count = 0; count <= countedMisses; count += 1) {
    const time = schedule(from)
    const [due] = times.slice(-1)
    if (time === undefined || time > now) return { ...(due !== undefined && { due }), ...(time && { next: time }) }
    times.push(time)
    from = time
  }
  // only the last of them matters
  const [first = 0, second = 0] = times
  const recent = schedule(now - 60_000)
  const next = schedule(now)
  const due = recent !== undefined && recent <= now ? recent : from
  return { due, ...(next && { next }), missed: Math.floor((now - first) / (second - first)) + 1 }
}

async function reconcile(context: Context, key: string): Promise<number | void> {
  const { view, clock } = context
  const { namespace, name } = splitKey(key)
  const cron = view.find('CronJob', namespace, name) as CronJob | undefined
  if (!cron) return
  const jobs = view.by('Job', term.controller(cron.metadata.uid)) as Job[]
  const status = followJobs(context, cron, jobs)
  await trimHistory(context, cron, jobs)
  const schedule = parseSchedule(cron.spec.schedule, cron.spec.timeZone)
  const { due, next, missed }: DueTime = schedule ? dueTime(cron, schedule, clock.now()) : {}
  const mayStart = due !== undefined && !cron.spec.suspend && !isDeleting(cron)
  if (mayStart && missed !== undefined) tellMisses(context, cron, missed)
  const after = mayStart ? await start(context, cron, status, due) : status
  if (stableText(after) !== stableText(cron.status ?? {})) {
    await view.updateStatus('CronJob', { ...cron, status: after })
  }
  return next === undefined || cron.spec.suspend ? undefined : Math.max(next - clock.now(), 0) + 20
}

function tellMisses({ events }: Context, cron: CronJob, missed: number): void {
  const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew'
  const message = `too many missed start times: ${missed}. ${advice}`
  events.record(cron, { component }, { type: 'Warning', reason: 'TooManyMissedTimes', message })
}

/** Removes finished and missing Jobs from the active list, and reports unexpected ones. */
function followJobs({ events }: Context, cron: CronJob, jobs: readonly Job[]): CronJobStatus {
  const { active = [], ...rest } = cron.status ?? {}
  const source = { component }
  let { lastSuccessfulTime } = rest
  for (const job of jobs) {
    const known = active.some(({ uid }) => uid === job.metadata.uid)
    const finished = finishedAs(job)
    const { name } = job.metadata
    if (!known && !finished) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`
      events.record(cron, source, { type: 'Warning', reason: 'UnexpectedJob', message })
    }
    if (!known || !finished) continue
    const message = `Saw completed job: ${name}, status: ${finished}`
    events.record(cron, source, { type: 'Normal', reason: 'SawCompletedJob', message })
    if (finished === 'Complete') lastSuccessfulTime = job.status?.completionTime ?? lastSuccessfulTime
  }
  const present = new Set(jobs.map(({ metadata }) => metadata.uid))
  for (const { name } of active.filter(({ uid }) => !present.has(uid))) {
    events.record(cron, source, { type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` })
  }
  const running = new Set(jobs.filter((job) => !finishedAs(job)).map(({ metadata }) => metadata.uid))
  const left = active.filter(({ uid }) => running.has(uid))
  return { ...(left.length > 0 && { active: left }), ...rest, ...(lastSuccessfulTime && { lastSuccessfulTime }) }
}

async function start(context: Context, cron: CronJob, status: CronJobStatus, due: number): Promise<CronJobStatus> {
  const { view, events } = context
  const { concurrencyPolicy = 'Allow' } = cron.spec
  const active = status.active ?? []
  const source = { component }
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    events.record(cron, source, { type: 'Normal', reason: 'JobAlreadyActive', message })
    return status
  }
  const replaced = concurrencyPolicy === 'Replace' ? active : []
  for (const { name } of replaced) {
    const job = view.find('Job', cron.metadata.namespace, name)
    if (job) await view.delete('Job', job, { propagationPolicy: 'Background' })
    events.record(cron, source, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` })
  }
  const wished = describeJob(cron, due)
  const known = view.find('Job', cron.metadata.namespace, wished.metadata.name ?? '')
  const job = known ?? (await createJob(context, cron, wished))
  if (finishedAs(job as Job)) return { ...status, lastScheduleTime: timestamp(due) }
  const { name, namespace, uid, resourceVersion } = job.metadata
  const created = { type: 'Normal' as const, reason: 'SuccessfulCreate', message: `Created job ${name}` }
  if (!known) events.record(cron, source, created)
  const reference: JobReference = {
    kind: 'Job',
    ...(namespace && { namespace }),
    name,
    uid,
    apiVersion: 'batch/v1',
    ...(resourceVersion && { resourceVersion }),
  }
  const kept = active.filter((one) => !replaced.includes(one) && one.uid !== uid)
  return { ...status, active: [...kept, reference], lastScheduleTime: timestamp(due) }
}

async function createJob({ view, events }: Context, cron: CronJob, wished: KubeObject) {
  try {
    return await view.create('Job', wished)
  } catch (error) {
    if (error instanceof StatusError && !isNamespaceEnding(error)) {
      const message = `Error creating job: ${error.message}`
      events.record(cron, { component }, { type: 'Warning', reason: 'FailedCreate', message })
    }
    throw error
  }
}

/** A Job is named after its minute, so that the same time never creates two. */
function describeJob(cron: CronJob, due: number): KubeObject {
  const { jobTemplate } = cron.spec
  const { labels, annotations } = (jobTemplate.metadata ?? {}) as { labels?: unknown; annotations?: unknown }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${cron.metadata.name}-${Math.floor(due / 60_000)}`,
      namespace: cron.metadata.namespace ?? '',
      ...(labels !== undefined && { labels: labels as Record<string, string> }),
      ...(annotations !== undefined && { annotations: annotations as Record<string, string> }),
      ownerReferences: [controlledBy(cron, 'batch/v1', 'CronJob')],
    },
    spec: jobTemplate.spec,
  }
}

async function trimHistory({ view, events }: Context, cron: CronJob, jobs: readonly Job[]): Promise<void> {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cron.spec
  const surplus = (type: string, limit: number) => {
    const finished = jobs.filter((job) => finishedAs(job) === type && !isDeleting(job)).sort(olderFirst)
    return finished.slice(0, Math.max(finished.length - limit, 0))
  }
  for (const job of [
    ...surplus('Complete', successfulJobsHistoryLimit),
    ...surplus('Failed', failedJobsHistoryLimit),
  ]) {
    await view.delete('Job', job, { propagationPolicy: 'Background' })
    const message = `Deleted job ${job.metadata.name}`
    events.record(cron, { component }, { type: 'Normal', reason: 'SuccessfulDelete', message })
  }
}
