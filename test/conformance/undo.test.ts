import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containersOf } from '../../src/model/pod-template.ts'
import {
  followRollout,
  history,
  parseWish,
  restart,
  setImage,
  undo,
  type SetImageOptions,
  type UndoOptions,
  type WorkloadName,
} from '../../src/rollout/index.ts'
import { places, type Opened } from './places.ts'
import { lastOf, makeWorkload, pathOf } from './workloads.ts'

const app = (tag: string) => `registry.example/app:${tag}`
const missing = 'registry.example/missing:1'
const quick = { timeout: 25_000, grace: 1500, interval: 100, quickInterval: 50 }
const note = 'drover.dev/failed-revisions'

describe.concurrent.each(places)('$name', ({ open, simulated }) => {
  let opened: Opened

  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened[Symbol.asyncDispose]())

  const set = async (workload: WorkloadName, image: string, options: SetImageOptions = {}) =>
    (await lastOf(setImage(opened.target, workload, [parseWish(`app=${image}`)], { ...quick, ...options }))).verdict
  const back = async (workload: WorkloadName, options: UndoOptions = {}) =>
    (await lastOf(undo(opened.target, workload, { ...quick, ...options }))).verdict
  const imageOf = async (workload: WorkloadName) =>
    containersOf(workload.kind, await opened.kube.get(pathOf(workload)))[0]?.image
  const noteOn = async (workload: WorkloadName) =>
    (await opened.kube.get(pathOf(workload))).metadata.annotations?.[note]
  const make = async (kind: WorkloadName['kind'] = 'deployment') => {
    const workload = await makeWorkload(opened.kube, opened.namespace, kind)
    await lastOf(followRollout(opened.target, workload, quick))
    return workload
  }

  it.runIf(simulated)('goes to the last good image, not to the one that was just rolled back', async () => {
    const workload = await make()
    await set(workload, app('2'))
    expect(await set(workload, missing, { rollbackOnFailure: true })).toMatchObject({ undo: { verdict: 'succeeded' } })
    expect(await noteOn(workload)).toBe('3=ImageNotFound')
    const revisions = await history(opened.target, workload)
    expect(revisions.map(({ revision, images, failed }) => [revision, images['app'], failed])).toEqual([
      ['4', app('2'), undefined],
      ['3', missing, 'ImageNotFound'],
      ['1', app('1'), undefined],
    ])
    expect(await back(workload)).toMatchObject({ verdict: 'succeeded', changes: [{ from: app('2'), to: app('1') }] })
    // undoing again returns to the later good image
    expect(await back(workload)).toMatchObject({ verdict: 'succeeded', changes: [{ to: app('2') }] })
  })

  it.runIf(simulated)('skips a failure that precedes the current one', async () => {
    const workload = await make()
    await set(workload, missing)
    await set(workload, `${missing}-again`)
    expect(await back(workload)).toMatchObject({ verdict: 'succeeded', changes: [{ to: app('1') }] })
  })

  it.runIf(simulated)(
    'goes to a failed revision if named, with a warning; otherwise refuses if nothing else is left',
    async () => {
      const workload = await make()
      await set(workload, missing, { rollbackOnFailure: true })
      const refused = await back(workload)
      expect(refused).toMatchObject({ verdict: 'refused', reason: 'NoRevision' })
      expect(refused.message).toMatch(
        /no earlier revision is known to be good.*2 \(registry.example\/missing:1; failed: ImageNotFound\)/,
      )
      const named = await back(workload, { toRevision: '2' })
      expect(named).toMatchObject({ verdict: 'failed', reason: 'ImageNotFound' })
      expect(named.warnings).toEqual(['revision 2 failed when it was rolled out: ImageNotFound'])
    },
  )

  it('skips a restart, which has the same images', async () => {
    const workload = await make()
    await set(workload, app('2'))
    await lastOf(restart(opened.target, workload, quick))
    expect(await back(workload)).toMatchObject({ verdict: 'succeeded', changes: [{ to: app('1') }] })
    expect(await imageOf(workload)).toBe(app('1'))
  })

  it('trusts a revision that became ready after all', async () => {
    const workload = await make()
    await set(workload, app('2'))
    const body = { metadata: { annotations: { [note]: '2=ProgressDeadline' } } }
    await opened.kube.patch(pathOf(workload), { type: 'merge', body })
    await lastOf(followRollout(opened.target, workload, quick))
    expect((await history(opened.target, workload))[0]).not.toHaveProperty('failed')
    await set(workload, app('3'))
    expect(await noteOn(workload)).toBe('')
    expect(await back(workload)).toMatchObject({ verdict: 'succeeded', changes: [{ to: app('2') }] })
  })

  it('does not inherit the cause of another change', async () => {
    const workload = await make()
    await set(workload, app('2'), { cause: 'pipeline 7' })
    await set(workload, app('3'))
    await back(workload)
    expect((await history(opened.target, workload)).map(({ images, cause }) => [images['app'], cause])).toEqual([
      [app('2'), `drover: app=${app('2')}`],
      [app('3'), `drover: app=${app('3')}`],
      [app('1'), undefined],
    ])
  })

  it('works with the revisions of a StatefulSet or DaemonSet', async () => {
    for (const kind of ['statefulset', 'daemonset'] as const) {
      const workload = await make(kind)
      await set(workload, app('2'))
      const verdict = await back(workload)
      if (opened.target.door === 'rancher-v3') {
        expect(verdict).toMatchObject({ verdict: 'refused', reason: 'NoRevision' })
        expect(verdict.message).toMatch(/Rancher’s v3 API shows no earlier revisions of a \w+; set its image instead/)
      } else {
        expect(verdict).toMatchObject({ verdict: 'succeeded', changes: [{ from: app('2'), to: app('1') }] })
        expect(await imageOf(workload)).toBe(app('1'))
      }
    }
  })
})
