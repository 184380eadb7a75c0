import { expect, it } from 'vitest'
import type { PodTemplate } from './objects.ts'
import { statusOf, template, TestingCluster } from './testing-cluster.ts'

const agent = (rollingUpdate: object) => ({
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: template('agent:1'),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate },
  },
})

const isAvailable = (cluster: TestingCluster, count: number) => {
  const { numberAvailable, updatedNumberScheduled, observedGeneration } = statusOf(cluster.get('DaemonSet', 'agent'))
  const { generation } = cluster.get('DaemonSet', 'agent').metadata
  return numberAvailable === count && updatedNumberScheduled === count && observedGeneration === generation
}

/**
 * Rolls agent:1 on three nodes to the image; returns the minimum of available pods and the maximum of pods meanwhile.
 */
async function roll(cluster: TestingCluster, rollingUpdate: object, image: string, done: () => boolean) {
  await cluster.create('DaemonSet', agent(rollingUpdate))
  await cluster.until(() => isAvailable(cluster, 3))
  const available: number[] = []
  const pods: number[] = []
  cluster.api.observe(cluster.type('DaemonSet'), ({ object }) =>
    available.push(statusOf(object)['numberAvailable'] ?? 0),
  )
  cluster.api.observe(cluster.type('Pod'), () =>
    pods.push(cluster.list('Pod').filter(({ metadata }) => !metadata.deletionTimestamp).length),
  )
  await cluster.change('DaemonSet', 'agent', (spec) => {
    const [container] = (spec as unknown as { template: PodTemplate }).template.spec.containers
    if (container) container.image = image
  })
  await cluster.until(done)
  return { fewest: Math.min(...available), most: Math.max(...pods) }
}

const images = (cluster: TestingCluster) =>
  cluster.list('Pod').map(({ spec }) => (spec as PodTemplate['spec']).containers[0]?.image)

it('replaces its pods one at a time', async () => {
  await using cluster = await TestingCluster.open({ nodes: 3 })
  const seen = await roll(cluster, { maxUnavailable: 1 }, 'agent:2', () => isAvailable(cluster, 3))
  expect(seen).toEqual({ fewest: 2, most: 3 })
  expect(images(cluster)).toEqual(['agent:2', 'agent:2', 'agent:2'])
})

it('with maxSurge keeps each old pod until the new one is available', async () => {
  await using cluster = await TestingCluster.open({ nodes: 3 })
  const done = () => isAvailable(cluster, 3) && images(cluster).every((image) => image === 'agent:2')
  const seen = await roll(cluster, { maxSurge: 2, maxUnavailable: 0 }, 'agent:2', done)
  expect(seen).toEqual({ fewest: 3, most: 5 })
  expect(cluster.list('Pod')).toHaveLength(3)
})

it('with maxSurge keeps the old pods while the new ones are broken', async () => {
  await using cluster = await TestingCluster.open({ nodes: 3 })
  const done = () => images(cluster).filter((image) => image === 'missing:2').length === 1
  const seen = await roll(cluster, { maxSurge: 1, maxUnavailable: 0 }, 'missing:2', done)
  expect(seen).toEqual({ fewest: 3, most: 4 })
})

it('cannot have both maxSurge and maxUnavailable', async () => {
  await using cluster = await TestingCluster.open({ nodes: 1 })
  const both = cluster.create('DaemonSet', agent({ maxSurge: 1, maxUnavailable: 1 }))
  await expect(both).rejects.toThrow('may not be set when maxUnavailable is non-zero')
})

it("binds its pods to their nodes and keeps the template's preferences", async () => {
  await using cluster = await TestingCluster.open({ nodes: 1 })
  const preferred = [{ weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } }]
  const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: preferred }
  const { metadata, spec } = agent({ maxUnavailable: 1 })
  await cluster.create('DaemonSet', {
    metadata,
    spec: { ...spec, template: template('a:1', { affinity: { nodeAffinity } }) },
  })
  await cluster.until(() => cluster.list('Pod').length === 1)
  expect(cluster.list('Pod')[0]?.spec?.['affinity']).toMatchObject({
    nodeAffinity: {
      ...nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }],
      },
    },
  })
})
