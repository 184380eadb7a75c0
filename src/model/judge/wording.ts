import type { KubeObject } from '../kube-object.ts'
import type { Assessment } from './assessment.ts'
import type { AcceptedReason, Judgement, RolloutProgress, Trouble } from './snapshot.ts'

/**
 * Whether the controller has seen the workload as it is. The two defaults differ, so that an absent number never equals
 * another absent one; kinds without generations (before Kubernetes 1.2x: Pod, CronJob, …) are never asked.
 */
export function isObserved({ metadata, status }: KubeObject): boolean {
  const { observedGeneration = -1 } = (status ?? {}) as { observedGeneration?: number }
  return observedGeneration >= (metadata.generation ?? 0)
}

export function accepted(reason: AcceptedReason, progress: RolloutProgress, message: string): Judgement {
  return { state: 'accepted', progress, reason, message }
}

/** On its way, unless there is no hope. */
export function going({ progress, trouble: found }: Assessment, other?: Trouble): Judgement {
  const trouble = found ?? other
  if (trouble?.patience === 'none') return { state: 'failed', progress, trouble }
  return { state: 'progressing', progress, message: missing(progress), ...(trouble && { trouble }) }
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** What is still missing, in words. */
export function missing({ wanted, updated, ready, available, old }: RolloutProgress): string {
  if (updated < wanted) return `${updated} of ${counted(wanted, 'new pod')} made${oldOnes(old)}`
  if (ready < wanted) return `${ready} of ${counted(wanted, 'new pod')} ready${oldOnes(old)}`
  if (available < wanted) return `${available} of ${counted(wanted, 'new pod')} ready for long enough${oldOnes(old)}`
  return old > 0 ? `${counted(old, 'old pod')} still to go` : 'the controller has still to count'
}

function oldOnes(old: number): string {
  return old > 0 ? `, ${counted(old, 'old one')} still there` : ''
}
