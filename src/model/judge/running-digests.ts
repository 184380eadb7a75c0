import { isImageReference, parseImageReference } from '../image-reference.ts'
import type { KubeObject } from '../kube-object.ts'
import { containerStatusesOf, isLeaving } from './pod-status.ts'

export interface RunningDigest {
  container: string
  /** The distinct digests that the pods report; `sha256:…`. */
  digests: string[]
  /** One digest on all pods, and the one that was asked for where the reference had one. */
  agree: boolean
}

/**
 * What the pods report to run, for each container named. An index's digest is reported by some runtimes and the platform's
 * manifest by others, so a digest that was asked for is compared only where one pod at least reports a digest.
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

/** `docker-pullable://app@sha256:…`, `app@sha256:…` or, with containerd and a local image, `sha256:…`. */
function digestOf(pod: KubeObject, container: string): string | undefined {
  const status = containerStatusesOf(pod).find(({ name }) => name === container)
  return /(?:^|@|\/)(sha\d+:[0-9a-f]+)$/.exec(status?.imageID ?? '')?.[1]
}
