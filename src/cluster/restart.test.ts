import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { httpRequest } from '../model/http.ts'
import { openCluster, type Cluster } from './index.ts'

let directory: string
let cluster: Cluster

const open = async () => {
  cluster = await openCluster({ directory, controllers: { podReadyAfter: 40, namespaceDelay: 40 } })
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drover-restart-'))
  await open()
})

afterEach(async () => {
  await cluster[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

async function restart(): Promise<void> {
  await cluster[Symbol.asyncDispose]()
  await open()
}

interface Answer {
  code?: number
  metadata: { deletionTimestamp?: string; finalizers?: string[] }
  status: Record<string, unknown> & { phase?: string; conditions?: { type: string; reason?: string }[] }
  items: { metadata: { name: string } }[]
}

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const url = `http://cluster${path}`
  const response = await cluster.fetch(
    httpRequest(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
  )
  return (await response.json()) as Answer
}

/** Polls until the condition holds. */
async function until(path: string, holds: (answer: Answer) => unknown): Promise<Answer> {
  for (;;) {
    const answer = await ask('GET', path)
    if (holds(answer)) return answer
    await sleep(3)
  }
}

const template = (image: string, spec: object = {}) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image }], ...spec },
})
const isGone = ({ code }: Answer) => code === 404
const condition = ({ status }: Answer, type: string) => status.conditions?.find((one) => one.type === type)

describe('a Job running when the cluster is closed', () => {
  const jobs = '/apis/batch/v1/namespaces/default/jobs'
  const create = (image: string, spec: object) =>
    ask('POST', jobs, {
      metadata: { name: 'work' },
      spec: { template: template(image, { restartPolicy: 'Never' }), ...spec },
    })
  const pods = async () => (await ask('GET', '/api/v1/namespaces/default/pods')).items

  it.each([
    ['counted', {}, {}],
    ['indexed', { completionMode: 'Indexed' }, { completedIndexes: '0-5' }],
  ])('completes afterwards, each part once (%s)', async (_, mode, status) => {
    await create('nginx:exit0', { completions: 6, parallelism: 2, ...mode })
    await until(`${jobs}/work`, (job) => Number(job.status['succeeded']) >= 2)
    await restart()
    const job = await until(`${jobs}/work`, (one) => condition(one, 'Complete'))
    expect(job.status).toMatchObject({ succeeded: 6, ...status })
    expect(await pods()).toHaveLength(6)
  })

  it('fails after as many failures as without a restart', async () => {
    await create('nginx:exit1', { backoffLimit: 2 })
    await until(`${jobs}/work`, (job) => job.status['failed'] === 1)
    await restart()
    const job = await until(`${jobs}/work`, (one) => condition(one, 'Failed'))
    expect(condition(job, 'Failed')?.reason).toBe('BackoffLimitExceeded')
    expect(await pods()).toHaveLength(3)
  })

  it('stays suspended', async () => {
    await create('nginx:1', { suspend: true })
    await until(`${jobs}/work`, (job) => condition(job, 'Suspended'))
    await restart()
    await sleep(100)
    expect(await pods()).toEqual([])
  })
})

describe('a deletion in progress when the cluster is closed', () => {
  const web = {
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('nginx:1') },
  }

  it('of a namespace is completed', async () => {
    await ask('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
    await until('/api/v1/namespaces/shop/serviceaccounts/default', (answer) => !isGone(answer))
    await ask('POST', '/apis/apps/v1/namespaces/shop/deployments', web)
    await ask('POST', '/api/v1/namespaces/shop/configmaps', { metadata: { name: 'held', finalizers: ['a/b'] } })
    await until('/apis/apps/v1/namespaces/shop/deployments/web', ({ status }) => status['readyReplicas'] === 3)
    await ask('DELETE', '/api/v1/namespaces/shop')
    await restart()
    await until('/api/v1/namespaces/shop/pods', ({ items }) => items.length === 0)
    expect((await ask('GET', '/api/v1/namespaces/shop')).status.phase).toBe('Terminating')
    await restart()
    const held = await ask('GET', '/api/v1/namespaces/shop/configmaps/held')
    await ask('PUT', '/api/v1/namespaces/shop/configmaps/held', {
      ...held,
      metadata: { ...held.metadata, finalizers: [] },
    })
    await until('/api/v1/namespaces/shop', isGone)
    for (const path of ['/apis/apps/v1/deployments', '/apis/apps/v1/replicasets', '/api/v1/pods'])
      expect((await ask('GET', path)).items.filter(({ metadata }) => metadata.name.startsWith('web'))).toEqual([])
  })

  it('in the foreground deletes dependents first, then the owner', async () => {
    const deployments = '/apis/apps/v1/namespaces/default/deployments'
    await ask('POST', deployments, web)
    await until(`${deployments}/web`, ({ status }) => status['readyReplicas'] === 3)
    const marked = await ask('DELETE', `${deployments}/web`, { propagationPolicy: 'Foreground' })
    expect(marked.metadata.finalizers).toEqual(['foregroundDeletion'])
    await restart()
    await until(`${deployments}/web`, isGone)
    expect((await ask('GET', '/apis/apps/v1/namespaces/default/replicasets')).items).toEqual([])
  })
})
