import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import type { TroubleReason } from './trouble-reasons.ts'

/** The state of one workload at one moment: all that judging needs. */
export interface RolloutSnapshot {
  kind: WorkloadKind
  workload: KubeObject
  /**
   * ReplicaSets of a Deployment, ControllerRevisions of a StatefulSet or DaemonSet. May include those of other owners.
   */
  revisions: readonly KubeObject[]
  /** Pods matching the workload's selector. May include those of other owners. */
  pods: readonly KubeObject[]
  /** Events about the workload, its revisions and its pods. */
  events: readonly KubeObject[]
  /** Why the events could not be read, if they were requested. */
  eventsUnread?: string
}

/** Facts that the snapshot does not contain. */
export interface JudgeContext {
  /** The workload as returned by the write. Its status still describes the previous template. */
  written?: KubeObject
  /** Only the replica count changed, not the template: kinds that replace no pods are judged by ready pods. */
  scaled?: boolean
}

/** Why a rollout is stuck, and how long to tolerate it. */
export interface Trouble {
  reason: TroubleReason
  message: string
  pod?: string
  container?: string
  /** Exit code of the container's last termination. */
  exitCode?: number
  /**
   * `none`: will not recover. `grace`: may recover; a failure once it has affected all new pods for the grace period.
   * `deadline`: may take long; only explains a passed deadline.
   */
  patience: 'none' | 'grace' | 'deadline'
}

/** The first thing a pod still waits for. */
export type PodWait =
  | { for: 'end' | 'node' | 'readiness' }
  /** The pod's phase, or its reason. */
  | { for: 'replacement'; reason: string }
  | {
      for: 'creation' | 'init-containers' | 'image' | 'image-again' | 'start-again' | 'start' | 'ready'
      container: string
    }
  | { for: 'start-after-end'; container: string; exitCode: number }
  /** The kubelet's own reason, if no other value fits. */
  | { for: 'other'; container: string; reason: string }

export interface PodView {
  name: string
  /** Belongs to the template being rolled out. */
  new: boolean
  ready: boolean
  /** Absent when ready: `waitsFor` is text, `wait` is for programs. */
  waitsFor?: string
  wait?: PodWait
  restarts: number
  node?: string
}

export interface RolloutProgress {
  /** Desired pods. */
  wanted: number
  /** Pods of the new template. */
  updated: number
  /** Ready pods of the new template. */
  ready: number
  /** Available pods of the new template (ready for minReadySeconds). */
  available: number
  /** Remaining pods of older templates. */
  old: number
  pods: PodView[]
  /** The newest revision, if the kind has revisions: a Deployment's number, a StatefulSet's hash. */
  revision?: string
}

/** Why nothing rolls out now although the change is made. */
export type AcceptedReason =
  'OnDelete' | 'Partition' | 'Paused' | 'ScaledToZero' | 'NoNodes' | 'NextRun' | 'NewPodsOnly'

export type Judgement =
  /** The controller has not seen the change yet, so the status does not describe it. */
  | { state: 'unobserved'; progress: RolloutProgress }
  /** `message` says what is missing; `trouble` is the most significant obstacle. */
  | { state: 'progressing'; progress: RolloutProgress; message: string; trouble?: Trouble }
  | { state: 'succeeded'; progress: RolloutProgress; message: string }
  | { state: 'accepted'; progress: RolloutProgress; reason: AcceptedReason; message: string }
  | { state: 'failed'; progress: RolloutProgress; trouble: Trouble }
