import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import type { TroubleReason } from './trouble-reasons.ts'

/** What a cluster said about one workload at one time: all that judging needs. */
export interface RolloutSnapshot {
  kind: WorkloadKind
  workload: KubeObject
  /** ReplicaSets of a Deployment, ControllerRevisions of a StatefulSet or DaemonSet; others' may be among them. */
  revisions: readonly KubeObject[]
  /** Pods that the workload's selector fits; others' may be among them. */
  pods: readonly KubeObject[]
  /** Events about the workload, its revisions and its pods. */
  events: readonly KubeObject[]
  /** Why events are not told, where they were asked for and may not be read. */
  eventsUnread?: string
}

/** What is known besides the snapshot. */
export interface JudgeContext {
  /** The workload as the write answered it: what its status said then was said about the template before. */
  written?: KubeObject
  /** The number of pods was changed and no template: kinds that replace no pods are judged by how many are ready. */
  scaled?: boolean
}

/** Why something does not get on, and how long that is borne. */
export interface Trouble {
  reason: TroubleReason
  message: string
  pod?: string
  container?: string
  /** As the last end of the container reported it. */
  exitCode?: number
  /**
   * `none`: it will not mend by itself. `grace`: it may, and is a failure once it has lasted a grace time on all new pods.
   * `deadline`: it may take long, and only explains why a deadline passed.
   */
  patience: 'none' | 'grace' | 'deadline'
}

/** What a pod waits for: the first that is missing on its way. */
export type PodWait =
  | { for: 'end' | 'node' | 'readiness' }
  /** Its phase, or the reason of it. */
  | { for: 'replacement'; reason: string }
  | {
      for: 'creation' | 'init-containers' | 'image' | 'image-again' | 'start-again' | 'start' | 'ready'
      container: string
    }
  | { for: 'start-after-end'; container: string; exitCode: number }
  /** In the words of the kubelet, where no other fits. */
  | { for: 'other'; container: string; reason: string }

export interface PodView {
  name: string
  /** Of the template that is being rolled out. */
  new: boolean
  ready: boolean
  /** What it waits for, in words and for programs; absent when it is ready. */
  waitsFor?: string
  wait?: PodWait
  restarts: number
  node?: string
}

export interface RolloutProgress {
  /** Pods that there should be in the end. */
  wanted: number
  /** Pods of the new template. */
  updated: number
  /** Pods of the new template that are ready. */
  ready: number
  /** Pods of the new template that count as available (ready for minReadySeconds). */
  available: number
  /** Pods of older templates that are still there. */
  old: number
  pods: PodView[]
  /** The newest revision, where the kind has revisions: a Deployment's number, a StatefulSet's hash. */
  revision?: string
}

/** Why nothing will roll now although the change is made. */
export type AcceptedReason =
  'OnDelete' | 'Partition' | 'Paused' | 'ScaledToZero' | 'NoNodes' | 'NextRun' | 'NewPodsOnly'

export type Judgement =
  /** The controller has not seen the change: nothing that the status says is about it. */
  | { state: 'unobserved'; progress: RolloutProgress }
  /** `message` says what is missing. `trouble` is the most telling of what stands in the way. */
  | { state: 'progressing'; progress: RolloutProgress; message: string; trouble?: Trouble }
  | { state: 'succeeded'; progress: RolloutProgress; message: string }
  | { state: 'accepted'; progress: RolloutProgress; reason: AcceptedReason; message: string }
  | { state: 'failed'; progress: RolloutProgress; trouble: Trouble }
