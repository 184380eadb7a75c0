import { expect, it } from 'vitest'
import type { KubeObject } from '../resource.ts'
import { forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

const gibibyte = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

function claim(name: string, spec: object = {}): Promise<KubeObject> {
  return cluster.create('PersistentVolumeClaim', { metadata: { name }, spec: { ...gibibyte, ...spec } })
}

function user(name: string, claimName: string): Promise<KubeObject> {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName } }]
  const spec = { containers: [{ name: 'c', image: 'nginx:1' }], volumes }
  return cluster.create('Pod', { metadata: { name }, spec })
}

function storageClass(name: string, more: object = {}, annotations: Record<string, string> = {}) {
  return cluster.create('StorageClass', { metadata: { name, annotations }, provisioner: 'example.com/p', ...more })
}

const phaseOf = (kind: 'Pod' | 'PersistentVolumeClaim', name: string) => cluster.find(kind, name)?.status?.['phase']

it('without a class or volume a claim stays pending, and so does its pod', async () => {
  await claim('data')
  await user('web', 'data')
  await cluster.until(() => cluster.messages('FailedBinding').length > 0)
  await cluster.until(() => cluster.messages('FailedScheduling').length > 0)
  expect(cluster.messages('FailedBinding')).toEqual([
    'no persistent volumes available for this claim and no storage class is set',
  ])
  expect(cluster.messages('FailedScheduling')).toEqual([
    '0/2 nodes are available: 2 pod has unbound immediate PersistentVolumeClaims.',
  ])
})

it('a default class provisions a volume, and the pod runs', async () => {
  await storageClass('fast', {}, { 'storageclass.kubernetes.io/is-default-class': 'true' })
  const { metadata, spec } = await claim('data')
  expect(spec?.['storageClassName']).toBe('fast')
  await user('web', 'data')
  await cluster.until(() => phaseOf('Pod', 'web') === 'Running')
  expect(cluster.get('PersistentVolumeClaim', 'data')).toMatchObject({
    spec: { volumeName: `pvc-${metadata.uid}` },
    status: { phase: 'Bound', capacity: { storage: '1Gi' } },
  })
})

it('a claim binds the smallest volume that fits', async () => {
  const volume = (name: string, storage: string) =>
    cluster.create('PersistentVolume', {
      metadata: { name },
      spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
    })
  await volume('large', '10Gi')
  await volume('small', '500Mi')
  await volume('right', '2Gi')
  await claim('data')
  await cluster.until(() => phaseOf('PersistentVolumeClaim', 'data') === 'Bound')
  expect(cluster.get('PersistentVolumeClaim', 'data').spec?.['volumeName']).toBe('right')
})

it('WaitForFirstConsumer waits for a pod', async () => {
  await storageClass('late', { volumeBindingMode: 'WaitForFirstConsumer' })
  await claim('data', { storageClassName: 'late' })
  await cluster.until(() => cluster.messages('WaitForFirstConsumer').length > 0)
  expect(phaseOf('PersistentVolumeClaim', 'data')).toBe('Pending')
  await user('web', 'data')
  await cluster.until(() => phaseOf('Pod', 'web') === 'Running')
})

it('a claim in use is removed after its pod, and its volume after the claim', async () => {
  await storageClass('fast')
  await claim('data', { storageClassName: 'fast' })
  await user('web', 'data')
  await cluster.until(() => phaseOf('Pod', 'web') === 'Running')
  await cluster.api.delete(cluster.type('PersistentVolumeClaim'), 'default', 'data')
  expect(cluster.find('PersistentVolumeClaim', 'data')).toBeDefined()
  await cluster.api.delete(cluster.type('Pod'), 'default', 'web')
  await cluster.until(() => !cluster.find('PersistentVolumeClaim', 'data'))
  await cluster.until(() => cluster.api.list(cluster.type('PersistentVolume')).length === 0)
})
