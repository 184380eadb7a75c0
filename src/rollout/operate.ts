import { DroverError } from '../model/errors.ts'
import { counted } from '../model/judge/wording.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import { beginChange, conclude, followToVerdict, revisionOf, type Change } from './change.ts'
import { systemClock } from './clock.ts'
import type { ChangeOptions } from './options.ts'
import type { Target, WorkloadEdit } from './target.ts'
import type { Operation, Plan, RolloutEvent, Verdict, WorkloadName } from './verdict.ts'

/** So often a workload may change between our look and our write; none of these edits depends on what others change. */
const attempts = 6
/** Longer with each attempt (ms). */
const pauseBetween = 100

const rolling: readonly WorkloadKind[] = ['deployment', 'statefulset', 'daemonset']
const scalable: readonly WorkloadKind[] = ['deployment', 'statefulset', 'replicaset', 'replicationcontroller']

/** Replaces all pods without another change, and follows. Deployments, StatefulSets and DaemonSets. */
export function restart(target: Target, workload: WorkloadName, options: ChangeOptions = {}) {
  refuseOthers(workload, rolling, 'restarted')
  const { clock = systemClock } = options
  return operate(target, workload, { do: 'restart', at: new Date(clock.now()).toISOString() }, options)
}

/** Holds back rollouts of a Deployment; ends at once. */
export function pause(target: Target, workload: WorkloadName, options: ChangeOptions = {}) {
  refuseOthers(workload, ['deployment'], 'paused')
  return operate(target, workload, { do: 'pause' }, options)
}

/** Lets a paused Deployment roll out what was changed meanwhile, and follows. */
export function resume(target: Target, workload: WorkloadName, options: ChangeOptions = {}) {
  refuseOthers(workload, ['deployment'], 'resumed')
  return operate(target, workload, { do: 'resume' }, options)
}

/** Raises INVALID for a count that is none. */
export function scale(target: Target, workload: WorkloadName, replicas: number, options: ChangeOptions = {}) {
  refuseOthers(workload, scalable, 'scaled')
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw new DroverError('INVALID', `${replicas} is no number of pods; expected 0, 1, 2, …`)
  }
  return operate(target, workload, { do: 'scale', replicas }, options)
}

function refuseOthers({ kind }: WorkloadName, kinds: readonly WorkloadKind[], done: string): void {
  if (!kinds.includes(kind))
    throw new DroverError('UNSUPPORTED', `a ${kind} cannot be ${done}; ${kinds.join(', ')} can`)
}

type Operating = Extract<WorkloadEdit, { do: 'restart' | 'pause' | 'resume' | 'scale' }>

async function* operate(
  target: Target,
  workload: WorkloadName,
  edit: Operating,
  options: ChangeOptions,
): AsyncGenerator<RolloutEvent, void, void> {
  const makesRevision = edit.do === 'restart' || edit.do === 'resume'
  const change = {
    ...beginChange(target, workload, options, makesRevision ? ['failed'] : []),
    scaled: edit.do === 'scale',
  }
  yield { step: 'verdict', verdict: yield* carryOut(change, edit) }
}

async function* carryOut(change: Change, edit: Operating): AsyncGenerator<RolloutEvent, Verdict, void> {
  const { target, workload, options } = change
  const { signal, dryRun = false, clock = systemClock } = options
  let seen = await target.read(workload, { signal })
  change.revision = revisionOf(seen)
  yield { step: 'planned', plan: planOf(workload, seen, edit) }
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (hasAlready(seen.spec ?? {}, edit)) return conclude(change, 'it is so already', { verdict: 'unchanged' })
    const result = await target.write(workload, seen, edit, { signal, dryRun })
    if (result.written) {
      if (!dryRun) yield { step: 'applied', door: target.door, changes: [] }
      const verdict = yield* followToVerdict(change, result.workload)
      return edit.do === 'scale' ? asScaled(verdict, edit.replicas) : verdict
    }
    yield { step: 'trouble', message: 'the workload was changed meanwhile; looking again' }
    await clock.sleep(pauseBetween * (attempt - 1), signal)
    seen = result.workload
  }
  throw new DroverError(
    'CONFLICT',
    `the workload was changed by others ${attempts} times while we tried; nothing was changed`,
  )
}

function planOf(workload: WorkloadName, { spec }: KubeObject, edit: Operating): Plan {
  const { replicas = 1 } = (spec ?? {}) as { replicas?: number }
  const operation: Operation =
    edit.do === 'scale' ? { do: 'scale', from: replicas, to: edit.replicas } : { do: edit.do }
  return { workload, changes: [], unchanged: [], warnings: [], operation }
}

/** The pods are no new ones, and that nothing runs now is for a change of image to say; it is what scaling to 0 is for. */
function asScaled(verdict: Verdict, replicas: number): Verdict {
  if (verdict.verdict === 'succeeded') return { ...verdict, message: `${counted(replicas, 'pod')} ready` }
  if (verdict.verdict !== 'accepted' || verdict.reason !== 'ScaledToZero') return verdict
  const { reason: _reason, ...rest } = verdict
  return { ...rest, verdict: 'succeeded', message: 'no pod is left', digests: [] }
}

function hasAlready(
  { paused = false, replicas = 1 }: { paused?: boolean; replicas?: number },
  edit: Operating,
): boolean {
  if (edit.do === 'pause' || edit.do === 'resume') return paused === (edit.do === 'pause')
  return edit.do === 'scale' && replicas === edit.replicas
}
