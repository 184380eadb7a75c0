import type { KubeObject } from '../../model/kube-object.ts'
import { V3Error } from '../answer/failure.ts'
import { creatorAnnotation } from '../kubernetes/state.ts'

/** Common metadata of resources stored as Kubernetes objects. Rancher's own annotations are shown as fields. */
export function metadataFields({
  metadata,
}: KubeObject): Record<string, unknown> & { annotations?: Record<string, string> } {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => !shownAsField.has(name))
  return {
    ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
    created: metadata.creationTimestamp ?? undefined,
    creatorId: metadata.annotations?.[creatorAnnotation] ?? null,
    labels: metadata.labels,
    ...(metadata.deletionTimestamp ? { removed: metadata.deletionTimestamp } : {}),
    uuid: metadata.uid,
  }
}

const shownAsField = new Set([creatorAnnotation, 'field.cattle.io/projectId', 'field.cattle.io/description'])

export const settled = { state: 'active', transitioning: 'no', transitioningMessage: '' } as const

/** In the words of the Kubernetes API that stores Rancher's types. */
export function notFound(plural: string, name: string): V3Error {
  return new V3Error('NotFound', `${plural}.management.cattle.io "${name}" not found`)
}
