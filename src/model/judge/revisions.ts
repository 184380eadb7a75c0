import type { KubeObject } from '../kube-object.ts'

const revisionAnnotation = 'deployment.kubernetes.io/revision'

/** Whether `owner` controls `object`. Compares uids, because names are reused. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  const { uid } = owner.metadata
  return (object.metadata.ownerReferences ?? []).some((reference) => reference.controller && reference.uid === uid)
}

/** The revision of a ReplicaSet (annotation) or a ControllerRevision (field); 0 if not set yet. */
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

/**
 * The controller-revision-hash values of a revision's pods: `<owner>-<hash>` for a StatefulSet, the bare hash for a
 * DaemonSet.
 */
export function revisionHashes(revision: KubeObject): string[] {
  const { name = '', labels } = revision.metadata
  return [name, labels?.['controller-revision-hash'], name.slice(name.lastIndexOf('-') + 1)].filter(
    (hash): hash is string => hash !== undefined,
  )
}
