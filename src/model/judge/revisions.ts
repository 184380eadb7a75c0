import type { KubeObject } from '../kube-object.ts'

const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** Whether `owner` controls `object`: by uid, for names come again. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  const { uid } = owner.metadata
  return (object.metadata.ownerReferences ?? []).some((reference) => reference.controller && reference.uid === uid)
}

/** The number of a ReplicaSet (by annotation) or a ControllerRevision (by field); 0 where it has none yet. */
export function revisionNumber(revision: KubeObject): number {
  const { revision: field } = revision as { revision?: unknown }
  return Number(field ?? revision.metadata.annotations?.[revisionAnnotation] ?? 0) || 0
}

/** The workload's own revisions, newest first. */
export function ownRevisions(workload: KubeObject, revisions: readonly KubeObject[]): KubeObject[] {
  return revisions
    .filter((revision) => isControlledBy(revision, workload))
    .sort((one, other) => revisionNumber(other) - revisionNumber(one))
}

/** How a ControllerRevision's pods are labelled: `<owner>-<hash>` for a StatefulSet, the bare hash for a DaemonSet. */
export function revisionHashes(revision: KubeObject): string[] {
  const { name = '', labels } = revision.metadata
  return [name, labels?.['controller-revision-hash'], name.slice(name.lastIndexOf('-') + 1)].filter(
    (hash): hash is string => hash !== undefined,
  )
}
