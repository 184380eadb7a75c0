import { describe, expect, it } from 'vitest'
import { judge } from '../../model/judge/judge.ts'
import type { RolloutSnapshot } from '../../model/judge/snapshot.ts'
import { readTimeline } from '../../model/judge/timeline.fixture.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { followedPart } from './followed-part.ts'
import { indexed } from './listed.ts'

const rows: readonly [file: string, kind: WorkloadKind, resource: string][] = [
  ['901-timeline-image-default', 'deployment', 'deployments'],
  ['904-timeline-recreate', 'deployment', 'deployments'],
  ['906-timeline-pause-resume', 'deployment', 'deployments'],
  ['907-timeline-missing-image-deadline', 'deployment', 'deployments'],
  ['917-timeline-sts-rolling', 'statefulset', 'statefulsets'],
  ['918-timeline-sts-partition', 'statefulset', 'statefulsets'],
  ['921-timeline-sts-missing', 'statefulset', 'statefulsets'],
  ['923-timeline-ds-update', 'daemonset', 'daemonsets'],
  ['924-timeline-job-ok', 'job', 'jobs'],
  ['932-timeline-quota', 'deployment', 'deployments'],
]

/** Every snapshot of a recorded rollout, whole and as followers keep it. */
function* snapshots(file: string, kind: WorkloadKind, resource: string) {
  const seen = new Map<string, Map<string, KubeObject>>()
  const all = (name: string) => [...(seen.get(name) ?? new Map<string, KubeObject>()).values()]
  for (const { resource: changed, type, object } of readTimeline(`${file}.json`).events) {
    const objects = seen.get(changed) ?? new Map<string, KubeObject>()
    seen.set(changed, objects)
    const { uid = '' } = object.metadata
    if (type === 'DELETED') objects.delete(uid)
    else objects.set(uid, object)
    const [workload] = all(resource)
    if (!workload) continue
    const revisions = [...all('replicasets'), ...all('controllerrevisions')]
    const whole: RolloutSnapshot = { kind, workload, revisions, pods: all('pods'), events: all('events') }
    yield { whole, part: partOf(whole) }
  }
}

/** As the shared lists have it: cut down, and found by the controller's uid instead of by selector. */
function partOf({ kind, workload, revisions, pods, events }: RolloutSnapshot): RolloutSnapshot {
  const own = followedPart(workload, 'workload')
  const ownRevisions = indexed(revisions.map((one) => followedPart(one, 'revision'))).under(own)
  const listed = indexed(pods.map((one) => followedPart(one, 'pod')))
  return {
    kind,
    workload: own,
    revisions: ownRevisions,
    pods: [own, ...ownRevisions].flatMap((owner) => listed.under(owner)),
    events: events.map((one) => followedPart(one, 'event')),
  }
}

describe('the part of objects that followers keep', () => {
  it.each(rows)('is judged like the whole: %s', (file, kind, resource) => {
    let count = 0
    for (const { whole, part } of snapshots(file, kind, resource)) {
      const inOrder = ({ progress, ...rest }: ReturnType<typeof judge>) => ({
        ...rest,
        progress: { ...progress, pods: [...progress.pods].sort((one, other) => one.name.localeCompare(other.name)) },
      })
      expect(inOrder(judge(part))).toEqual(inOrder(judge(whole)))
      count += 1
    }
    expect(count).toBeGreaterThan(5)
  })

  it('is the same object while the whole has not changed', () => {
    const pod = { metadata: { name: 'web-1', uid: '1', resourceVersion: '7' }, status: { phase: 'Running' } }
    const part = followedPart(pod, 'pod')
    expect(followedPart({ ...pod }, 'pod', part)).toBe(part)
    const changed = { ...pod, metadata: { ...pod.metadata, resourceVersion: '8' } }
    expect(followedPart(changed, 'pod', part)).not.toBe(part)
    const another = { ...pod, metadata: { ...pod.metadata, uid: '2' } }
    expect(followedPart(another, 'pod', part).metadata.uid).toBe('2')
  })
})
