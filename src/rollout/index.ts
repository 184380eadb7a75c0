export type {
  AcceptedReason,
  Judgement,
  PodView,
  RolloutProgress,
  RolloutSnapshot,
  Trouble,
} from '../model/judge/snapshot.ts'
export type { ChangeOptions, Clock, FollowOptions, SetImageOptions, UndoOptions } from './options.ts'
export { setImage } from './set-image.ts'
export type { CallSettings, ConditionalImage, Target, WorkloadEdit, WriteResult } from './target.ts'
export type {
  Door,
  Evidence,
  ImageChange,
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
