import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isLeaving } from '../../src/model/judge/pod-status.ts'
import { containersOf } from '../../src/model/pod-template.ts'
import {
  followRollout,
  history,
  parseWish,
  pause,
  restart,
  resume,
  scale,
  setImage,
  status,
  undo,
  type SetImageOptions,
  type Target,
  type WorkloadName,
} from '../../src/rollout/index.ts'
import { places, type Opened } from './places.ts'
import { lastOf, makeWorkload, pathOf } from './workloads.ts'

const next = 'registry.example/app:2'
const quick = { timeout: 25_000, grace: 1500, interval: 100, quickInterval: 50 }

describe.concurrent.each(places)('$name', ({ open, simulated }) => {
  let opened: Opened

  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened[Symbol.asyncDispose]())

  const change = (
    workload: WorkloadName,
    image = next,
    options: SetImageOptions = {},
    target: Target = opened.target,
  ) => lastOf(setImage(target, workload, [parseWish(`app=${image}`)], { ...quick, ...options }))
  const make = async (kind: WorkloadName['kind'], options: Parameters<typeof makeWorkload>[3] = {}, settle = true) => {
    const workload = await makeWorkload(opened.kube, opened.namespace, kind, options)
    if (settle) await lastOf(followRollout(opened.target, workload, quick))
    return workload
  }
  const imageOf = async (workload: WorkloadName) =>
    containersOf(workload.kind, await opened.kube.get(pathOf(workload))).find(({ name }) => name === 'app')?.image

  it('changes a Deployment and reports success', async () => {
    const workload = await make('deployment', { replicas: 2 })
    const { verdict, events } = await change(workload)
    expect(verdict).toMatchObject({ verdict: 'succeeded', version: 1, rollout: { wanted: 2, ready: 2 } })
    expect(verdict.changes).toEqual([{ container: 'app', role: 'container', from: 'registry.example/app:1', to: next }])
    expect(events.map(({ step }) => step).slice(0, 2)).toEqual(['planned', 'applied'])
    expect(await imageOf(workload)).toBe(next)
  })

  it('reports unchanged for another spelling of the same image and writes nothing', async () => {
    const workload = await make('deployment', { image: 'nginx' })
    const before = await opened.kube.get(pathOf(workload))
    const { verdict } = await change(workload, 'docker.io/library/nginx:latest')
    expect(verdict.verdict).toBe('unchanged')
    expect((await opened.kube.get(pathOf(workload))).metadata.generation).toBe(before.metadata.generation)
  })

  it.runIf(simulated)('fails at once on a missing image, with pod and evidence, and rolls back', async () => {
    const workload = await make('deployment')
    const { verdict } = await change(workload, 'registry.example/missing:2')
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'ImageNotFound', container: 'app' })
    expect(verdict).toHaveProperty('pod')
    const back = await lastOf(undo(opened.target, workload, quick))
    expect(back.verdict.verdict).toBe('succeeded')
    expect(await imageOf(workload)).toBe('registry.example/app:1')
  })

  it.runIf(simulated)('fails on a container that keeps exiting', async () => {
    const workload = await make('deployment')
    const { verdict } = await change(workload, 'registry.example/crash:2')
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'CrashLoop' })
  })

  it.runIf(simulated)('rolls back on request', async () => {
    const workload = await make('deployment')
    const { verdict } = await change(workload, 'registry.example/missing:3', { rollbackOnFailure: true })
    expect(verdict).toMatchObject({ verdict: 'failed', undo: { verdict: 'succeeded' } })
    expect(await imageOf(workload)).toBe('registry.example/app:1')
  })

  it.runIf(simulated)('tolerates a pull failure that may recover, but not forever', async () => {
    const workload = await make('deployment')
    const { verdict } = await change(workload, 'registry.example/pull-denied:1')
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'ImageDenied' })
  })

  it.runIf(simulated)('times out with the most likely reason', async () => {
    const workload = await make('deployment')
    const { verdict } = await change(workload, 'registry.example/never-ready:1', { timeout: 3000 })
    expect(verdict.verdict).toBe('timed-out')
    expect(verdict.message).toMatch(/not done after 3 s: 0 of 1 new pod ready/)
  })

  it.runIf(simulated)('fails at the Deployment’s progress deadline and says what the pod is waiting for', async () => {
    const workload = await make('deployment', { spec: { progressDeadlineSeconds: 2 } })
    const { verdict } = await change(workload, 'registry.example/never-ready:2')
    expect(verdict).toMatchObject({ verdict: 'failed' })
    expect(verdict.message).toMatch(/^no progress for 2 s/)
    expect(verdict).toHaveProperty('pod')
  })

  it('accepts instead of waiting if nothing rolls out now', async () => {
    const rows = [
      [await make('deployment', { spec: { paused: true } }, false), 'Paused'],
      [await make('deployment', { replicas: 0 }, false), 'ScaledToZero'],
      [await make('statefulset', { spec: { updateStrategy: { type: 'OnDelete' } } }), 'OnDelete'],
      [await make('daemonset', { spec: { updateStrategy: { type: 'OnDelete' } } }), 'OnDelete'],
      [await make('cronjob', {}, false), 'NextRun'],
      [await make('replicaset', {}, false), 'NewPodsOnly'],
    ] as const
    for (const [workload, reason] of rows) {
      expect((await change(workload)).verdict).toMatchObject({ verdict: 'accepted', reason })
      expect(await imageOf(workload)).toBe(next)
    }
  })

  it('rolls out StatefulSets and DaemonSets', async () => {
    for (const kind of ['statefulset', 'daemonset'] as const) {
      const workload = await make(kind)
      expect((await change(workload)).verdict.verdict).toBe('succeeded')
    }
  })

  it('refuses a Job, an unexpected image and an owned workload, and changes nothing', async () => {
    const rows = [
      [await make('job', {}, false), {}, 'Immutable'],
      [await make('deployment'), { expect: 'registry.example/app:0' }, 'Expectation'],
      [await make('deployment', { metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } }), {}, 'Owned'],
    ] as const
    for (const [workload, options, reason] of rows) {
      expect((await change(workload, next, options)).verdict).toMatchObject({ verdict: 'refused', reason })
      expect(await imageOf(workload)).toBe('registry.example/app:1')
    }
  })

  it('lists the existing containers and workloads', async () => {
    const workload = await make('deployment')
    const other = lastOf(setImage(opened.target, workload, [parseWish('web=nginx:1')]))
    await expect(other).rejects.toThrow(/no container "web"; there is app/)
    await expect(change({ ...workload, name: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('retries after a concurrent write and keeps it', async () => {
    const workload = await make('deployment')
    const raced = racing(opened.target, () =>
      opened.kube.patch(pathOf(workload), { type: 'merge', body: { metadata: { labels: { colleague: 'was-here' } } } }),
    )
    expect((await change(workload, next, { wait: false }, raced)).verdict).toMatchObject({ reason: 'NotWaited' })
    const today = await opened.kube.get(pathOf(workload))
    expect(today.metadata.labels?.['colleague']).toBe('was-here')
    expect(await imageOf(workload)).toBe(next)
  })

  it('never overwrites an image that somebody else changed', async () => {
    const workload = await make('deployment')
    const theirs = 'registry.example/app:theirs'
    const raced = racing(opened.target, () =>
      opened.kube.patch(pathOf(workload), {
        type: 'strategic',
        body: { spec: { template: { spec: { containers: [{ name: 'app', image: theirs }] } } } },
      }),
    )
    const { verdict } = await change(workload, next, {}, raced)
    expect(verdict).toMatchObject({ verdict: 'refused', reason: 'Conflict' })
    expect(verdict.message).toContain(theirs)
    expect(await imageOf(workload)).toBe(theirs)
  })

  it('keeps pull secrets, environment and annotations', async () => {
    const workload = await make('deployment', {
      podSpec: {
        imagePullSecrets: [{ name: 'by-hand' }],
        containers: [
          {
            name: 'app',
            image: 'registry.example/app:1',
            env: [
              { name: 'B', value: '$(A)' },
              { name: 'A', value: '1' },
              { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
            ports: [{ containerPort: 8088 }],
          },
        ],
      },
    })
    const before = await opened.kube.get(pathOf(workload))
    expect((await change(workload, next, { wait: false })).verdict.verdict).toBe('accepted')
    const after = await opened.kube.get(pathOf(workload))
    const blank = (spec: unknown) =>
      JSON.parse(JSON.stringify(spec).replaceAll(next, 'registry.example/app:1')) as unknown
    expect(blank(after.spec)).toEqual(before.spec)
  })

  it('goes back to an earlier image and keeps later changes', async () => {
    const workload = await make('deployment')
    await change(workload)
    await lastOf(scale(opened.target, workload, 2, quick))
    expect((await history(opened.target, workload)).map(({ images }) => images['app'])).toEqual([
      next,
      'registry.example/app:1',
    ])
    const { verdict } = await lastOf(undo(opened.target, workload, quick))
    expect(verdict.verdict).toBe('succeeded')
    const today = await opened.kube.get(pathOf(workload))
    expect(today.spec).toMatchObject({ replicas: 2 })
    expect(await imageOf(workload)).toBe('registry.example/app:1')
    expect((await lastOf(restart(opened.target, workload, quick))).verdict.verdict).toBe('succeeded')
    expect(await status(opened.target, workload)).toMatchObject({ judgement: { state: 'succeeded' } })
  })

  it('goes back to a whole template, environment included, on request', async () => {
    const workload = await make('deployment')
    const env = [{ name: 'LATER', value: '1' }]
    const body = { spec: { template: { spec: { containers: [{ name: 'app', image: next, env }] } } } }
    await opened.kube.patch(pathOf(workload), { type: 'strategic', body })
    await lastOf(followRollout(opened.target, workload, quick))
    const back = lastOf(undo(opened.target, workload, { ...quick, wholeTemplate: true }))
    if (opened.target.door === 'rancher-v3') {
      await expect(back).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      return
    }
    const { verdict } = await back
    expect(verdict.verdict).toBe('succeeded')
    expect(JSON.stringify(await opened.kube.get(pathOf(workload)))).not.toContain('LATER')
    expect(await imageOf(workload)).toBe('registry.example/app:1')
  })

  it('holds back a paused Deployment until it is resumed', async () => {
    const workload = await make('deployment')
    expect((await lastOf(pause(opened.target, workload, quick))).verdict).toMatchObject({ reason: 'Paused' })
    const again = { verdict: 'unchanged', message: 'it is already paused' }
    expect((await lastOf(pause(opened.target, workload, quick))).verdict).toMatchObject(again)
    expect((await change(workload)).verdict).toMatchObject({ verdict: 'accepted', reason: 'Paused' })
    expect((await lastOf(resume(opened.target, workload, quick))).verdict.verdict).toBe('succeeded')
  })

  it.each(['deployment', 'statefulset'] as const)(
    'scales a %s and ends when the pods are ready or gone',
    async (kind) => {
      const workload = await make(kind)
      const podsOf = async () => (await opened.target.snapshot(workload)).pods.filter((pod) => !isLeaving(pod)).length
      for (const [replicas, message] of [
        [3, '3 pods ready'],
        [1, '1 pod ready'],
        [0, 'no pod is left'],
      ] as const) {
        const { verdict } = await lastOf(scale(opened.target, workload, replicas, quick))
        expect(verdict).toMatchObject({ verdict: 'succeeded', message })
        expect(await podsOf()).toBe(replicas)
      }
      const again = await lastOf(scale(opened.target, workload, 0, quick))
      expect(again.verdict).toMatchObject({ verdict: 'unchanged', message: 'it already has 0 replicas' })
    },
  )

  it('supports dry runs if the door does', async () => {
    const workload = await make('deployment')
    const tried = change(workload, next, { dryRun: true })
    expect((await tried).verdict).toMatchObject({ verdict: 'accepted', reason: 'DryRun', dryRun: true })
    expect(await imageOf(workload)).toBe('registry.example/app:1')
  })

  it('changes a bare Pod in place if the door serves Pods', async () => {
    if (opened.target.door === 'rancher-v3') return
    const workload = await make('pod')
    expect((await change(workload)).verdict.verdict).toBe('succeeded')
    expect(await imageOf(workload)).toBe(next)
  })

  it('names the missing permission', async () => {
    const { viewer } = opened
    if (!viewer) return
    const workload = await make('deployment')
    const changing = change(workload, next, {}, viewer)
    await expect(changing).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(changing).rejects.toThrow(/"viewer" cannot patch resource "deployments"/)
    expect((await status(viewer, workload)).judgement.state).toBe('succeeded')
    expect(await imageOf(workload)).toBe('registry.example/app:1')
  })

  it('refuses an older pipeline', async () => {
    const workload = await make('deployment')
    expect((await change(workload, next, { sequence: 7, wait: false })).verdict.verdict).toBe('accepted')
    const older = await change(workload, 'registry.example/app:1', { sequence: 6 })
    expect(older.verdict).toMatchObject({ verdict: 'refused', reason: 'Sequence' })
  })
})

/** A target with one concurrent write between our read and our write. */
function racing(target: Target, meanwhile: () => Promise<unknown>): Target {
  let raced = false
  return {
    ...target,
    door: target.door,
    async write(...args: Parameters<Target['write']>) {
      if (!raced) await meanwhile()
      raced = true
      return target.write(...args)
    },
  }
}
