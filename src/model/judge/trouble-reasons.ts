/** Why something does not get on: a closed set, so that programs can act on it and pages can say it in any language. */
export type TroubleReason = (typeof troubleReasons)[number]

const troubleReasons = [
  'ImageNotFound',
  'ImageDenied',
  'ImagePlatform',
  'ImageInvalid',
  'ImageNeverPulled',
  'ImageRateLimit',
  'ImagePull',
  'ImageSignature',
  'RegistryUnreachable',
  'RegistryUntrusted',
  'CrashLoop',
  'OutOfMemory',
  'ContainerConfig',
  'ContainerCreate',
  'ContainerStart',
  'Probe',
  'Unschedulable',
  'Volume',
  'PodNetwork',
  'Quota',
  'PodsRefused',
  'StuckOldPod',
  'PodEnded',
  'ProgressDeadline',
  'Deleted',
  'Superseded',
  'Timeout',
  'Unreachable',
  // of a Job, as its condition Failed names them (api/batch/v1)
  'JobFailed',
  'BackoffLimitExceeded',
  'DeadlineExceeded',
  'FailedIndexes',
  'MaxFailedIndexesExceeded',
  'PodFailurePolicy',
] as const

const known: ReadonlySet<string> = new Set(troubleReasons)

/** A Job's own word where it is one that is known. */
export function jobReason(word: string | undefined): TroubleReason {
  return word !== undefined && known.has(word) ? (word as TroubleReason) : 'JobFailed'
}
