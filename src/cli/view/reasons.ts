import type { Trouble } from '../../model/judge/snapshot.ts'

/** Short texts for failure reasons. For others the cluster's message is shown. */
export const reasonWords: Readonly<Record<string, string>> = {
  ImageNotFound: 'image not found',
  ImageDenied: 'the registry denied access to the image',
  ImagePlatform: 'the image does not support the node platform',
  ImageInvalid: 'the image name is invalid',
  ImageNeverPulled: 'the image is not on the node, and imagePullPolicy is Never',
  ImageRateLimit: 'the registry is rate limiting pulls',
  ImagePull: 'the image cannot be pulled',
  ImageSignature: 'the image signature is invalid',
  RegistryUnreachable: 'the registry cannot be reached',
  RegistryUntrusted: 'the registry certificate is not trusted',
  CrashLoop: 'the container keeps exiting',
  OutOfMemory: 'the container ran out of memory',
  Unschedulable: 'the pod fits no node',
  Quota: 'the namespace quota is exceeded',
  PodsRefused: 'the cluster refuses to create the pods',
  ContainerConfig: 'the container configuration refers to something missing',
}

/** Reasons about a pull, shown together with the image. */
export const aboutImages: ReadonlySet<string> = new Set(
  Object.keys(reasonWords).filter((reason) => /^(Image|Registry)/.test(reason)),
)

/** A trouble in one line. */
export function troubleWords({ reason, message }: Pick<Trouble, 'reason' | 'message'>): string {
  return reasonWords[reason] ?? compactMessage(message)
}

/** Runtimes wrap errors and repeat the image's name in each; keeps the innermost. */
export function compactMessage(message: string): string {
  return message
    .replaceAll(/rpc error: code = \w+ desc = /g, '')
    .replaceAll(/failed to pull and unpack image "[^"]*": /g, '')
    .replaceAll(/failed to (?:resolve reference|copy): (?="?)/g, '')
    .replaceAll(/failed to resolve reference "[^"]*": /g, '')
    .replaceAll(/Failed to pull image "([^"]*)": (?=\1: )/g, '')
}
