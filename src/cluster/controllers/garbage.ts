import type { Api, WatchEvent } from '../verbs/api.ts'
import type { KubeObject, OwnerReference, ResourceType } from '../resource.ts'
import type { Context, Controller } from './controller.ts'
import { visitAll } from './view.ts'

/** An object's identity and its owners. */
export interface Item {
  type: ResourceType
  namespace: string | undefined
  name: string
  uid: string
  owners: readonly OwnerReference[]
  finalizers: readonly string[]
  deleting: boolean
}

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/** Ownership across all types. */
export class OwnerGraph {
  readonly #items = new Map<string, Item>()
  readonly #dependents = new Map<string, Set<string>>()

  get(uid: string): Item | undefined {
    return this.#items.get(uid)
  }

  all(): IterableIterator<Item> {
    return this.#items.values()
  }

  dependentsOf(uid: string): Item[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((one) => this.#items.get(one) ?? [])
  }

  put(item: Item): void {
    this.#unlink(item.uid)
    this.#items.set(item.uid, item)
    for (const owner of item.owners) {
      const dependents = this.#dependents.get(owner.uid)
      if (dependents) dependents.add(item.uid)
      else this.#dependents.set(owner.uid, new Set([item.uid]))
    }
  }

  drop(uid: string): void {
    this.#unlink(uid)
    this.#items.delete(uid)
  }

  #unlink(uid: string): void {
    for (const owner of this.#items.get(uid)?.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size === 0) this.#dependents.delete(owner.uid)
    }
  }
}

export type Verdict =
  | { do: 'nothing' }
  | { do: 'delete'; propagationPolicy: 'Background' | 'Foreground' | 'Orphan' }
  /** Remove these owners: they are gone, or being deleted without their dependents. */
  | { do: 'disown'; uids: readonly string[] }
  /** Foreground deletion with nothing left to wait for. */
  | { do: 'finish'; finalizer: typeof foreground }
  /** The object is being deleted and orphans its dependents: disown them, then remove the finalizer. */
  | { do: 'abandon'; dependents: readonly Item[] }

/** Decides what happens to an object, by its owners and its own deletion. */
export function judge(graph: OwnerGraph, item: Item): Verdict {
  if (item.deleting && item.finalizers.includes(orphan)) {
    return { do: 'abandon', dependents: graph.dependentsOf(item.uid) }
  }
  if (item.deleting && item.finalizers.includes(foreground)) {
    return blockers(graph, item).length === 0 ? { do: 'finish', finalizer: foreground } : { do: 'nothing' }
  }
  return item.deleting || item.owners.length === 0 ? { do: 'nothing' } : judgeByOwners(graph, item)
}

function blockers(graph: OwnerGraph, { uid }: Item): Item[] {
  return graph
    .dependentsOf(uid)
    .filter(({ owners }) => owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion))
}

function judgeByOwners(graph: OwnerGraph, item: Item): Verdict {
  const states = item.owners.map((owner) => ({ owner, state: stateOf(graph, item, owner) }))
  const uidsIn = (state: string) => states.filter((one) => one.state === state).map(({ owner }) => owner.uid)
  const leaving = [...uidsIn('absent'), ...uidsIn('waiting')]
  if (leaving.length === 0) return { do: 'nothing' }
  if (leaving.length < item.owners.length) return { do: 'disown', uids: leaving }
  const waits = uidsIn('waiting').length > 0
  if (waits && graph.dependentsOf(item.uid).length > 0) return { do: 'delete', propagationPolicy: 'Foreground' }
  return { do: 'delete', propagationPolicy: policyOf(item) }
}

/** An owner that is neither in the dependent's namespace nor cluster-scoped counts as absent. */
function stateOf(graph: OwnerGraph, item: Item, { uid }: OwnerReference): 'present' | 'absent' | 'waiting' {
  const owner = graph.get(uid)
  if (!owner || (owner.namespace !== undefined && owner.namespace !== item.namespace)) return 'absent'
  return owner.deleting && owner.finalizers.includes(foreground) ? 'waiting' : 'present'
}

function policyOf({ finalizers }: Item): 'Background' | 'Foreground' | 'Orphan' {
  if (finalizers.includes(orphan)) return 'Orphan'
  return finalizers.includes(foreground) ? 'Foreground' : 'Background'
}

/** Deletes objects without owners, and completes foreground and orphaning deletions. */
export function garbageCollector({ api, report }: Context): Controller {
  const graph = new OwnerGraph()
  return {
    name: 'garbage-collector',
    watches: {},
    start(add) {
      // judge nothing before everything is loaded: an owner not yet read would count as absent
      let known = false
      const stop = api.observeAll((type, event) => {
        const uids = isOwnable(type) ? learn(graph, type, event) : []
        if (known) for (const uid of uids) add(uid)
      })
      const start = () => {
        known = true
        for (const { uid, owners, deleting } of graph.all()) if (owners.length > 0 || deleting) add(uid)
      }
      readAll(api, graph).then(start, (error: unknown) => report('garbage-collector', 'start', error))
      return stop
    },
    async reconcile(uid) {
      const item = graph.get(uid)
      if (item) await carryOut(api, item, judge(graph, item))
    },
  }
}

/** Events are numerous, own nothing and have no owners. */
function isOwnable({ kind }: ResourceType): boolean {
  return kind !== 'Event'
}

async function readAll(api: Api, graph: OwnerGraph): Promise<void> {
  for (const type of api.types().filter(isOwnable)) {
    await visitAll(api, type, (object) => graph.put(describe(type, object)))
  }
}

/** Applies a change; returns the affected uids. */
function learn(graph: OwnerGraph, type: ResourceType, { type: change, object, previous }: WatchEvent): string[] {
  if (change === 'MODIFIED' && previous && isOwnedAlike(previous, object)) return []
  const item = describe(type, object)
  const before = graph.get(item.uid)
  if (change === 'DELETED') {
    const dependents = graph.dependentsOf(item.uid)
    graph.drop(item.uid)
    return [...dependents.map(({ uid }) => uid), ...item.owners.map(({ uid }) => uid)]
  }
  graph.put(item)
  if (!item.deleting) return item.owners.length > 0 && !sameOwners(before, item) ? [item.uid] : []
  const dependents = item.finalizers.includes(foreground) ? graph.dependentsOf(item.uid) : []
  return [item.uid, ...dependents.map(({ uid }) => uid)]
}

/** Whether a change left everything relevant unchanged: versions share unchanged parts. */
function isOwnedAlike({ metadata: before }: KubeObject, { metadata }: KubeObject): boolean {
  return (
    before.ownerReferences === metadata.ownerReferences &&
    before.finalizers === metadata.finalizers &&
    before.deletionTimestamp === metadata.deletionTimestamp
  )
}

function sameOwners(before: Item | undefined, { owners }: Item): boolean {
  return before?.owners.length === owners.length && owners.every(({ uid }, index) => before.owners[index]?.uid === uid)
}

function describe(type: ResourceType, { metadata }: KubeObject): Item {
  return {
    type,
    namespace: metadata.namespace,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    owners: metadata.ownerReferences ?? [],
    finalizers: metadata.finalizers ?? [],
    deleting: metadata.deletionTimestamp !== undefined,
  }
}

async function carryOut(api: Api, item: Item, verdict: Verdict): Promise<void> {
  const { type, namespace, name, uid } = item
  switch (verdict.do) {
    case 'nothing':
      return
    case 'delete':
      if (!current(api, item)) return
      await api.delete(type, namespace, name, {
        propagationPolicy: verdict.propagationPolicy,
        preconditions: { uid },
      })
      return
    case 'disown':
      return disown(api, item, verdict.uids)
    case 'abandon':
      await Promise.all(verdict.dependents.map((dependent) => disown(api, dependent, [uid])))
      return dropFinalizer(api, item, orphan)
    case 'finish':
      return dropFinalizer(api, item, verdict.finalizer)
    default:
      return verdict satisfies never
  }
}

/** The current object, unless another with the same name has replaced it. */
function current(api: Api, { type, namespace, name, uid }: Item): KubeObject | undefined {
  const object = api.find(type, namespace, name)
  return object?.metadata.uid === uid ? object : undefined
}

async function disown(api: Api, item: Item, uids: readonly string[]): Promise<void> {
  const object = current(api, item)
  if (!object) return
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.includes(uid))
  await api.update(item.type, { ...object, metadata: { ...object.metadata, ownerReferences } })
}

async function dropFinalizer(api: Api, item: Item, finalizer: string): Promise<void> {
  const object = current(api, item)
  if (!object?.metadata.finalizers?.includes(finalizer)) return
  const finalizers = object.metadata.finalizers.filter((one) => one !== finalizer)
  await api.update(item.type, { ...object, metadata: { ...object.metadata, finalizers } })
}
