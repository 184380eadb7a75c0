import { isImageReference, parseImageReference } from '../../model/image-reference.ts'

/** Always for a latest tag or none, IfNotPresent for a tag, a digest or what is no image name, as Kubernetes' defaulting decides. */
export function imagePullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (!isImageReference(image)) return 'IfNotPresent'
  const { tag, digest } = parseImageReference(image)
  if (tag === undefined) return digest === undefined ? 'Always' : 'IfNotPresent'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}
