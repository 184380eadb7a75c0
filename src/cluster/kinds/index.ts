import type { ResourceType } from '../resource.ts'
import { horizontalPodAutoscaler, horizontalPodAutoscalerV2 } from './autoscalers.ts'
import { customResourceDefinition, namespace, node } from './cluster-kinds.ts'
import { configMap, secret, serviceAccount } from './configuration.ts'
import { deployment, replicaSet, replicationController } from './deployments.ts'
import { endpoints, endpointSlice } from './endpoints.ts'
import { event, newEvent } from './events.ts'
import { ingress, ingressClass } from './ingresses.ts'
import { cronJob, job } from './jobs.ts'
import { oldVersion } from './kind.ts'
import { networkPolicy } from './network-policies.ts'
import { pod } from './pods.ts'
import * as policies from './policies.ts'
import { priorityClass } from './priorities.ts'
import * as roles from './roles.ts'
import { service } from './services.ts'
import { controllerRevision, daemonSet, podTemplate, statefulSet } from './stateful-sets.ts'
import {
  csiDriver,
  csiNode,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  volumeAttachment,
} from './storage.ts'

function deprecated(old: string, current: string): string {
  return `${old} is deprecated in v1.21+, unavailable in v1.25+; use ${current}`
}

/** Every built-in kind that the embedded cluster serves, in the order in which discovery lists them. */
export const resourceTypes: readonly ResourceType[] = [
  configMap,
  endpoints,
  event,
  policies.limitRange,
  namespace,
  node,
  persistentVolumeClaim,
  persistentVolume,
  pod,
  podTemplate,
  replicationController,
  policies.resourceQuota,
  secret,
  serviceAccount,
  service,
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  newEvent,
  horizontalPodAutoscaler,
  horizontalPodAutoscalerV2,
  cronJob,
  job,
  oldVersion(cronJob, 'v1beta1', deprecated('batch/v1beta1 CronJob', 'batch/v1 CronJob')),
  ingressClass,
  ingress,
  networkPolicy,
  policies.podDisruptionBudget,
  oldVersion(
    policies.podDisruptionBudget,
    'v1beta1',
    deprecated('policy/v1beta1 PodDisruptionBudget', 'policy/v1 PodDisruptionBudget'),
  ),
  roles.clusterRoleBinding,
  roles.clusterRole,
  roles.roleBinding,
  roles.role,
  csiDriver,
  csiNode,
  storageClass,
  volumeAttachment,
  customResourceDefinition,
  priorityClass,
  policies.lease,
  endpointSlice,
]
