import { DroverError } from '../model/errors.ts'
import { counted } from '../model/judge/wording.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import { beginChange, conclude, followToVerdict, revisionOf, type Change } from './change.ts'
import { systemClock } from './clock.ts'
import type { ChangeOptions } from './options.ts'
import type { Target, WorkloadEdit } from './target.ts'
import type { Operation, Plan, RolloutEvent, Verdict, WorkloadName } from './verdict.ts'

/**
 * Maximum number of writes when the workload keeps changing. Retrying is safe: no edit here depends on other fields.
 */
const maxAttempts = 6
/** Backoff in ms, multiplied by the number of the attempt. */
const backoffMs = 100

const restartable: readonly WorkloadKind[] = ['deployment', 'statefulset', 'daemonset']
const scalable: readonly WorkloadKind[] = ['deployment', 'statefulset', 'replicaset', 'replicationcontroller']

/**
 * Replaces all pods without any other change and follows the rollout. Deployments, StatefulSets and DaemonSets only.
 */
export function restart(target: Target, workload: WorkloadName, options: ChangeOptions = {}) {
  refuseUnsupportedKind(workload, restartable, 'restarted')
  const { clock = systemClock } = options
  return operate(target, workload, { do: 'restart', at: new Date(clock.now()).toISOString() }, options)
}

/** Pauses rollouts of a Deployment. Ends at once. */
export function pause(target: Target, workload: WorkloadName, options: ChangeOptions = {}) {
  refuseUnsupportedKind(workload, ['deployment'], 'paused')
  return operate(target, workload, { do: 'pause' }, options)
}

/** Resumes a paused Deployment, which rolls out pending changes, and follows the rollout. */
export function resume(target: Target, workload: WorkloadName, options: ChangeOptions = {}) {
  refuseUnsupportedKind(workload, ['deployment'], 'resumed')
  return operate(target, workload, { do: 'resume' }, options)
}

/** Scales a workload and follows. Raises INVALID for a negative or fractional count. */
export function scale(target: Target, workload: WorkloadName, replicas: number, options: ChangeOptions = {}) {
  refuseUnsupportedKind(workload, scalable, 'scaled')
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw new DroverError('INVALID', `${replicas} is not a number of pods; expected 0, 1, 2, …`)
  }
  return operate(target, workload, { do: 'scale', replicas }, options)
}

function refuseUnsupportedKind({ kind }: WorkloadName, kinds: readonly WorkloadKind[], done: string): void {
  if (!kinds.includes(kind))
    throw new DroverError('UNSUPPORTED', `a ${kind} cannot be ${done}; ${kinds.join(', ')} can`)
}

type OperationEdit = Extract<WorkloadEdit, { do: 'restart' | 'pause' | 'resume' | 'scale' }>

async function* operate(
  target: Target,
  workload: WorkloadName,
  edit: OperationEdit,
  options: ChangeOptions,
): AsyncGenerator<RolloutEvent, void, void> {
  const makesRevision = edit.do === 'restart' || edit.do === 'resume'
  const change = {
    ...beginChange(target, workload, options, makesRevision ? ['failed'] : []),
    scaled: edit.do === 'scale',
  }
  yield { step: 'verdict', verdict: yield* carryOut(change, edit) }
}

async function* carryOut(change: Change, edit: OperationEdit): AsyncGenerator<RolloutEvent, Verdict, void> {
  const { target, workload, options } = change
  const { signal, dryRun = false, clock = systemClock } = options
  let seen = await target.read(workload, { signal })
  change.revision = revisionOf(seen)
  yield { step: 'planned', plan: planOf(workload, seen, edit) }
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const already = alreadySo(seen.spec ?? {}, edit)
    if (already !== undefined) return conclude(change, already, { verdict: 'unchanged' })
    const result = await target.write(workload, seen, edit, { signal, dryRun })
    if (result.written) {
      if (!dryRun) yield { step: 'applied', door: target.door, changes: [] }
      const verdict = yield* followToVerdict(change, result.workload)
      return edit.do === 'scale' ? scaleVerdict(verdict, edit.replicas) : verdict
    }
    yield { step: 'trouble', message: 'the workload changed in the meantime; retrying' }
    await clock.sleep(backoffMs * (attempt - 1), signal)
    seen = result.workload
  }
  throw new DroverError('CONFLICT', `the workload kept changing (${maxAttempts} attempts); nothing was written`)
}

function planOf(workload: WorkloadName, { spec }: KubeObject, edit: OperationEdit): Plan {
  const { replicas = 1 } = (spec ?? {}) as { replicas?: number }
  const operation: Operation =
    edit.do === 'scale' ? { do: 'scale', from: replicas, to: edit.replicas } : { do: edit.do }
  return { workload, changes: [], unchanged: [], warnings: [], operation }
}

/** Rewords the verdict: scaling creates no new template, and scaling to 0 is success rather than a deferred rollout. */
function scaleVerdict(verdict: Verdict, replicas: number): Verdict {
  if (verdict.verdict === 'succeeded') return { ...verdict, message: `${counted(replicas, 'pod')} ready` }
  if (verdict.verdict !== 'accepted' || verdict.reason !== 'ScaledToZero') return verdict
  const { reason: _reason, ...rest } = verdict
  return { ...rest, verdict: 'succeeded', message: 'no pod is left', digests: [] }
}

/** Why there is nothing to write; undefined if there is. */
function alreadySo(
  { paused = false, replicas = 1 }: { paused?: boolean; replicas?: number },
  edit: OperationEdit,
): string | undefined {
  if (edit.do === 'pause' && paused) return 'it is already paused'
  if (edit.do === 'resume' && !paused) return 'it is not paused'
  if (edit.do === 'scale' && replicas === edit.replicas) return `it already has ${counted(replicas, 'replica')}`
  return undefined
}
