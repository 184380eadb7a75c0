import { meets } from '../../model/label-selector.ts'
import type { Node, NodeSelectorTerm, Pod, Toleration } from './objects.ts'
import { parseQuantity } from './quantity.ts'

/** Resources that pods request or have taken of a node. */
export interface Load {
  cpu: number
  memory: number
  pods: number
}

export const noLoad: Load = { cpu: 0, memory: 0, pods: 0 }

/** A pod's requests: the sum of its containers and sidecars, or its largest init container. */
export function requestsOf({ spec }: Pod): Load {
  const sum = (resource: string) => {
    const of = (container: Pod['spec']['containers'][number]) =>
      parseQuantity(container.resources?.requests?.[resource] ?? container.resources?.limits?.[resource])
    const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
    const all = [...spec.containers, ...sidecars].reduce((total, container) => total + of(container), 0)
    return Math.max(all, ...(spec.initContainers ?? []).map(of))
  }
  return { cpu: sum('cpu'), memory: sum('memory'), pods: 1 }
}

/** Why a node cannot take a pod, in the scheduler's words; undefined if it can. */
export function refusal(pod: Pod, node: Node, taken: Load): string | undefined {
  if (!matchesNode(pod, node)) return "node(s) didn't match Pod's node affinity/selector"
  const { unschedulable, taints = [] } = node.spec
  const { tolerations = [] } = pod.spec
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
  if (unschedulable && !tolerations.some((one) => tolerates(one, cordon))) return 'node(s) were unschedulable'
  const taint = taints.find(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((one) => tolerates(one, taint)),
  )
  if (taint) return `node(s) had taint {${taint.key}: ${taint.value ?? ''}}, that the pod didn't tolerate`
  return shortage(requestsOf(pod), node, taken)
}

function shortage(asked: Load, { status }: Node, taken: Load): string | undefined {
  const room = status?.allocatable ?? {}
  const lacks = (resource: keyof Load) =>
    room[resource] !== undefined && taken[resource] + asked[resource] > parseQuantity(room[resource])
  if (lacks('pods')) return 'Too many pods'
  if (asked.cpu > 0 && lacks('cpu')) return 'Insufficient cpu'
  return asked.memory > 0 && lacks('memory') ? 'Insufficient memory' : undefined
}

/** nodeSelector and any term of the required node affinity. */
function matchesNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  if (Object.entries(spec.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) return false
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || required.nodeSelectorTerms.some((term) => meetsTerm(term, node))
}

function meetsTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { metadata }: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  return (
    matchExpressions.every((one) => meets(one, metadata.labels?.[one.key])) &&
    matchFields.every((one) => meets(one, one.key === 'metadata.name' ? metadata.name : undefined))
  )
}

export function tolerates(
  { key, operator = 'Equal', value = '', effect }: Toleration,
  taint: { key: string; value?: string; effect: string },
): boolean {
  if (effect && effect !== taint.effect) return false
  if (!key) return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
}

/** The scheduler's summary: each reason with the number of nodes. */
export function summarise(reasons: readonly string[], nodes: number): string {
  if (nodes === 0) return 'no nodes available to schedule pods'
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort()
  return `0/${nodes} nodes are available: ${texts.join(', ')}.`
}
