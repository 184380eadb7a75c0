import type { KubeObject } from '../model/kube-object.ts'
import type { Plan } from './verdict.ts'

/** The follower's clock. Tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface FollowOptions {
  signal?: AbortSignal | undefined
  /** Timeout of the rollout in ms. Default 600 000. */
  timeout?: number
  /**
   * How long recoverable trouble may affect all new pods before the rollout counts as failed, in ms. Default 60 000.
   */
  grace?: number
  /** Poll interval in ms. Default 1 000. */
  interval?: number
  /** Poll interval while pods are changing, in ms. Default 200. */
  quickInterval?: number
  clock?: Clock
}

export interface ChangeOptions extends FollowOptions {
  /** Follow the rollout to its end. Default true; otherwise the verdict is `accepted`, reason NotWaited. */
  wait?: boolean
  /** Validate on the server without changing anything. Default false. */
  dryRun?: boolean
  /**
   * Write even if Argo CD, Flux, Fleet or Helm manages the workload. Default false: refused if the manager would revert
   * the change.
   */
  forceOwned?: boolean
}

/** The result of looking up the images of a plan in their registries. */
export interface ImageCheck {
  /** Why they must not be written. */
  refused?: string
  warnings: readonly string[]
  /** Replacements by container: the requested image with its digest. */
  pinned?: Record<string, string>
}

/** Called before anything is written. `seen` is the workload the plan is based on. */
export type CheckImages = (plan: Plan, seen: KubeObject) => Promise<ImageCheck>

export interface SetImageOptions extends ChangeOptions {
  /** Image that every changed container must have now; otherwise the change is refused. */
  expect?: string
  /** Default: no check. */
  checkImages?: CheckImages | undefined
  /** Pipeline number, kept in an annotation. Refused if a change with a higher number was made. */
  sequence?: number
  /** Written as `kubernetes.io/change-cause`, which the revision keeps and `history` shows. */
  cause?: string
  /** After a failure or timeout, restore the previous images and follow that rollout too. Default false. */
  rollbackOnFailure?: boolean
}

export interface UndoOptions extends ChangeOptions {
  /** Revision to go back to. Default: the newest earlier one with other images that is not recorded as failed. */
  toRevision?: string
  /** Go back to the newest revision in which a container had this image. */
  toImage?: string
  /** Restore the whole pod template rather than only its images. Default false. */
  wholeTemplate?: boolean
}
