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

/** The current state of a workload. */
export interface WorkloadStatus {
  version: 1
  kind: 'WorkloadStatus'
  workload: WorkloadName & { cluster?: string }
  judgement: Judgement
  message: string
  containers: { container: string; role: 'container' | 'init' | 'ephemeral'; image: string }[]
  digests: RunningDigest[]
  revision?: string
  /** The system that manages it. */
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

/** Follows a rollout in progress, whoever started it. */
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
