import type { KubeObject } from '../model/kube-object.ts'
import type { Plan } from './verdict.ts'

/** Time as the follower sees it; tests hand in their own. */
export interface Clock {
  /** ms since the epoch. */
  now(): number
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface FollowOptions {
  signal?: AbortSignal | undefined
  /** How long a rollout may take (ms). Default 600 000. */
  timeout?: number
  /** How long trouble that may mend by itself is borne, once it is on all new pods (ms). Default 60 000. */
  grace?: number
  /** The pause between two looks (ms). Default 1 000. */
  interval?: number
  /** The pause while a pod is changing (ms). Default 200. */
  quickInterval?: number
  clock?: Clock
}

export interface ChangeOptions extends FollowOptions {
  /** Follow the rollout to its end. Default true; else the verdict is `accepted`, reason NotWaited. */
  wait?: boolean
  /** Only ask the server whether it would take the change. Default false. */
  dryRun?: boolean
  /** Write although Argo CD, Flux, Fleet or Helm keeps this workload. Default false for those that would change it back. */
  forceOwned?: boolean
}

/** Whether the images of a plan can be had, as somebody found who asked their registries. */
export interface ImageCheck {
  /** Why they must not be written. */
  refused?: string
  warnings: readonly string[]
  /** What is written in place of the image that was asked for, by container: the same with its digest. */
  pinned?: Record<string, string>
}

/** Asked before anything is written; `seen` is the workload that the plan was made on. */
export type CheckImages = (plan: Plan, seen: KubeObject) => Promise<ImageCheck>

export interface SetImageOptions extends ChangeOptions {
  /** The image that the container must have now, for every container changed; else refused. */
  expect?: string
  /** Default: the images are not asked for. */
  checkImages?: CheckImages | undefined
  /** A pipeline's number: refused where a change with a higher one was made. Kept in an annotation of the workload. */
  sequence?: number
  /** Noted as `kubernetes.io/change-cause`, which the new revision keeps and `history` shows. */
  cause?: string
  /** After a failure or a timeout, put the images back and follow that too. Default false. */
  rollbackOnFailure?: boolean
}

export interface UndoOptions extends ChangeOptions {
  /** Which revision to go back to. Default: the newest earlier one with other images that is not known to have failed. */
  toRevision?: string
  /** Go back to the newest revision in which a container had this image. */
  toImage?: string
  /** The whole pod template of that revision, instead of its images alone. Default false. */
  wholeTemplate?: boolean
}
