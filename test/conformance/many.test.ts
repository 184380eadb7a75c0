import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { connect, nodeFetch, type KubeClient } from '../../src/kube/index.ts'
import {
  kubernetesTarget,
  parseWish,
  setImages,
  type ItemResult,
  type ManyEvent,
  type ManyOptions,
} from '../../src/rollout/index.ts'
import { serveFaulty, type Fault, status } from './faulty-server.ts'
import { makeWorkload, pathOf } from './workloads.ts'

const next = 'registry.example/app:2'
const quick = { timeout: 40_000, interval: 50, quickInterval: 50, stopOnFailure: false }
const expired = status(410, 'Expired', 'The provided continue parameter is too old')
const busy = status(429, 'TooManyRequests', 'too many requests, please try again later')

let cluster: Cluster
let straight: KubeClient

beforeAll(async () => {
  cluster = await openCluster()
  straight = connect({ fetch: cluster.fetch })
})
afterAll(() => cluster[Symbol.asyncDispose]())

/** So many Deployments in a namespace of their own, and their change through a server with these faults. */
async function open(count: number, faults: Fault[] = []) {
  const namespace = `many-${Math.random().toString(36).slice(2, 8)}`
  await straight.create('/api/v1/namespaces', { metadata: { name: namespace } })
  const workloads = await Promise.all(
    Array.from({ length: count }, () => makeWorkload(straight, namespace, 'deployment')),
  )
  const server = await serveFaulty(cluster.fetch)
  const fetch = nodeFetch({ idleTimeout: 5000 })
  server.faults.push(...faults)
  const target = kubernetesTarget({ client: connect({ fetch, url: server.url }) })
  return {
    server,
    workloads,
    run: (wishOf: (index: number) => string = () => `app=${next}`, options: ManyOptions = {}) =>
      setImages(
        workloads.map((workload, index) => ({ target, workload, wishes: [parseWish(wishOf(index))] })),
        { ...quick, ...options },
      ),
    async [Symbol.asyncDispose]() {
      fetch[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

async function resultsOf(events: AsyncIterable<ManyEvent>, onEvent: (event: ManyEvent) => unknown = () => {}) {
  const results: ItemResult[] = []
  for await (const event of events) {
    if (event.step === 'result') results.push(event.result)
    await onEvent(event)
  }
  const indices = results.map(({ index }) => index)
  expect(new Set(indices).size, 'one result for each').toBe(indices.length)
  return results.sort((one, other) => one.index - other.index)
}

const wordOf = (result: ItemResult) =>
  'verdict' in result ? result.verdict.verdict : 'error' in result ? result.error.code : 'skipped'

describe.concurrent('many changes in one call', () => {
  it.each<[what: string, fault: Fault]>([
    ['a list is cut', { on: /^GET .*\/(deployments|pods)\?/, how: { cutAfter: 2000 }, times: 3 }],
    ['pages expire', { on: /^GET .*\/(deployments|pods|replicasets)\?/, how: expired, times: 3 }],
    ['there are too many requests', { on: /^GET .*\/(deployments|pods)\?/, how: busy, times: 3 }],
    ['a read is cut', { on: /^GET .*\/deployments\/w/, how: 'cut', times: 3 }],
    ['the answer to a write is lost', { on: /^PATCH/, how: 'lose', times: 3 }],
    ['a list hangs', { on: /^GET .*\/pods\?/, how: 'hang', times: 1 }],
  ])('all succeed although %s', async (_, fault) => {
    await using place = await open(12, [fault])
    const results = await resultsOf(place.run())
    expect(results.map(wordOf)).toEqual(place.workloads.map(() => 'succeeded'))
    for (const result of results) expect(result).toMatchObject({ verdict: { digests: [{ agree: true }] } })
  })

  it('failures are told for each, with evidence, and the others succeed', async () => {
    await using place = await open(12)
    const results = await resultsOf(
      place.run((index) => (index % 4 === 0 ? 'app=registry.example/app:missing' : `app=${next}`)),
    )
    expect(results.map(wordOf)).toEqual(place.workloads.map((_, index) => (index % 4 === 0 ? 'failed' : 'succeeded')))
    for (const { index, ...result } of results.filter((_, index) => index % 4 === 0)) {
      const { name = '' } = place.workloads[index] ?? {}
      expect(result).toMatchObject({
        verdict: {
          reason: 'ImageNotFound',
          pod: expect.stringContaining(name) as string,
          evidence: { events: expect.arrayContaining([expect.stringContaining('Failed')]) as string[] },
        },
      })
    }
  })

  it('a workload deleted meanwhile is told, and the others succeed', async () => {
    await using place = await open(12)
    const results = await resultsOf(place.run(), async (told) => {
      const applied = told.step === 'event' && told.event.step === 'applied' && told.index === 3
      if (applied && place.workloads[3]) await straight.remove(pathOf(place.workloads[3]))
    })
    expect(results.map(wordOf)).toEqual(place.workloads.map((_, index) => (index === 3 ? 'failed' : 'succeeded')))
    expect(results[3]).toMatchObject({ verdict: { reason: 'Deleted' } })
  })

  it('an interruption ends all at once', async () => {
    await using place = await open(12)
    const abort = new AbortController()
    const events = place.run(undefined, { signal: abort.signal })
    const stop = (told: ManyEvent) => told.step === 'event' && told.event.step === 'progress' && abort.abort()
    await expect(resultsOf(events, stop)).rejects.toThrow(/abort/i)
  })

  it('no more than allowed are followed at once, wave after wave', async () => {
    await using place = await open(10)
    const begun = new Set<number>()
    let most = 0
    const results = await resultsOf(place.run(undefined, { maxParallel: 3, firstWave: 2 }), (told) => {
      if (told.step === 'event') begun.add(told.index)
      else begun.delete(told.result.index)
      most = Math.max(most, begun.size)
    })
    expect(results.map(wordOf)).toEqual(place.workloads.map(() => 'succeeded'))
    expect(most).toBeLessThanOrEqual(3)
  })
})
