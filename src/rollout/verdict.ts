import type { AcceptedReason, Judgement, RolloutProgress, Trouble } from '../model/judge/snapshot.ts'
import type { TroubleReason } from '../model/judge/trouble-reasons.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'

export interface WorkloadName {
  kind: WorkloadKind
  namespace: string
  name: string
}

/** Image of one container before and after. */
export interface ImageChange {
  container: string
  role: 'container' | 'init' | 'ephemeral'
  from: string
  to: string
}

/** What the running pods of the new template report for one container. */
export interface RunningDigest {
  container: string
  /** The distinct digests the pods report, as `sha256:…`. */
  digests: string[]
  /** All pods report one digest, and it is the requested one if the reference has a digest. */
  agree: boolean
}

/** Observations about a failure. */
export interface Evidence {
  /** Newest last: `Failed: Failed to pull image "…": not found (x3)`. */
  events: string[]
  /** Tail of the failing container's log. */
  log: string[]
  /** What could not be read, and why. */
  unread?: string[]
}

interface VerdictBase {
  /** Version of this format. Readers must reject versions they do not know. */
  version: 1
  kind: 'Verdict'
  workload: WorkloadName & { cluster?: string }
  /** The door used: Kubernetes, Kubernetes behind a Rancher, or Rancher's v3. */
  door: Door
  /** For people. */
  message: string
  changes: ImageChange[]
  /**
   * Notable facts that did not affect the outcome: a manager that may revert the change, a digest that takes
   * precedence, …
   */
  warnings: string[]
  /** RFC 3339. */
  startedAt: string
  /** Duration by the monotonic clock. */
  seconds: number
  dryRun: boolean
  /** The revisions before and after, if the kind has revisions. Undo goes back to `from`. */
  revision?: { from?: string; to?: string }
  /** The last observed progress; absent if nothing was followed. */
  rollout?: RolloutProgress
  /** Verdict of the rollback after a failure, if requested. */
  undo?: Verdict
}

export type Door = 'kubernetes' | 'rancher-kubernetes' | 'rancher-v3'

/** Why a change was refused before anything was written. */
export type RefusedReason =
  /** The container does not have the expected image. */
  | 'Expectation'
  /** Somebody else changed the image concurrently; the message names both images. */
  | 'Conflict'
  /** Another system manages this workload and would revert the change. */
  | 'Owned'
  /** Kubernetes does not allow the change (a Job's template). */
  | 'Immutable'
  /** A change with a higher sequence number was made. */
  | 'Sequence'
  /** The registry does not have the image, or could not be asked although required. */
  | 'ImageAbsent'
  /** There is no revision to go back to. */
  | 'NoRevision'

export type Outcome =
  /** `digests` is empty if pods were not followed or report none. */
  | { verdict: 'succeeded'; digests: RunningDigest[] }
  | {
      verdict: 'failed'
      reason: TroubleReason
      pod?: string
      container?: string
      exitCode?: number
      evidence: Evidence
    }
  /** The timeout passed; `reason` is the most likely obstacle. The change stands. */
  | { verdict: 'timed-out'; reason: TroubleReason; pod?: string; container?: string; evidence: Evidence }
  /** Written, but nothing rolls out now; or not waited for (`NotWaited`), or a dry run (`DryRun`). */
  | { verdict: 'accepted'; reason: AcceptedReason | 'NotWaited' | 'DryRun' }
  /** The containers already have these images. */
  | { verdict: 'unchanged' }
  | { verdict: 'refused'; reason: RefusedReason }

/** How a change ended, for programs and people. */
export type Verdict = VerdictBase & Outcome

export type VerdictWord = Verdict['verdict']

/** Emitted while a change is made. The last event is always the verdict; connection failures are raised instead. */
export type RolloutEvent =
  | { step: 'planned'; plan: Plan }
  /** A tolerated problem: a conflict that is retried, a failed poll. */
  | { step: 'trouble'; message: string }
  | { step: 'applied'; door: Door; changes: ImageChange[] }
  /** The rollout failed and the images are restored. That rollout's verdict becomes the `undo` of this one. */
  | { step: 'undoing'; message: string; changes: ImageChange[] }
  /** Emitted whenever the rollout looks different. */
  | { step: 'progress'; state: Judgement['state']; progress: RolloutProgress; message: string; trouble?: Trouble }
  | { step: 'verdict'; verdict: Verdict }

/** What will be done. Pure; computed before anything is written. */
export interface Plan {
  workload: WorkloadName
  changes: ImageChange[]
  /** Requested containers that already have the image. */
  unchanged: string[]
  warnings: string[]
  /** Set if the change is not about images alone. */
  operation?: Operation
  /** Set if the plan must not be carried out. */
  refused?: { reason: RefusedReason; message: string }
}

export type Operation =
  | { do: 'restart' | 'pause' | 'resume' }
  | { do: 'scale'; from: number; to: number }
  /** Restores the images of a revision, or its whole template. */
  | { do: 'undo'; revision: string; wholeTemplate: boolean }
