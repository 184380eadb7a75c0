import type { Trouble } from '../../model/judge/snapshot.ts'

/** Reasons of failures in a few words; those that are not here are told by the cluster's own message. */
export const reasonWords: Readonly<Record<string, string>> = {
  ImageNotFound: 'image not found',
  ImageDenied: 'the registry denies the image',
  ImagePlatform: 'the image is not for the platform of the node',
  ImageInvalid: 'the image name is invalid',
  ImageNeverPulled: 'the image is not on the node, and imagePullPolicy is Never',
  ImageRateLimit: 'the registry refuses: too many pulls',
  ImagePull: 'the image cannot be pulled',
  ImageSignature: 'the signature of the image is not valid',
  RegistryUnreachable: 'the registry cannot be reached',
  RegistryUntrusted: 'the certificate of the registry is not trusted',
  CrashLoop: 'the container ends again and again',
  OutOfMemory: 'the container runs out of memory',
  Unschedulable: 'no node takes the pod',
  Quota: 'the quota of the namespace is used up',
  PodsRefused: 'the cluster refuses to make the pods',
  ContainerConfig: 'the configuration of the container is not there',
}

/** Reasons that are about what is pulled: the image belongs beside them. */
export const aboutImages: ReadonlySet<string> = new Set(
  Object.keys(reasonWords).filter((reason) => /^(Image|Registry)/.test(reason)),
)

/** One trouble in one line. */
export function troubleWords({ reason, message }: Pick<Trouble, 'reason' | 'message'>): string {
  return reasonWords[reason] ?? compactMessage(message)
}

/** A runtime wraps each error into the next and names the image in each: the innermost says it all. */
export function compactMessage(message: string): string {
  return message
    .replaceAll(/rpc error: code = \w+ desc = /g, '')
    .replaceAll(/failed to pull and unpack image "[^"]*": /g, '')
    .replaceAll(/failed to (?:resolve reference|copy): (?="?)/g, '')
    .replaceAll(/failed to resolve reference "[^"]*": /g, '')
    .replaceAll(/Failed to pull image "([^"]*)": (?=\1: )/g, '')
}
