import type { KubeClient } from '../kube/index.ts'
import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { listEvents, revisionKinds } from './kubernetes-target.ts'
import { raisingDroverErrors } from './raise-drover-error.ts'
import { DroverError } from '../model/errors.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './options.ts'
import type { CallSettings, Target } from './target.ts'
import type { WorkloadName } from './verdict.ts'
import { collectionPath, resourcePath, selectorOf, selects, type LabelSelector } from './workload-paths.ts'

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
}

function indexed(all: readonly KubeObject[]): Listed {
  const byName = new Map<string, KubeObject>()
  const byLabel = new Map<string, KubeObject[]>()
  for (const object of all) {
    // who wrote which field is often half of an object, and nothing that is judged by
    delete (object.metadata as { managedFields?: unknown }).managedFields
    byName.set(object.metadata.name ?? '', object)
    for (const [key, value] of Object.entries(object.metadata.labels ?? {})) {
      const label = `${key}=${value}`
      const there = byLabel.get(label)
      if (there) there.push(object)
      else byLabel.set(label, [object])
    }
  }
  return { all, byName, byLabel }
}

function selectedFrom({ all, byLabel }: Listed, selector: LabelSelector | undefined): KubeObject[] {
  if (!selector) return []
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

/**
 * The same target for many workloads at once: their snapshots come from one list of each kind a namespace, however many are
 * followed there, and each look sees newer lists than the one before. A snapshot is never older than a write through this target.
 */
export function withSharedLists(target: Target, client: KubeClient, clock: Clock = systemClock): Target {
  const lists = new Map<string, SharedList>()
  /** By workload: the last request that its next look must be newer than. */
  const known = new Map<string, number>()
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
  return {
    ...target,
    door: target.door,
    async write(workload, ...rest) {
      const result = await target.write(workload, ...rest)
      known.set(keyOf(workload), ++asked)
      return result
    },
    async snapshot(name, { signal, events = false } = {}): Promise<RolloutSnapshot> {
      const { kind, namespace } = name
      const since = known.get(keyOf(name)) ?? 0
      const listing = await listOf(collectionPath(kind, namespace), signal).later(since, signal)
      known.set(keyOf(name), listing.asked)
      const workload = findNamed(await listing.items, name)
      const selector = selectorOf(kind, workload)
      const listed = async (path: string) => (await listOf(path, signal).later(listing.asked, signal)).items
      const row = revisionKinds[kind]
      const [revisions, pods] = await Promise.all([
        row && selector ? listed(resourcePath(row.apiVersion, row.plural, namespace)) : indexed([]),
        selector ? listed(resourcePath('v1', 'pods', namespace)) : indexed([]),
      ])
      const found = {
        kind,
        workload,
        revisions: selectedFrom(revisions, selector),
        pods: kind === 'pod' ? [workload] : selectedFrom(pods, selector),
      }
      const call: CallSettings = { signal }
      return { ...found, events: events ? await raisingDroverErrors(listEvents(client, namespace, found, call)) : [] }
    },
  }
}

function keyOf({ kind, namespace, name }: WorkloadName): string {
  return `${kind}/${namespace}/${name}`
}

function findNamed({ byName }: Listed, { kind, namespace, name }: WorkloadName): KubeObject {
  const found = byName.get(name)
  if (found) return found
  throw new DroverError('NOT_FOUND', `there is no ${kind} ${JSON.stringify(name)} in namespace ${namespace} any more`)
}
