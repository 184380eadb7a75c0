import { StatusError } from '../../model/status.ts'
import { claim, watchesOf } from './claims.ts'
import { timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { setCondition, without } from './deployment/status.ts'
import { sameStable } from './hash.ts'
import { selects } from '../../model/label-selector.ts'
import {
  controlledBy,
  controllerOf,
  isDeleting,
  splitKey,
  type LabelSelector,
  type Pod,
  type PodTemplate,
  type ReplicaSet,
  type ReplicaSetStatus,
  type ReplicationController,
} from './objects.ts'
import { createPod, deletePod, isNamespaceEnding, slowStart } from './pod-control.ts'
import { crowding, leastMissedFirst } from './pod-ranking.ts'
import { availableIn, isActive, isReady } from './pod-state.ts'
import { term } from './view.ts'

/** The difference between ReplicaSets and ReplicationControllers. */
interface Row {
  kind: 'ReplicaSet' | 'ReplicationController'
  apiVersion: string
  component: string
}

const rows = {
  ReplicaSet: { kind: 'ReplicaSet', apiVersion: 'apps/v1', component: 'replicaset-controller' },
  ReplicationController: { kind: 'ReplicationController', apiVersion: 'v1', component: 'replication-controller' },
} as const satisfies Record<string, Row>

type Owner = ReplicaSet | ReplicationController

/** Maintains the desired number of pods of ReplicaSets or ReplicationControllers. */
export function replicaController(context: Context, kind: keyof typeof rows): Controller {
  const row: Row = rows[kind]
  return {
    name: row.component,
    watches: watchesOf(context.view, { kind, selectorOf }),
    reconcile: (key) => reconcile(context, row, key),
  }
}

function selectorOf(owner: Owner): LabelSelector {
  const { selector } = owner.spec
  const isObject = owner.kind === 'ReplicaSet' || 'matchLabels' in (selector ?? {})
  return (isObject ? selector : { matchLabels: selector }) as LabelSelector
}

async function reconcile(context: Context, row: Row, key: string): Promise<number | void> {
  const { namespace, name } = splitKey(key)
  const { view, clock } = context
  const owner = view.find(row.kind, namespace, name)
  if (!owner) return
  const reference = controlledBy(owner, row.apiVersion, row.kind)
  const claimed = await claim(view, 'Pod', owner, reference, selectorOf(owner), isActive)
  const pods = claimed.filter(isActive)
  const failure = isDeleting(owner) ? undefined : await manage(context, row, owner, pods)
  await writeStatus(context, row, owner, reportOn(owner, pods, clock.now(), failure))
  if (failure) throw failure.error
  return soonAvailable(owner, pods, clock.now())
}

interface Failure {
  reason: 'FailedCreate' | 'FailedDelete'
  error: StatusError
}

/** Maximum number of pods created or deleted at a time. */
const burst = 500

async function manage(
  context: Context,
  { apiVersion, kind, component }: Row,
  owner: Owner,
  pods: readonly Pod[],
): Promise<Failure | undefined> {
  const missing = (owner.spec.replicas ?? 1) - pods.length
  const wish = {
    owner,
    reference: controlledBy(owner, apiVersion, kind),
    template: owner.spec.template as PodTemplate,
    component,
  }
  try {
    if (missing > 0) await slowStart(Math.min(missing, burst), () => createPod(context, wish))
    const surplus = missing < 0 ? choosePods(context, owner, pods, Math.min(-missing, burst)) : []
    await Promise.all(surplus.map((pod) => deletePod(context, owner, pod, component)))
    return undefined
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    if (isNamespaceEnding(error)) return undefined
    return { reason: missing > 0 ? 'FailedCreate' : 'FailedDelete', error }
  }
}

/** Surplus pods to delete; nodes are ranked by all pods of the owner's owner. */
function choosePods({ view }: Context, owner: Owner, pods: readonly Pod[], count: number): Pod[] {
  if (count >= pods.length) return [...pods]
  const siblings = relatives(view, owner).flatMap(({ metadata }) => view.by('Pod', term.controller(metadata.uid)))
  return leastMissedFirst(pods, crowding(siblings.filter(isActive))).slice(0, count)
}

function relatives(view: Context['view'], owner: Owner): { metadata: { uid: string } }[] {
  const parent = controllerOf(owner)
  return parent ? view.by('ReplicaSet', term.controller(parent.uid)) : [owner]
}

/** The status by the pods seen before this step; new pods are reported by the next. */
function reportOn(owner: Owner, pods: readonly Pod[], now: number, failure?: Failure): ReplicaSetStatus {
  const { minReadySeconds = 0, template } = owner.spec
  const labels = { matchLabels: template?.metadata?.labels ?? {} }
  const counters = {
    fullyLabeledReplicas: pods.filter(({ metadata }) => selects(labels, metadata.labels)).length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => availableIn(pod, minReadySeconds, now) === 0).length,
  }
  const conditions = reportFailure(owner.status, now, failure)
  return {
    replicas: pods.length,
    ...Object.fromEntries(Object.entries(counters).filter(([, count]) => count > 0)),
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  }
}

function reportFailure(status: ReplicaSetStatus | undefined, now: number, failure?: Failure) {
  if (!failure) return without(status?.conditions, 'ReplicaFailure')
  const { reason, error } = failure
  const lastTransitionTime = timestamp(now)
  return setCondition(status?.conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime,
    reason,
    message: error.message,
  })
}

async function writeStatus({ view }: Context, { kind }: Row, owner: Owner, status: ReplicaSetStatus): Promise<void> {
  if (sameStable(status, { replicas: 0, ...owner.status })) return
  await view.updateStatus(kind, { ...owner, status })
}

/** Milliseconds until the next ready pod becomes available. */
function soonAvailable({ spec }: Owner, pods: readonly Pod[], now: number): number | undefined {
  const waits = pods.map((pod) => availableIn(pod, spec.minReadySeconds ?? 0, now) ?? 0).filter((wait) => wait > 0)
  return waits.length > 0 ? Math.min(...waits) : undefined
}
