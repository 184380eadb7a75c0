import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import { isObserved } from './wording.ts'

/** The state of a workload by its own status, without its pods: for lists. */
export interface Glance {
  state:
    'active' | 'updating' | 'unready' | 'stuck' | 'paused' | 'stopped' | 'suspended' | 'complete' | 'failed' | 'unknown'
  /** Desired pods; absent if the kind has no such number. */
  wanted?: number
  ready?: number
  /** Pods of the newest template, if the kind counts them. */
  updated?: number
}

/** The counters of all kinds under common names. */
interface Counts {
  wanted?: number | undefined
  ready?: number | undefined
  updated?: number | undefined
  all?: number | undefined
}

interface Fields {
  replicas?: number
  completions?: number
  paused?: boolean
  suspend?: boolean
}

interface Status {
  replicas?: number
  readyReplicas?: number
  updatedReplicas?: number
  currentNumberScheduled?: number
  desiredNumberScheduled?: number
  updatedNumberScheduled?: number
  numberReady?: number
  succeeded?: number
  phase?: string
  conditions?: { type: string; status: string; reason?: string }[]
}

type Count = (spec: Fields, status: Status) => Counts

const rolling: Count = ({ replicas = 1 }, { replicas: all = 0, readyReplicas = 0, updatedReplicas = 0 }) => ({
  wanted: replicas,
  ready: readyReplicas,
  updated: updatedReplicas,
  all,
})

const replicating: Count = ({ replicas = 1 }, { readyReplicas = 0 }) => ({ wanted: replicas, ready: readyReplicas })

const counts: Readonly<Record<WorkloadKind, Count>> = {
  deployment: rolling,
  statefulset: rolling,
  daemonset: (
    _,
    { desiredNumberScheduled = 0, currentNumberScheduled = 0, numberReady = 0, updatedNumberScheduled = 0 },
  ) => ({
    wanted: desiredNumberScheduled,
    ready: numberReady,
    updated: updatedNumberScheduled,
    all: currentNumberScheduled,
  }),
  replicaset: replicating,
  replicationcontroller: replicating,
  job: ({ completions = 1 }, { succeeded = 0 }) => ({ wanted: completions, ready: succeeded }),
  cronjob: () => ({}),
  pod: (_, { conditions }) => ({ wanted: 1, ready: holds(conditions, 'Ready') ? 1 : 0 }),
}

/** Pure. `unknown` if the object has no status, as with some v3 objects. */
export function glance(kind: WorkloadKind, workload: KubeObject): Glance {
  const { spec = {}, status } = workload as { spec?: Fields; status?: Status }
  if (status === undefined && kind !== 'cronjob') return { state: 'unknown' }
  const { all, ...numbers } = counts[kind](spec, status ?? {})
  const known = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined))
  return { state: stateOf(kind, workload, { ...numbers, all }), ...known }
}

function stateOf(
  kind: WorkloadKind,
  workload: KubeObject,
  { wanted = 0, ready = 0, updated, all }: Counts,
): Glance['state'] {
  const { spec = {}, status: { conditions } = {} } = workload as { spec?: Fields; status?: Status }
  if (kind === 'cronjob') return spec.suspend ? 'suspended' : 'active'
  if (kind === 'job') return jobState(conditions, spec.suspend)
  if (spec.paused) return 'paused'
  const hasGeneration = kind !== 'pod'
  if (hasGeneration && !isObserved(workload)) return 'updating'
  if (wanted === 0) return 'stopped'
  const rolls = updated !== undefined && (updated < wanted || (all ?? 0) > updated)
  const late = conditions?.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded')
  if (late) return 'stuck'
  if (rolls) return 'updating'
  return ready < wanted ? 'unready' : 'active'
}

function jobState(conditions: Status['conditions'], suspended = false): Glance['state'] {
  if (holds(conditions, 'Failed')) return 'failed'
  if (holds(conditions, 'Complete')) return 'complete'
  return suspended ? 'suspended' : 'active'
}

function holds(conditions: Status['conditions'] = [], wanted: string): boolean {
  return conditions.some(({ type, status }) => type === wanted && status === 'True')
}
