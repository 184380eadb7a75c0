import { describe, expect, it } from 'vitest'
import type { Pod } from './objects.ts'
import { conditionOf, statusOf, template, forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

const create = (image: string, spec: Record<string, unknown>) =>
  cluster.create('Job', {
    metadata: { name: 'work' },
    spec: { template: template(image, { restartPolicy: 'Never' }), ...spec },
  })

const pods = () => cluster.list('Pod') as Pod[]
const job = () => cluster.get('Job', 'work')
const suspend = (suspended: boolean) =>
  cluster.change('Job', 'work', (spec) => Object.assign(spec, { suspend: suspended }))

describe('a suspended Job', () => {
  it('creates no pods until resumed', async () => {
    await create('nginx:exit0', { suspend: true })
    await cluster.until(() => conditionOf(job(), 'Suspended')?.status === 'True')
    expect(conditionOf(job(), 'Suspended')).toMatchObject({ reason: 'JobSuspended', message: 'Job suspended' })
    expect(pods()).toEqual([])
    expect(statusOf(job())).not.toHaveProperty('startTime')
    await suspend(false)
    await cluster.until(() => conditionOf(job(), 'Complete'))
    expect(conditionOf(job(), 'Suspended')).toMatchObject({ status: 'False', reason: 'JobResumed' })
    await cluster.until(() => cluster.messages('Resumed').length > 0)
    expect([cluster.messages('Suspended'), cluster.messages('Resumed')]).toEqual([['Job suspended'], ['Job resumed']])
  })

  it('loses its pods and gets new ones when resumed', async () => {
    await create('nginx:1', { parallelism: 2, completions: 2 })
    await cluster.until(() => statusOf(job())['active'] === 2)
    await suspend(true)
    await cluster.until(() => pods().length === 0)
    expect(statusOf(job())).not.toHaveProperty('active')
    await suspend(false)
    await cluster.until(() => statusOf(job())['active'] === 2 && pods().length === 2)
  })
})

describe('an indexed Job', () => {
  it('has a pod per index, with the index in its name, host name, annotation and environment', async () => {
    await create('nginx:1', { completionMode: 'Indexed', completions: 3, parallelism: 2 })
    await cluster.until(() => statusOf(job())['active'] === 2)
    const told = pods().map(({ metadata, spec }) => ({
      name: metadata.name.replace(/-.....$/, ''),
      host: spec.hostname,
      index: metadata.annotations?.['batch.kubernetes.io/job-completion-index'],
      env: spec.containers[0]?.env?.map(({ name }) => name),
    }))
    expect(told.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual(
      ['0', '1'].map((index) => ({
        name: `work-${index}`,
        host: `work-${index}`,
        index,
        env: ['JOB_COMPLETION_INDEX'],
      })),
    )
  })

  it('is complete when every index is', async () => {
    await create('nginx:exit0', { completionMode: 'Indexed', completions: 4, parallelism: 2 })
    await cluster.until(() => conditionOf(job(), 'Complete'))
    expect(statusOf(job())).toMatchObject({ succeeded: 4, completedIndexes: '0-3' })
    expect(pods()).toHaveLength(4)
  })

  it('requires completions', async () => {
    const endless = create('nginx:1', { completionMode: 'Indexed', parallelism: 2 })
    await expect(endless).rejects.toThrow('spec.completions: Required value: when completion mode is Indexed')
  })
})

it.each([
  ['Europe/Nowhere', 'spec.timeZone: Invalid value: "Europe/Nowhere": unknown time zone Europe/Nowhere'],
  ['', 'spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
  ['Local', 'timeZone must be an explicit time zone'],
])('refuses a CronJob with time zone %j', async (timeZone, message) => {
  const jobTemplate = { spec: { template: template('nginx:exit0', { restartPolicy: 'Never' }) } }
  const cron = { metadata: { name: 'cron' }, spec: { schedule: '0 9 * * *', timeZone, jobTemplate } }
  await expect(cluster.create('CronJob', cron)).rejects.toThrow(message)
})
