import { describe, expect, it } from 'vitest'
import { DroverError } from '../model/errors.ts'
import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { editPatch } from './targets/edit-patch.ts'
import type { Clock, SetImageOptions } from './options.ts'
import { setImage } from './set-image.ts'
import type { Target } from './target.ts'
import type { RolloutEvent } from './verdict.ts'
import { parseWish } from './wish.ts'

const workload = { kind: 'deployment', namespace: 'default', name: 'web' } as const

/** Time that advances only while somebody sleeps. */
function handClock(): Clock & { slept: number[] } {
  let now = Date.parse('2026-11-23T00:00:00Z')
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
    },
  }
}

interface Scene {
  /** The rollout at each poll; the last repeats. Errors are raised. */
  looks: (Partial<RolloutSnapshot> | DroverError)[]
  image?: string
}

function deployment(image: string, fields: { generation?: number; status?: object } = {}): KubeObject {
  const { generation = 1, status = {} } = fields
  return {
    metadata: { name: 'web', namespace: 'default', uid: 'd', generation, resourceVersion: '1' },
    spec: { replicas: 1, template: { metadata: {}, spec: { containers: [{ name: 'app', image }] } } },
    status: { ...status },
  }
}

const owner = (uid: string) => [{ apiVersion: 'apps/v1', kind: 'x', name: uid, uid, controller: true }]

function replicaSet(image: string, revision: number): KubeObject {
  return {
    metadata: {
      name: `web-${revision}`,
      uid: `rs${revision}`,
      ownerReferences: owner('d'),
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    },
    spec: { template: { metadata: {}, spec: { containers: [{ name: 'app', image }] } } },
  }
}

function pod(state: object, ready = false): KubeObject {
  const conditions = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: ready ? 'True' : 'False' },
  ]
  const containerStatuses = [
    { name: 'app', image: 'app:2', imageID: `app@sha256:${'a'.repeat(64)}`, ready, restartCount: 0, ...state },
  ]
  return {
    metadata: { name: 'web-2-x', uid: 'p', ownerReferences: owner('rs2') },
    status: { phase: 'Running', conditions, containerStatuses },
  }
}

const done = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }
const going = { observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1 }

function scene({ looks, image = 'app:1' }: Scene): Target {
  let at = 0
  return {
    door: 'kubernetes',
    read: async () => deployment(image),
    write: async () => ({ written: true, workload: deployment('app:2', { generation: 2 }), warnings: [] }),
    async snapshot() {
      const look = looks[Math.min(at++, looks.length - 1)]
      if (look instanceof DroverError) throw look
      return {
        kind: 'deployment',
        workload: deployment('app:2', { generation: 2 }),
        revisions: [replicaSet('app:1', 1), replicaSet('app:2', 2)],
        pods: [],
        events: [],
        ...look,
      }
    },
    log: async () => ['last words'],
    list: async () => [],
  }
}

async function play(looks: Scene['looks'], options: SetImageOptions = {}) {
  const clock = handClock()
  const events: RolloutEvent[] = []
  for await (const event of setImage(scene({ looks }), workload, [parseWish('app=app:2')], { clock, ...options })) {
    events.push(event)
  }
  const last = events.at(-1)
  if (last?.step !== 'verdict') throw new Error('no verdict')
  return { verdict: last.verdict, events, clock }
}

const rolling = (state: object, ready = false) => ({
  workload: deployment('app:2', { generation: 2, status: going }),
  pods: [pod(state, ready)],
})
const rolled = {
  workload: deployment('app:2', { generation: 2, status: done }),
  pods: [pod({ state: { running: {} } }, true)],
}
const waiting = (reason: string, message = '') => rolling({ state: { waiting: { reason, message } } })

describe('following a change', () => {
  it('ignores a status older than the write', async () => {
    const stale = { workload: deployment('app:2', { generation: 2, status: { ...done, observedGeneration: 1 } }) }
    const { verdict, events } = await play([
      stale,
      stale,
      rolling({ state: { waiting: { reason: 'ContainerCreating' } } }),
      rolled,
    ])
    expect(verdict).toMatchObject({
      verdict: 'succeeded',
      digests: [{ container: 'app', digests: [`sha256:${'a'.repeat(64)}`], agree: true }],
    })
    const messages = events.flatMap((event) => (event.step === 'progress' ? event.message : []))
    expect(messages[0]).toMatch(/has not seen the change/)
    expect(messages[1]).toMatch(/0 of 1 new pod ready/)
  })

  it('fails at once if the trouble is hopeless, with the log', async () => {
    const { verdict, clock } = await play([waiting('ErrImagePull', 'app:2: not found')])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'ImageNotFound', pod: 'web-2-x', container: 'app' })
    expect(clock.slept).toEqual([])
  })

  it('tolerates recoverable trouble for the grace period only', async () => {
    const denied = waiting('ErrImagePull', 'pull access denied')
    const { verdict } = await play([denied], { grace: 5000 })
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'ImageDenied' })
    expect(verdict.seconds).toBe(5)
    expect((await play([denied, denied, rolled], { grace: 5000 })).verdict.verdict).toBe('succeeded')
  })

  it('restarts the grace period when the trouble went away in between', async () => {
    const denied = waiting('ErrImagePull', 'pull access denied')
    const fine = waiting('ContainerCreating')
    const looks = [denied, denied, denied, fine, denied, denied, denied, rolled]
    expect((await play(looks, { grace: 3000, quickInterval: 1000 })).verdict.verdict).toBe('succeeded')
  })

  it('polls fast while pods change and slowly in trouble', async () => {
    const denied = waiting('ErrImagePull', 'pull access denied')
    const { clock } = await play([waiting('ContainerCreating'), denied, rolled])
    expect(clock.slept).toEqual([200, 1000])
  })

  it('times out by its own clock and reports what was in the way', async () => {
    const { verdict } = await play([waiting('ContainerCreating')], { timeout: 30_000 })
    expect(verdict).toMatchObject({ verdict: 'timed-out', seconds: 30, reason: 'Timeout' })
    expect(verdict.message).toBe('not done after 30 s: 0 of 1 new pod ready')
  })

  it('tolerates and reports an unreachable server', async () => {
    const away = new DroverError('UNREACHABLE', 'agent is away')
    const { verdict, events } = await play([away, away, rolled])
    expect(verdict.verdict).toBe('succeeded')
    expect(events).toContainEqual({ step: 'trouble', message: 'agent is away' })
    expect((await play([away], { timeout: 5000 })).verdict).toMatchObject({
      verdict: 'timed-out',
      reason: 'Unreachable',
    })
    await expect(play([new DroverError('FORBIDDEN', 'no')])).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('detects that somebody else changed or deleted the workload', async () => {
    const taken = { workload: deployment('app:3', { generation: 3, status: done }) }
    expect((await play([taken])).verdict).toMatchObject({ verdict: 'failed', reason: 'Superseded' })
    const gone = new DroverError('NOT_FOUND', 'gone')
    expect((await play([gone])).verdict).toMatchObject({ verdict: 'failed', reason: 'Deleted' })
  })

  it('stops on abort', async () => {
    const abort = AbortSignal.abort(new Error('enough'))
    await expect(play([rolled], { signal: abort })).rejects.toThrow('enough')
  })

  it('does not wait if not asked to', async () => {
    expect((await play([new DroverError('SERVER', 'never asked')], { wait: false })).verdict).toMatchObject({
      verdict: 'accepted',
      reason: 'NotWaited',
    })
  })
})

describe('the patch', () => {
  it('tests the container’s name and old image, replaces the image and sends nothing else', () => {
    const images = [{ container: 'app', role: 'container', from: 'app:1', to: 'app:2' }] as const
    expect(editPatch('deployment', deployment('app:1'), { do: 'set-images', images })).toEqual([
      { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'app' },
      { op: 'test', path: '/spec/template/spec/containers/0/image', value: 'app:1' },
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'app:2' },
    ])
    expect(editPatch('deployment', deployment('app:7'), { do: 'set-images', images })).toBeUndefined()
  })
})
