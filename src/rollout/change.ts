import { runningDigests } from '../model/judge/running-digests.ts'
import { ownRevisions, isControlledBy, revisionHashes } from '../model/judge/revisions.ts'
import type { RolloutSnapshot, Trouble } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf } from '../model/pod-template.ts'
import { systemClock } from './clock.ts'
import { gatherEvidence } from './evidence.ts'
import { recordFailure } from './failed-revisions.ts'
import { follow, type End } from './follow.ts'
import type { ChangeOptions } from './options.ts'
import type { Target } from './target.ts'
import type { ImageChange, Outcome, RolloutEvent, RunningDigest, Verdict, WorkloadName } from './verdict.ts'

/** State of one change from start to verdict. */
export interface Change {
  target: Target
  workload: WorkloadName
  options: ChangeOptions
  changes: ImageChange[]
  warnings: string[]
  startedAt: number
  /** The revision before the change. */
  revision?: string | undefined
  /** Only the replica count changes. */
  scaled?: boolean
  /** Ends after which the new revision is recorded as failed, so that undo skips it. */
  recordedEnds: readonly End['end'][]
}

export function beginChange(
  target: Target,
  workload: WorkloadName,
  options: ChangeOptions,
  recordedEnds: Change['recordedEnds'] = [],
): Change {
  const { clock = systemClock } = options
  return { target, workload, options, changes: [], warnings: [], startedAt: clock.now(), recordedEnds }
}

/** The verdict document. */
export function conclude(change: Change, message: string, outcome: Outcome, last?: Partial<Verdict>): Verdict {
  const { target, workload, options, changes, warnings, startedAt, revision } = change
  const { clock = systemClock, dryRun = false } = options
  const to = last?.rollout?.revision
  return {
    version: 1,
    kind: 'Verdict',
    workload: { ...workload, ...(target.cluster !== undefined && { cluster: target.cluster }) },
    door: target.door,
    message,
    changes,
    warnings,
    startedAt: new Date(startedAt).toISOString(),
    seconds: Math.round(clock.now() - startedAt) / 1000,
    dryRun,
    ...((revision ?? to) !== undefined && {
      revision: { ...(revision !== undefined && { from: revision }), ...(to !== undefined && { to }) },
    }),
    ...last,
    ...outcome,
  }
}

/** Follows a written change as far as the options ask, and concludes it. Yields progress, not the verdict. */
export async function* followToVerdict(
  change: Change,
  written: KubeObject | undefined,
): AsyncGenerator<RolloutEvent, Verdict, void> {
  const { target, workload, options, changes } = change
  if (options.dryRun) {
    const tried = target.door !== 'rancher-v3'
    const message = tried ? 'the server would accept the change' : 'planned only: v3 has no dry run'
    return conclude(change, `${message}; nothing was changed`, {
      verdict: 'accepted',
      reason: 'DryRun',
    })
  }
  if (options.wait === false) {
    return conclude(change, 'the change was made; not waited for', { verdict: 'accepted', reason: 'NotWaited' })
  }
  const superseded = (today: KubeObject) => supersededBy(workload, today, changes)
  const end = yield* follow(target, workload, {
    ...options,
    ...(written && { written }),
    scaled: change.scaled,
    superseded,
  })
  return concludeEnd(change, end)
}

async function concludeEnd(change: Change, end: End): Promise<Verdict> {
  const { target, changes, options } = change
  const last = end.progress ? { rollout: end.progress } : {}
  switch (end.end) {
    case 'succeeded': {
      const digests = digestsOf(end.snapshot, changes)
      const odd = digests.filter(({ agree }) => !agree).map(({ container }) => container)
      const doubt = odd.length > 0 ? `; the pods do not agree on what ${odd.join(', ')} runs` : ''
      return conclude(change, `${end.message}${doubt}`, { verdict: 'succeeded', digests }, last)
    }
    case 'accepted':
      return conclude(change, end.judgement.message, { verdict: 'accepted', reason: end.judgement.reason }, last)
    case 'failed':
    case 'timed-out': {
      const { reason, message, pod, container, exitCode } = end.trouble
      const evidence = await gatherEvidence(target, end.snapshot, end.trouble, options.signal)
      await markFailed(change, end)
      const where = { ...(pod !== undefined && { pod }), ...(container !== undefined && { container }) }
      const outcome: Outcome =
        end.end === 'failed'
          ? { verdict: 'failed', reason, ...where, ...(exitCode !== undefined && { exitCode }), evidence }
          : { verdict: 'timed-out', reason, ...where, evidence }
      return conclude(change, message, outcome, last)
    }
    default:
      return end satisfies never
  }
}

/** Skipped if the workload is gone or changed by somebody else: the newest revision is then not ours. */
async function markFailed(
  { target, workload, options, warnings, recordedEnds }: Change,
  end: Extract<End, { trouble: Trouble }>,
) {
  const { reason } = end.trouble
  if (!recordedEnds.includes(end.end) || !end.snapshot || reason === 'Superseded' || reason === 'Deleted') return
  const problem = await recordFailure(target, workload, end.snapshot, reason, { signal: options.signal })
  if (problem !== undefined) warnings.push(problem)
}

function digestsOf(
  { kind, workload, revisions, pods }: RolloutSnapshot,
  changes: readonly ImageChange[],
): RunningDigest[] {
  const [newest] = ownRevisions(workload, revisions)
  const { updateRevision } = (workload.status ?? {}) as { updateRevision?: string }
  const hashes = updateRevision === undefined ? (newest ? revisionHashes(newest) : []) : [updateRevision]
  const isNew = (pod: KubeObject) =>
    kind === 'pod' ||
    (newest !== undefined && isControlledBy(pod, newest)) ||
    hashes.includes(pod.metadata.labels?.['controller-revision-hash'] ?? '')
  const wanted = changes.map(({ container, to }) => ({ container, image: to }))
  return runningDigests(pods.filter(isNew), wanted)
}

/** If somebody changes the image while we follow, the rollout we see is theirs. */
function supersededBy({ kind }: WorkloadName, today: KubeObject, changes: readonly ImageChange[]): string | undefined {
  const containers = containersOf(kind, today)
  for (const { container, to } of changes) {
    const now = containers.find(({ name }) => name === container)?.image
    if (now !== to) return `container ${container} was changed to ${now ?? 'nothing'} by somebody else in the meantime`
  }
  return undefined
}

/** What undo goes back to: a Deployment's revision number or a StatefulSet's revision name. */
export function revisionOf({ metadata, status }: KubeObject): string | undefined {
  const { updateRevision } = (status ?? {}) as { updateRevision?: string }
  return metadata.annotations?.['deployment.kubernetes.io/revision'] ?? updateRevision
}
