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
    /** Pods that were allowed to go and are not marked yet, with the time. */
    disruptedPods?: Record<string, string>
    [field: string]: unknown
  }
}

/** A pod that was allowed to go and stays all the same counts again after this (ms), as in Kubernetes. */
const disruptionLasts = 120_000

/** Keeps how many pods of each PodDisruptionBudget may go. */
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

async function reconcile({ view, clock }: Context, key: string): Promise<number | void> {
  const { namespace, name } = splitKey(key)
  const budget = view.find('PodDisruptionBudget', namespace, name) as DisruptionBudget | undefined
  if (!budget || isDeleting(budget)) return
  const { matchLabels = {} } = budget.spec.selector ?? {}
  const candidates =
    Object.keys(matchLabels).length > 0
      ? view.labelled('Pod', namespace, matchLabels)
      : view.by('Pod', term.namespace(namespace))
  const matching = candidates.filter(({ metadata }) => selects(budget.spec.selector, metadata.labels))
  const pods = matching.filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
  const now = clock.now()
  const going = stillGoing(budget, pods, now)
  const status = report(budget, expectationOf(view, budget, pods), healthy(pods, going), going, now)
  if (!sameStable(status, budget.status)) await view.updateStatus('PodDisruptionBudget', { ...budget, status })
  return Object.keys(going).length > 0 ? disruptionLasts : undefined
}

function stillGoing({ status }: DisruptionBudget, pods: readonly Pod[], now: number): Record<string, string> {
  const there = new Set(pods.filter(isActive).map(({ metadata }) => metadata.name))
  const noted = Object.entries(status?.disruptedPods ?? {})
  return Object.fromEntries(noted.filter(([pod, since]) => there.has(pod) && parseTime(since) + disruptionLasts > now))
}

function healthy(pods: readonly Pod[], going: Readonly<Record<string, string>>): number {
  return pods.filter((pod) => isActive(pod) && isReady(pod) && !(pod.metadata.name in going)).length
}

/** How many pods there should be, and how many of them must be healthy. */
function expectationOf(
  view: View,
  { spec }: DisruptionBudget,
  pods: readonly Pod[],
): { expected: number; desired: number } {
  const { minAvailable, maxUnavailable } = spec
  if (maxUnavailable !== undefined) {
    const expected = expectedSize(view, pods)
    return { expected, desired: Math.max(expected - resolve(maxUnavailable, expected, Math.ceil), 0) }
  }
  if (typeof minAvailable !== 'string') return { expected: pods.length, desired: minAvailable ?? 0 }
  const expected = expectedSize(view, pods)
  return { expected, desired: resolve(minAvailable, expected, Math.ceil) }
}

/** What the pods' workloads are told to have, together. */
function expectedSize(view: View, pods: readonly Pod[]): number {
  const sizes = new Map<string, number>()
  for (const pod of pods) {
    const owner = scaledOwner(view, pod)
    if (owner) sizes.set(owner.metadata.uid, Number(owner.spec?.['replicas'] ?? 1))
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

const scaled: readonly Kind[] = ['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** The workload that decides how many there are: of a Deployment's pods the Deployment. */
function scaledOwner(view: View, object: Stored): Stored | undefined {
  const reference = controllerOf(object)
  const kind = scaled.find((one) => one === reference?.kind)
  const owner = kind && view.find(kind, object.metadata.namespace, reference?.name ?? '')
  return owner && (scaledOwner(view, owner) ?? owner)
}

function report(
  { metadata, status }: DisruptionBudget,
  { expected, desired }: { expected: number; desired: number },
  currentHealthy: number,
  going: Readonly<Record<string, string>>,
  now: number,
): NonNullable<DisruptionBudget['status']> {
  const disruptionsAllowed = expected > 0 ? Math.max(currentHealthy - desired, 0) : 0
  const conditions = (status?.['conditions'] ?? []) as { type: string; status: string; lastTransitionTime: string }[]
  const known = conditions.find(({ type }) => type === 'DisruptionAllowed')
  const allowed = disruptionsAllowed > 0 ? 'True' : 'False'
  const condition = {
    type: 'DisruptionAllowed',
    status: allowed,
    observedGeneration: metadata.generation,
    lastTransitionTime: known?.status === allowed ? known.lastTransitionTime : timestamp(now),
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  }
  return {
    observedGeneration: metadata.generation,
    ...(Object.keys(going).length > 0 && { disruptedPods: { ...going } }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: [...conditions.filter(({ type }) => type !== 'DisruptionAllowed'), condition],
  }
}
