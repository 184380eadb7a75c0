import type { AcceptedReason, Judgement, RolloutProgress, Trouble } from '../model/judge/snapshot.ts'
import type { TroubleReason } from '../model/judge/trouble-reasons.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'

/** A workload by its names. */
export interface WorkloadName {
  kind: WorkloadKind
  namespace: string
  name: string
}

/** One container's image, before and after. */
export interface ImageChange {
  container: string
  role: 'container' | 'init' | 'ephemeral'
  from: string
  to: string
}

/** What the running pods of the new template report, by container. */
export interface RunningDigest {
  container: string
  /** The distinct digests that the pods report; `sha256:…`. */
  digests: string[]
  /** One digest on all pods, and the one that was asked for where the reference had one. */
  agree: boolean
}

/** What was seen of a failure. */
export interface Evidence {
  /** Newest last: `Failed: Failed to pull image "…": not found (x3)`. */
  events: string[]
  /** The last lines of the failing container, where it wrote any. */
  log: string[]
  /** What could not be looked at, and why. */
  unread?: string[]
}

interface VerdictBase {
  /** The form of this document; a reader must refuse one that it does not know. */
  version: 1
  kind: 'Verdict'
  workload: WorkloadName & { cluster?: string }
  /** Which way the write took: Kubernetes' API, the same behind a Rancher, or Rancher's v3 API. */
  door: Door
  /** In words, for people. */
  message: string
  changes: ImageChange[]
  /** What the caller should know although it changes nothing: an owner that may undo it, a digest that decides, … */
  warnings: string[]
  /** RFC 3339, by our own clock. */
  startedAt: string
  /** How long it took, by our own clock. */
  seconds: number
  dryRun: boolean
  /** The revisions before and after, where the kind has any: what an undo goes back to. */
  revision?: { from?: string; to?: string }
  /** The last that was seen; absent where nothing was followed. */
  rollout?: RolloutProgress
  /** The undo that followed a failure, where that was asked for. */
  undo?: Verdict
}

export type Door = 'kubernetes' | 'rancher-kubernetes' | 'rancher-v3'

/** Why a change was refused before anything was written. */
export type RefusedReason =
  /** The container has another image than the caller expected. */
  | 'Expectation'
  /** Somebody else changed the image while we did; both are in the message. */
  | 'Conflict'
  /** Another system keeps this workload as it is described elsewhere, and would change it back. */
  | 'Owned'
  /** Kubernetes lets nobody change this (a Job's template). */
  | 'Immutable'
  /** A change with a higher sequence number was made already. */
  | 'Sequence'
  /** The registry does not have the image, or could not be asked where it must be. */
  | 'ImageAbsent'
  /** There is nothing to go back to. */
  | 'NoRevision'

export type Outcome =
  /** `digests` is empty where pods were not followed or report none. */
  | { verdict: 'succeeded'; digests: RunningDigest[] }
  | {
      verdict: 'failed'
      reason: TroubleReason
      pod?: string
      container?: string
      exitCode?: number
      evidence: Evidence
    }
  /** Not done in time; `reason` is what stood in the way most probably. The change stands. */
  | { verdict: 'timed-out'; reason: TroubleReason; pod?: string; container?: string; evidence: Evidence }
  /** Written, and nothing will roll now; or not waited for (`NotWaited`), or only tried out (`DryRun`). */
  | { verdict: 'accepted'; reason: AcceptedReason | 'NotWaited' | 'DryRun' }
  /** The containers have these images already. */
  | { verdict: 'unchanged' }
  | { verdict: 'refused'; reason: RefusedReason }

/** How a change ended: one document, the same for programs and people. */
export type Verdict = VerdictBase & Outcome

export type VerdictWord = Verdict['verdict']

/** Told while a change is made. The last event is always the verdict; failures to reach the cluster are raised instead. */
export type RolloutEvent =
  | { step: 'planned'; plan: Plan }
  /** Something borne: a conflict looked at again, a poll that failed. */
  | { step: 'trouble'; message: string }
  | { step: 'applied'; door: Door; changes: ImageChange[] }
  /** It failed, and the images are put back: a rollout of its own, whose verdict is the `undo` of this one's. */
  | { step: 'undoing'; message: string; changes: ImageChange[] }
  /** Whenever the rollout looks different from the event before. */
  | { step: 'progress'; state: Judgement['state']; progress: RolloutProgress; message: string; trouble?: Trouble }
  | { step: 'verdict'; verdict: Verdict }

/** What will be done: pure, made before anything is touched. */
export interface Plan {
  workload: WorkloadName
  changes: ImageChange[]
  /** Containers that were asked for and have the image already. */
  unchanged: string[]
  warnings: string[]
  /** What is done where it is not images alone. */
  operation?: Operation
  /** Set where the plan must not be carried out. */
  refused?: { reason: RefusedReason; message: string }
}

export type Operation =
  | { do: 'restart' | 'pause' | 'resume' }
  | { do: 'scale'; from: number; to: number }
  /** Back to the images of a revision, or to its whole template. */
  | { do: 'undo'; revision: string; wholeTemplate: boolean }
