import { expect, it } from 'vitest'
import type { Pod, PodTemplate } from './objects.ts'
import { deployment, template, forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

const hostname = 'kubernetes.io/hostname'
const to = (app: string, topologyKey = hostname) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app } } }],
})
const create = (name: string, app: string, affinity: object) =>
  cluster.create('Pod', {
    metadata: { name, labels: { app } },
    spec: { ...template('nginx:1').spec, affinity },
  })
const nodeOf = (name: string) => (cluster.find('Pod', name) as Pod | undefined)?.spec.nodeName
const nodes = () => new Set((cluster.list('Pod') as Pod[]).map(({ spec }) => spec.nodeName))

it('spreads replicas, so that a rollout cannot exceed the number of nodes', async () => {
  const { metadata, spec } = deployment('web', 'nginx:1', { replicas: 2 })
  const apart = { ...spec, template: template('nginx:1', { affinity: { podAntiAffinity: to('web') } }) }
  await cluster.create('Deployment', { metadata, spec: apart })
  await cluster.until(() => nodes().has('node-1') && nodes().has('node-2'))
  await cluster.until(() => cluster.get('Deployment', 'web').status?.['availableReplicas'] === 2)
  await cluster.change('Deployment', 'web', (changed) => {
    const [container] = (changed as unknown as { template: PodTemplate }).template.spec.containers
    if (container) container.image = 'nginx:2'
  })
  await cluster.until(() => cluster.messages('FailedScheduling').length > 0)
  expect(cluster.messages('FailedScheduling')).toEqual([
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.",
  ])
})

it('applies to pods that are already running', async () => {
  await create('lonely', 'a', { podAntiAffinity: to('b') })
  await cluster.until(() => nodeOf('lonely'))
  await create('other', 'b', {})
  await cluster.until(() => nodeOf('other'))
  expect(nodeOf('other')).not.toBe(nodeOf('lonely'))
})

it('co-locates pods, waits for the other, and places the first anywhere', async () => {
  await create('follower', 'b', { podAffinity: to('a') })
  await cluster.until(() => cluster.messages('FailedScheduling').length > 0)
  expect(cluster.messages('FailedScheduling')).toEqual([
    "0/2 nodes are available: 2 node(s) didn't match pod affinity rules.",
  ])
  await create('leader', 'a', { podAffinity: to('a') })
  await cluster.until(() => nodeOf('follower'))
  expect(nodeOf('follower')).toBe(nodeOf('leader'))
})

it('respects namespaces', async () => {
  await create('here', 'a', {})
  await cluster.until(() => nodeOf('here'))
  const elsewhere = { ...to('a').requiredDuringSchedulingIgnoredDuringExecution[0], namespaces: ['kube-system'] }
  await create('apart', 'a', { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [elsewhere] } })
  await create('third', 'a', { podAntiAffinity: to('a', 'kubernetes.io/os') })
  await cluster.until(() => nodeOf('apart') && cluster.messages('FailedScheduling').length > 0)
  expect(nodeOf('third')).toBeUndefined()
})
