import { claim, keysSelecting } from './claims.ts'
import { revisionsOf, syncRevision, trimHistory, hashOf, type Revised } from './controller-revisions.ts'
import type { Context, Controller } from './controller.ts'
import { resolve } from './deployment/sizes.ts'
import { sameStable } from './hash.ts'
import {
  controlledBy,
  controllerOf,
  isDeleting,
  keyOf,
  olderFirst,
  splitKey,
  type IntOrPercent,
  type LabelSelector,
  type Node,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Stored,
  type Toleration,
} from './objects.ts'
import { noLoad, refusal } from './placement.ts'
import { createPod, deletePod, slowStart, type PodWish } from './pod-control.ts'
import { availableIn, isReady } from './pod-state.ts'
import { term } from './view.ts'

type DaemonSetStatus = Record<string, number>

export interface DaemonSet extends Stored {
  spec: {
    selector: LabelSelector
    template: PodTemplate
    minReadySeconds?: number
    revisionHistoryLimit?: number
    updateStrategy?: { type?: string; rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent } }
  }
  status?: DaemonSetStatus
}

const component = 'daemonset-controller'
const hashLabel = 'controller-revision-hash'
const generationLabel = 'pod-template-generation'
const generationAnnotation = 'deprecated.daemonset.template.generation'

const exists = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
})

/** A daemon's pod stays on nodes in trouble. */
const tolerations: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
]

/** Runs DaemonSets: one pod on every node that fits. */
export function daemonSetController(context: Context): Controller {
  const { view } = context
  const ownerKeys = (pod: Pod) => {
    const owner = controllerOf(pod)
    if (owner) return owner.kind === 'DaemonSet' ? [`${pod.metadata.namespace}/${owner.name}`] : []
    return keysSelecting(view.by('DaemonSet', term.namespace(pod.metadata.namespace)) as DaemonSet[], pod).map(keyOf)
  }
  return {
    name: component,
    watches: {
      DaemonSet: ({ object }) => [keyOf(object)],
      Pod: ({ object, previous }) => [...ownerKeys(object), ...(previous ? ownerKeys(previous) : [])],
      Node: () => view.all('DaemonSet').map(keyOf),
    },
    reconcile: (key) => reconcile(context, key),
  }
}

/** A DaemonSet's pods by node, oldest first, and the nodes that should have one. */
export interface Daemons {
  wanted: ReadonlySet<string>
  byNode: ReadonlyMap<string, readonly Pod[]>
}

/** The node a daemon's pod is meant for, also before it is bound. */
function targetOf({ spec }: Pod): string | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const fields = required?.nodeSelectorTerms.flatMap(({ matchFields = [] }) => matchFields) ?? []
  return spec.nodeName ?? fields.find(({ key }) => key === 'metadata.name')?.values?.[0]
}

function sortOut(set: DaemonSet, pods: readonly Pod[], nodes: readonly Node[]): Daemons {
  const byNode = new Map<string, Pod[]>()
  for (const pod of [...pods].sort(olderFirst)) {
    const node = targetOf(pod)
    if (node !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  const fitting = nodes.filter((node) => refusal(sample(set), node, noLoad) === undefined)
  return { wanted: new Set(fitting.map(({ metadata }) => metadata.name)), byNode }
}

/** The pod as it would ask the nodes, without resources: a full node is the scheduler's business. */
function sample({ spec }: DaemonSet): Pod {
  const { template } = spec
  const all = [...(template.spec.tolerations ?? []), ...tolerations]
  const containers = template.spec.containers.map(({ name }) => ({ name }))
  return { metadata: { name: '', uid: '' }, spec: { ...template.spec, containers, tolerations: all } }
}

export interface DaemonPlan {
  create: string[]
  delete: Pod[]
}

/** Pods for nodes without one; away with surplus, failed and misplaced ones; and as many outdated ones as may be missing. */
function planDaemons(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number): DaemonPlan {
  const create = [...wanted].filter((node) => (byNode.get(node)?.length ?? 0) === 0)
  const misplaced = [...byNode].flatMap(([node, pods]) => (wanted.has(node) ? [] : pods))
  const placed = [...byNode].filter(([node]) => wanted.has(node))
  const failed = placed.flatMap(([, pods]) => pods.filter(({ status }) => status?.phase === 'Failed'))
  const doubles = placed.flatMap(([, pods]) => pods.filter((pod) => !failed.includes(pod)).slice(1))
  const gone = [...misplaced, ...failed, ...doubles]
  const rolling = (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
  const outdated = rolling && gone.length === 0 ? planRolling(set, { wanted, byNode }, hash, now) : []
  return { create, delete: [...gone, ...outdated].filter((pod) => !isDeleting(pod)) }
}

function planRolling(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number): Pod[] {
  const { maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {}
  const most = Math.max(resolve(maxUnavailable, wanted.size, Math.ceil), 1)
  const states = [...wanted].map((node) => {
    const pod = byNode.get(node)?.[0]
    return { pod, available: pod !== undefined && !isDeleting(pod) && isAvailable(set, pod, now) }
  })
  const missing = states.filter(({ available }) => !available).length
  const old = states.filter(({ pod }) => pod && !isDeleting(pod) && pod.metadata.labels?.[hashLabel] !== hash)
  const broken = old.filter(({ available }) => !available)
  const working = old.filter(({ available }) => available).slice(0, Math.max(most - missing, 0))
  return [...broken, ...working].flatMap(({ pod }) => pod ?? [])
}

function isAvailable({ spec }: DaemonSet, pod: Pod, now: number): boolean {
  return availableIn(pod, spec.minReadySeconds ?? 0, now) === 0
}

function reportDaemons(set: DaemonSet, { wanted, byNode }: Daemons, hash: string, now: number): DaemonSetStatus {
  const first = [...wanted].flatMap((node) => byNode.get(node)?.[0] ?? [])
  const numberAvailable = first.filter((pod) => isAvailable(set, pod, now)).length
  const updated = first.filter(({ metadata }) => metadata.labels?.[hashLabel] === hash).length
  const numberUnavailable = wanted.size - numberAvailable
  return {
    currentNumberScheduled: first.length,
    numberMisscheduled: [...byNode.keys()].filter((node) => !wanted.has(node)).length,
    desiredNumberScheduled: wanted.size,
    numberReady: first.filter(isReady).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(numberAvailable > 0 && { numberAvailable }),
    ...(numberUnavailable > 0 && { numberUnavailable }),
  }
}

async function reconcile(context: Context, key: string): Promise<number | void> {
  const { view, clock } = context
  const { namespace, name } = splitKey(key)
  const set = view.find('DaemonSet', namespace, name) as DaemonSet | undefined
  if (!set) return
  const reference = controlledBy(set, 'apps/v1', 'DaemonSet')
  const pods = await claim(view, 'Pod', set, reference, set.spec.selector)
  if (isDeleting(set)) return
  const generation = set.metadata.annotations?.[generationAnnotation] ?? '1'
  const { template } = set.spec
  const annotations = { [generationAnnotation]: generation }
  const revised: Revised = { owner: set, kind: 'DaemonSet', template, hashLabel, annotations }
  const newest = await syncRevision(context, revised)
  const hash = newest.metadata.labels?.[hashLabel] ?? hashOf(revised)
  const daemons = sortOut(set, pods, view.all('Node'))
  const plan = planDaemons(set, daemons, hash, clock.now())
  const wish = {
    owner: set,
    reference,
    template,
    component,
    labels: { [hashLabel]: hash, [generationLabel]: generation },
  }
  const targets = plan.create.values()
  await Promise.all(plan.delete.map((pod) => deletePod(context, set, pod, component)))
  await slowStart(plan.create.length, () => createPod(context, forNode(wish, targets.next().value as string)))
  await trim(context, set, pods, newest.metadata.name)
  await writeStatus(context, set, reportDaemons(set, daemons, hash, clock.now()))
  const waits = pods.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, clock.now()) ?? 0)
  const soonest = Math.min(...waits.filter((wait) => wait > 0))
  return soonest === Infinity ? undefined : soonest
}

function forNode(wish: PodWish, node: string): PodWish {
  const own = wish.template.spec.tolerations ?? []
  const added = tolerations.filter(({ key }) => !own.some((one) => one.key === key))
  const spec: Partial<PodSpec> = {
    tolerations: [...own, ...added],
    affinity: {
      ...wish.template.spec.affinity,
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
        },
      },
    },
  }
  return { ...wish, spec }
}

async function trim(context: Context, set: DaemonSet, pods: readonly Pod[], newest: string): Promise<void> {
  const name = (pod: Pod) => `${set.metadata.name}-${pod.metadata.labels?.[hashLabel]}`
  const used = new Set([newest, ...pods.map(name)])
  await trimHistory(context, revisionsOf(context, set), used, set.spec.revisionHistoryLimit ?? 10)
}

async function writeStatus({ view }: Context, set: DaemonSet, status: DaemonSetStatus): Promise<void> {
  if (sameStable(status, set.status)) return
  await view.updateStatus('DaemonSet', { ...set, status })
}
