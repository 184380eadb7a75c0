import type { KubeObject } from '../../model/kube-object.ts'

const makers = new Set(['Deployment', 'CronJob'])

/** What a Deployment or a CronJob made is part of it, and shown by its id alone. */
export function isPartOfWorkload({ metadata }: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }) => makers.has(kind))
}

/** The lists in which such parts are; a workload may have ten of them. */
const listsOfParts: ReadonlySet<string> = new Set(['/apis/apps/v1/replicasets', '/apis/batch/v1/jobs'])

type Keep = <T extends KubeObject>(object: T) => T

/** What is kept of an object in the watched list of that path. */
export function keeperOf(path: string): Keep {
  return listsOfParts.has(path) ? withoutContent : withoutWriters
}

/** Who wrote which field is half of an object, and asked by no list. */
function withoutWriters<T extends KubeObject>(object: T): T {
  if (object.metadata['managedFields'] === undefined) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** Of a part, only what it is part of. */
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
