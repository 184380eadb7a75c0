import { workloadKinds } from '../../../model/workload-kinds.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { Resource } from '../../schema/v3-type.ts'
import { readContainers } from './containers.ts'
import { kindRows, type V3WorkloadKind } from './kind-rows.ts'
import { podRows } from './pod-rows.ts'
import { portsAnnotation } from './ports.ts'
import { publicEndpointsAnnotation, readPublicEndpoints } from '../services/public-endpoints.ts'
import { type Fields, fieldsOf, readRows, setAt, valueAt } from './rows.ts'
import { boundNodeId, readNodeScheduling } from './scheduling.ts'
import { readWorkloadState } from '../state.ts'
import { metricsAnnotation, readMetrics } from './workload-metrics.ts'

/**
 * The v3 document of a workload, before links, actions and schema defaults. Reading and writing use the same tables:
 * kind-rows.ts outside the pod template, pod-rows.ts, container-rows.ts. What rows cannot express has its own file:
 * ports.ts, environment.ts, scheduling.ts, workload-metrics.ts. merge-workload.ts is the way back.
 * Cached documents start with a named member before any spread: V8 gives an object literal that starts with a spread
 * and continues with other members its own hidden class, which is larger than the object.
 */
export function readWorkload(
  kind: V3WorkloadKind,
  object: KubeObject,
  projectId: string | undefined,
  now: number,
): Resource {
  const { v3Type, template: path } = workloadKinds[kind]
  const { metadata } = object
  const template = fieldsOf(valueAt(object, path.join('.')))
  const { name = '', namespace = '' } = metadata
  return {
    id: `${kind}:${namespace}:${name}`,
    type: v3Type,
    creatorId: fieldsOf(fieldsOf(template['metadata'])['annotations'])['field.cattle.io/creatorId'] ?? null,
    projectId: projectId ?? null,
    ...readRows(kindRows[kind], object),
    ...(metadata.annotations?.[publicEndpointsAnnotation] !== undefined && { annotations: {} }),
    ...readTemplate(template, namespace),
    ...readMetadata(object),
    ...(object['status'] !== undefined && { [`${v3Type}Status`]: object['status'] }),
    ...readWorkloadState(kind, object, now),
  }
}

/** Everything in the pod template. */
export function readTemplate(template: Fields, namespace: string): Fields {
  const spec = fieldsOf(template['spec'])
  const metadata = fieldsOf(template['metadata'])
  const annotations = fieldsOf(metadata['annotations'])
  const document = readRows(podRows(namespace), spec)
  const node = readNodeScheduling(spec, boundNodeId(spec, annotations))
  if (node) setAt(document, 'scheduling.node', node)
  return {
    containers: readContainers(template),
    ...document,
    ...readMetrics(annotations),
    // a Rancher action leaves the workload's value there, shown until the workload has its own again
    ...readPublicEndpoints(annotations),
    ...(metadata['labels'] !== undefined && { labels: metadata['labels'] }),
    ...(metadata['annotations'] !== undefined && { annotations: shownAnnotations(annotations) }),
  }
}

/** Template annotations that v3 shows elsewhere or in another form. */
export const hiddenAnnotations: readonly string[] = [portsAnnotation, publicEndpointsAnnotation, metricsAnnotation]

function shownAnnotations(annotations: Fields): Fields {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !hiddenAnnotations.includes(key)))
}

function readMetadata({ metadata }: KubeObject): Fields {
  const { annotations = {}, labels, deletionTimestamp } = metadata
  const shown = without(annotations, publicEndpointsAnnotation)
  return {
    name: metadata.name,
    namespaceId: metadata.namespace,
    uuid: metadata.uid,
    created: metadata.creationTimestamp ?? null,
    ...(deletionTimestamp !== undefined && { removed: deletionTimestamp }),
    ...(metadata['ownerReferences'] !== undefined && { ownerReferences: metadata['ownerReferences'] }),
    ...(labels && { workloadLabels: labels }),
    ...(metadata.annotations && { workloadAnnotations: shown }),
    ...readPublicEndpoints(annotations),
  }
}

function without(map: Fields, key: string): Fields {
  const { [key]: _, ...rest } = map
  return rest
}
