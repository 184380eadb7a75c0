import { resolve } from './deployment/sizes.ts'
import type { DaemonSet, DaemonSetStatus } from './daemon-set.ts'
import { isDeleting, olderFirst, type Node, type Pod, type Toleration } from './objects.ts'
import { noLoad, refusal } from './placement.ts'
import { availableIn, isReady } from './pod-state.ts'

export const hashLabel = 'controller-revision-hash'

const exists = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
})

/** Tolerations that keep a daemon's pod on nodes in trouble. */
export const tolerations: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
]

/** A DaemonSet's pods by node, oldest first, and the nodes that should have one. */
export interface Daemons {
  wanted: ReadonlySet<string>
  byNode: ReadonlyMap<string, readonly Pod[]>
}

/** The node a daemon's pod is meant for, even before it is bound. */
function targetOf({ spec }: Pod): string | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const fields = required?.nodeSelectorTerms.flatMap(({ matchFields = [] }) => matchFields) ?? []
  return spec.nodeName ?? fields.find(({ key }) => key === 'metadata.name')?.values?.[0]
}

export function sortOut(set: DaemonSet, pods: readonly Pod[], nodes: readonly Node[]): Daemons {
  const byNode = new Map<string, Pod[]>()
  for (const pod of [...pods].sort(olderFirst)) {
    const node = targetOf(pod)
    if (node !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  const fitting = nodes.filter((node) => refusal(sample(set), node, noLoad) === undefined)
  return { wanted: new Set(fitting.map(({ metadata }) => metadata.name)), byNode }
}

/** The pod used to check nodes, without resources: full nodes are left to the scheduler. */
function sample({ spec }: DaemonSet): Pod {
  const { template } = spec
  const all = [...(template.spec.tolerations ?? []), ...tolerations]
  const containers = template.spec.containers.map(({ name }) => ({ name }))
  return { metadata: { name: '', uid: '' }, spec: { ...template.spec, containers, tolerations: all } }
}

export interface DaemonPlan {
  /** Names of nodes. */
  create: string[]
  delete: Pod[]
}

/**
 * Plans pods for nodes without one, the removal of surplus, failed and misplaced pods, and the next step of an update.
 */
export function planDaemons(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number): DaemonPlan {
  const lacking = [...wanted].filter((node) => (byNode.get(node)?.length ?? 0) === 0)
  const misplaced = [...byNode].flatMap(([node, pods]) => (wanted.has(node) ? [] : pods))
  const placed = [...byNode].filter(([node]) => wanted.has(node))
  const failed = placed.flatMap(([, pods]) => pods.filter(({ status }) => status?.phase === 'Failed'))
  const surge = surgeOf(set, wanted.size)
  const doubles = placed.flatMap(([, pods]) => {
    const sound = pods.filter((pod) => !failed.includes(pod))
    return surge > 0 ? surplusBeside(set, sound, hash, now) : sound.slice(1)
  })
  const gone = [...misplaced, ...failed, ...doubles].filter((pod) => !isDeleting(pod))
  if (gone.length > 0 || !isRolling(set)) return { create: lacking, delete: gone }
  if (surge > 0) return { create: [...lacking, ...planSurge(set, { wanted, byNode }, hash, now, surge)], delete: [] }
  const outdated = planRolling(set, { wanted, byNode }, hash, now)
  return { create: lacking, delete: outdated.filter((pod) => !isDeleting(pod)) }
}

function isRolling({ spec }: DaemonSet): boolean {
  return (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
}

/** How many nodes may have a new pod beside the old one. */
function surgeOf(set: DaemonSet, nodes: number): number {
  return isRolling(set) ? resolve(set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, nodes, Math.ceil) : 0
}

const isCurrent = ({ metadata }: Pod, hash: string) => metadata.labels?.[hashLabel] === hash

/** All of a node's pods except the oldest new one and, until that is available, the oldest old one while ready. */
function surplusBeside(set: DaemonSet, pods: readonly Pod[], hash: string, now: number): Pod[] {
  const staying = pods.filter((pod) => !isDeleting(pod))
  const [newest, ...moreNew] = staying.filter((pod) => isCurrent(pod, hash))
  const [old, ...moreOld] = staying.filter((pod) => !isCurrent(pod, hash))
  const replaced = newest && old && (!isReady(old) || isAvailable(set, newest, now))
  return [...moreNew, ...moreOld, ...(replaced ? [old] : [])]
}

/** Nodes that get a new pod beside the old one: broken ones at once, others up to the limit. */
function planSurge(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number, surge: number): string[] {
  const nodes = [...wanted].map((node) => {
    const staying = (byNode.get(node) ?? []).filter((pod) => !isDeleting(pod))
    const [old] = staying.filter((pod) => !isCurrent(pod, hash))
    const surging = staying.some((pod) => isCurrent(pod, hash))
    return { node, old, surging, works: old !== undefined && isAvailable(set, old, now) }
  })
  const waiting = nodes.filter(({ old, surging }) => old && !surging)
  const under = nodes.filter(({ old, surging }) => old && surging).length
  const working = waiting.filter(({ works }) => works).slice(0, Math.max(surge - under, 0))
  return [...waiting.filter(({ works }) => !works), ...working].map(({ node }) => node)
}

/** Old pods to delete: broken ones, and others up to maxUnavailable. */
function planRolling(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number): Pod[] {
  const { maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {}
  const most = Math.max(resolve(maxUnavailable, wanted.size, Math.ceil), 1)
  const states = [...wanted].map((node) => {
    const pod = byNode.get(node)?.[0]
    return { pod, available: pod !== undefined && !isDeleting(pod) && isAvailable(set, pod, now) }
  })
  const missing = states.filter(({ available }) => !available).length
  const old = states.filter(({ pod }) => pod && !isDeleting(pod) && !isCurrent(pod, hash))
  const broken = old.filter(({ available }) => !available)
  const working = old.filter(({ available }) => available).slice(0, Math.max(most - missing, 0))
  return [...broken, ...working].flatMap(({ pod }) => pod ?? [])
}

function isAvailable({ spec }: DaemonSet, pod: Pod, now: number): boolean {
  return availableIn(pod, spec.minReadySeconds ?? 0, now) === 0
}

export function reportDaemons(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number): DaemonSetStatus {
  const placed = [...wanted].flatMap((node) => (byNode.has(node) ? [byNode.get(node) as readonly Pod[]] : []))
  const first = placed.flatMap(([pod]) => pod ?? [])
  const numberAvailable = placed.filter((pods) => pods.some((pod) => isAvailable(set, pod, now))).length
  const updated = first.filter(({ metadata }) => metadata.labels?.[hashLabel] === hash).length
  const numberUnavailable = wanted.size - numberAvailable
  return {
    currentNumberScheduled: first.length,
    numberMisscheduled: [...byNode.keys()].filter((node) => !wanted.has(node)).length,
    desiredNumberScheduled: wanted.size,
    numberReady: placed.filter((pods) => pods.some(isReady)).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(numberAvailable > 0 && { numberAvailable }),
    ...(numberUnavailable > 0 && { numberUnavailable }),
  }
}
