import { phaseOf } from '../../../src/model/judge/wording.ts'
import type { AcceptedReason, Judgement, PodWait, RolloutProgress, Trouble } from '../../../src/model/judge/snapshot.ts'
import type { Verdict } from '../../../src/rollout/index.ts'
import type { Texts } from './english.ts'

/** A rollout's message in the page's language, and the cluster's own words. */
export interface Words {
  text: string
  said?: string
}

/** Chosen by code, never by parsing English text. */
export function wordsOfVerdict(texts: Texts, verdict: Verdict): Words {
  const { rollout } = texts
  switch (verdict.verdict) {
    case 'succeeded':
      return { text: rollout.podsReady(verdict.rollout?.ready ?? 0) }
    case 'failed':
      return { text: rollout.reasons[verdict.reason], said: verdict.message }
    case 'timed-out':
      return {
        text: rollout.late(Math.round(verdict.seconds), reasonOfDelay(texts, verdict.reason)),
        said: verdict.message,
      }
    case 'accepted':
      return { text: rollout.accepted[verdict.reason] }
    case 'unchanged':
      return { text: rollout.unchanged }
    case 'refused':
      return { text: rollout.refused[verdict.reason], said: verdict.message }
    default:
      return verdict satisfies never
  }
}

/** A timeout is not a reason of its own. */
function reasonOfDelay({ rollout }: Texts, reason: Trouble['reason']): string {
  return reason === 'Timeout' ? '' : rollout.reasons[reason]
}

export interface Seen {
  state: Judgement['state']
  progress: RolloutProgress
  trouble?: Trouble
  /** If nothing rolls out now. */
  accepted?: AcceptedReason
}

export function wordsOfProgress({ rollout }: Texts, { state, progress, trouble, accepted }: Seen): Words {
  switch (state) {
    case 'unobserved':
      return { text: rollout.unobserved }
    case 'progressing': {
      const text = rollout.phases[phaseOf(progress)](progress)
      return trouble ? { text: `${text} ${rollout.reasons[trouble.reason]}`, said: trouble.message } : { text }
    }
    case 'succeeded':
      return { text: rollout.podsReady(progress.ready) }
    case 'accepted':
      return { text: accepted === undefined ? '' : rollout.accepted[accepted] }
    case 'failed':
      return trouble ? { text: rollout.reasons[trouble.reason], said: trouble.message } : { text: '' }
    default:
      return state satisfies never
  }
}

export function seenIn(judgement: Judgement): Seen {
  const { state, progress } = judgement
  const trouble = 'trouble' in judgement ? judgement.trouble : undefined
  return {
    state,
    progress,
    ...(trouble && { trouble }),
    ...(judgement.state === 'accepted' && { accepted: judgement.reason }),
  }
}

export function waitWords({ workload: { waits } }: Texts, wait: PodWait | undefined): string {
  if (wait === undefined) return '…'
  switch (wait.for) {
    case 'end':
    case 'node':
    case 'readiness':
      return waits[wait.for]
    case 'replacement':
      return waits.replacement(wait.reason)
    case 'start-after-end':
      return waits[wait.for](wait.container, wait.exitCode)
    case 'other':
      return waits.other(wait.container, wait.reason)
    default:
      return waits[wait.for](wait.container)
  }
}
