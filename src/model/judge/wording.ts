import type { KubeObject } from '../kube-object.ts'
import type { Assessment } from './assessment.ts'
import type { AcceptedReason, Judgement, RolloutProgress, Trouble } from './snapshot.ts'

/**
 * Whether the controller has seen the current generation. The defaults differ so that two absent numbers are not equal;
 * kinds without generations (Pod, CronJob, …) are never asked.
 */
export function isObserved({ metadata, status }: KubeObject): boolean {
  const { observedGeneration = -1 } = (status ?? {}) as { observedGeneration?: number }
  return observedGeneration >= (metadata.generation ?? 0)
}

export function accepted(reason: AcceptedReason, progress: RolloutProgress, message: string): Judgement {
  return { state: 'accepted', progress, reason, message }
}

/** In progress, or failed if the trouble is hopeless. */
export function inProgress({ progress, trouble: found }: Assessment, other?: Trouble): Judgement {
  const trouble = found ?? other
  if (trouble?.patience === 'none') return { state: 'failed', progress, trouble }
  return { state: 'progressing', progress, message: missing(progress), ...(trouble && { trouble }) }
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** The first step of a rollout that is not complete. */
export type Phase = 'making' | 'starting' | 'settling' | 'ending' | 'counting'

export function phaseOf({ wanted, updated, ready, available, old }: RolloutProgress): Phase {
  if (updated < wanted) return 'making'
  if (ready < wanted) return 'starting'
  if (available < wanted) return 'settling'
  return old > 0 ? 'ending' : 'counting'
}

export function missing(progress: RolloutProgress): string {
  const { wanted, updated, ready, available, old } = progress
  const phase = phaseOf(progress)
  switch (phase) {
    case 'making':
      return `${updated} of ${counted(wanted, 'new pod')} made${oldOnes(old)}`
    case 'starting':
      return `${ready} of ${counted(wanted, 'new pod')} ready${oldOnes(old)}`
    case 'settling':
      return `${available} of ${counted(wanted, 'new pod')} ready for long enough${oldOnes(old)}`
    case 'ending':
      return `${counted(old, 'old pod')} still to go`
    case 'counting':
      return updated > wanted
        ? `${counted(updated - wanted, 'pod')} too many, still to go`
        : 'waiting for the controller to update the status'
    default:
      return phase satisfies never
  }
}

function oldOnes(old: number): string {
  return old > 0 ? `, ${counted(old, 'old one')} still there` : ''
}
