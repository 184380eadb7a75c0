import { parseTime, timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { resolve } from './deployment/sizes.ts'
import { sameStable } from './hash.ts'
import { selects } from '../../model/label-selector.ts'
import {
  controllerOf,
  isDeleting,
  keyOf,
  splitKey,
  type IntOrPercent,
  type LabelSelector,
  type Pod,
  type Stored,
} from './objects.ts'
import { isActive, isReady } from './pod-state.ts'
import { term, type Kind, type View } from './view.ts'

export interface DisruptionBudget extends Stored {
  spec: { selector?: LabelSelector; minAvailable?: IntOrPercent; maxUnavailable?: IntOrPercent }
  status?: {
    disruptionsAllowed?: number
    /** Pods that may be evicted but are not yet marked, with the time. */
    disruptedPods?: Record<string, string>
    observedGeneration?: number
    [field: string]: unknown
  }
}

/** After this many ms, an allowed pod that still exists counts again, as in Kubernetes. */
const disruptionLasts = 120_000

/** Maintains the status of PodDisruptionBudgets. */
export function disruptionController(context: Context): Controller {
  const { view } = context
  const budgetsOf = (pod: Pod) =>
    (view.by('PodDisruptionBudget', term.namespace(pod.metadata.namespace)) as DisruptionBudget[])
      .filter(({ spec }) => selects(spec.selector, pod.metadata.labels))
      .map(keyOf)
  return {
    name: 'disruption',
    watches: {
      PodDisruptionBudget: ({ object }) => [keyOf(object)],
      Pod: ({ object, previous }) => [...budgetsOf(object), ...(previous ? budgetsOf(previous) : [])],
    },
    reconcile: (key) => reconcile(context, key),
  }
}

const source = { component: 'controllermanager' }

async function reconcile(context: Context, key: string): Promise<number | void> {
  const { view, clock, events } = context
  const { namespace, name } = splitKey(key)
  const budget = view.find('PodDisruptionBudget', namespace, name) as DisruptionBudget | undefined
  if (!budget || isDeleting(budget)) return
  const pods = podsOf(view, budget)
  if (pods.length === 0)
    events.record(budget, source, { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' })
  const now = clock.now()
  const going = stillGoing(budget, pods, now)
  const expectation = expectationOf(view, budget, pods)
  if ('problem' in expectation) return forbidAll(context, budget, expectation.problem)
  const status = report(budget, expectation, healthy(pods, going), going, now)
  if (!sameStable(status, budget.status)) await view.updateStatus('PodDisruptionBudget', { ...budget, status })
  return Object.keys(going).length > 0 ? disruptionLasts : undefined
}

function podsOf(view: View, { metadata: { namespace }, spec }: DisruptionBudget): Pod[] {
  const { matchLabels = {} } = spec.selector ?? {}
  const candidates =
    Object.keys(matchLabels).length > 0
      ? view.labelled('Pod', namespace, matchLabels)
      : view.by('Pod', term.namespace(namespace))
  const matching = candidates.filter(({ metadata }) => selects(spec.selector, metadata.labels))
  return matching.filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
}

/** If the expected number of pods is unknown, no disruption is allowed. */
async function forbidAll({ view, clock, events }: Context, budget: DisruptionBudget, problem: string): Promise<void> {
  const message = `Failed to calculate the number of expected pods: ${problem}`
  events.record(budget, source, { type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message })
  const { observedGeneration = 0, ...rest } = budget.status ?? {}
  const said = { status: 'False', reason: 'SyncFailed', message: problem, observedGeneration }
  const counters = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
  const status = {
    ...counters,
    ...rest,
    ...(observedGeneration !== 0 && { observedGeneration }),
    disruptionsAllowed: 0,
    conditions: withAllowance(budget, said, clock.now()),
  }
  if (!sameStable(status, budget.status)) await view.updateStatus('PodDisruptionBudget', { ...budget, status })
}

function stillGoing({ status }: DisruptionBudget, pods: readonly Pod[], now: number): Record<string, string> {
  const there = new Set(pods.filter(isActive).map(({ metadata }) => metadata.name))
  const noted = Object.entries(status?.disruptedPods ?? {})
  return Object.fromEntries(noted.filter(([pod, since]) => there.has(pod) && parseTime(since) + disruptionLasts > now))
}

function healthy(pods: readonly Pod[], going: Readonly<Record<string, string>>): number {
  return pods.filter((pod) => isActive(pod) && isReady(pod) && !(pod.metadata.name in going)).length
}

type Expectation = { expected: number; desired: number } | { problem: string }

/** The expected number of pods, and how many of them must be healthy. */
function expectationOf(view: View, { spec }: DisruptionBudget, pods: readonly Pod[]): Expectation {
  const { minAvailable, maxUnavailable } = spec
  if (maxUnavailable === undefined && typeof minAvailable !== 'string')
    return { expected: pods.length, desired: minAvailable ?? 0 }
  const owners = ownersOf(view, pods)
  if (!Array.isArray(owners)) return owners
  const expected = owners.reduce((sum, owner) => sum + Number(owner.spec?.['replicas'] ?? 1), 0)
  if (maxUnavailable === undefined) return { expected, desired: resolve(minAvailable ?? 0, expected, Math.ceil) }
  return { expected, desired: Math.max(expected - resolve(maxUnavailable, expected, Math.ceil), 0) }
}

/** The distinct workloads of the pods; every pod must have one. */
function ownersOf(view: View, pods: readonly Pod[]): Stored[] | { problem: string } {
  const owners = new Map<string, Stored>()
  for (const pod of pods) {
    const named = JSON.stringify(pod.metadata.name)
    if (!controllerOf(pod)) return { problem: `found no controller ref for pod ${named}` }
    const owner = scaledOwner(view, pod)
    if (!owner) return { problem: `found no controllers for pod ${named}` }
    owners.set(owner.metadata.uid, owner)
  }
  return [...owners.values()]
}

const scaled: readonly Kind[] = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** The workload that determines the number of pods: for a Deployment's pods, the Deployment. */
function scaledOwner(view: View, object: Stored): Stored | undefined {
  const reference = controllerOf(object)
  const kind = scaled.find((one) => one === reference?.kind)
  const owner = kind && view.find(kind, object.metadata.namespace, reference?.name ?? '')
  return owner && (scaledOwner(view, owner) ?? owner)
}

function report(
  budget: DisruptionBudget,
  { expected, desired }: { expected: number; desired: number },
  currentHealthy: number,
  going: Readonly<Record<string, string>>,
  now: number,
): NonNullable<DisruptionBudget['status']> {
  const observedGeneration = budget.metadata.generation ?? 0
  const disruptionsAllowed = expected > 0 ? Math.max(currentHealthy - desired, 0) : 0
  const [status, reason] = disruptionsAllowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods']
  return {
    observedGeneration,
    ...(Object.keys(going).length > 0 && { disruptedPods: { ...going } }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: withAllowance(budget, { status, reason, message: '', observedGeneration }, now),
  }
}

interface Allowance {
  status: string | undefined
  reason: string | undefined
  message: string
  observedGeneration: number | undefined
}

/** The budget's conditions with an updated DisruptionAllowed. */
function withAllowance({ status }: DisruptionBudget, said: Allowance, now: number): unknown[] {
  const type = 'DisruptionAllowed'
  const conditions = (status?.['conditions'] ?? []) as { type: string; status: string; lastTransitionTime: string }[]
  const known = conditions.find((one) => one.type === type)
  const lastTransitionTime = known?.status === said.status ? known?.lastTransitionTime : timestamp(now)
  const { status: allowed, observedGeneration, reason, message } = said
  const condition = { type, status: allowed, observedGeneration, lastTransitionTime, reason, message }
  return [...conditions.filter((one) => one.type !== type), condition]
}
