import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../resource.ts'
import type { PodTemplate } from './objects.ts'
import { conditionOf, statusOf, template, forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

const selector = { matchLabels: { app: 'web' } }

const imageOf = (pod: KubeObject | undefined) => (pod?.spec as PodTemplate['spec'] | undefined)?.containers[0]?.image

const setImage = (kind: 'StatefulSet' | 'DaemonSet', name: string, image: string) =>
  cluster.change(kind, name, (spec) => {
    const [container] = (spec as unknown as { template: PodTemplate }).template.spec.containers
    if (container) container.image = image
  })

const pod = (name: string) => cluster.list('Pod').find(({ metadata }) => metadata.name === name)

describe('a stateful set', () => {
  const create = (spec: Record<string, unknown> = {}) =>
    cluster.create('StatefulSet', {
      metadata: { name: 'db' },
      spec: { replicas: 3, serviceName: 'db', selector, template: template('nginx:1'), ...spec },
    })
  const status = () => statusOf(cluster.get('StatefulSet', 'db'))
  const isDone = () => {
    const { currentRevision, updateRevision, readyReplicas, observedGeneration } = status()
    const { generation } = cluster.get('StatefulSet', 'db').metadata
    return observedGeneration === generation && currentRevision === updateRevision && readyReplicas === 3
  }

  it('makes its pods in order, and updates them from the last to the first', async () => {
    const order: string[] = []
    cluster.api.observe(cluster.type('Pod'), ({ type, object }) => {
      if (type !== 'MODIFIED') order.push(`${type} ${object.metadata.name}`)
    })
    await create()
    await cluster.until(isDone)
    await setImage('StatefulSet', 'db', 'nginx:2')
    await cluster.until(() => isDone() && imageOf(pod('db-0')) === 'nginx:2')
    const replaced = ['db-2', 'db-1', 'db-0'].flatMap((name) => [`DELETED ${name}`, `ADDED ${name}`])
    expect(order).toEqual(['ADDED db-0', 'ADDED db-1', 'ADDED db-2', ...replaced])
    const names = cluster
      .list('ControllerRevision')
      .map(({ metadata, revision }) => ({ name: metadata.name, revision }))
    expect(new Set(names.map(({ revision }) => revision))).toEqual(new Set([1, 2]))
    expect(pod('db-0')?.metadata.labels).toMatchObject({
      'controller-revision-hash': names.find(({ revision }) => revision === 2)?.name,
      'statefulset.kubernetes.io/pod-name': 'db-0',
    })
    expect(cluster.messages('SuccessfulDelete')).toContain('delete Pod db-2 in StatefulSet db successful')
  })

  it('updates only from the partition on', async () => {
    await create({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
    await cluster.until(isDone)
    await setImage('StatefulSet', 'db', 'nginx:2')
    await cluster.until(() => imageOf(pod('db-2')) === 'nginx:2' && status()['readyReplicas'] === 3)
    expect([imageOf(pod('db-0')), imageOf(pod('db-1'))]).toEqual(['nginx:1', 'nginx:1'])
    await cluster.until(() => status()['updatedReplicas'] === 1)
    expect(status()).toMatchObject({ currentReplicas: 2 })
  })

  it('makes a failed pod anew, and says so', async () => {
    await create()
    await cluster.until(isDone)
    const failed = pod('db-1') as KubeObject
    await cluster.api.updateStatus(cluster.type('Pod'), { ...failed, status: { phase: 'Failed' } })
    await cluster.until(() => pod('db-1') && pod('db-1')?.metadata.uid !== failed.metadata.uid)
    expect(cluster.messages('RecreatingFailedPod')).toEqual(['StatefulSet default/db is recreating failed Pod db-1'])
    expect(cluster.messages('SuccessfulDelete')).toEqual(['delete Pod db-1 in StatefulSet db successful'])
  })

  it('makes claims that stay', async () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }
    await create({ replicas: 1, volumeClaimTemplates: [claim] })
    await cluster.until(() => pod('db-0'))
    expect(cluster.api.find(cluster.type('PersistentVolumeClaim'), 'default', 'data-db-0')).toBeDefined()
  })
})

describe('a daemon set', () => {
  it('has one pod on each node, and is updated node by node', async () => {
    await cluster.create('DaemonSet', {
      metadata: { name: 'agent' },
      spec: { selector, template: template('nginx:1') },
    })
    const isDone = () => {
      const { numberAvailable, updatedNumberScheduled, observedGeneration } = statusOf(
        cluster.get('DaemonSet', 'agent'),
      )
      const { generation } = cluster.get('DaemonSet', 'agent').metadata
      return observedGeneration === generation && numberAvailable === 2 && updatedNumberScheduled === 2
    }
    await cluster.until(isDone)
    expect(new Set(cluster.list('Pod').map(({ spec }) => spec?.['nodeName']))).toEqual(new Set(['node-1', 'node-2']))
    await setImage('DaemonSet', 'agent', 'nginx:2')
    await cluster.until(() => isDone() && cluster.list('Pod').every((one) => imageOf(one) === 'nginx:2'))
    expect(pod(cluster.list('Pod')[0]?.metadata.name ?? '')?.metadata.labels).toMatchObject({
      'pod-template-generation': '2',
    })
    await cluster.change('DaemonSet', 'agent', (spec) => {
      const { spec: podSpec } = (spec as unknown as { template: PodTemplate }).template
      podSpec.nodeSelector = { disk: 'none' }
    })
    await cluster.until(() => cluster.list('Pod').length === 0)
    expect(statusOf(cluster.get('DaemonSet', 'agent'))['desiredNumberScheduled']).toBe(0)
  })
})

describe('a job', () => {
  const create = (image: string, spec: Record<string, unknown> = {}, restartPolicy = 'Never') =>
    cluster.create('Job', {
      metadata: { name: 'job' },
      spec: { template: template(image, { restartPolicy }), ...spec },
    })

  it('is complete when enough pods have succeeded', async () => {
    await create('exit0:1', { completions: 4, parallelism: 2 })
    await cluster.until(() => conditionOf(cluster.get('Job', 'job'), 'Complete'))
    expect(cluster.get('Job', 'job').status).toMatchObject({
      succeeded: 4,
      completionTime: expect.any(String) as string,
    })
    expect(cluster.list('Pod')).toHaveLength(4)
    await cluster.until(() => cluster.messages('Completed').includes('Job completed'))
  })

  it('fails when too many pods failed', async () => {
    await create('exit1:1', { backoffLimit: 1 })
    await cluster.until(() => conditionOf(cluster.get('Job', 'job'), 'Failed'))
    expect(conditionOf(cluster.get('Job', 'job'), 'Failed')?.reason).toBe('BackoffLimitExceeded')
    expect(statusOf(cluster.get('Job', 'job'))['failed']).toBe(2)
  })

  it('fails when its time is over, and its pods go', async () => {
    await create('nginx:1', { activeDeadlineSeconds: 1 })
    await cluster.until(() => conditionOf(cluster.get('Job', 'job'), 'Failed'))
    expect(conditionOf(cluster.get('Job', 'job'), 'Failed')?.reason).toBe('DeadlineExceeded')
    await cluster.until(() => cluster.list('Pod').length === 0)
  })
})

describe('a service', () => {
  it('leads to the ready pods it selects', async () => {
    await cluster.create('Service', {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    })
    const subsets = () =>
      cluster.get('Endpoints', 'web')['subsets'] as { addresses?: unknown[]; ports?: unknown[] }[] | undefined
    await cluster.until(() => cluster.get('Endpoints', 'web'))
    expect(subsets()).toBeUndefined()
    await cluster.create('Pod', { metadata: { name: 'p', labels: { app: 'web' } }, spec: template('nginx:1').spec })
    await cluster.until(() => subsets()?.[0]?.addresses?.length === 1)
    expect(subsets()?.[0]?.ports).toEqual([{ port: 8080, protocol: 'TCP' }])
    const targets = () => cluster.list('EndpointSlice')[0]?.['endpoints'] as unknown[] | undefined
    await cluster.until(() => targets()?.length === 1)
    await cluster.api.delete(cluster.type('Pod'), 'default', 'p')
    await cluster.until(() => subsets() === undefined)
    await cluster.api.delete(cluster.type('Service'), 'default', 'web')
    await cluster.until(() => cluster.list('EndpointSlice').length === 0)
  })
})
