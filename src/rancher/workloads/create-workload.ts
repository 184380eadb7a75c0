import type { KubeObject } from '../../model/kube-object.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import { creatorAnnotation, creatorLabel } from '../kubernetes/state.ts'
import type { Compactor } from './mapping/compact.ts'
import { mergeWorkload } from './mapping/merge-workload.ts'
import { type V3WorkloadKind } from './mapping/kind-rows.ts'
import { type Fields, fieldsOf, setAt, textOf } from './mapping/rows.ts'

/** Selects a workload's pods if the caller gives no selector. */
const workloadSelectorLabel = 'workload.user.cattle.io/workloadselector'

/**
 * The `*Config` field that determines the kind; the first one wins. None: a Deployment. Rancher picks one of several at
 * random.
 */
const configs: readonly (readonly [field: string, kind: V3WorkloadKind])[] = [
  ['replicaSetConfig', 'replicaset'],
  ['replicationControllerConfig', 'replicationcontroller'],
  ['daemonSetConfig', 'daemonset'],
  ['statefulSetConfig', 'statefulset'],
  ['jobConfig', 'job'],
  ['cronJobConfig', 'cronjob'],
  ['deploymentConfig', 'deployment'],
]

export function kindOfBody(body: Fields): V3WorkloadKind {
  const found = configs.find(([field]) => body[field] !== undefined && body[field] !== null)
  return found?.[1] ?? 'deployment'
}

/** The new object as Rancher creates it: selector, creator annotations and template. */
export function newWorkload(kind: V3WorkloadKind, body: Fields, creatorId: string, compactor: Compactor): KubeObject {
  const { apiVersion, kind: kubeKind, template, v3Type } = workloadKinds[kind]
  const namespace = textOf(body['namespaceId'])
  const name = textOf(body['name'])
  const object: KubeObject = { apiVersion, kind: kubeKind, metadata: { name, namespace } }
  setAt(object, template.join('.'), { metadata: {}, spec: {} })
  const completed = completeBody(kind, body, `${v3Type}-${namespace}-${name}`)
  const made = mergeWorkload({ kind, object, today: {}, body: completed, compactor, replace: false, isNew: true })
  const { workloadLabels: labels, workloadAnnotations: annotations } = completed
  // an explicit null creates a workload without a creator
  if (labels !== null) made.metadata.labels = { ...textsOf(labels), ...creatorLabel }
  if (annotations !== null) made.metadata.annotations = { ...textsOf(annotations), [creatorAnnotation]: creatorId }
  return made
}

function completeBody(kind: V3WorkloadKind, body: Fields, selector: string): Fields {
  if (kind === 'job' || kind === 'cronjob') return { restartPolicy: 'OnFailure', ...body }
  if (Object.keys(fieldsOf(body['selector'])).length > 0) return body
  const label = { [workloadSelectorLabel]: selector }
  return {
    ...body,
    selector: { matchLabels: label },
    labels: { ...fieldsOf(body['labels']), ...label },
    workloadLabels: { ...fieldsOf(body['workloadLabels']), ...label },
  }
}

function textsOf(map: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(map)).map(([key, value]) => [key, String(value)]))
}
