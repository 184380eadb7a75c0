import { listThenWatch, type KubeClient, type Query } from '../../kube/index.ts'
import { isMissing } from './install.ts'
import { keeperOf } from './kept-objects.ts'
import type { KubeObject } from '../../model/kube-object.ts'

export interface WatchedEvent {
  kind: 'change' | 'remove'
  object: KubeObject
}

export interface WatchOptions {
  query?: Query
  onTrouble?: (error: unknown, pause: number) => void
}

/**
 * One Kubernetes list kept current by a watch, as much of it as lists show. Objects are replaced, never changed: an object's identity stands for its
 * resourceVersion, so whoever maps one may remember the result by it.
 */
export class Watched implements AsyncDisposable {
  readonly #objects = new Map<string, KubeObject>()
  readonly #listeners = new Set<(event: WatchedEvent) => void>()
  readonly #stopped = new AbortController()
  readonly #keep: ReturnType<typeof keeperOf>
  #listed = false
  #loop: Promise<void> = Promise.resolve()
  /** Counts every change seen; equal counts mean equal contents. */
  changes = 0
  /** Keys of the latest changes, the last one last. */
  readonly #latest: string[] = []

  private constructor(path: string) {
    this.#keep = keeperOf(path)
  }

  /**
   * Resolves when the first list is in; raises what kept it from coming. A resource that the cluster does not serve is an
   * empty list, until it is served.
   */
  static open(kube: KubeClient, path: string, options: WatchOptions = {}): Promise<Watched> {
    const watched = new Watched(path)
    return new Promise((resolve, reject) => {
      const onTrouble = (error: unknown, pause: number) => {
        if (isMissing(error)) return resolve(watched)
        options.onTrouble?.(error, pause)
        if (watched.#listed) return
        watched.#stopped.abort()
        reject(error)
      }
      watched.#loop = watched.#run(kube, path, { ...options, onTrouble }, () => resolve(watched))
    })
  }

  /** By `namespace/name`, or `name` for what has no namespace. */
  get(key: string): KubeObject | undefined {
    return this.#objects.get(key)
  }

  all(): IterableIterator<KubeObject> {
    return this.#objects.values()
  }

  get size(): number {
    return this.#objects.size
  }

  /** Keys of what has changed since `changes` was that; undefined when it is too long ago to tell. */
  changedSince(changes: number): readonly string[] | undefined {
    const count = this.changes - changes
    if (count > this.#latest.length) return undefined
    return count === 0 ? [] : this.#latest.slice(-count)
  }

  /** Called for every change from now on. Returns the unsubscribe. */
  observe(listener: (event: WatchedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes the answer of one's own write at once, so that a read right after it sees it. */
  accept(object: KubeObject): void {
    this.#take(this.#keep(object))
  }

  #take(object: KubeObject): void {
    const current = this.#objects.get(keyOf(object))
    if (!current || isNewer(object, current)) this.#put(object)
  }

  /** Forgets what one has deleted oneself, before the watch says so. */
  forget(key: string): void {
    const object = this.#objects.get(key)
    if (object) this.#drop(object)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort()
    await this.#loop
  }

  async #run(kube: KubeClient, path: string, options: WatchOptions, listed: () => void): Promise<void> {
    const { signal } = this.#stopped
    for await (const seen of listThenWatch(kube, path, { ...options, keep: this.#keep, signal })) {
      if (seen.type === 'LISTED') {
        this.#replaceAll(seen.items)
        this.#listed = true
        listed()
      } else if (seen.type === 'DELETED') this.#drop(seen.object)
      else this.#take(seen.object)
    }
  }

  #replaceAll(items: readonly KubeObject[]): void {
    const gone = new Map(this.#objects)
    for (const object of items) {
      gone.delete(keyOf(object))
      this.#take(object)
    }
    for (const object of gone.values()) this.#drop(object)
  }

  #put(object: KubeObject): void {
    this.#objects.set(keyOf(object), object)
    this.#tell({ kind: 'change', object })
  }

  #drop(object: KubeObject): void {
    const current = this.#objects.get(keyOf(object))
    if (!current || current.metadata.uid !== object.metadata.uid) return
    this.#objects.delete(keyOf(object))
    this.#tell({ kind: 'remove', object })
  }

  #tell(event: WatchedEvent): void {
    this.changes++
    this.#latest.push(keyOf(event.object))
    if (this.#latest.length > 2 * mostLatest) this.#latest.splice(0, mostLatest)
    for (const listener of this.#listeners) listener(event)
  }
}

const mostLatest = 200

export function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata.name ?? '')
}

/** Revisions are opaque by rule and numbers in fact; where they are not, the later arrival counts. */
function isNewer(a: KubeObject, b: KubeObject): boolean {
  if (a.metadata.uid !== b.metadata.uid) return true
  const left = Number(a.metadata.resourceVersion)
  const right = Number(b.metadata.resourceVersion)
  return Number.isNaN(left) || Number.isNaN(right) || left > right
}
