import type { Resource } from '../server/v3.ts'

export interface V3Container {
  name: string
  image: string
}

export interface V3Workload extends Resource {
  id: string
  name: string
  namespaceId: string
  state: string
  created: string
  containers?: V3Container[]
  scale?: number | null
  paused?: boolean
  transitioningMessage?: string
}

/** A workload as the list shows it. */
export interface WorkloadRow {
  id: string
  name: string
  namespace: string
  kind: string
  state: string
  message: string
  containers: V3Container[]
  /** Absent if the kind counts no pods. */
  pods?: { ready: number; wanted: number }
  created: string
  /** All searchable text, in lower case. */
  searched: string
}

type Counts = Record<string, number | undefined>

/** Where each kind keeps its ready and desired counts. */
const counts: Readonly<Record<string, { status: string; ready: string; wanted?: string }>> = {
  deployment: { status: 'deploymentStatus', ready: 'readyReplicas' },
  statefulSet: { status: 'statefulSetStatus', ready: 'readyReplicas' },
  replicaSet: { status: 'replicaSetStatus', ready: 'readyReplicas' },
  replicationController: { status: 'replicationControllerStatus', ready: 'readyReplicas' },
  daemonSet: { status: 'daemonSetStatus', ready: 'numberReady', wanted: 'desiredNumberScheduled' },
}

export function rowOf(workload: V3Workload): WorkloadRow {
  const { id, name, namespaceId: namespace, type, state, created, containers = [] } = workload
  const pods = podsOf(workload)
  return {
    id,
    name,
    namespace,
    kind: type.charAt(0).toUpperCase() + type.slice(1),
    state: workload.paused ? 'paused' : state,
    message: workload.transitioningMessage ?? '',
    containers: containers.map(({ name: container, image }) => ({ name: container, image })),
    ...(pods && { pods }),
    created,
    searched: [name, namespace, ...containers.map(({ image }) => image)].join('\n').toLowerCase(),
  }
}

function podsOf(workload: V3Workload): { ready: number; wanted: number } | undefined {
  const row = counts[workload.type]
  if (!row) return undefined
  const status = (workload[row.status] ?? {}) as Counts
  const wanted = row.wanted === undefined ? workload.scale : status[row.wanted]
  return { ready: status[row.ready] ?? 0, wanted: wanted ?? 0 }
}

/** Every word must match somewhere. */
export function matching(rows: readonly WorkloadRow[], text: string, namespace: string): WorkloadRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(
    (row) => (namespace === '' || row.namespace === namespace) && words.every((word) => row.searched.includes(word)),
  )
}

export type SortColumn = 'state' | 'name' | 'namespace' | 'kind' | 'age'

const keys: Record<SortColumn, (row: WorkloadRow) => string> = {
  // trouble first
  state: ({ state, name }) => `${state === 'active' ? 1 : 0}${state} ${name}`,
  name: ({ name }) => name,
  namespace: ({ namespace, name }) => `${namespace} ${name}`,
  kind: ({ kind, name }) => `${kind} ${name}`,
  age: ({ created }) => created,
}

export function sorted(rows: readonly WorkloadRow[], column: SortColumn, descending: boolean): WorkloadRow[] {
  const key = keys[column]
  const keyed = rows.map((row) => ({ row, key: key(row) }))
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
  const result = keyed.map(({ row }) => row)
  return descending ? result.reverse() : result
}
