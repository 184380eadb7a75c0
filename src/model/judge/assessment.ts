import type { KubeObject } from '../kube-object.ts'
import { eventFields, eventsAbout } from './event-text.ts'
import { isLeaving, isReady } from './pod-status.ts'
import { podTroubles } from './pod-trouble.ts'
import { viewPod } from './pod-view.ts'
import type { RolloutProgress, RolloutSnapshot, Trouble } from './snapshot.ts'

/** Pods of a rollout, counted by template, and what blocks it. */
export interface Assessment {
  progress: RolloutProgress
  /** The most significant trouble of the new pods or of the object that creates them. */
  trouble?: Trouble
}

export interface AssessOptions {
  wanted: number
  /** Belongs to the template being rolled out. */
  isNew: (pod: KubeObject) => boolean
  available?: number | undefined
  revision?: string | undefined
  /** What creates the pods: the newest ReplicaSet, or the workload itself. */
  owners: readonly KubeObject[]
}

const severityOrder = { none: 0, grace: 1, deadline: 2 } as const satisfies Record<Trouble['patience'], number>

export function assess({ pods, events }: RolloutSnapshot, options: AssessOptions): Assessment {
  const { wanted, isNew, available, revision, owners } = options
  const present = pods.filter((pod) => !isLeaving(pod))
  const fresh = present.filter(isNew)
  const ready = fresh.filter(isReady).length
  const views = pods.map((pod) => viewPod(pod, isNew(pod))).sort((one, other) => Number(other.new) - Number(one.new))
  const found = [...newPodTroubles(fresh, events), ...(fresh.length < wanted ? ownerTroubles(owners, events) : [])]
  const [trouble] = found.sort((one, other) => severityOrder[one.patience] - severityOrder[other.patience])
  return {
    progress: {
      wanted,
      updated: fresh.length,
      ready,
      available: available ?? ready,
      old: present.length - fresh.length,
      pods: views,
      ...(revision !== undefined && { revision }),
    },
    ...(trouble && { trouble }),
  }
}

/** Recoverable trouble is a failure only if every new pod has it: one healthy pod proves that the template works. */
function newPodTroubles(fresh: readonly KubeObject[], events: readonly KubeObject[]): Trouble[] {
  const each = fresh.map((pod) => podTroubles(pod, events))
  const everywhere = each.every((troubles) => troubles.length > 0)
  return each
    .flat()
    .map((trouble) => (trouble.patience === 'grace' && !everywhere ? { ...trouble, patience: 'deadline' } : trouble))
}

/** Pods that cannot be created: quota, admission, pod security, a missing service account. */
function ownerTroubles(owners: readonly KubeObject[], events: readonly KubeObject[]): Trouble[] {
  return owners.flatMap((owner) => {
    const said = replicaFailure(owner) ?? lastRefusal(owner, events)
    if (said === undefined) return []
    return [{ reason: /exceeded quota/.test(said) ? 'Quota' : 'PodsRefused', message: said, patience: 'grace' }]
  })
}

function replicaFailure({ status }: KubeObject): string | undefined {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string; message?: string }[] }
  return conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message
}

/** A refusal followed by a successful creation is over. */
function lastRefusal(owner: KubeObject, events: readonly KubeObject[]): string | undefined {
  const last = eventsAbout(events, owner)
    .map(eventFields)
    .findLast(({ reason }) => reason === 'FailedCreate' || reason === 'SuccessfulCreate')
  return last?.reason === 'FailedCreate' ? (last.message ?? 'pods cannot be created') : undefined
}
