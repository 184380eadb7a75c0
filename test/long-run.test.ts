import { expect, test } from 'vitest'
import { openCluster, type Cluster } from '../src/cluster/index.ts'
import { httpRequest } from '../src/model/http.ts'
import { VirtualClock } from './replay/virtual-clock.ts'

const minute = 60_000
const turnMinutes = 15
const turnsInHalfADay = (12 * 60) / turnMinutes

interface List {
  items: { status?: { readyReplicas?: number; updatedReplicas?: number } }[]
}

async function ask({ fetch }: Cluster, method: string, path: string, body?: object): Promise<unknown> {
  const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'
  const headers = { 'content-type': type }
  const request = httpRequest(`http://cluster${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return (await fetch(request)).json()
}

const withImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image }] } } } })

/** Number of objects by kind. */
async function census(cluster: Cluster): Promise<Record<string, number>> {
  const paths = ['/api/v1/pods', '/api/v1/events', '/apis/apps/v1/replicasets', '/apis/batch/v1/jobs']
  const counts = paths.map(async (path) => [path.split('/').at(-1), await count(cluster, path)] as const)
  return Object.fromEntries(await Promise.all(counts)) as Record<string, number>
}

async function count(cluster: Cluster, path: string): Promise<number> {
  return ((await ask(cluster, 'GET', path)) as List).items.length
}

test('a day of rollouts and scheduled Jobs leaves no more behind than half a day', { timeout: 120_000 }, async () => {
  const clock = new VirtualClock(Date.parse('2026-11-23T00:00:00Z'))
  await using cluster = await openCluster({ now: () => clock.now(), controllers: { clock } })
  const labels = { app: 'web' }
  const template = { metadata: { labels }, ...withImage('nginx:0').spec.template }
  await ask(cluster, 'POST', '/apis/apps/v1/namespaces/default/deployments', {
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  })
  const task = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'report:exit0' }] } }
  await ask(cluster, 'POST', '/apis/batch/v1/namespaces/default/cronjobs', {
    metadata: { name: 'report' },
    spec: { schedule: '*/15 * * * *', jobTemplate: { spec: { template: task } } },
  })
  const halves: Record<string, number>[] = []
  for (let turn = 1; turn <= 2 * turnsInHalfADay; turn++) {
    await clock.advanceTo(clock.now() + turnMinutes * minute)
    const image = turn % 7 === 0 ? `missing:${turn}` : `nginx:${turn}`
    await ask(cluster, 'PATCH', '/apis/apps/v1/namespaces/default/deployments/web', withImage(image))
    if (turn % turnsInHalfADay > 0) continue
    await clock.advanceTo(clock.now() + 10 * minute)
    halves.push(await census(cluster))
  }
  const [first, second] = halves
  // the current revision and ten older ones, three successful Jobs, the events of an hour
  expect(first).toMatchObject({ pods: 6, replicasets: 11, jobs: 3 })
  expect(first?.['events']).toBeLessThan(200)
  expect(second).toEqual({ ...first, events: expect.closeTo(first?.['events'] ?? 0, -2) as number })
})
