import type { KubeClient } from '../../kube/index.ts'
import type { RolloutSnapshot } from '../../model/judge/snapshot.ts'
import { ownRevisions, revisionNumber } from '../../model/judge/revisions.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { revisionKinds } from './kubernetes-target.ts'
import { raisingDroverErrors } from './raise-drover-error.ts'
import { DroverError } from '../../model/errors.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../options.ts'
import type { Target } from '../target.ts'
import type { WorkloadName } from '../verdict.ts'
import { collectionPath, resourcePath, selectorOf } from './workload-paths.ts'
import { selects, type LabelSelector } from '../../model/label-selector.ts'

/**
 * The pause (ms) between the end of a list and the next one of the same kind: longer where lists are long, so that they take a third
 * of the time at most.
 */
const pauses = { least: 200, most: 2000 }

/** With a thousand followers, each finds its own without a walk through everybody's. */
interface Listed {
  all: readonly KubeObject[]
  byName: ReadonlyMap<string, KubeObject>
  /** By each `name=value` of their labels. */
  byLabel: ReadonlyMap<string, readonly KubeObject[]>
  /** Events by the uid of what they are about. */
  aboutUid: ReadonlyMap<string, readonly KubeObject[]>
}

function indexed(all: readonly KubeObject[]): Listed {
  const byName = new Map<string, KubeObject>()
  const byLabel = new Map<string, KubeObject[]>()
  const aboutUid = new Map<string, KubeObject[]>()
  for (const object of all) {
    // who wrote which field is often half of an object, and nothing that is judged by
    delete (object.metadata as { managedFields?: unknown }).managedFields
    byName.set(object.metadata.name ?? '', object)
    const { involvedObject } = object as { involvedObject?: { uid?: string } }
    if (involvedObject?.uid !== undefined) addTo(aboutUid, involvedObject.uid, object)
    for (const [key, value] of Object.entries(object.metadata.labels ?? {})) {
      addTo(byLabel, `${key}=${value}`, object)
    }
  }
  return { all, byName, byLabel, aboutUid }
}

function addTo(lists: Map<string, KubeObject[]>, key: string, object: KubeObject): void {
  const there = lists.get(key)
  if (there) there.push(object)
  else lists.set(key, [object])
}

function selectedFrom(listed: Listed | undefined, selector: LabelSelector | undefined): KubeObject[] {
  if (!listed || !selector) return []
  const { all, byLabel } = listed
  const lists = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => byLabel.get(`${key}=${value}`) ?? [])
  const [fewest = all] = lists.sort((one, other) => one.length - other.length)
  return fewest.filter(({ metadata }) => selects(selector, metadata.labels))
}

interface Listing {
  /** When it was asked for, counted in requests: what was written later may not be in it. */
  asked: number
  items: Promise<Listed>
}

/** One list that is made again and again: never two at once, and not without a pause. */
class SharedList {
  #newest: Listing | undefined
  #next: Promise<Listing> | undefined
  #again = 0
  readonly #make: () => Listing
  readonly #clock: Clock

  constructor(make: () => Listing, clock: Clock) {
    this.#make = make
    this.#clock = clock
  }

  /** The one that is there. */
  get newest(): Listing | undefined {
    return this.#newest
  }

  /** The newest that was asked for later than `since`: the one that is there, or the next, for which all wait together. */
  async later(since: number, signal: AbortSignal | undefined): Promise<Listing> {
    if (this.#newest && this.#newest.asked > since) return this.#newest
    return (this.#next ??= this.#takeNext(signal))
  }

  async #takeNext(signal: AbortSignal | undefined): Promise<Listing> {
    try {
      await this.#newest?.items.catch(() => undefined)
      await this.#clock.sleep(Math.max(0, this.#again - this.#clock.now()), signal)
      const began = this.#clock.now()
      const listing = this.#make()
      this.#newest = listing
      const ended = () => {
        const now = this.#clock.now()
        this.#again = now + Math.min(Math.max(2 * (now - began), pauses.least), pauses.most)
      }
      listing.items.then(ended, () => {
        ended()
        // a failure is everybody's once, and not kept
        if (this.#newest === listing) this.#newest = undefined
      })
      return listing
    } finally {
      this.#next = undefined
    }
  }
}

/** So few workloads of a namespace are looked at one by one: it may hold thousands of others. */
const fewApart = 4
/** What was not looked at for so long (ms) is followed no more. */
const gone = 5000

/** The workloads of one namespace that somebody follows now. */
class Followed {
  /** When the last look at it ended; undefined while one is under way. */
  readonly #looks = new Map<string, number | undefined>()
  readonly #clock: Clock
  #forgotAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A look begins; answers how many are followed. */
  begin(key: string): number {
    this.#looks.set(key, undefined)
    this.#forget()
    return this.#looks.size
  }

  end(key: string): void {
    this.#looks.set(key, this.#clock.now())
  }

  #forget(): void {
    const now = this.#clock.now()
    if (now - this.#forgotAt < gone) return
    this.#forgotAt = now
    for (const [key, endedAt] of this.#looks) if (endedAt !== undefined && now - endedAt > gone) this.#looks.delete(key)
  }
}

/**
 * The same target for many workloads at once: their snapshots come from one list of each kind a namespace, however many are
 * followed there, and each look sees newer lists than the one before. A snapshot is never older than a write through this target.
 */
export function withSharedLists(target: Target, client: KubeClient, clock: Clock = systemClock): Target {
  const lists = new Map<string, SharedList>()
  /** By workload: the last request that its next look must be newer than. */
  const known = new Map<string, number>()
  const followed = new Map<string, Followed>()
  const followedIn = (namespace: string) => {
    const there = followed.get(namespace) ?? new Followed(clock)
    followed.set(namespace, there)
    return there
  }
  let asked = 0
  const listOf = (path: string, signal: AbortSignal | undefined) => {
    const make = (): Listing => {
      const items = raisingDroverErrors(client.list(path, { query: { limit: 500 }, signal }))
      return { asked: ++asked, items: items.then((answer) => indexed(answer.items)) }
    }
    const list = lists.get(path) ?? new SharedList(make, clock)
    lists.set(path, list)
    return list
  }
  /** All of the namespace, once: a thousand that wait would ask for thousands of lists. */
  const eventsOf = async (
    { workload, revisions, pods }: Omit<RolloutSnapshot, 'events'>,
    namespace: string,
    since: number,
    signal: AbortSignal | undefined,
  ): Promise<Pick<RolloutSnapshot, 'events' | 'eventsUnread'>> => {
    try {
      const listing = await listOf(resourcePath('v1', 'events', namespace), signal).later(since, signal)
      const { aboutUid } = await listing.items
      const about = [workload, ...revisions, ...pods].map(({ metadata }) => metadata.uid ?? '')
      return { events: about.flatMap((uid) => aboutUid.get(uid) ?? []) }
    } catch (error) {
      if (!(error instanceof DroverError) || error.code !== 'FORBIDDEN') throw error
      return { events: [], eventsUnread: error.message }
    }
  }
  const sharedSnapshot: Target['snapshot'] = async (name, { signal, events = false } = {}) => {
    const { kind, namespace } = name
    const since = known.get(keyOf(name)) ?? 0
    const listing = await listOf(collectionPath(kind, namespace), signal).later(since, signal)
    known.set(keyOf(name), listing.asked)
    const workload = findNamed(await listing.items, name)
    const selector = selectorOf(kind, workload)
    const row = revisionKinds[kind]
    const later = async (list: SharedList) =>
      selectedFrom(await (await list.later(listing.asked, signal)).items, selector)
    const revisionsOf = async ({ apiVersion, plural }: NonNullable<typeof row>) => {
      const list = listOf(resourcePath(apiVersion, plural, namespace), signal)
      const there = selectedFrom(await list.newest?.items.catch(() => undefined), selector)
      return hasNewest(kind, workload, there) ? there : later(list)
    }
    const [revisions, pods] = await Promise.all([
      row && selector ? revisionsOf(row) : [],
      selector ? later(listOf(resourcePath('v1', 'pods', namespace), signal)) : [],
    ])
    const found = { kind, workload, revisions, pods: kind === 'pod' ? [workload] : pods }
    return { ...found, ...(events ? await eventsOf(found, namespace, listing.asked, signal) : { events: [] }) }
  }
  return {
    ...target,
    door: target.door,
    async write(workload, ...rest) {
      const result = await target.write(workload, ...rest)
      known.set(keyOf(workload), ++asked)
      return result
    },
    async snapshot(name, options = {}): Promise<RolloutSnapshot> {
      const others = followedIn(name.namespace)
      const few = others.begin(keyOf(name)) <= fewApart
      try {
        return few ? await target.snapshot(name, options) : await sharedSnapshot(name, options)
      } finally {
        others.end(keyOf(name))
      }
    },
  }
}

/** Revisions hardly change, and there are ten of them to a workload: they are listed again when one is missing that it speaks of. */
function hasNewest(kind: WorkloadKind, workload: KubeObject, revisions: readonly KubeObject[]): boolean {
  const [newest] = ownRevisions(workload, revisions)
  const { updateRevision } = (workload.status ?? {}) as { updateRevision?: string }
  if (kind === 'statefulset') return newest !== undefined && newest.metadata.name === updateRevision
  const told = workload.metadata.annotations?.['deployment.kubernetes.io/revision']
  return kind === 'deployment' && newest !== undefined && revisionNumber(newest) >= Number(told)
}

function keyOf({ kind, namespace, name }: WorkloadName): string {
  return `${kind}/${namespace}/${name}`
}

function findNamed({ byName }: Listed, { kind, namespace, name }: WorkloadName): KubeObject {
  const found = byName.get(name)
  if (found) return found
  throw new DroverError('NOT_FOUND', `there is no ${kind} ${JSON.stringify(name)} in namespace ${namespace} any more`)
}
