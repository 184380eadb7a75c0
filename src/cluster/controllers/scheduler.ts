import { isUnschedulable } from '../pods/lives.ts'
import { timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { controllerOf, isDeleting, keyOf, splitKey, type Condition, type Node, type Pod } from './objects.ts'
import { affinityRefusal, keepsOthersAway, wantsCompany } from './pod-affinity.ts'
import { noLoad, refusal, requestsOf, summarise, type Load } from './placement.ts'
import { isFinished, podCondition } from './pod-state.ts'
import { term } from './view.ts'
import { claimProblem } from './volumes.ts'

const schedulerName = 'default-scheduler'
const fieldManager = 'kube-scheduler'

/** Retry interval in ms for a pod that fits nowhere; it is also retried when nodes or pods change. */
const lookAgain = 60_000

/** Binds pods to eligible nodes, spreading them by workload. */
export function scheduler(context: Context): Controller {
  const loads = new Loads()
  const unplaced = new Set<string>()
  /** Pods waiting for pod affinity. */
  const lonely = new Set<string>()
  return {
    name: schedulerName,
    watches: {
      Pod: ({ type, object, previous }) => {
        if (type === 'DELETED' || isFinished(object)) {
          loads.drop(object)
          unplaced.delete(keyOf(object))
          return unplaced
        }
        if (!object.spec.nodeName) return [keyOf(object)]
        loads.put(object, object.spec.nodeName)
        return previous && !previous.spec.nodeName ? lonely : []
      },
      Node: ({ type }) => (type === 'DELETED' ? [] : unplaced),
      PersistentVolumeClaim: () => unplaced,
    },
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const pod = context.view.find('Pod', namespace, name)
      if (!pod || pod.spec.nodeName || isDeleting(pod) || (pod.spec.schedulerName ?? schedulerName) !== schedulerName) {
        unplaced.delete(key)
        lonely.delete(key)
        return
      }
      const { node, reasons } = choose(context, pod, loads)
      lonely.delete(key)
      if (node) return bind(context, pod, node, loads).then(() => void unplaced.delete(key))
      unplaced.add(key)
      if (wantsCompany(pod)) lonely.add(key)
      await refuse(context, pod, summarise(reasons, reasons.length))
      return lookAgain
    },
  }
}

/** Pods per node and their requests, kept up to date so that placing a pod scans no others. */
class Loads {
  readonly #nodes = new Map<string, Load>()
  readonly #pods = new Map<string, { node: string; load: Load }>()
  readonly #guarded = new Map<string, Pod>()

  of(node: string): Load {
    return this.#nodes.get(node) ?? noLoad
  }

  nodeOf({ metadata }: Pod): string | undefined {
    return this.#pods.get(metadata.uid)?.node
  }

  /** Placed pods with anti-affinity. */
  guarded(): Iterable<Pod> {
    return this.#guarded.values()
  }

  put(pod: Pod, node: string): void {
    if (this.#pods.has(pod.metadata.uid)) return
    if (keepsOthersAway(pod)) this.#guarded.set(pod.metadata.uid, pod)
    const load = requestsOf(pod)
    this.#pods.set(pod.metadata.uid, { node, load })
    this.#add(node, load, 1)
  }

  drop({ metadata }: Pod): void {
    const known = this.#pods.get(metadata.uid)
    if (!known) return
    this.#pods.delete(metadata.uid)
    this.#guarded.delete(metadata.uid)
    this.#add(known.node, known.load, -1)
  }

  #add(node: string, { cpu, memory, pods }: Load, sign: 1 | -1): void {
    const now = this.of(node)
    const sum = { cpu: now.cpu + sign * cpu, memory: now.memory + sign * memory, pods: now.pods + sign * pods }
    this.#nodes.set(node, sum)
  }
}

function choose({ view }: Context, pod: Pod, loads: Loads): { node?: Node; reasons: string[] } {
  const nodes = view.all('Node').sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
  if (isUnschedulable(pod)) return { reasons: nodes.map(() => 'Insufficient cpu') }
  const waitsFor = claimProblem(view, pod)
  if (waitsFor !== undefined) return { reasons: nodes.map(() => waitsFor) }
  const reasons: string[] = []
  const refusedByCompany = affinityRefusal(pod, { view, nodeOf: (one) => loads.nodeOf(one), guarded: loads.guarded() })
  const fitting = nodes.filter((node) => {
    const reason = refusal(pod, node, loads.of(node.metadata.name)) ?? refusedByCompany(node)
    if (reason !== undefined) reasons.push(reason)
    return reason === undefined
  })
  if (fitting.length <= 1) return { ...(fitting[0] && { node: fitting[0] }), reasons }
  const owner = controllerOf(pod)
  const siblings = owner ? view.by('Pod', term.controller(owner.uid)) : []
  const score = (node: Node) => {
    const kin = siblings.filter(({ spec }) => spec.nodeName === node.metadata.name).length
    return kin * 1e6 + loads.of(node.metadata.name).pods
  }
  const scored = fitting.map((node) => ({ node, score: score(node) }))
  const best = scored.reduce((one, other) => (other.score < one.score ? other : one))
  return { node: best.node, reasons }
}

async function bind({ view, events, clock }: Context, pod: Pod, node: Node, loads: Loads): Promise<void> {
  const nodeName = node.metadata.name
  loads.put(pod, nodeName)
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(clock.now()),
  }
  const status = { ...pod.status, conditions: replaced(pod, scheduled) }
  const bound = { ...pod, spec: { ...pod.spec, nodeName }, status }
  try {
    await view.update('Pod', bound, { fieldManager, subresource: 'binding' })
  } catch (error) {
    loads.drop(pod)
    throw error
  }
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${nodeName}`
  events.recordNew(pod, schedulerName, 'Binding', { type: 'Normal', reason: 'Scheduled', message })
}

async function refuse({ view, events, clock }: Context, pod: Pod, message: string): Promise<void> {
  const known = podCondition(pod, 'PodScheduled')
  if (known?.message === message && known.status === 'False') return
  events.recordNew(pod, schedulerName, 'Scheduling', { type: 'Warning', reason: 'FailedScheduling', message })
  const unscheduled: Condition = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: known?.lastTransitionTime ?? timestamp(clock.now()),
    reason: 'Unschedulable',
    message,
  }
  await view.updateStatus(
    'Pod',
    { ...pod, status: { ...pod.status, conditions: replaced(pod, unscheduled) } },
    { fieldManager },
  )
}

function replaced({ status }: Pod, condition: Condition): Condition[] {
  return [...(status?.conditions ?? []).filter(({ type }) => type !== condition.type), condition]
}
