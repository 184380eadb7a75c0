import type { Json } from './knowledge.ts'
import { normalize } from './normalize.ts'
import type { Change } from './timeline-actions.ts'

/**
 * The outcome of a timeline, independent of scheduling at millisecond level: per workload the sizes it went through,
 * all its conditions and its final state; for pods their number per image and what their containers went through; the
 * events per kind.
 */
export function summarize(changes: readonly Change[]): Json {
  const workloads: Json = {}
  for (const [name, own] of byObject(changes, [
    'deployments',
    'replicasets',
    'statefulsets',
    'daemonsets',
    'jobs',
    'cronjobs',
  ])) {
    workloads[name] = workload(own)
  }
  return { workloads, pods: pods(changes), revisions: revisions(changes), events: eventReasons(changes) }
}

/** Objects by kind in order of appearance: generated names differ. */
function byObject(changes: readonly Change[], resources: readonly string[]): Map<string, Change[]> {
  const objects = new Map<string, Change[]>()
  for (const resource of resources) {
    const uids = new Map<string, Change[]>()
    for (const change of changes.filter((one) => one.resource === resource)) {
      const uid = String((change.object['metadata'] as Json)['uid'])
      uids.set(uid, [...(uids.get(uid) ?? []), change])
    }
    for (const [index, own] of [...uids.values()].entries()) objects.set(`${resource}-${index + 1}`, own)
  }
  return objects
}

function workload(changes: readonly Change[]): Json {
  const last = changes.at(-1)
  const states = changes.map(({ object }) => object)
  return {
    replicas: withoutRepeats(states.map(({ spec }) => (spec as Json)['replicas'] ?? null)),
    revision: withoutRepeats(states.map(({ metadata }) => revisionOf(metadata as Json)).filter((one) => one !== null)),
    conditions: [...new Set(states.flatMap(conditionsOf))].toSorted(),
    deleted: last?.type === 'DELETED',
    last: last?.type === 'DELETED' ? null : lastStatus(last?.object ?? {}),
  }
}

function withoutRepeats(values: readonly unknown[]): unknown[] {
  return values.filter((value, index) => index === 0 || value !== values[index - 1])
}

function revisionOf({ annotations }: Json): unknown {
  return (annotations as Json | undefined)?.['deployment.kubernetes.io/revision'] ?? null
}

function conditionsOf({ status }: Json): string[] {
  const conditions = ((status as Json | undefined)?.['conditions'] ?? []) as Record<string, string>[]
  return conditions.map(({ type, status: is, reason }) => `${type}=${is} ${reason ?? ''}`)
}

function lastStatus({ status }: Json): unknown {
  const { conditions: _conditions, ...counts } = (status ?? {}) as Json
  const settled = conditionsOf({ status }).toSorted()
  return normalize({ ...counts, conditions: settled }, { asked: '', ownership: false })
}

function pods(changes: readonly Change[]): Json {
  const images: Record<string, { made: number; gone: number; states: Set<string> }> = {}
  for (const own of byObject(changes, ['pods']).values()) {
    const last = own.at(-1)
    if (!last) continue
    const image = String(((last.object['spec'] as Json)['containers'] as Json[])[0]?.['image'])
    const entry = (images[image] ??= { made: 0, gone: 0, states: new Set() })
    entry.made++
    if (last.type === 'DELETED') entry.gone++
    for (const { object } of own) for (const state of containerStates(object)) entry.states.add(state)
  }
  return Object.fromEntries(
    Object.entries(images).map(([image, entry]) => [image, { ...entry, states: [...entry.states].toSorted() }]),
  )
}

function containerStates({ status }: Json): string[] {
  const { phase, containerStatuses = [] } = status as { phase: string; containerStatuses?: Json[] }
  return [
    phase,
    ...containerStatuses.flatMap(({ state }) =>
      Object.entries((state ?? {}) as Record<string, { reason?: string }>).map(([kind, { reason = '' }]) =>
        `${kind} ${reason}`.trim(),
      ),
    ),
  ]
}

function revisions(changes: readonly Change[]): unknown {
  return changes
    .filter(({ resource, type }) => resource === 'controllerrevisions' && type === 'ADDED')
    .map(({ object }) => object['revision'])
}

function eventReasons(changes: readonly Change[]): string[] {
  const reasons = changes
    .filter(({ resource }) => resource === 'events')
    .map(({ object }) => {
      const { kind } = object['involvedObject'] as Json
      return `${String(kind)} ${String(object['type'])} ${String(object['reason'])}`
    })
  return [...new Set(reasons)].toSorted()
}
