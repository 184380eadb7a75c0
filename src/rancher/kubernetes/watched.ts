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
 * A Kubernetes list kept current by a watch, reduced to what lists show. Objects are replaced, never mutated, so an
 * object's identity stands for its resourceVersion and results can be cached by it.
 */
export class Watched implements AsyncDisposable {
  readonly #objects = new Map<string, KubeObject>()
  readonly #listeners = new Set<(event: WatchedEvent) => void>()
  readonly #stopped = new AbortController()
  readonly #keep: ReturnType<typeof keeperOf>
  #listed = false
  #loop: Promise<void> = Promise.resolve()
  /** Counts changes; equal counts mean equal contents. */
  changes = 0
  /** Keys of the latest changes, newest last. */
  readonly #latest: string[] = []

  private constructor(path: string) {
    this.#keep = keeperOf(path)
  }

  /**
   * Resolves once the first list has arrived; raises if it fails. A resource that the cluster does not serve is an
   * empty list until it is served.
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

  /** By `namespace/name`, or `name` for cluster-scoped objects. */
  get(key: string): KubeObject | undefined {
    return this.#objects.get(key)
  }

  all(): IterableIterator<KubeObject> {
    return this.#objects.values()
  }

  get size(): number {
    return this.#objects.size
  }

  /** Keys changed since `changes` had that value; undefined if that is too long ago. */
  changedSince(changes: number): readonly string[] | undefined {
    const count = this.changes - changes
    if (count > this.#latest.length) return undefined
    return count === 0 ? [] : this.#latest.slice(-count)
  }

  /** Called for every later change. Returns the unsubscribe function. */
  observe(listener: (event: WatchedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Applies the response of our own write at once, so that a read right after it sees it. */
  accept(object: KubeObject): void {
    this.#take(this.#keep(object))
  }

  #take(object: KubeObject): void {
    const current = this.#objects.get(keyOf(object))
    if (!current || isNewer(object, current)) this.#put(object)
  }

  /** Removes an object we deleted, before the watch reports it. */
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

/** Revisions are opaque by contract but numbers in practice; if not, the later arrival wins. */
function isNewer(a: KubeObject, b: KubeObject): boolean {
  if (a.metadata.uid !== b.metadata.uid) return true
  const left = Number(a.metadata.resourceVersion)
  const right = Number(b.metadata.resourceVersion)
  return Number.isNaN(left) || Number.isNaN(right) || left > right
}
