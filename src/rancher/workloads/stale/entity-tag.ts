import type { KubeObject } from '../../../model/kube-object.ts'
import type { Call } from '../../request/call.ts'
import { V3Error } from '../../answer/failure.ts'

/** Our own feature, since Rancher has neither ETag nor If-Match: the object's revision, quoted. */
export function entityTag({ metadata }: KubeObject): string {
  return `"${metadata.resourceVersion ?? ''}"`
}

/** Raises 412 if If-Match does not contain the current revision. */
export function checkIfMatch(call: Pick<Call, 'header'>, object: KubeObject): void {
  const wanted = call.header('if-match')
  if (wanted === undefined || wanted.trim() === '*') return
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (tags.includes(entityTag(object))) return
  throw new V3Error('PreconditionFailed', `If-Match ${wanted} does not fit: the object is at ${entityTag(object)}`)
}
