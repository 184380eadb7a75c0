import type { KubeObject } from '../../model/kube-object.ts'

const makers = new Set(['Deployment', 'CronJob'])

/** Created by a Deployment or CronJob, and therefore shown only by id. */
export function isPartOfWorkload({ metadata }: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }) => makers.has(kind))
}

/** The lists that contain such parts; a workload may have ten of them. */
const listsOfParts: ReadonlySet<string> = new Set(['/apis/apps/v1/replicasets', '/apis/batch/v1/jobs'])

type Keep = <T extends KubeObject>(object: T) => T

/** The fields to cache of objects in the list at that path. */
export function keeperOf(path: string): Keep {
  return listsOfParts.has(path) ? withoutContent : withoutWriters
}

/** managedFields are half of an object and not needed by lists. */
function withoutWriters<T extends KubeObject>(object: T): T {
  if (object.metadata['managedFields'] === undefined) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** Of a part, only its owner is needed. */
function withoutContent<T extends KubeObject>(object: T): T {
  const { name, namespace, uid, resourceVersion, ownerReferences = [], deletionTimestamp } = object.metadata
  if (!isPartOfWorkload(object) || !ownerReferences.some(({ controller }) => controller)) return withoutWriters(object)
  const metadata = {
    name,
    namespace,
    uid,
    resourceVersion,
    ownerReferences,
    ...(deletionTimestamp && { deletionTimestamp }),
  }
  return { metadata } as T
}
