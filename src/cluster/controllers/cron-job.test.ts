import { expect, it } from 'vitest'
import { template, forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z')

/** A CronJob that runs every minute, with the given status. */
async function cronJob(status: Record<string, unknown>) {
  const spec = { template: template('nginx:exit0', { restartPolicy: 'Never' }) }
  const made = await cluster.create('CronJob', {
    metadata: { name: 'tick' },
    spec: { schedule: '* * * * *', jobTemplate: { spec } },
  })
  await cluster.api.updateStatus(cluster.type('CronJob'), { ...made, status })
}

it('reports too many missed times and starts the last one', async () => {
  await cronJob({ lastScheduleTime: hours(3) })
  await cluster.until(() => cluster.list('Job').length === 1 && cluster.messages('TooManyMissedTimes').length > 0)
  expect(cluster.messages('TooManyMissedTimes')[0]).toMatch(
    /^too many missed start times: 1(79|80|81)\. Set or decrease \.spec\.startingDeadlineSeconds or check clock skew$/,
  )
})

it('reports an active Job that is missing', async () => {
  const active = [{ kind: 'Job', apiVersion: 'batch/v1', namespace: 'default', name: 'lost', uid: 'x' }]
  await cronJob({ active, lastScheduleTime: hours(0) })
  await cluster.until(() => cluster.messages('MissingJob').length > 0)
  expect(cluster.messages('MissingJob')).toEqual(['Active job went missing: lost'])
})

it('reports why a Job could not be created', async () => {
  await cluster.create('ResourceQuota', { metadata: { name: 'none' }, spec: { hard: { 'count/jobs.batch': '0' } } })
  await cluster.until(() => cluster.get('ResourceQuota', 'none').status?.['hard'])
  await cronJob({ lastScheduleTime: hours(1) })
  await cluster.until(() => cluster.messages('FailedCreate').length > 0)
  expect(cluster.messages('FailedCreate')[0]).toMatch(
    /^Error creating job: jobs\.batch "tick-\d+" is forbidden: exceeded quota: none, requested: count\/jobs\.batch=1, used: count\/jobs\.batch=0, limited: count\/jobs\.batch=0$/,
  )
})
