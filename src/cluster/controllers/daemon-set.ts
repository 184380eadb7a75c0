import { claim, watchesOf } from './claims.ts'
import { revisionsOf, syncRevision, trimHistory, hashOf, type Revised } from './controller-revisions.ts'
import type { Context, Controller } from './controller.ts'
import { hashLabel, planDaemons, reportDaemons, sortOut, tolerations } from './daemon-plan.ts'
import { sameStable } from './hash.ts'
import {
  controlledBy,
  isDeleting,
  keyOf,
  splitKey,
  type IntOrPercent,
  type LabelSelector,
  type Pod,
  type PodSpec,
  type PodTemplate,
  type Stored,
} from './objects.ts'
import { createPod, deletePod, slowStart, type PodWish } from './pod-control.ts'
import { availableIn } from './pod-state.ts'

export type DaemonSetStatus = Record<string, number>

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
const generationLabel = 'pod-template-generation'
const generationAnnotation = 'deprecated.daemonset.template.generation'

/** Runs DaemonSets: one pod on every matching node. */
export function daemonSetController(context: Context): Controller {
  const { view } = context
  return {
    name: component,
    watches: { ...watchesOf(view, { kind: 'DaemonSet' }), Node: () => view.all('DaemonSet').map(keyOf) },
    reconcile: (key) => reconcile(context, key),
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
        ...wish.template.spec.affinity?.nodeAffinity,
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
