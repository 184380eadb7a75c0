import { readFileSync } from 'node:fs'
import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import { judge } from './judge.ts'
import type { Judgement } from './snapshot.ts'

interface Timeline {
  actions: { t: number; did: string }[]
  events: { t: number; resource: string; type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }[]
}

const folder = new URL('../../../test/recordings/kubernetes-1.21/', import.meta.url)

export function readTimeline(file: string): Timeline {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Timeline
}

/** Judges one workload after every recorded change of a genuine controller's run. */
export function judgements(timeline: Timeline, kind: WorkloadKind, resource: string) {
  const seen = new Map<string, Map<string, KubeObject>>()
  const of = (name: string) => seen.get(name) ?? seen.set(name, new Map()).get(name) ?? new Map<string, KubeObject>()
  const judged: { t: number; judgement: Judgement }[] = []
  for (const { t, resource: changed, type, object } of timeline.events) {
    const { uid = '' } = object.metadata
    if (type === 'DELETED') of(changed).delete(uid)
    else of(changed).set(uid, object)
    const [workload] = of(resource).values()
    if (!workload) continue
    const revisions = [...of('replicasets').values(), ...of('controllerrevisions').values()]
    const judgement = judge({
      kind,
      workload,
      revisions,
      pods: [...of('pods').values()],
      events: [...of('events').values()],
    })
    judged.push({ t, judgement })
  }
  return judged
}
