import { beforeEach, describe, expect, it } from 'vitest'
import type { KubeObject } from '../resource.ts'
import type { ContainerStatus, PodTemplate } from './objects.ts'
import { conditionOf, deployment, statusOf, template, forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

type Templated = { template: PodTemplate; replicas: number; paused: boolean }

const setImage = (name: string, image: string) =>
  cluster.change('Deployment', name, (spec) => {
    const [container] = (spec as unknown as Templated).template.spec.containers
    if (container) container.image = image
  })

const images = () =>
  cluster
    .list('Pod')
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map((pod) => (pod.spec as PodTemplate['spec']).containers[0]?.image)

const isDone = (name: string) => {
  const object = cluster.get('Deployment', name)
  const { observedGeneration, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = statusOf(object)
  const size = (object.spec as Templated).replicas
  return (
    observedGeneration === object.metadata.generation &&
    [updatedReplicas, replicas, availableReplicas].every((count) => count === size)
  )
}

const containerOf = (pod: KubeObject) =>
  (pod.status as { containerStatuses?: ContainerStatus[] } | undefined)?.containerStatuses?.[0]

const revision = ({ metadata }: KubeObject) => metadata.annotations?.['deployment.kubernetes.io/revision']

const sets = () => cluster.list('ReplicaSet').sort((one, other) => Number(revision(one)) - Number(revision(other)))

describe('a deployment', () => {
  it('starts and rolls out another image step by step', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0'))
    await cluster.until(() => isDone('web'))
    await setImage('web', 'nginx:2.0')
    const available: number[] = []
    cluster.api.observe(cluster.type('Deployment'), ({ object }) =>
      available.push(statusOf(object)['availableReplicas'] ?? 0),
    )
    await cluster.until(() => isDone('web') && cluster.list('Pod').length === 3)
    expect(images()).toEqual(['nginx:2.0', 'nginx:2.0', 'nginx:2.0'])
    expect(Math.min(...available)).toBeGreaterThanOrEqual(3)
    expect(revision(cluster.get('Deployment', 'web'))).toBe('2')
    expect(conditionOf(cluster.get('Deployment', 'web'), 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${sets()[1]?.metadata.name}" has successfully progressed.`,
    })
    const [old, newest] = sets().map(({ metadata }) => metadata.name)
    await cluster.until(() => cluster.messages('ScalingReplicaSet').length === 7)
    expect(cluster.messages('ScalingReplicaSet').sort()).toEqual(
      [
        `Scaled up replica set ${old} to 3`,
        `Scaled up replica set ${newest} to 1`,
        `Scaled down replica set ${old} to 2`,
        `Scaled up replica set ${newest} to 2`,
        `Scaled down replica set ${old} to 1`,
        `Scaled up replica set ${newest} to 3`,
        `Scaled down replica set ${old} to 0`,
      ].sort(),
    )
  })

  it('Recreate: no new pod before the last old one is gone', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0', { strategy: { type: 'Recreate' } }))
    await cluster.until(() => isDone('web'))
    const imageOf = (pod: KubeObject) => (pod.spec as PodTemplate['spec']).containers[0]?.image
    const together = new Set<number>()
    cluster.api.observe(cluster.type('Pod'), () => together.add(new Set(cluster.list('Pod').map(imageOf)).size))
    await setImage('web', 'nginx:2.0')
    await cluster.until(() => isDone('web') && images().every((image) => image === 'nginx:2.0'))
    expect([...together].every((count) => count <= 1)).toBe(true)
  })

  it('keeps its old pods if the new image cannot be pulled, and reports it after the deadline', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0', { progressDeadlineSeconds: 1 }))
    await cluster.until(() => isDone('web'))
    await setImage('web', 'nginx:missing')
    await cluster.until(() => conditionOf(cluster.get('Deployment', 'web'), 'Progressing')?.status === 'False')
    const { status } = cluster.get('Deployment', 'web')
    expect(status).toMatchObject({ replicas: 4, updatedReplicas: 1, availableReplicas: 3, unavailableReplicas: 1 })
    expect(conditionOf(cluster.get('Deployment', 'web'), 'Progressing')).toMatchObject({
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${sets()[1]?.metadata.name}" has timed out progressing.`,
    })
    const broken = cluster.list('Pod').find((pod) => containerOf(pod)?.image === 'nginx:missing')
    const { reason = '', message = '' } = (broken && containerOf(broken))?.state.waiting ?? {}
    expect(['ErrImagePull', 'ImagePullBackOff']).toContain(reason)
    expect(message).toMatch(/nginx:missing: not found|Back-off pulling image "nginx:missing"/)
    expect(cluster.messages('Failed')).toContain('Error: ErrImagePull')
    await setImage('web', 'nginx:1.0')
    await cluster.until(() => isDone('web') && cluster.list('Pod').length === 3)
  })

  it('waits while paused, but scales', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0', { replicas: 2 }))
    await cluster.until(() => isDone('web'))
    await cluster.change('Deployment', 'web', (spec) => Object.assign(spec, { paused: true }))
    await cluster.until(
      () => conditionOf(cluster.get('Deployment', 'web'), 'Progressing')?.reason === 'DeploymentPaused',
    )
    await setImage('web', 'nginx:2.0')
    await cluster.change('Deployment', 'web', (spec) => Object.assign(spec, { replicas: 3 }))
    await cluster.until(() => statusOf(cluster.get('Deployment', 'web'))['availableReplicas'] === 3)
    expect(images()).toEqual(['nginx:1.0', 'nginx:1.0', 'nginx:1.0'])
    expect(sets()).toHaveLength(1)
    await cluster.change('Deployment', 'web', (spec) => Object.assign(spec, { paused: false }))
    await cluster.until(() => isDone('web') && images().every((image) => image === 'nginx:2.0'))
  })

  it('goes back to an old template with the old ReplicaSet and a new revision', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0', { replicas: 1 }))
    await cluster.until(() => isDone('web'))
    const first = sets()[0]?.metadata.name
    await setImage('web', 'nginx:2.0')
    await cluster.until(() => isDone('web'))
    await setImage('web', 'nginx:1.0')
    await cluster.until(() => isDone('web') && revision(cluster.get('Deployment', 'web')) === '3')
    expect(sets().map(({ metadata }) => metadata.annotations)).toMatchObject([
      { 'deployment.kubernetes.io/revision': '2' },
      { 'deployment.kubernetes.io/revision': '3', 'deployment.kubernetes.io/revision-history': '1' },
    ])
    expect(sets()[1]?.metadata.name).toBe(first)
  })

  it('scales both ReplicaSets proportionally during a rollout', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0', { replicas: 4 }))
    await cluster.until(() => isDone('web'))
    await setImage('web', 'nginx:missing')
    await cluster.until(() => statusOf(cluster.get('Deployment', 'web'))['updatedReplicas'] === 2)
    await cluster.change('Deployment', 'web', (spec) => Object.assign(spec, { replicas: 10 }))
    await cluster.until(() => statusOf(cluster.get('Deployment', 'web'))['availableReplicas'] === 8)
    expect(sets().map(({ spec }) => spec?.['replicas'])).toEqual([8, 5])
  })

  it('prunes old ReplicaSets', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1', { replicas: 1, revisionHistoryLimit: 1 }))
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
      await cluster.until(() => isDone('web'))
      await setImage('web', image)
    }
    await cluster.until(() => isDone('web') && sets().length === 2)
    expect(sets().map(revision)).toEqual(['3', '4'])
  })

  it('resumes after a restart', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1.0'))
    await cluster.until(() => isDone('web'))
    await setImage('web', 'nginx:2.0')
    await cluster.until(() => sets().length === 2)
    await cluster.stop()
    await cluster.start()
    await cluster.until(() => isDone('web') && cluster.list('Pod').length === 3)
    expect(new Set(images())).toEqual(new Set(['nginx:2.0']))
  })
})

describe('a replica set', () => {
  it('adopts matching pods, releases others, and is recreated after deletion', async () => {
    const labels = { app: 'web' }
    await cluster.create('Pod', { metadata: { name: 'alone', labels }, spec: template('nginx:1').spec })
    await cluster.create('ReplicaSet', {
      metadata: { name: 'web' },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: template('nginx:1') },
    })
    await cluster.until(() => statusOf(cluster.get('ReplicaSet', 'web'))['readyReplicas'] === 2)
    expect(cluster.list('Pod')).toHaveLength(2)
    expect(cluster.get('Pod', 'alone').metadata.ownerReferences).toHaveLength(1)
    const alone = structuredClone(cluster.get('Pod', 'alone'))
    alone.metadata.labels = { app: 'other' }
    delete alone.metadata.resourceVersion
    await cluster.api.update(cluster.type('Pod'), alone)
    await cluster.until(() => cluster.list('Pod').length === 3)
    expect(cluster.get('Pod', 'alone').metadata.ownerReferences ?? []).toEqual([])
  })
})

describe('garbage', () => {
  beforeEach(async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1', { replicas: 1 }))
    await cluster.until(() => isDone('web'))
  })

  const remove = (propagationPolicy: 'Background' | 'Foreground' | 'Orphan') =>
    cluster.api.delete(cluster.type('Deployment'), 'default', 'web', { propagationPolicy })

  it('is deleted after its owner', async () => {
    await remove('Background')
    expect(cluster.list('Deployment')).toEqual([])
    await cluster.until(() => cluster.list('ReplicaSet').length + cluster.list('Pod').length === 0)
  })

  it('is deleted before its owner in the foreground', async () => {
    const gone: string[] = []
    for (const kind of ['Deployment', 'ReplicaSet', 'Pod'] as const) {
      cluster.api.observe(cluster.type(kind), ({ type }) => type === 'DELETED' && gone.push(kind))
    }
    await remove('Foreground')
    await cluster.until(() => cluster.list('Deployment').length === 0)
    expect(gone).toEqual(['Pod', 'ReplicaSet', 'Deployment'])
  })

  it('stays if orphaned', async () => {
    await remove('Orphan')
    await cluster.until(() => cluster.list('Deployment').length === 0)
    expect(cluster.list('ReplicaSet')[0]?.metadata.ownerReferences ?? []).toEqual([])
    expect(cluster.list('Pod')).toHaveLength(1)
  })

  it('is deleted if its owner never existed', async () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'nobody', uid: '00000000-0000-0000-0000-000000000000' }
    await cluster.create('ConfigMap', { metadata: { name: 'lost', ownerReferences: [owner] } })
    await cluster.until(() => !cluster.api.find(cluster.type('ConfigMap'), 'default', 'lost'))
  })
})

describe('a namespace', () => {
  it('gets default objects, and is emptied before it goes', async () => {
    await cluster.create('Namespace', { metadata: { name: 'shop' } })
    await cluster.until(() => cluster.api.find(cluster.type('ConfigMap'), 'shop', 'kube-root-ca.crt'))
    expect(cluster.api.find(cluster.type('ServiceAccount'), 'shop', 'default')).toBeDefined()
    const { metadata, spec } = deployment('web', 'nginx:1')
    await cluster.create('Deployment', { metadata: { ...metadata, namespace: 'shop' }, spec })
    await cluster.until(() => cluster.list('Pod', 'shop').length === 3)
    await cluster.api.delete(cluster.type('Namespace'), undefined, 'shop')
    expect(cluster.get('Namespace', 'shop').status).toMatchObject({ phase: 'Terminating' })
    await cluster.until(() => !cluster.api.find(cluster.type('Namespace'), undefined, 'shop'))
    expect(cluster.list('Pod', 'shop')).toEqual([])
  })
})
