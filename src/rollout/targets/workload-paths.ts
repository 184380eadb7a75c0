import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { LabelRequirement, LabelSelector } from '../../model/label-selector.ts'
import { workloadKinds, type WorkloadKind } from '../../model/workload-kinds.ts'
import type { WorkloadName } from '../verdict.ts'

/** `/apis/apps/v1/namespaces/default/deployments`; without a namespace, across all of them. */
export function collectionPath(kind: WorkloadKind, namespace?: string): string {
  const { apiVersion, plural } = workloadKinds[kind]
  return resourcePath(apiVersion, plural, namespace)
}

export function workloadPath({ kind, namespace, name }: WorkloadName): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`
}

export function resourcePath(apiVersion: string, plural: string, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
}

/** The workload's selector; undefined if the kind has none (CronJob, Pod). */
export function selectorOf(kind: WorkloadKind, { spec }: KubeObject): LabelSelector | undefined {
  if (kind === 'cronjob' || kind === 'pod') return undefined
  const { selector } = (spec ?? {}) as { selector?: LabelSelector }
  // a ReplicationController's selector is a plain map
  return selector && kind === 'replicationcontroller' ? { matchLabels: selector as Record<string, string> } : selector
}

/** The selector as a query parameter. */
export function selectorText(kind: WorkloadKind, workload: KubeObject): string | undefined {
  const selector = selectorOf(kind, workload)
  if (!selector) return undefined
  const { matchLabels, matchExpressions = [] } = selector
  const equal = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return [...equal, ...matchExpressions.map(expressionText)].join(',')
}

function expressionText({ key, operator, values = [] }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`
    case 'NotIn':
      return `${key} notin (${values.join(',')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    default:
      throw new DroverError('UNSUPPORTED', `selectors with the operator ${operator} are not supported`)
  }
}
