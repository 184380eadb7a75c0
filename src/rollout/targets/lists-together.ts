import type { KubeClient } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import { ownRevisions, revisionNumber } from '../../model/judge/revisions.ts'
import type { RolloutSnapshot } from '../../model/judge/snapshot.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../options.ts'
import type { CallSettings, Target } from '../target.ts'
import type { WorkloadName } from '../verdict.ts'
import { followedPart, type FollowedAs } from './followed-part.ts'
import { revisionKinds } from './kubernetes-target.ts'
import { indexed, type Listed } from './listed.ts'
import { raisingDroverErrors } from './raise-drover-error.ts'
import { RepeatedList, type Listing } from './repeated-list.ts'
import { collectionPath, resourcePath } from './workload-paths.ts'

/** Up to this many workloads of a namespace are polled one by one: it may hold thousands of others. */
const fewApart = 4

/** A read that fails for a moment must not stop a thousand changes: it is retried after a pause (ms) that doubles. */
const readRetries = 3
const readPause = 500

/** The page size of client-go. */
const pageSize = 500

/** The share of time each list may take. Workloads and pods show progress; revisions and events only explain it. */
const shares = { often: 1 / 4, seldom: 1 / 10 }

/** Most events report success. SuccessfulCreate is kept: it ends an earlier FailedCreate. */
const notableEvents = [
  'Scheduled',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'Killing',
  'ScalingReplicaSet',
  'SuccessfulDelete',
]
  .map((reason) => `reason!=${reason}`)
  .join(',')

/**
 * The same target for many workloads at once: snapshots come from one list per kind and namespace, however many workloads
 * are followed there, and each snapshot uses newer lists than the one before. A snapshot is never older than a write through
 * this target, and contains only the fields that following reads.
 */
export function withSharedLists(target: Target, client: KubeClient, clock: Clock = systemClock): Target {
  const lists = new Map<string, RepeatedList<Listed>>()
  /** By workload: the request that its next snapshot must be newer than. */
  const known = new Map<string, number>()
  const crowds = new Map<string, Crowd>()
  let asked = 0

  const listOf = (as: FollowedAs, path: string) => {
    const make = (before: Listed | undefined, signal: AbortSignal | undefined): Listing<Listed> => {
      const keep = (object: KubeObject) => followedPart(object, as, before?.named(object.metadata.name ?? ''))
      const query = { limit: pageSize, ...(as === 'event' && { fieldSelector: notableEvents }) }
      const answer = raisingDroverErrors(client.list(path, { query, keep, signal }))
      return { asked: ++asked, listed: answer.then(({ items }) => indexed(items)) }
    }
    const share = as === 'workload' || as === 'pod' ? shares.often : shares.seldom
    return thereOrNew(lists, `${as} ${path}`, () => new RepeatedList(make, share, clock))
  }

  const look = async (name: WorkloadName, { signal }: CallSettings): Promise<Look> => {
    const { kind, namespace } = name
    const since = known.get(keyOf(name)) ?? 0
    const listedLater = (as: FollowedAs, path: string) => listOf(as, path).later(since, signal)
    const [workloads, pods] = await Promise.all([
      listedLater(kind === 'pod' ? 'pod' : 'workload', collectionPath(kind, namespace)),
      kind === 'cronjob' ? undefined : listedLater('pod', resourcePath('v1', 'pods', namespace)),
    ])
    const newest = Math.max(workloads.asked, pods?.asked ?? 0)
    known.set(keyOf(name), newest)
    const workload = findNamed(await workloads.listed, name)
    const revisions = await revisionsOf(kind, workload, namespace, newest, signal)
    const listed = await pods?.listed
    const owned = listed ? [workload, ...revisions].flatMap((owner) => listed.under(owner)) : []
    return { asked: newest, found: { kind, workload, revisions, pods: kind === 'pod' ? [workload] : owned } }
  }

  /** A workload has about ten, which hardly change: they are listed again only if one is missing that the workload mentions. */
  const revisionsOf = async (
    kind: WorkloadKind,
    workload: KubeObject,
    namespace: string,
    since: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly KubeObject[]> => {
    const row = revisionKinds[kind]
    if (!row) return []
    const list = listOf('revision', resourcePath(row.apiVersion, row.plural, namespace))
    const there = (await list.newest?.listed.catch(() => undefined))?.under(workload) ?? []
    if (hasNewest(kind, workload, there)) return there
    return (await (await list.later(since, signal)).listed).under(workload)
  }

  /** All of the namespace: one list per object would be thousands of requests. */
  const eventsAbout = async (
    { found: { workload, revisions, pods }, asked }: Look,
    namespace: string,
    signal: AbortSignal | undefined,
  ): Promise<Pick<RolloutSnapshot, 'events' | 'eventsUnread'>> => {
    try {
      const { listed } = await listOf('event', resourcePath('v1', 'events', namespace)).later(asked, signal)
      const events = await listed
      return { events: [workload, ...revisions, ...pods].flatMap((object) => events.under(object)) }
    } catch (error) {
      if (!(error instanceof DroverError) || error.code !== 'FORBIDDEN') throw error
      return { events: [], eventsUnread: error.message }
    }
  }

  return {
    ...target,
    door: target.door,
    async read(workload, call) {
      for (let failures = 0; ; failures += 1) {
        try {
          return await target.read(workload, call)
        } catch (error) {
          if (failures === readRetries || !(error instanceof DroverError) || error.code !== 'UNREACHABLE') throw error
          await clock.sleep(readPause * 2 ** failures, call?.signal)
        }
      }
    },
    async write(workload, ...rest) {
      const result = await target.write(workload, ...rest)
      known.set(keyOf(workload), ++asked)
      return result.written ? { ...result, workload: followedPart(result.workload, partOf(workload.kind)) } : result
    },
    async snapshot(name, options = {}): Promise<RolloutSnapshot> {
      const crowd = thereOrNew(crowds, name.namespace, () => new Crowd(clock))
      if (crowd.join(keyOf(name)) <= fewApart) return target.snapshot(name, options)
      const { signal, events = false } = options
      const seen = await look(name, { signal })
      return { ...seen.found, ...(events ? await eventsAbout(seen, name.namespace, signal) : { events: [] }) }
    },
  }
}

interface Look {
  /** The last request it is based on. */
  asked: number
  found: Omit<RolloutSnapshot, 'events'>
}

/** A workload not polled for this long (ms) is no longer followed. */
const forgottenAfter = 10_000

/** The workloads of one namespace that are being followed. */
class Crowd {
  readonly #lookedAt = new Map<string, number>()
  readonly #clock: Clock
  #forgotAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes a poll; returns how many workloads are followed. */
  join(key: string): number {
    const now = this.#clock.now()
    this.#lookedAt.set(key, now)
    if (now - this.#forgotAt >= forgottenAfter) {
      this.#forgotAt = now
      for (const [other, at] of this.#lookedAt) if (now - at >= forgottenAfter) this.#lookedAt.delete(other)
    }
    return this.#lookedAt.size
  }
}

function hasNewest(kind: WorkloadKind, workload: KubeObject, revisions: readonly KubeObject[]): boolean {
  const [newest] = ownRevisions(workload, revisions)
  const { updateRevision } = (workload.status ?? {}) as { updateRevision?: string }
  if (kind === 'statefulset') return newest !== undefined && newest.metadata.name === updateRevision
  const told = workload.metadata.annotations?.['deployment.kubernetes.io/revision']
  return kind === 'deployment' && newest !== undefined && revisionNumber(newest) >= Number(told)
}

function thereOrNew<T>(map: Map<string, T>, key: string, make: () => T): T {
  const there = map.get(key) ?? make()
  map.set(key, there)
  return there
}

function keyOf({ kind, namespace, name }: WorkloadName): string {
  return `${kind}/${namespace}/${name}`
}

function partOf(kind: WorkloadKind): FollowedAs {
  return kind === 'pod' ? 'pod' : 'workload'
}

function findNamed(workloads: Listed, { kind, namespace, name }: WorkloadName): KubeObject {
  const found = workloads.named(name)
  if (found) return found
  throw new DroverError('NOT_FOUND', `there is no ${kind} ${JSON.stringify(name)} in namespace ${namespace} any more`)
}
