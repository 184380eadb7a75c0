import { DroverError } from '../model/errors.ts'
import { judge } from '../model/judge/judge.ts'
import type { Judgement, RolloutProgress, RolloutSnapshot, Trouble } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { systemClock } from './clock.ts'
import type { FollowOptions } from './options.ts'
import type { Target } from './target.ts'
import type { RolloutEvent, WorkloadName } from './verdict.ts'

export interface Following extends FollowOptions {
  /** The workload as our write answered it. */
  written?: KubeObject
  scaled?: boolean | undefined
  /** Why the workload is no longer what we made it, or undefined where it still is. */
  superseded?: (workload: KubeObject) => string | undefined
}

/** How following ended. `snapshot` is the last one, for evidence. */
export type End =
  | { end: 'succeeded'; message: string; progress: RolloutProgress; snapshot: RolloutSnapshot }
  | { end: 'accepted'; judgement: Extract<Judgement, { state: 'accepted' }>; progress: RolloutProgress }
  | { end: 'failed' | 'timed-out'; trouble: Trouble; progress?: RolloutProgress; snapshot?: RolloutSnapshot }

/** After so long (ms) without a visible change the quick pace serves nobody. */
const quickFor = 20_000

/**
 * Looks at the workload until its rollout has ended, by our own clock: watches stall behind proxies. Failures to reach the
 * cluster are borne until the timeout; raises what else the target raises, and the signal's reason.
 */
export async function* follow(
  target: Target,
  workload: WorkloadName,
  options: Following = {},
): AsyncGenerator<RolloutEvent, End, void> {
  const {
    signal,
    timeout = 600_000,
    grace = 60_000,
    interval = 1000,
    quickInterval = 200,
    clock = systemClock,
  } = options
  const started = clock.now()
  let last: { judgement: Judgement; snapshot: RolloutSnapshot } | undefined
  let shown = ''
  let changedAt = started
  let troubledSince: number | undefined
  let behind = 0
  for (;;) {
    signal?.throwIfAborted()
    const look = await lookAt(target, workload, options, wantsEvents(last?.judgement, clock.now() - changedAt))
    const now = clock.now()
    if ('end' in look) return look
    if ('trouble' in look) yield { step: 'trouble', message: look.trouble }
    else {
      last = look
      const { judgement } = look
      const picture = pictureOf(judgement)
      if (picture !== shown) {
        changedAt = now
        shown = picture
        yield progressOf(judgement)
      }
      const end = endOf(look)
      if (end && !(podsLagBehind(judgement) && behind++ < looksForPods)) return end
      // trouble that may mend is a failure only once it has lasted
      const mayMend = judgement.state === 'progressing' && judgement.trouble?.patience === 'grace'
      troubledSince = mayMend ? (troubledSince ?? now) : undefined
      if (
        judgement.state === 'progressing' &&
        judgement.trouble &&
        troubledSince !== undefined &&
        now - troubledSince >= grace
      ) {
        return { end: 'failed', trouble: judgement.trouble, progress: judgement.progress, snapshot: look.snapshot }
      }
    }
    if (now - started >= timeout) return timedOut(timeout, last)
    const quick = last !== undefined && !hasTrouble(last.judgement) && now - changedAt < quickFor
    const left = timeout - (now - started)
    await clock.sleep(Math.min(quick ? quickInterval : interval, Math.max(left, 1)), signal)
  }
}

/** So often is looked again where the pods that were listed are older than the status that says they are ready. */
const looksForPods = 5

/** The parts of one look are read one after the other, perhaps from a cache; a verdict shows pods that fit its words. */
function podsLagBehind({ state, progress }: Judgement): boolean {
  return state === 'succeeded' && progress.ready < progress.wanted
}

/** Events explain what a pod's status does not; asked for only when something seems to need an explanation. */
function wantsEvents(judgement: Judgement | undefined, unchangedFor: number): boolean {
  return judgement?.state === 'progressing' && (hasTrouble(judgement) || unchangedFor > 2000)
}

function hasTrouble(judgement: Judgement): boolean {
  return judgement.state === 'progressing' && judgement.trouble !== undefined
}

type Look = { judgement: Judgement; snapshot: RolloutSnapshot } | { trouble: string } | End

async function lookAt(target: Target, workload: WorkloadName, options: Following, events: boolean): Promise<Look> {
  const { signal, written, scaled = false, superseded } = options
  try {
    const snapshot = await target.snapshot(workload, { signal, events })
    const { deletionTimestamp } = snapshot.workload.metadata
    if (deletionTimestamp !== undefined) {
      const message = 'the workload is being deleted'
      return { end: 'failed', trouble: { reason: 'Deleted', message, patience: 'none' }, snapshot }
    }
    const other = superseded?.(snapshot.workload)
    const judgement = judge(snapshot, { scaled, ...(written && { written }) })
    if (other === undefined) return { judgement, snapshot }
    const trouble: Trouble = { reason: 'Superseded', message: other, patience: 'none' }
    return { end: 'failed', trouble, progress: judgement.progress, snapshot }
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    if (error.code === 'NOT_FOUND') {
      return { end: 'failed', trouble: { reason: 'Deleted', message: error.message, patience: 'none' } }
    }
    if (error.code === 'UNREACHABLE' || error.code === 'SERVER') return { trouble: error.message }
    throw error
  }
}

function endOf({ judgement, snapshot }: { judgement: Judgement; snapshot: RolloutSnapshot }): End | undefined {
  const { progress } = judgement
  switch (judgement.state) {
    case 'succeeded':
      return { end: 'succeeded', message: judgement.message, progress, snapshot }
    case 'accepted':
      return { end: 'accepted', judgement, progress }
    case 'failed':
      return { end: 'failed', trouble: judgement.trouble, progress, snapshot }
    case 'unobserved':
    case 'progressing':
      return undefined
    default:
      return judgement satisfies never
  }
}

function timedOut(timeout: number, last: { judgement: Judgement; snapshot: RolloutSnapshot } | undefined): End {
  const after = `not done after ${Math.round(timeout / 1000)} s`
  if (!last) {
    return { end: 'timed-out', trouble: { reason: 'Unreachable', message: `${after}: no answer`, patience: 'none' } }
  }
  const { judgement, snapshot } = last
  const { progress } = judgement
  const trouble = judgement.state === 'progressing' ? judgement.trouble : undefined
  const message = `${after}: ${messageOf(judgement)}${trouble ? `; most probably because of this: ${trouble.message}` : ''}`
  return { end: 'timed-out', trouble: { reason: 'Timeout', patience: 'none', ...trouble, message }, progress, snapshot }
}

function progressOf(judgement: Judgement): RolloutEvent {
  const { state, progress } = judgement
  const trouble = 'trouble' in judgement ? judgement.trouble : undefined
  return { step: 'progress', state, progress, message: messageOf(judgement), ...(trouble && { trouble }) }
}

export function messageOf(judgement: Judgement): string {
  switch (judgement.state) {
    case 'unobserved':
      return 'the controller has not seen the change yet'
    case 'progressing':
    case 'succeeded':
    case 'accepted':
      return judgement.message
    case 'failed':
      return judgement.trouble.message
    default:
      return judgement satisfies never
  }
}

/** What a person would see of it. */
function pictureOf(judgement: Judgement): string {
  return JSON.stringify([judgement.state, messageOf(judgement), hasTrouble(judgement), judgement.progress])
}
