import type { KubeObject } from '../../model/kube-object.ts'
import { workloadKinds, type WorkloadKind } from '../../model/workload-kinds.ts'
import type { WorkloadName } from '../verdict.ts'

/** `/apis/apps/v1/namespaces/default/deployments`, or of all namespaces. */
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

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[]
}

/** The workload's own selector; undefined where it selects no pods itself (CronJob, Pod). */
export function selectorOf(kind: WorkloadKind, { spec }: KubeObject): LabelSelector | undefined {
  if (kind === 'cronjob' || kind === 'pod') return undefined
  const { selector } = (spec ?? {}) as { selector?: LabelSelector }
  // a ReplicationController's selector is the plain map
  return selector && kind === 'replicationcontroller' ? { matchLabels: selector as Record<string, string> } : selector
}

/** The selector as a query has it. */
export function selectorText(kind: WorkloadKind, workload: KubeObject): string | undefined {
  const selector = selectorOf(kind, workload)
  if (!selector) return undefined
  const { matchLabels, matchExpressions = [] } = selector
  const equal = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return [...equal, ...matchExpressions.map(expressionText)].join(',')
}

/** Whether a selector fits labels, as the server would decide it. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  return equal && matchExpressions.every((expression) => isTrue(expression, labels))
}

function isTrue({ key, operator, values = [] }: Expression, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return operator satisfies never
  }
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number]

function expressionText({ key, operator, values = [] }: Expression): string {
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
      return operator satisfies never
  }
}
