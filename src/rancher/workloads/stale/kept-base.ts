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
 * A script may send one saved document for years, while Kubernetes drops templates after a number of newer ones
 * (`revisionHistoryLimit`). So a template that documents still rely on is kept as Kubernetes keeps templates itself: in
 * a ControllerRevision, which is deleted with its workload and not managed by any controller.
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

/** Keeps a template once half of the history is newer. */
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
    // it is kept already, or this cluster does not allow it
    if (!(error instanceof StatusError && [403, 409].includes(error.code))) throw error
  }
}

/** Kubernetes' default, for every kind that has a limit. */
const defaultLimit = 10

function collectionOf({ metadata: { namespace = '' } }: KubeObject): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/controllerrevisions`
}

function nameOf({ metadata: { uid = '' } }: KubeObject, revision: string): string {
  return `drover-base-${createHash('sha256').update(`${uid}/${revision}`).digest('hex').slice(0, 20)}`
}
