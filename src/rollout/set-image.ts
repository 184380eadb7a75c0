import { DroverError } from '../model/errors.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf } from '../model/pod-template.ts'
import { beginChange, conclude, followToVerdict, revisionOf, type Change } from './change.ts'
import { systemClock } from './clock.ts'
import { recovery } from './failed-revisions.ts'
import { changeCause } from './history.ts'
import type { SetImageOptions } from './options.ts'
import { planImages, sequenceAnnotation } from './plan.ts'
import type { ConditionalImage, Target, WorkloadEdit, WriteResult } from './target.ts'
import type { ImageChange, Plan, RolloutEvent, Verdict, WorkloadName } from './verdict.ts'
import type { Wish } from './wish.ts'

/**
 * Changes images of one workload and follows the rollout. The last event is the verdict.
 * Without waiting it costs two requests: read the workload, then write on condition that the containers still have
 * their names and images. Raises DroverError if the cluster cannot be reached, and INVALID or NOT_FOUND if the wishes
 * do not fit the workload; nothing is changed then.
 */
export async function* setImage(
  target: Target,
  workload: WorkloadName,
  wishes: readonly Wish[],
  options: SetImageOptions = {},
): AsyncGenerator<RolloutEvent, void, void> {
  // after a timeout the revision may still become ready, unless it is rolled back
  const change = beginChange(
    target,
    workload,
    options,
    options.rollbackOnFailure ? ['failed', 'timed-out'] : ['failed'],
  )
  const outcome = yield* planAndWrite(change, wishes, options)
  // the workload as read is garbage by now: a thousand may be followed at once
  const verdict = 'verdict' in outcome ? outcome.verdict : yield* followWritten(change, outcome.written, options)
  yield { step: 'verdict', verdict }
}

/** The workload as the write returned it, or the verdict if there is nothing to follow. */
type Written = { written: KubeObject } | { verdict: Verdict }

async function* planAndWrite(
  change: Change,
  wishes: readonly Wish[],
  options: SetImageOptions,
): AsyncGenerator<RolloutEvent, Written, void> {
  const { target, workload } = change
  const seen = await target.read(workload, { signal: options.signal })
  const { plan, planAgain } = await planChecked(workload, seen, wishes, options)
  Object.assign(change, { changes: plan.changes, warnings: [...plan.warnings], revision: revisionOf(seen) })
  yield { step: 'planned', plan }
  const settled = concludePlan(change, plan)
  return settled ? { verdict: settled } : yield* writeImages(change, seen, plan, planAgain, options)
}

/** The plan after the registry check, and a function that plans the same images again. */
async function planChecked(
  workload: WorkloadName,
  seen: KubeObject,
  wishes: readonly Wish[],
  options: SetImageOptions,
): Promise<{ plan: Plan; planAgain: (today: KubeObject) => Plan }> {
  const planOf = (wished: readonly Wish[]) => (today: KubeObject) => planImages(workload, today, wished, options)
  const planAgain = planOf(wishes)
  const plan = planAgain(seen)
  const check = plan.refused ? undefined : await options.checkImages?.(plan, seen)
  if (!check) return { plan, planAgain }
  const warnings = [...plan.warnings, ...check.warnings]
  if (check.refused !== undefined) {
    return { plan: { ...plan, warnings, refused: { reason: 'ImageAbsent', message: check.refused } }, planAgain }
  }
  if (!check.pinned) return { plan: { ...plan, warnings }, planAgain }
  const planPinned = planOf(
    Object.entries(check.pinned).map(([name, image]) => ({
      select: { by: 'name', name },
      image: { by: 'reference', image },
    })),
  )
  const pinned = planPinned(seen)
  return { plan: { ...pinned, warnings: [...pinned.warnings, ...check.warnings] }, planAgain: planPinned }
}

async function* followWritten(
  change: Change,
  written: KubeObject,
  options: SetImageOptions,
): AsyncGenerator<RolloutEvent, Verdict, void> {
  if (!options.dryRun) yield { step: 'applied', door: change.target.door, changes: change.changes }
  const verdict = yield* followToVerdict(change, written)
  const undo = options.rollbackOnFailure ? yield* rollBack(change, verdict) : undefined
  return undo ? { ...verdict, undo } : verdict
}

function concludePlan(change: Change, { changes, refused, unchanged }: Plan): Verdict | undefined {
  if (refused) return conclude(change, refused.message, { verdict: 'refused', reason: refused.reason })
  if (changes.length > 0) return undefined
  const which = unchanged.length === 1 ? `container ${unchanged[0]} has` : `containers ${unchanged.join(', ')} have`
  const message = `${which} this image already; nothing will roll (restart replaces the pods)`
  return conclude(change, message, { verdict: 'unchanged' })
}

/** Maximum number of writes when fields other than the images keep changing. */
const maxAttempts = 6
/** Backoff in ms, multiplied by the number of the attempt. */
const backoffMs = 100

/** Writes on condition that the images are as planned. On a conflict it plans again and never overwrites. */
async function* writeImages(
  change: Change,
  seen: KubeObject,
  plan: Plan,
  planAgain: (today: KubeObject) => Plan,
  { signal, dryRun = false, sequence, cause, clock = systemClock }: SetImageOptions,
): AsyncGenerator<RolloutEvent, Written, void> {
  const { target, workload } = change
  const notes = {
    ...(sequence !== undefined && { [sequenceAnnotation]: String(sequence) }),
  }
  let today = seen
  let images = plan.changes
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const annotations = { ...notes, ...changeCause(today, images, cause), ...recovery(workload.kind, today) }
    const edit = { do: 'set-images', images, annotations } as const
    const result = await writeOrReread(target, workload, today, edit, { signal, dryRun })
    if (result.written) {
      change.warnings.push(...result.warnings)
      return { written: result.workload }
    }
    const why = result.trouble ?? 'the workload changed in the meantime'
    yield { step: 'trouble', message: `${why}; retrying` }
    // back off: frequent writers are mostly controllers updating a status
    await clock.sleep(backoffMs * (attempt - 1), signal)
    today = result.workload
    const again = planAgain(today)
    const conflict = conflictBetween(plan.changes, again.changes)
    if (conflict !== undefined) {
      return { verdict: conclude(change, conflict, { verdict: 'refused', reason: 'Conflict' }) }
    }
    const settled = concludePlan(change, again)
    if (settled) return { verdict: settled }
    images = again.changes
  }
  const message = `the workload kept changing (${maxAttempts} attempts); nothing was written`
  return { verdict: conclude(change, message, { verdict: 'refused', reason: 'Conflict' }) }
}

/**
 * If the response to a write is lost, rereads the workload to see whether the write was applied. A retry is safe
 * because the write tests the old images.
 */
async function writeOrReread(
  target: Target,
  workload: WorkloadName,
  seen: KubeObject,
  edit: Extract<WorkloadEdit, { do: 'set-images' }>,
  { signal, dryRun }: { signal: AbortSignal | undefined; dryRun: boolean },
): Promise<WriteResult & { trouble?: string }> {
  try {
    return await target.write(workload, seen, edit, { signal, dryRun })
  } catch (error) {
    if (!(error instanceof DroverError) || error.code !== 'UNREACHABLE' || dryRun) throw error
    const today = await target.read(workload, { signal }).catch(() => {
      const unknown = 'it is unknown whether the change was made; run `drover status` once the cluster is reachable'
      throw new DroverError('UNREACHABLE', `${error.message}; ${unknown}`, { cause: error })
    })
    if (!hasImages(workload, today, edit.images)) return { written: false, workload: today, trouble: error.message }
    return { written: true, workload: today, warnings: [`the response to the write was lost (${error.message})`] }
  }
}

function hasImages({ kind }: WorkloadName, today: KubeObject, images: readonly ConditionalImage[]): boolean {
  const containers = containersOf(kind, today)
  return images.every(({ container, role, to }) =>
    containers.some(({ name, role: its, image }) => name === container && its === role && image === to),
  )
}

/** A container with neither the planned nor the wanted image was changed by somebody else, and keeps theirs. */
function conflictBetween(planned: readonly ImageChange[], now: readonly ImageChange[]): string | undefined {
  for (const { container, from, to } of planned) {
    const today = now.find((change) => change.container === container)
    if (today && today.from !== from) {
      return `container ${container} had ${from} and has ${today.from} now; ${to} was not written`
    }
  }
  return undefined
}

/** Restores the previous images on condition that the current ones are still ours. */
async function* rollBack(
  { target, workload, options, changes }: Change,
  { verdict, message, ...rest }: Verdict,
): AsyncGenerator<RolloutEvent, Verdict | undefined, void> {
  const superseded = 'reason' in rest && rest.reason === 'Superseded'
  if ((verdict !== 'failed' && verdict !== 'timed-out') || superseded) return undefined
  const back = changes.map(({ from, to, ...change }) => ({ ...change, from: to, to: from }))
  yield { step: 'undoing', message, changes: back }
  const undo = { ...beginChange(target, workload, options), changes: back }
  const call = { signal: options.signal }
  let seen = await target.read(workload, call)
  for (let attempt = 1; attempt <= maxAttempts && hasImages(workload, seen, changes); attempt++) {
    const edit = { do: 'set-images', images: back, annotations: changeCause(seen, back) } as const
    const result = await target.write(workload, seen, edit, call)
    if (result.written) {
      yield { step: 'applied', door: target.door, changes: back }
      return yield* followToVerdict(undo, result.workload)
    }
    seen = result.workload
  }
  return conclude(undo, 'the images were changed by somebody else; not rolled back', {
    verdict: 'refused',
    reason: 'Conflict',
  })
}
