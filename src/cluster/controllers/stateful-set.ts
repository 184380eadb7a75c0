import { StatusError } from '../../model/status.ts'
import { claim, watchesOf } from './claims.ts'
import type { Context, Controller } from './controller.ts'
import { revisionsOf, syncRevision, trimHistory, unpatched, type ControllerRevision } from './controller-revisions.ts'
import { sameStable } from './hash.ts'
import {
  controlledBy,
  isDeleting,
  splitKey,
  type LabelSelector,
  type Pod,
  type PodTemplate,
  type Stored,
} from './objects.ts'
import { createAbsent } from './namespaces.ts'
import { describePod } from './pod-control.ts'
import { isReady } from './pod-state.ts'

type StatefulSetStatus = {
  observedGeneration?: number
  replicas: number
  readyReplicas?: number
  currentReplicas?: number
  updatedReplicas?: number
  currentRevision?: string
  updateRevision?: string
  collisionCount?: number
}

type ClaimTemplate = { metadata: { name: string; labels?: Record<string, string> }; spec?: Record<string, unknown> }

export interface StatefulSet extends Stored {
  spec: {
    replicas?: number
    selector: LabelSelector
    template: PodTemplate
    serviceName?: string
    podManagementPolicy?: string
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
    revisionHistoryLimit?: number
    volumeClaimTemplates?: ClaimTemplate[]
  }
  status?: StatefulSetStatus
}

const source = { component: 'statefulset-controller' }
const revisionLabel = 'controller-revision-hash'

/** Runs StatefulSets: pods with stable names, created, updated and deleted in order. */
export function statefulSetController(context: Context): Controller {
  return {
    name: 'statefulset-controller',
    watches: watchesOf(context.view, { kind: 'StatefulSet' }),
    reconcile: (key) => reconcile(context, key),
  }
}

/** The current and the update revision; equal if nothing rolls out. */
export interface Revisions {
  current: string
  update: string
}

export type Step =
  | { do: 'create'; ordinal: number; revision: string }
  | { do: 'delete'; pod: Pod; revision: string | undefined; failed?: true }

function ordinalOf(set: Stored, { metadata }: Pod): number {
  const match = /^(.*)-(\d+)$/.exec(metadata.name)
  return match && match[1] === set.metadata.name ? Number(match[2]) : -1
}

const isHealthy = (pod: Pod) => isRunningAndReady(pod) && !isDeleting(pod)
const isRunningAndReady = (pod: Pod) => pod.status?.phase === 'Running' && isReady(pod)
const revisionOf = ({ metadata }: Pod) => metadata.labels?.[revisionLabel]

/**
 * The next steps: create missing pods from the lowest ordinal, delete surplus and outdated ones from the highest. In
 * order one at a time, once the previous ones are healthy; Parallel creates and deletes at once, but updates in order.
 */
export function planStatefulSet(set: StatefulSet, pods: readonly Pod[], revisions: Revisions): Step[] {
  const size = set.spec.replicas ?? 1
  const inOrder = (set.spec.podManagementPolicy ?? 'OrderedReady') === 'OrderedReady'
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]))
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal >= size).sort(([one], [other]) => other - one)
  const steps: Step[] = []
  for (let ordinal = 0; ordinal < size; ordinal += 1) {
    const pod = byOrdinal.get(ordinal)
    if (!pod) steps.push({ do: 'create', ordinal, revision: revisionFor(set, ordinal, revisions) })
    else if (pod.status?.phase === 'Failed' && !isDeleting(pod)) steps.push({ ...deletion(pod), failed: true })
    if (inOrder && (steps.length > 0 || !pod || !isHealthy(pod))) return steps
  }
  const firstUnhealthy = [...byOrdinal.values()].find((pod) => !isHealthy(pod))
  for (const [, pod] of condemned) {
    const waits = isDeleting(pod) || (!isRunningAndReady(pod) && pod !== firstUnhealthy)
    if (inOrder && waits) return steps
    if (!isDeleting(pod)) steps.push(deletion(pod))
    if (inOrder) return steps
  }
  return steps.length > 0 ? steps : planUpdate(set, byOrdinal, revisions)
}

function planUpdate(set: StatefulSet, byOrdinal: ReadonlyMap<number, Pod>, { update }: Revisions): Step[] {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {}
  if (type === 'OnDelete') return []
  for (let ordinal = (set.spec.replicas ?? 1) - 1; ordinal >= (rollingUpdate?.partition ?? 0); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal)
    if (!pod) return []
    if (revisionOf(pod) !== update && !isDeleting(pod)) return [deletion(pod)]
    if (!isHealthy(pod)) return []
  }
  return []
}

const deletion = (pod: Pod): Extract<Step, { do: 'delete' }> => ({ do: 'delete', pod, revision: revisionOf(pod) })

/** Below the partition pods keep the current revision. */
function revisionFor(set: StatefulSet, ordinal: number, { current, update }: Revisions): string {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec.updateStrategy ?? {}
  return type === 'RollingUpdate' && ordinal < (rollingUpdate?.partition ?? 0) ? current : update
}

/** The status after these steps. At the end of a rollout the update revision becomes the current one. */
function reportStatefulSet(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: Revisions,
  steps: readonly Step[],
): StatefulSetStatus {
  const created = steps.filter((step) => step.do === 'create')
  const deleted = new Set(steps.flatMap((step) => (step.do === 'delete' ? [step.pod] : [])))
  const counted = pods.filter((pod) => !isDeleting(pod) && !deleted.has(pod)).map(revisionOf)
  const at = (revision: string) =>
    [...counted, ...created.map((step) => step.revision)].filter((one) => one === revision).length
  const readyReplicas = pods.filter(isRunningAndReady).length
  const replicas = pods.length + created.length
  const updatedReplicas = at(revisions.update)
  const rolling = (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate'
  const over = rolling && updatedReplicas === replicas && readyReplicas === replicas
  const current = over ? revisions.update : revisions.current
  const counters = { readyReplicas, currentReplicas: at(current), updatedReplicas }
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas,
    ...Object.fromEntries(Object.entries(counters).filter(([, count]) => count > 0)),
    currentRevision: current,
    updateRevision: revisions.update,
    collisionCount: set.status?.collisionCount ?? 0,
  }
}

async function reconcile(context: Context, key: string): Promise<void> {
  const { view } = context
  const { namespace, name } = splitKey(key)
  const set = view.find('StatefulSet', namespace, name) as StatefulSet | undefined
  if (!set) return
  const reference = controlledBy(set, 'apps/v1', 'StatefulSet')
  const adoptable = (pod: Pod) => ordinalOf(set, pod) >= 0
  const pods = await claim(view, 'Pod', set, reference, set.spec.selector, adoptable)
  const { template } = set.spec
  const newest = await syncRevision(context, {
    owner: set,
    kind: 'StatefulSet',
    template,
    hashLabel: 'controller.kubernetes.io/hash',
  })
  const history = revisionsOf(context, set)
  const known = history.find(({ metadata }) => metadata.name === set.status?.currentRevision)
  const revisions = { current: (known ?? newest).metadata.name, update: newest.metadata.name }
  const steps = isDeleting(set) ? [] : planStatefulSet(set, pods, revisions)
  for (const step of steps) await carryOut(context, set, history, step)
  const status = reportStatefulSet(set, pods, revisions, steps)
  const used = new Set([revisions.current, revisions.update, ...pods.map((pod) => revisionOf(pod) ?? '')])
  await trimHistory(context, history, used, set.spec.revisionHistoryLimit ?? 10)
  if (sameStable(status, set.status)) return
  await view.updateStatus('StatefulSet', { ...set, status })
}

async function carryOut(
  context: Context,
  set: StatefulSet,
  history: readonly ControllerRevision[],
  step: Step,
): Promise<void> {
  const name = step.do === 'create' ? `${set.metadata.name}-${step.ordinal}` : step.pod.metadata.name
  const what = `${step.do} Pod ${name} in StatefulSet ${set.metadata.name}`
  const reason = step.do === 'create' ? 'Create' : 'Delete'
  if (step.do === 'delete' && step.failed) recordFailedPod(context, set, name)
  try {
    if (step.do === 'create') await createMember(context, set, history, step)
    else await context.view.delete('Pod', step.pod)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const message = `${what} failed error: ${error.message}`
    context.events.record(set, source, { type: 'Warning', reason: `Failed${reason}`, message })
    throw error
  }
  const message = `${what} successful`
  context.events.record(set, source, { type: 'Normal', reason: `Successful${reason}`, message })
}

function recordFailedPod({ events }: Context, set: StatefulSet, pod: string): void {
  const message = `StatefulSet ${set.metadata.namespace}/${set.metadata.name} is recreating failed Pod ${pod}`
  events.record(set, source, { type: 'Warning', reason: 'RecreatingFailedPod', message })
}

async function createMember(
  { api, view }: Context,
  set: StatefulSet,
  history: readonly ControllerRevision[],
  { ordinal, revision }: Extract<Step, { do: 'create' }>,
): Promise<void> {
  const name = `${set.metadata.name}-${ordinal}`
  const stored = history.find(({ metadata }) => metadata.name === revision)?.data.spec.template
  const template = stored ? unpatched(stored) : set.spec.template
  const claims = set.spec.volumeClaimTemplates ?? []
  for (const claim of claims) {
    const { metadata, spec } = claim
    await createAbsent(api, api.type('v1', 'PersistentVolumeClaim'), {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: `${metadata.name}-${name}`,
        namespace: set.metadata.namespace ?? '',
        labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
      },
      ...(spec && { spec }),
    })
  }
  const claimed = claims.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${name}` },
  }))
  const others = (template.spec.volumes ?? []).filter((volume) => !claimed.some((one) => one.name === volume['name']))
  const { serviceName } = set.spec
  const volumes = [...claimed, ...others]
  const pod = describePod({
    owner: set,
    reference: controlledBy(set, 'apps/v1', 'StatefulSet'),
    template,
    component: source.component,
    name,
    labels: { [revisionLabel]: revision, 'statefulset.kubernetes.io/pod-name': name },
    spec: {
      hostname: name,
      ...(serviceName && { subdomain: serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  })
  // created by name; generateName is kept as in Kubernetes
  await view.create('Pod', { ...pod, metadata: { ...pod.metadata, generateName: `${set.metadata.name}-` } })
}
