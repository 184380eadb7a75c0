import { isImageReference, parseImageReference } from '../image-reference.ts'
import type { KubeObject } from '../kube-object.ts'
import { containerStatusesOf, isLeaving } from './pod-status.ts'

export interface RunningDigest {
  container: string
  /** The distinct digests the pods report, as `sha256:…`. */
  digests: string[]
  /** All pods report one digest, and it is the requested one if the reference has a digest. */
  agree: boolean
}

/**
 * The digests that the pods report for each container. Some runtimes report the digest of the index, others that of the
 * platform's manifest, so the requested digest is compared only if at least one pod reports it.
 */
export function runningDigests(
  pods: readonly KubeObject[],
  wanted: readonly { container: string; image: string }[],
): RunningDigest[] {
  return wanted.flatMap(({ container, image }) => {
    const digests = [
      ...new Set(pods.filter((pod) => !isLeaving(pod)).flatMap((pod) => digestOf(pod, container) ?? [])),
    ].sort()
    if (digests.length === 0) return []
    const asked = isImageReference(image) ? parseImageReference(image).digest : undefined
    return { container, digests, agree: digests.length === 1 && (asked === undefined || asked === digests[0]) }
  })
}

/** `docker-pullable://app@sha256:…`, `app@sha256:…`, or `sha256:…` with containerd and a local image. */
function digestOf(pod: KubeObject, container: string): string | undefined {
  const status = containerStatusesOf(pod).find(({ name }) => name === container)
  return /(?:^|@|\/)(sha\d+:[0-9a-f]+)$/.exec(status?.imageID ?? '')?.[1]
}
