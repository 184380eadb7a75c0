import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sameTemplate } from '../hash.ts'
import type { Deployment, ReplicaSet } from '../objects.ts'
import { allOf, sortOut, type Rollout } from './replica-sets.ts'
import { planRollingUpdate, type Scale } from './rolling.ts'
import { isScalingEvent, planScaling } from './scaling.ts'
import { rolloutStatus, countReplicas } from './status.ts'
import { told } from './sizes.ts'

/** Every change of a namespace in which a genuine controller rolled out a Deployment. */
interface Timeline {
  events: { t: number; type: string; object: Deployment | ReplicaSet }[]
}

const folder = new URL('../../../../test/recordings/kubernetes-1.21/', import.meta.url)

const files = readdirSync(folder).filter((name) => /^9\d\d-timeline/.test(name))

/** How many changes the controller's cache may have lagged behind when it wrote. */
const lag = 4

/** The Deployment and its ReplicaSets after each change; the order between the two watches is not reliable. */
function snapshots({ events }: Timeline): { object: Deployment | ReplicaSet; type: string; known: Rollout[] }[] {
  const sets = new Map<string, ReplicaSet>()
  let deployment: Deployment | undefined
  const known: Rollout[] = []
  return events
    .filter(({ object }) => object.kind === 'Deployment' || object.kind === 'ReplicaSet')
    .sort((one, other) => Number(one.object.metadata.resourceVersion) - Number(other.object.metadata.resourceVersion))
    .map(({ object, type }) => {
      const before = known.slice(-lag).reverse()
      if (type === 'DELETED') sets.delete(object.metadata.uid)
      else if (object.kind === 'Deployment') deployment = object
      else sets.set(object.metadata.uid, object)
      if (deployment) known.push(sortOut(deployment, [...sets.values()]))
      return { object, type, known: before }
    })
}

/** The plan, and what remains of it after its first writes. */
function plans({ deployment, newest, old }: Rollout): readonly Scale[] {
  const all = newest ? [...old, newest] : old
  if (deployment.spec.paused || isScalingEvent(deployment, all)) return planScaling(deployment, newest, old)
  if (deployment.spec.strategy?.type === 'Recreate') {
    const active = old.filter((set) => told(set) > 0).map((replicaSet) => ({ replicaSet, replicas: 0 }))
    const size = deployment.spec.replicas ?? 1
    return active.length > 0 || !newest ? active : [{ replicaSet: newest, replicas: size }]
  }
  return newest ? planRollingUpdate(deployment, newest, old) : []
}

/** Undefined unless the file is about one Deployment. */
function timelineOf(file: string): Timeline | undefined {
  const timeline = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Timeline
  const owners = new Set(
    timeline.events.filter(({ object }) => object.kind === 'Deployment').map(({ object }) => object.metadata.uid),
  )
  return owners.size === 1 ? timeline : undefined
}

const withoutTimes = (status: object | undefined) => {
  const { conditions = [], ...counters } = (status ?? {}) as Deployment['status'] & object
  return {
    ...counters,
    conditions: conditions.map(({ type, status, reason, message }) => ({ type, status, reason, message })),
  }
}

const timelines = files.flatMap((file) => {
  const timeline = timelineOf(file)
  return timeline ? [{ file, timeline }] : []
})

describe.each(timelines)('$file', ({ timeline }) => {
  it('sizes ReplicaSets as planned', () => {
    for (const { object, type, known } of snapshots(timeline)) {
      const before = known[0] && allOf(known[0]).find(({ metadata }) => metadata.uid === object.metadata.uid)
      const size = object.kind === 'ReplicaSet' ? told(object) : undefined
      if (type !== 'MODIFIED' || !before || size === undefined || told(before) === size) continue
      const planned = known.map((rollout) =>
        plans(rollout).map(({ replicaSet, replicas }) => `${replicaSet.metadata.name} ${replicas}`),
      )
      expect(planned.flat(), `at ${object.metadata.resourceVersion}`).toContain(`${object.metadata.name} ${size}`)
    }
  })

  it('reports the expected status', () => {
    let last: Deployment | undefined
    for (const { object, type, known } of snapshots(timeline)) {
      if (object.kind !== 'Deployment' || type === 'DELETED') continue
      const deployment = object
      const before = last
      last = deployment
      const { observedGeneration } = deployment.status ?? {}
      const isReport =
        before &&
        observedGeneration === deployment.metadata.generation &&
        sameTemplate(before.spec.template, deployment.spec.template) &&
        JSON.stringify(before.status) !== JSON.stringify(deployment.status)
      if (!isReport || onlyConditions(before, deployment)) continue
      const now = Date.parse(
        deployment.status?.conditions
          ?.map(({ lastUpdateTime = '' }) => lastUpdateTime)
          .sort()
          .at(-1) ?? '',
      )
      const possible = known.flatMap(({ newest, old }) => [
        withoutTimes(rolloutStatus(before, newest, newest ? [...old, newest] : old, now)),
        withoutTimes(countReplicas(before, newest, newest ? [...old, newest] : old, now)),
      ])
      expect(possible, `at ${deployment.metadata.resourceVersion}`).toContainEqual(withoutTimes(deployment.status))
    }
  })
})

/** Conditions are also written on their own: with a new ReplicaSet, on pause and resume, and at the deadline. */
function onlyConditions(before: Deployment, after: Deployment): boolean {
  const counters = ({ status }: Deployment) => JSON.stringify({ ...status, conditions: undefined })
  return counters(before) === counters(after)
}
