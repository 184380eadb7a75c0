import { createHash } from 'node:crypto'
import type { KubeObject } from '../../../model/kube-object.ts'
import { StatusError } from '../../../model/status.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import { unlessMissing } from '../../../kube/index.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import type { KeptTemplate, RevisionHistory } from './revision-history.ts'
import { type Fields, fieldsOf, valueAt } from '../mapping/rows.ts'

/**
 * A script may send one old document for years, and Kubernetes forgets a template after so many newer ones
 * (`revisionHistoryLimit`). A template that a document still relies on is therefore kept in the way that Kubernetes keeps
 * templates itself: as a ControllerRevision, which goes with its workload and which no controller takes for its own.
 */
export async function baseOf(
  history: RevisionHistory,
  cluster: ClusterView,
  object: KubeObject,
  revision: string,
): Promise<KeptTemplate | undefined> {
  const inHistory = await history.template(cluster, object, revision)
  if (inHistory) return inHistory
  const kept = await unlessMissing(cluster.kube.get(`${collectionOf(object)}/${nameOf(object, revision)}`))
  return kept && { template: fieldsOf(valueAt(kept, 'data.spec.template')), newer: 0 }
}

/** Keeps a template that half of the history would forget. */
export async function keepBase(
  cluster: ClusterView,
  kind: V3WorkloadKind,
  object: KubeObject,
  revision: string,
  { template, newer }: KeptTemplate,
): Promise<void> {
  const limit = object.spec?.['revisionHistoryLimit'] ?? defaultLimit
  if (newer === 0 || newer < Number(limit) / 2) return
  const { apiVersion, kind: ownerKind } = workloadKinds[kind]
  const { name: owner = '', namespace, uid = '' } = object.metadata
  const ownerReferences = [{ apiVersion, kind: ownerKind, name: owner, uid }]
  const metadata = { name: nameOf(object, revision), namespace, ownerReferences }
  const data: Fields = { spec: { template } }
  try {
    await cluster.kube.create(collectionOf(object), {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata,
      revision: 0,
      data,
    })
  } catch (error) {
    // it is kept already, or this cluster lets nobody keep it
    if (!(error instanceof StatusError && [403, 409].includes(error.code))) throw error
  }
}

/** Kubernetes' own, of every kind that has one. */
const defaultLimit = 10

function collectionOf({ metadata: { namespace = '' } }: KubeObject): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/controllerrevisions`
}

function nameOf({ metadata: { uid = '' } }: KubeObject, revision: string): string {
  return `drover-base-${createHash('sha256').update(`${uid}/${revision}`).digest('hex').slice(0, 20)}`
}
