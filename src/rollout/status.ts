import { judge } from '../model/judge/judge.ts'
import { runningDigests, type RunningDigest } from '../model/judge/running-digests.ts'
import type { Judgement } from '../model/judge/snapshot.ts'
import { containersOf } from '../model/pod-template.ts'
import { beginChange, followToVerdict, revisionOf } from './change.ts'
import { messageOf } from './follow.ts'
import type { ChangeOptions } from './options.ts'
import { ownerOf } from './owners.ts'
import type { CallSettings, Target } from './target.ts'
import type { RolloutEvent, WorkloadName } from './verdict.ts'

/** A workload as it is now, in one document. */
export interface WorkloadStatus {
  version: 1
  kind: 'WorkloadStatus'
  workload: WorkloadName & { cluster?: string }
  judgement: Judgement
  message: string
  containers: { container: string; role: 'container' | 'init' | 'ephemeral'; image: string }[]
  digests: RunningDigest[]
  revision?: string
  /** Who keeps it as described elsewhere. */
  owner?: string
}

export async function status(
  target: Target,
  workload: WorkloadName,
  { signal }: CallSettings = {},
): Promise<WorkloadStatus> {
  const snapshot = await target.snapshot(workload, { signal, events: true })
  const judgement = judge(snapshot)
  const containers = containersOf(workload.kind, snapshot.workload).map(({ name: container, role, image }) => ({
    container,
    role,
    image,
  }))
  const revision = revisionOf(snapshot.workload)
  const owner = ownerOf(snapshot.workload)
  return {
    version: 1,
    kind: 'WorkloadStatus',
    workload: { ...workload, ...(target.cluster !== undefined && { cluster: target.cluster }) },
    judgement,
    message: messageOf(judgement),
    containers,
    digests: runningDigests(snapshot.pods, containers),
    ...(revision !== undefined && { revision }),
    ...(owner && { owner: owner.name }),
  }
}

/** Picks up a rollout that is on its way, whoever began it, and follows it to its verdict. */
export async function* followRollout(
  target: Target,
  workload: WorkloadName,
  options: ChangeOptions = {},
): AsyncGenerator<RolloutEvent, void, void> {
  const change = beginChange(target, workload, options)
  const seen = await target.read(workload, { signal: options.signal })
  change.revision = revisionOf(seen)
  yield { step: 'verdict', verdict: yield* followToVerdict(change, undefined) }
}
