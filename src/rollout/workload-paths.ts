import type { KubeObject } from '../model/kube-object.ts'
import { workloadKinds, type WorkloadKind } from '../model/workload-kinds.ts'
import type { WorkloadName } from './verdict.ts'

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

interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[]
}

/** The workload's selector as a query has it; undefined where it selects no pods itself (CronJob, Pod). */
export function selectorText(kind: WorkloadKind, { spec }: KubeObject): string | undefined {
  if (kind === 'cronjob' || kind === 'pod') return undefined
  const { selector } = (spec ?? {}) as { selector?: LabelSelector }
  if (!selector) return undefined
  // a ReplicationController's selector is the plain map
  const { matchLabels, matchExpressions = [] } =
    kind === 'replicationcontroller' ? { matchLabels: selector as Record<string, string> } : selector
  const equal = Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return [...equal, ...matchExpressions.map(expressionText)].join(',')
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
