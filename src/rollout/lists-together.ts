import type { KubeClient } from '../kube/index.ts'
import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { listEvents, revisionKinds } from './kubernetes-target.ts'
import { raisingDroverErrors } from './raise-drover-error.ts'
import { DroverError } from '../model/errors.ts'
import type { CallSettings, Target } from './target.ts'
import type { WorkloadName } from './verdict.ts'
import { collectionPath, resourcePath, selectorOf, selects, type LabelSelector } from './workload-paths.ts'

/** A list is looked at again by everybody who follows something in its namespace, for so long (ms). */
const freshFor = 800

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
  at: number
  items: Promise<Listed>
}

/**
 * The same target for many workloads at once: their snapshots come from one list of each kind a namespace, however many are
 * followed there. A snapshot is never older than a write through this target.
 */
export function withSharedLists(target: Target, client: KubeClient, now: () => number = Date.now): Target {
  const listings = new Map<string, Listing>()
  const written = new Map<string, number>()
  let asked = 0
  const list = (path: string, since: number, signal?: AbortSignal): Promise<Listed> => {
    const before = listings.get(path)
    if (before && before.asked > since && now() - before.at < freshFor) return before.items
    const query = { limit: 500 }
    const items = raisingDroverErrors(client.list(path, { query, signal })).then((answer) => indexed(answer.items))
    const listing = { asked: ++asked, at: now(), items }
    listings.set(path, listing)
    // a failure is everybody's once, and not kept
    items.catch(() => listings.get(path) === listing && listings.delete(path))
    return items
  }
  return {
    ...target,
    door: target.door,
    async write(workload, ...rest) {
      const result = await target.write(workload, ...rest)
      written.set(keyOf(workload), ++asked)
      return result
    },
    async snapshot(name, { signal, events = false } = {}): Promise<RolloutSnapshot> {
      const since = written.get(keyOf(name)) ?? 0
      const { kind, namespace } = name
      const workload = findNamed(await list(collectionPath(kind, namespace), since, signal), name)
      const selector = selectorOf(kind, workload)
      const row = revisionKinds[kind]
      const [revisions, pods] = await Promise.all([
        row && selector ? list(resourcePath(row.apiVersion, row.plural, namespace), since, signal) : indexed([]),
        selector ? list(resourcePath('v1', 'pods', namespace), since, signal) : indexed([]),
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
