import type { KubeObject, TableColumn } from '../resource.ts'
import { ageColumn, column, count, nameColumn } from './columns.ts'
import { autoscalerErrors } from './autoscaler-validation.ts'
import { kind } from './kind.ts'
import { at, ensure, fill, isRecord, number, record, records, text, type Json } from './read.ts'

/**
 * HorizontalPodAutoscalers: stored, and scaled by nobody here. Stored as autoscaling/v1, which knows the use of the
 * processor alone; what autoscaling/v2 says beyond that is in annotations, as Kubernetes keeps it.
 */

const annotations = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
} as const

/** Percent of the requested processor time, where nothing else is said. */
const defaultUtilization = 80

export const horizontalPodAutoscaler = kind({
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { minReplicas: 1 })
    if (object.metadata?.annotations?.[annotations.metrics] === undefined)
      fill(spec, { targetCPUUtilizationPercentage: defaultUtilization })
  },
  validate: (object) => autoscalerErrors(record(fromStored(object).spec)),
  columns: columnsOf((object) => object),
})

export const horizontalPodAutoscalerV2 = kind({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
  storedAs: { type: horizontalPodAutoscaler, fromStored, toStored },
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { minReplicas: 1 })
    if (records(spec['metrics']).length === 0) spec['metrics'] = [processorMetric(defaultUtilization)]
    if (isRecord(spec['behavior'])) defaultBehavior(spec['behavior'])
  },
  validate: (object) => autoscalerErrors(record(object.spec)),
  columns: columnsOf(toStored),
})

function processorMetric(percent: unknown): Json {
  const target = { type: 'Utilization', averageUtilization: percent }
  return { type: 'Resource', resource: { name: 'cpu', target } }
}

function processorUse(metric: Json): unknown {
  const { name, target } = record(metric['resource'])
  return metric['type'] === 'Resource' && name === 'cpu' ? record(target)['averageUtilization'] : undefined
}

/** Kubernetes' speed limits where a behaviour says none: doubling or four pods in 15 s upwards, anything downwards. */
function defaultBehavior(behavior: Json): void {
  const all = { type: 'Percent', value: 100, periodSeconds: 15 }
  const four = { type: 'Pods', value: 4, periodSeconds: 15 }
  fill(ensure(behavior, 'scaleUp'), { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [four, all] })
  fill(ensure(behavior, 'scaleDown'), { selectPolicy: 'Max', policies: [all] })
}

function fromStored(stored: KubeObject): KubeObject {
  const { [annotations.metrics]: others, [annotations.behavior]: behavior, ...own } = stored.metadata.annotations ?? {}
  const { annotations: _annotations, ...metadata } = stored.metadata
  const { targetCPUUtilizationPercentage: percent, ...spec } = record(stored.spec)
  const { currentCPUUtilizationPercentage: _current, ...status } = record(stored.status)
  const processor = percent === undefined ? [] : [processorMetric(percent)]
  return {
    ...stored,
    apiVersion: 'autoscaling/v2',
    metadata: Object.keys(own).length > 0 ? { ...metadata, annotations: own } : metadata,
    spec: {
      ...spec,
      metrics: [...processor, ...records(parsed(others))],
      ...(behavior !== undefined && { behavior: parsed(behavior) }),
    },
    status: { currentMetrics: null, ...status },
  }
}

function parsed(annotation: string | undefined): unknown {
  try {
    return JSON.parse(annotation ?? 'null') as unknown
  } catch {
    // Written by hand as an annotation of autoscaling/v1.
    return undefined
  }
}

function toStored(object: KubeObject): KubeObject {
  const { metrics, behavior, ...spec } = record(object.spec)
  const { currentMetrics: _metrics, conditions: _conditions, ...status } = record(object.status)
  const all = records(metrics)
  const processor = all.find((metric) => processorUse(metric) !== undefined)
  const others = all.filter((metric) => metric !== processor)
  const kept = {
    ...object.metadata.annotations,
    ...(others.length > 0 && { [annotations.metrics]: JSON.stringify(others) }),
    ...(behavior !== undefined && { [annotations.behavior]: JSON.stringify(behavior) }),
  }
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: { ...object.metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) },
    spec: { ...spec, ...(processor && { targetCPUUtilizationPercentage: processorUse(processor) }) },
    status,
  }
}

/** The columns of both versions, over the stored one. */
function columnsOf(read: (object: KubeObject) => KubeObject): TableColumn[] {
  const columns: TableColumn[] = [
    column('HorizontalPodAutoscaler', 'Reference', (object) => {
      const target = record(at(object, 'spec', 'scaleTargetRef'))
      return `${text(target['kind'])}/${text(target['name'])}`
    }),
    column('HorizontalPodAutoscaler', 'Targets', targets),
    column('HorizontalPodAutoscaler', 'MinPods', (object) =>
      String(number(at(object, 'spec', 'minReplicas')) || '<unset>'),
    ),
    column('HorizontalPodAutoscaler', 'MaxPods', count('spec', 'maxReplicas')),
    column('HorizontalPodAutoscaler', 'Replicas', count('status', 'currentReplicas')),
  ]
  const cells = columns.map((one) => ({
    ...one,
    cell: (object: KubeObject, now: number) => one.cell(read(object), now),
  }))
  return [nameColumn, ...cells, ageColumn]
}

/** At most two are shown. */
function targets(object: KubeObject): string {
  const all = records(at(fromStored(object), 'spec', 'metrics'))
  const current = at(object, 'status', 'currentCPUUtilizationPercentage')
  const shown = all.slice(0, 2).map((metric) => {
    const use = typeof current === 'number' && processorUse(metric) !== undefined ? `${current}%` : '<unknown>'
    return `${use}/${targetText(metric)}`
  })
  if (shown.length === 0) return '<none>'
  return all.length > shown.length ? `${shown.join(', ')} + ${all.length - shown.length} more...` : shown.join(', ')
}

function targetText(metric: Json): string {
  const source = Object.values(metric).find(isRecord)
  const { averageUtilization, averageValue, value } = record(source?.['target'])
  if (typeof averageUtilization === 'number') return `${averageUtilization}%`
  return averageValue === undefined
    ? text(value)
    : `${text(averageValue)}${metric['type'] === 'Resource' ? '' : ' (avg)'}`
}
