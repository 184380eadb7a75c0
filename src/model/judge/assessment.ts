import type { KubeObject } from '../kube-object.ts'
import { eventFields, eventsAbout } from './event-text.ts'
import { isLeaving, isReady } from './pod-status.ts'
import { podTroubles } from './pod-trouble.ts'
import { viewPod } from './pod-view.ts'
import type { RolloutProgress, RolloutSnapshot, Trouble } from './snapshot.ts'

/** The pods of one rollout told apart, and what stands in its way. */
export interface Assessment {
  progress: RolloutProgress
  /** The most telling trouble of the new pods, or of whoever should make them. */
  trouble?: Trouble
}

export interface Sides {
  wanted: number
  /** Belongs to the template that is being rolled out. */
  isNew: (pod: KubeObject) => boolean
  available?: number | undefined
  revision?: string | undefined
  /** Who makes the pods: the newest ReplicaSet, or the workload itself. */
  makers: readonly KubeObject[]
}

const hopelessFirst = { none: 0, grace: 1, deadline: 2 } as const satisfies Record<Trouble['patience'], number>

export function assess({ pods, events }: RolloutSnapshot, sides: Sides): Assessment {
  const { wanted, isNew, available, revision, makers } = sides
  const present = pods.filter((pod) => !isLeaving(pod))
  const fresh = present.filter(isNew)
  const ready = fresh.filter(isReady).length
  const views = pods.map((pod) => viewPod(pod, isNew(pod))).sort((one, other) => Number(other.new) - Number(one.new))
  const found = [...newPodTroubles(fresh, events), ...(fresh.length < wanted ? makerTroubles(makers, events) : [])]
  const [trouble] = found.sort((one, other) => hopelessFirst[one.patience] - hopelessFirst[other.patience])
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

/** Trouble that may mend is only a failure when no new pod is without it: one that runs shows that it can be done. */
function newPodTroubles(fresh: readonly KubeObject[], events: readonly KubeObject[]): Trouble[] {
  const each = fresh.map((pod) => podTroubles(pod, events))
  const everywhere = each.every((troubles) => troubles.length > 0)
  return each
    .flat()
    .map((trouble) => (trouble.patience === 'grace' && !everywhere ? { ...trouble, patience: 'deadline' } : trouble))
}

/** Pods that cannot even be made: quota, admission, pod security, a missing service account. */
function makerTroubles(makers: readonly KubeObject[], events: readonly KubeObject[]): Trouble[] {
  return makers.flatMap((maker) => {
    const said = replicaFailure(maker) ?? lastRefusal(maker, events)
    if (said === undefined) return []
    return [{ reason: /exceeded quota/.test(said) ? 'Quota' : 'PodsRefused', message: said, patience: 'grace' }]
  })
}

function replicaFailure({ status }: KubeObject): string | undefined {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string; message?: string }[] }
  return conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message
}

/** A refusal that was followed by a creation is over. */
function lastRefusal(maker: KubeObject, events: readonly KubeObject[]): string | undefined {
  const last = eventsAbout(events, maker)
    .map(eventFields)
    .findLast(({ reason }) => reason === 'FailedCreate' || reason === 'SuccessfulCreate')
  return last?.reason === 'FailedCreate' ? (last.message ?? 'pods cannot be created') : undefined
}
