export type {
  AcceptedReason,
  Judgement,
  PodView,
  RolloutProgress,
  RolloutSnapshot,
  Trouble,
} from '../model/judge/snapshot.ts'
export { isRolloutDeferred } from '../model/judge/deferred-rollout.ts'
export { systemClock } from './clock.ts'
export { describeChange } from './targets/describe-change.ts'
export { chooseRevision, history, revisionsIn } from './history.ts'
export type { Revision } from './history.ts'
export { kubernetesTarget } from './targets/kubernetes-target.ts'
export type { KubernetesTargetOptions } from './targets/kubernetes-target.ts'
export { isFailure, setImages } from './many.ts'
export type { ItemResult, ManyEvent, ManyItem, ManyOptions } from './many.ts'
export { pause, restart, resume, scale } from './operate.ts'
export { kindNamed, parseTarget, showWorkload } from './parse-target.ts'
export type { TargetAddress } from './parse-target.ts'
export { planImages } from './plan.ts'
export type { PlanOptions } from './plan.ts'
export { rancherTarget } from './targets/rancher-target.ts'
export type { RancherTargetOptions } from './targets/rancher-target.ts'
export { followRollout, status } from './status.ts'
export type { WorkloadStatus } from './status.ts'
export { keepsRevisions, undo } from './undo.ts'
export type {
  ChangeOptions,
  CheckImages,
  Clock,
  FollowOptions,
  ImageCheck,
  SetImageOptions,
  UndoOptions,
} from './options.ts'
export { setImage } from './set-image.ts'
export type { CallSettings, ConditionalImage, Target, WorkloadEdit, WriteResult } from './target.ts'
export type {
  Door,
  Evidence,
  ImageChange,
  Operation,
  Outcome,
  Plan,
  RefusedReason,
  RolloutEvent,
  RunningDigest,
  Verdict,
  VerdictWord,
  WorkloadName,
} from './verdict.ts'
export { parseWish } from './wish.ts'
export type { ContainerSelection, WantedImage, Wish } from './wish.ts'
