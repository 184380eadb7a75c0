import { describe, expect, it } from 'vitest'
import { evictPod } from '../verbs/eviction.ts'
import { conditionOf, deployment, statusOf, template, forEachTest, type TestingCluster } from './testing-cluster.ts'

let cluster: TestingCluster
forEachTest((fresh) => (cluster = fresh))

describe('a ResourceQuota', () => {
  const quota = (hard: Record<string, string>) =>
    cluster.create('ResourceQuota', { metadata: { name: 'q' }, spec: { hard } })
  const used = () => (cluster.get('ResourceQuota', 'q').status as { used?: Record<string, string> } | undefined)?.used
  const pod = (name: string, resources: object, image = 'nginx:1') => ({
    metadata: { name },
    spec: { restartPolicy: 'Never', containers: [{ name: 'c', image, resources }] },
  })

  it('reports usage in its own notation, kept up to date', async () => {
    const hard = { pods: '5', 'count/deployments.apps': '2', 'requests.memory': '1Gi', persistentvolumeclaims: '1' }
    await quota(hard)
    await cluster.until(() => used()?.['pods'] === '0')
    const { metadata, spec } = pod('a', { requests: { memory: '128Mi' } })
    const sidecar = { ...spec.containers[0], name: 'beside', restartPolicy: 'Always' }
    await cluster.create('Pod', { metadata, spec: { ...spec, initContainers: [sidecar] } })
    await cluster.create('Pod', pod('b', { requests: { memory: '128Mi' } }, 'nginx:exit0'))
    await cluster.create('Deployment', deployment('web', 'nginx:1', { replicas: 0 }))
    await cluster.until(() => used()?.['pods'] === '1')
    await cluster.until(() => used()?.['count/deployments.apps'] === '1')
    expect(cluster.get('ResourceQuota', 'q').status).toEqual({
      hard,
      used: { pods: '1', 'count/deployments.apps': '1', 'requests.memory': '256Mi', persistentvolumeclaims: '0' },
    })
  })

  it.each([
    [{ pods: '1' }, {}, 'exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'],
    [
      { 'limits.cpu': '1', pods: '5' },
      { limits: { cpu: '600m' } },
      'exceeded quota: q, requested: limits.cpu=600m, used: limits.cpu=600m, limited: limits.cpu=1',
    ],
  ])('with %j refuses the second pod', async (hard, resources, why) => {
    await quota(hard)
    await cluster.create('Pod', pod('one', resources))
    await expect(cluster.create('Pod', pod('two', resources))).rejects.toThrow(`pods "two" is forbidden: ${why}`)
  })

  it('for CPU refuses a pod without a CPU request', async () => {
    await quota({ 'requests.cpu': '1', 'limits.memory': '1Gi' })
    const silent = cluster.create('Pod', pod('one', { requests: { cpu: '100m' } }))
    await expect(silent).rejects.toThrow('pods "one" is forbidden: failed quota: q: must specify limits.memory')
  })

  it('counts concurrent creations', async () => {
    await quota({ pods: '2' })
    const names = ['a', 'b', 'c', 'd']
    const made = await Promise.allSettled(names.map((name) => cluster.create('Pod', pod(name, {}))))
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
  })

  it('counts any kind and refuses one too many', async () => {
    await quota({ 'count/deployments.apps': '1' })
    await cluster.create('Deployment', deployment('one', 'nginx:1'))
    const second = cluster.create('Deployment', deployment('two', 'nginx:1'))
    const counted = (word: string) => `${word}: count/deployments.apps=1`
    await expect(second).rejects.toThrow(
      `deployments.apps "two" is forbidden: exceeded quota: q, ${['requested', 'used', 'limited'].map(counted).join(', ')}`,
    )
  })
})

describe('a PodDisruptionBudget', () => {
  const budget = (spec: object) =>
    cluster.create('PodDisruptionBudget', {
      metadata: { name: 'b' },
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    })
  const allowed = () => statusOf(cluster.get('PodDisruptionBudget', 'b'))['disruptionsAllowed']
  const evict = (name: string) => evictPod(cluster.api, cluster.type('Pod'), 'default', name, {})

  it.each([
    [{ minAvailable: 2 }, { expectedPods: 4, desiredHealthy: 2, currentHealthy: 4, disruptionsAllowed: 2 }],
    [{ minAvailable: '60%' }, { expectedPods: 4, desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 1 }],
    [{ maxUnavailable: 1 }, { expectedPods: 4, desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 1 }],
    [{ maxUnavailable: '30%' }, { expectedPods: 4, desiredHealthy: 2, currentHealthy: 4, disruptionsAllowed: 2 }],
  ])('with %j reports the allowed disruptions', async (spec, status) => {
    await cluster.create('Deployment', deployment('web', 'nginx:1', { replicas: 4 }))
    await budget(spec)
    await cluster.until(() => statusOf(cluster.get('PodDisruptionBudget', 'b'))['currentHealthy'] === 4)
    expect(cluster.get('PodDisruptionBudget', 'b').status).toMatchObject({
      ...status,
      conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }],
    })
  })

  it('limits concurrent evictions and allows more once others are ready', async () => {
    await cluster.create('Deployment', deployment('web', 'nginx:1', { replicas: 3 }))
    await budget({ maxUnavailable: 1 })
    await cluster.until(() => allowed() === 1)
    const names = cluster.list('Pod').map(({ metadata }) => metadata.name as string)
    const outcomes = await Promise.allSettled(names.map(evict))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
    const refusal = outcomes.find((one) => one.status === 'rejected')?.reason as { status: object }
    expect(refusal.status).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget' }] },
    })
    await cluster.until(() => allowed() === 1 && cluster.list('Pod').length === 3)
  })

  it('allows no disruption while the expected number of pods is unknown', async () => {
    await budget({ maxUnavailable: 1 })
    await cluster.until(() => cluster.messages('NoPods').length > 0)
    await cluster.create('Pod', { metadata: { name: 'p', labels: { app: 'web' } }, spec: template('nginx:1').spec })
    const why = 'found no controller ref for pod "p"'
    await cluster.until(() => cluster.messages('CalculateExpectedPodCountFailed').length > 0)
    await cluster.until(
      () => conditionOf(cluster.get('PodDisruptionBudget', 'b'), 'DisruptionAllowed')?.message === why,
    )
    expect(cluster.messages('CalculateExpectedPodCountFailed')).toEqual([
      `Failed to calculate the number of expected pods: ${why}`,
    ])
    expect(allowed()).toBe(0)
  })

  it('ignores pods that are not running', async () => {
    await cluster.create('Pod', { metadata: { name: 'p', labels: { app: 'web' } }, spec: template('missing:1').spec })
    await budget({ minAvailable: 1 })
    await evict('p')
    await cluster.until(() => cluster.list('Pod').length === 0)
  })
})
