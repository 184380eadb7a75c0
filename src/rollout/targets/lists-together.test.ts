import { expect, it } from 'vitest'
import { connect } from '../../kube/index.ts'
import { jsonResponse, type HttpRequest } from '../../model/http.ts'
import { kubernetesTarget } from './kubernetes-target.ts'
import { withSharedLists } from './lists-together.ts'
import type { Clock } from '../options.ts'

/** A cluster of deployments `w0`, `w1`, … that counts what it is asked; each answer tells how many writes it has seen. */
function clusterOf(count: number) {
  const seen = { lists: [] as string[], open: 0, most: 0, writes: 0 }
  const client = connect({
    async fetch({ method, url }: HttpRequest) {
      const path = new URL(url).pathname
      const writes = method === 'PATCH' ? ++seen.writes : seen.writes
      const workload = (name: string) => ({
        metadata: { name, namespace: 'default', generation: writes, managedFields: [{}] },
        spec: {
          selector: { matchLabels: { app: name } },
          template: { metadata: {}, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
        },
      })
      const kind = path.split('/').at(-1) ?? ''
      if (!['deployments', 'replicasets', 'pods'].includes(kind)) return jsonResponse(workload(kind))
      seen.lists.push(kind)
      seen.most = Math.max(seen.most, ++seen.open)
      await Promise.resolve()
      seen.open -= 1
      const items = kind === 'deployments' ? Array.from({ length: count }, (_, index) => workload(`w${index}`)) : []
      return jsonResponse({ metadata: {}, items })
    },
  })
  return { client, seen }
}

function handClock(): Clock & { slept: number } {
  let now = 0
  return {
    slept: 0,
    now: () => now,
    async sleep(ms) {
      await Promise.resolve()
      this.slept += ms
      now += ms
    },
  }
}

const names = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => ({ kind: 'deployment', namespace: 'default', name: `w${index}` }) as const,
  )

it('serves all that look at once from one list of each kind, and each look from newer ones', async () => {
  const { client, seen } = clusterOf(100)
  const clock = handClock()
  const target = withSharedLists(kubernetesTarget({ client }), client, clock)
  const looks = () => Promise.all(names(100).map((name) => target.snapshot(name)))
  await looks()
  seen.lists.length = 0
  seen.most = 0
  const [first] = await looks()
  expect(seen.lists.sort()).toEqual(['deployments', 'pods', 'replicasets'])
  expect(seen.most).toBeLessThanOrEqual(2)
  expect(first?.workload.metadata).not.toHaveProperty('managedFields')
  expect(clock.slept).toBeGreaterThanOrEqual(200)
})

it('shows no workload as it was before it was written, and makes no list for each write', async () => {
  const { client, seen } = clusterOf(50)
  const target = withSharedLists(kubernetesTarget({ client }), client, handClock())
  const looks = await Promise.all(
    names(50).map(async (name) => {
      await target.snapshot(name)
      const workload = await target.read(name)
      const images = [{ container: 'app', role: 'container', from: 'app:1', to: 'app:2' }] as const
      await target.write(name, workload, { do: 'set-images', images })
      const written = seen.writes
      const { metadata } = (await target.snapshot(name)).workload
      return Number(metadata.generation) >= written
    }),
  )
  expect(looks).toEqual(looks.map(() => true))
  expect(seen.lists.filter((kind) => kind === 'deployments').length).toBeLessThanOrEqual(4)
})

it('makes a list again that failed', async () => {
  const { client } = clusterOf(10)
  let failures = 0
  const flaky = {
    ...client,
    list: ((path, options) => {
      if (failures-- > 0) throw new Error('cut')
      return client.list(path, options)
    }) as typeof client.list,
  }
  const target = withSharedLists(kubernetesTarget({ client }), flaky, handClock())
  const looks = () => Promise.all(names(10).map((name) => target.snapshot(name)))
  await looks()
  failures = 1
  await expect(looks()).rejects.toThrow('cut')
  expect(await looks()).toHaveLength(10)
})

it('looks at a few one by one, whatever else is in their namespace', async () => {
  const { client, seen } = clusterOf(1000)
  const target = withSharedLists(kubernetesTarget({ client }), client, handClock())
  await Promise.all(names(3).map((name) => target.snapshot(name)))
  expect(seen.lists).not.toContain('deployments')
})

it('lists revisions again only where one is missing that a workload speaks of', async () => {
  let revision = 1
  const lists: string[] = []
  const annotations = () => ({ 'deployment.kubernetes.io/revision': String(revision) })
  const spec = (name: string) => ({ selector: { matchLabels: { app: name } }, template: { metadata: {}, spec: {} } })
  const client = connect({
    async fetch({ url }: HttpRequest) {
      const kind = new URL(url).pathname.split('/').at(-1) ?? ''
      lists.push(kind)
      const items = names(10).map(({ name }) => ({
        metadata: {
          name,
          uid: name,
          labels: { app: name },
          annotations: annotations(),
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid: name, controller: true }],
        },
        spec: spec(name),
      }))
      return jsonResponse(kind.startsWith('w') ? items[0] : { metadata: {}, items })
    },
  })
  const target = withSharedLists(kubernetesTarget({ client }), client, handClock())
  const looks = () => Promise.all(names(10).map((name) => target.snapshot(name)))
  const listed = async () => {
    lists.length = 0
    await looks()
    return [...lists].sort()
  }
  await looks()
  expect(await listed()).toEqual(['deployments', 'pods'])
  revision = 2
  expect(await listed()).toEqual(['deployments', 'pods', 'replicasets'])
  expect(await listed()).toEqual(['deployments', 'pods'])
})
