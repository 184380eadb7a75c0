import type { WorkloadKind } from '../../../model/workload-kinds.ts'
import { claimTemplate } from './claim-templates.ts'
import { type Row, row, structure } from './rows.ts'

/** The kinds in `/workloads`; bare Pods are not included. */
export type V3WorkloadKind = Exclude<WorkloadKind, 'pod'>

/** Objects of every kind. `metadata` is read-only except for labels and annotations (metadata.ts). */
const scale = row('scale', 'spec.replicas')
const selector = selectorRows('spec.selector')

function selectorRows(kube: string): readonly Row[] {
  return structure('selector', ['matchLabels', 'matchExpressions'], kube)
}

/** A Job's settings, which a CronJob has in its job template. */
function jobRows(v3: string, kube: string): readonly Row[] {
  return ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'manualSelector'].map((field) =>
    row(`${v3}.${field}`, `${kube}.${field}`),
  )
}

function configRows(v3: string, fields: readonly string[]): readonly Row[] {
  return fields.map((field) => row(`${v3}.${field}`, `spec.${field}`))
}

/** Outside the pod template, by kind: v3 path, Kubernetes path. */
export const kindRows: Record<V3WorkloadKind, readonly Row[]> = {
  deployment: [
    scale,
    ...selector,
    row('paused', 'spec.paused'),
    ...configRows('deploymentConfig', ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
    row('deploymentConfig.strategy', 'spec.strategy.type'),
    row('deploymentConfig.maxSurge', 'spec.strategy.rollingUpdate.maxSurge'),
    row('deploymentConfig.maxUnavailable', 'spec.strategy.rollingUpdate.maxUnavailable'),
  ],
  statefulset: [
    scale,
    ...selector,
    ...configRows('statefulSetConfig', ['serviceName', 'revisionHistoryLimit', 'podManagementPolicy']),
    row('statefulSetConfig.strategy', 'spec.updateStrategy.type'),
    row('statefulSetConfig.partition', 'spec.updateStrategy.rollingUpdate.partition'),
    { v3: 'statefulSetConfig.volumeClaimTemplates', kube: 'spec.volumeClaimTemplates', item: claimTemplate },
  ],
  daemonset: [
    ...selector,
    ...configRows('daemonSetConfig', ['minReadySeconds', 'revisionHistoryLimit']),
    row('daemonSetConfig.strategy', 'spec.updateStrategy.type'),
    row('daemonSetConfig.maxUnavailable', 'spec.updateStrategy.rollingUpdate.maxUnavailable'),
  ],
  cronjob: [
    ...selectorRows('spec.jobTemplate.spec.selector'),
    ...configRows('cronJobConfig', [
      'schedule',
      'startingDeadlineSeconds',
      'suspend',
      'successfulJobsHistoryLimit',
      'failedJobsHistoryLimit',
      'concurrencyPolicy',
    ]),
    row('cronJobConfig.jobLabels', 'spec.jobTemplate.metadata.labels'),
    row('cronJobConfig.jobAnnotations', 'spec.jobTemplate.metadata.annotations'),
    ...jobRows('cronJobConfig.jobConfig', 'spec.jobTemplate.spec'),
    row('ttlSecondsAfterFinished', 'spec.jobTemplate.spec.ttlSecondsAfterFinished'),
  ],
  job: [...selector, ...jobRows('jobConfig', 'spec'), row('ttlSecondsAfterFinished', 'spec.ttlSecondsAfterFinished')],
  replicaset: [scale, ...selector, ...configRows('replicaSetConfig', ['minReadySeconds'])],
  replicationcontroller: [
    scale,
    row('selector', 'spec.selector'),
    ...configRows('replicationControllerConfig', ['minReadySeconds']),
  ],
}
