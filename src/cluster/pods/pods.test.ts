import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../controllers/objects.ts'
import { template, forEachTest, type TestingCluster } from '../controllers/testing-cluster.ts'
import { lifeOf } from './lives.ts'
import { readPodLog } from './logs.ts'

describe('life of a container', () => {
  const life = (image: string, annotations: Record<string, string> = {}, spec: Partial<Pod['spec']> = {}) => {
    const container = { name: 'c', image }
    return lifeOf(
      { metadata: { name: 'p', uid: 'u', annotations }, spec: { containers: [container], ...spec } },
      container,
    )
  }

  it.each([
    ['nginx:1.0', 'normal'],
    ['10.212.82.86:1180/java/admin-master:33', 'normal'],
    ['missing:1', 'pull-not-found'],
    ['registry.test/shop/web:missing-1', 'pull-not-found'],
    ['missing.test/shop/web:1', 'normal'],
    ['web:crash', 'crash'],
    ['web:1.0-oom', 'oom'],
    ['zoom:1', 'normal'],
    ['exit1:1', 'exit1'],
    ['web:never-ready', 'never-ready'],
    [':::bad image', 'invalid-name'],
    ['busybox', 'normal'],
  ])('%s has the life %s', (image, expected) => {
    expect(life(image)).toBe(expected)
  })

  it('the annotation takes precedence over the image', () => {
    expect(life('web:crash', { 'drover.dev/pod-life': 'slow' })).toBe('slow')
    expect(life('web:crash', { 'drover.dev/pod-life': 'nonsense' })).toBe('crash')
  })

  it("images that run a task exit if the pod's restart policy allows", () => {
    expect(life('busybox', {}, { restartPolicy: 'Never' })).toBe('exit0')
  })
})

describe('pod simulation', () => {
  let cluster: TestingCluster
  forEachTest((fresh) => (cluster = fresh))

  const create = (image: string, spec: Record<string, unknown> = {}, annotations: Record<string, string> = {}) =>
    cluster.create('Pod', { metadata: { name: 'p', annotations }, spec: { ...template(image).spec, ...spec } })

  const pod = () => cluster.get('Pod', 'p') as Pod
  const container = (): ContainerStatus | undefined => pod().status?.containerStatuses?.[0]
  const waiting = () => container()?.state.waiting
  const log = (query: string) => readPodLog(pod(), new URLSearchParams(query), Date.now())
  const ready = () => pod().status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'

  it('becomes ready, reporting everything a kubelet does', async () => {
    await create('nginx:1.0')
    await cluster.until(ready)
    expect(pod().status).toMatchObject({
      phase: 'Running',
      hostIP: expect.stringMatching(/^10\.98\.0\.1[12]$/) as string,
      podIP: expect.stringMatching(/^10\.42\./) as string,
      qosClass: 'BestEffort',
      containerStatuses: [
        {
          name: 'c',
          image: 'nginx:1.0',
          imageID: expect.stringMatching(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/) as string,
          containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/) as string,
          ready: true,
          started: true,
          restartCount: 0,
        },
      ],
    })
    expect(pod().status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ])
    await cluster.until(() => cluster.messages().length >= 5)
    expect(cluster.messages()).toEqual(
      expect.arrayContaining(['Pulling image "nginx:1.0"', 'Created container c', 'Started container c']),
    )
    expect(log('tailLines=1')).toEqual({ text: 'listening, ready for requests\n' })
    expect(log('container=x')).toEqual({ problem: 'container x is not valid for pod p' })
  })

  it('runs init containers first', async () => {
    await create('nginx:1', { initContainers: [{ name: 'setup', image: 'nginx:1' }] })
    await cluster.until(() => pod().status?.initContainerStatuses?.[0]?.state.running)
    expect(waiting()?.reason).toBe('PodInitializing')
    await cluster.until(ready)
    expect(pod().status?.initContainerStatuses?.[0]?.state.terminated).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
    })
  })

  describe('with a sidecar', () => {
    const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }
    const beside = (): ContainerStatus | undefined => pod().status?.initContainerStatuses?.[0]
    const row = () => podColumns().slice(0, 3)
    const podColumns = () =>
      cluster.type('Pod').columns.map((column) => column.cell(cluster.get('Pod', 'p'), Date.now()))

    it('starts it before the others and counts it as ready', async () => {
      const setup = { name: 'setup', image: 'nginx:1' }
      await create('nginx:1', { initContainers: [sidecar, setup] })
      await cluster.until(() => beside()?.started)
      expect(pod().status?.initContainerStatuses?.[1]?.state.waiting?.reason).toBe('PodInitializing')
      await cluster.until(ready)
      expect(beside()).toMatchObject({ ready: true, state: { running: {} } })
      expect(row()).toEqual(['p', '2/2', 'Running'])
    })

    it('is ready only when the sidecar is', async () => {
      await create('nginx:1', { initContainers: [{ ...sidecar, image: 'proxy:never-ready' }] })
      await cluster.until(() => container()?.ready)
      expect(ready()).toBe(false)
      expect(row()).toEqual(['p', '1/2', 'Running'])
    })

    it('stops the sidecar when the task has finished', async () => {
      await create('nginx:exit0', { initContainers: [sidecar], restartPolicy: 'Never' })
      await cluster.until(() => pod().status?.phase === 'Succeeded')
      expect(beside()?.state.terminated).toMatchObject({ exitCode: 0 })
      expect(row()).toEqual(['p', '0/2', 'Completed'])
    })

    it('restarts it when it exits, whatever the restart policy', async () => {
      await create('nginx:1', { initContainers: [{ ...sidecar, image: 'proxy:exit1' }], restartPolicy: 'Never' })
      await cluster.until(() => beside()?.restartCount === 1)
      expect(pod().status?.phase).toBe('Running')
    })
  })

  it('backs off after a crash and crashes again', async () => {
    await create('web:crash')
    await cluster.until(() => container()?.restartCount === 2 && waiting())
    expect(waiting()).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: `back-off 40s restarting failed container=c pod=p_default(${pod().metadata.uid})`,
    })
    expect(container()?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
    expect(log('')).toMatchObject({ text: expect.stringMatching(/^fatal: /m) as string })
    const counts = () => cluster.list('Event').filter((event) => event['reason'] === 'BackOff')
    await cluster.until(() => counts()[0]?.['count'] === 3)
    expect(counts()).toHaveLength(1)
  })

  it('is OOM-killed', async () => {
    await create('web:oom')
    await cluster.until(() => container()?.lastState.terminated)
    expect(container()?.lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  })

  it('recovers from an unreachable registry', async () => {
    await create('web:flaky')
    await cluster.until(() => waiting()?.reason === 'ErrImagePull')
    expect(waiting()?.message).toMatch(/dial tcp: i\/o timeout$/)
    await cluster.until(ready)
  })

  it.each([
    ['nginx:denied', 'ErrImagePull', /pull access denied/],
    ['bad name', 'InvalidImageName', /couldn't parse image reference "bad name": invalid reference format/],
    ['web:config-error', 'CreateContainerConfigError', /not found$/],
  ])('waits with image %s: %s', async (image, reason, message) => {
    await create(image)
    await cluster.until(() => waiting()?.reason === reason)
    expect(waiting()?.message).toMatch(message)
  })

  it('never becomes ready and says why', async () => {
    await create('web:never-ready')
    await cluster.until(() => cluster.messages('Unhealthy').length > 0)
    expect(pod().status?.phase).toBe('Running')
    expect(ready()).toBe(false)
  })

  it('fits no node', async () => {
    await create('nginx:1', { nodeSelector: { disk: 'ssd' } })
    const message = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."
    await cluster.until(() => cluster.messages('FailedScheduling').includes(message))
    expect(pod().status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ])
  })

  it('restarts a container whose image is changed in place', async () => {
    await create('nginx:1')
    await cluster.until(ready)
    await cluster.change('Pod', 'p', (spec) => {
      const [first] = (spec as unknown as Pod['spec']).containers
      if (first) first.image = 'nginx:2'
    })
    await cluster.until(() => ready() && container()?.image === 'nginx:2')
    expect(container()?.restartCount).toBe(1)
  })
})
