import type { KubeObject } from '../../../model/kube-object.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { copyOf, type Fields, fieldsOf, scalarText, textOf, valueAt } from '../mapping/rows.ts'
import { workloadPath } from '../workload-path.ts'

/** A workload's earlier templates in the cluster, and how a v3 document names its revision. */
export interface RevisionHistory {
  /** The revision at which the document was read; '' if it does not say. */
  read(document: Fields): string
  /** The object's current revision. */
  current(object: KubeObject): string
  /** Undefined if it is gone. */
  template(cluster: ClusterView, object: KubeObject, revision: string): Promise<KeptTemplate | undefined>
}

/** The pod template of a revision. */
export interface KeptTemplate {
  template: Fields
  /** Number of newer revisions that are kept. */
  newer: number
}

const deploymentRevision = 'deployment.kubernetes.io/revision'
const deploymentHistory = 'deployment.kubernetes.io/revision-history'
const templateGeneration = 'deprecated.daemonset.template.generation'

/** The document names its generation, but earlier templates are not kept. */
const withoutTemplates = (status: string): RevisionHistory => ({
  read: (document) => scalarText(valueAt(document, `${status}.observedGeneration`)),
  current: ({ metadata }) => scalarText(metadata.generation),
  template: () => Promise.resolve(undefined),
})

/**
 * Three kinds keep templates: Deployments as ReplicaSets, the others as ControllerRevisions. Documents of Jobs and
 * CronJobs do not even name a revision.
 */
export const revisionHistories: Partial<Record<V3WorkloadKind, RevisionHistory>> = {
  deployment: {
    read: (document) => annotationOf(document, deploymentRevision),
    current: ({ metadata }) => metadata.annotations?.[deploymentRevision] ?? '',
    template: async (cluster, object, revision) => {
      const owned = await ownedBy(cluster, 'replicasets', object)
      const at = owned.findIndex(({ metadata }) => wasRevision(metadata.annotations ?? {}, revision))
      return at < 0 ? undefined : { template: withoutHash(fieldsOf(owned[at]?.spec?.['template'])), newer: at }
    },
  },
  statefulset: {
    read: (document) => textOf(valueAt(document, 'statefulSetStatus.updateRevision')),
    current: (object) => textOf(valueAt(object, 'status.updateRevision')),
    template: async (cluster, object, revision) => {
      const owned = await ownedBy(cluster, 'controllerrevisions', object)
      return recordedTemplate(owned, ({ metadata }) => metadata.name === revision)
    },
  },
  daemonset: {
    read: (document) => annotationOf(document, templateGeneration),
    current: ({ metadata }) => metadata.annotations?.[templateGeneration] ?? '',
    template: async (cluster, object, revision) => {
      const owned = await ownedBy(cluster, 'controllerrevisions', object)
      return recordedTemplate(owned, ({ metadata }) => metadata.annotations?.[templateGeneration] === revision)
    },
  },
  replicaset: withoutTemplates('replicaSetStatus'),
  replicationcontroller: withoutTemplates('replicationControllerStatus'),
}

function annotationOf(document: Fields, key: string): string {
  return textOf(fieldsOf(document['workloadAnnotations'])[key])
}

/** Newest first: a restored template has several revisions. */
async function ownedBy(cluster: ClusterView, plural: string, object: KubeObject): Promise<KubeObject[]> {
  const { namespace = '', uid } = object.metadata
  const labels = Object.entries(fieldsOf(valueAt(object, 'spec.selector.matchLabels')))
  const labelSelector = labels.map(([key, value]) => `${key}=${String(value)}`).join()
  const path = workloadPath('replicaset', namespace).replace(/replicasets$/, plural)
  const { items } = await cluster.kube.list(path, { query: { labelSelector } })
  const owned = items.filter(({ metadata }) => (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid))
  return owned.sort((a, b) => revisionOf(b) - revisionOf(a))
}

/** A ControllerRevision has a number, a ReplicaSet an annotation. */
function revisionOf({ revision, metadata }: KubeObject): number {
  return Number(revision ?? metadata.annotations?.[deploymentRevision] ?? 0)
}

function wasRevision(annotations: Record<string, string>, revision: string): boolean {
  const history = annotations[deploymentHistory]?.split(',') ?? []
  return annotations[deploymentRevision] === revision || history.includes(revision)
}

function withoutHash(template: Fields): Fields {
  const copy = copyOf(template)
  delete fieldsOf(valueAt(copy, 'metadata.labels'))['pod-template-hash']
  return copy
}

/** A ControllerRevision stores its template as a patch. */
function recordedTemplate(
  revisions: readonly KubeObject[],
  isWanted: (revision: KubeObject) => boolean,
): KeptTemplate | undefined {
  const newer = revisions.findIndex(isWanted)
  if (newer < 0) return undefined
  const { $patch: _, ...template } = fieldsOf(valueAt(revisions[newer], 'data.spec.template'))
  return { template, newer }
}
