/** A closed set, so that programs can act on a reason and pages can translate it. */
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
  // reasons of a Job's condition Failed (api/batch/v1)
  'JobFailed',
  'BackoffLimitExceeded',
  'DeadlineExceeded',
  'FailedIndexes',
  'MaxFailedIndexesExceeded',
  'PodFailurePolicy',
] as const

const known: ReadonlySet<string> = new Set(troubleReasons)

/** The Job's own reason if it is known. */
export function jobReason(word: string | undefined): TroubleReason {
  return word !== undefined && known.has(word) ? (word as TroubleReason) : 'JobFailed'
}
