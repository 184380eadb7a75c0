import { httpRequest, type Fetch } from '../model/http.ts'
import { kubeBase, type KubeList, type KubeObject } from './kube-shim.ts'

export interface WatchedEvent {
  kind: 'change' | 'remove'
  object: KubeObject
}

/**
 * One Kubernetes list kept current by a watch. Objects are replaced, never changed: an object's identity stands for its
 * resourceVersion, so whoever maps one may remember the result by it.
 */
export class Watched implements AsyncDisposable {
  readonly #objects = new Map<string, KubeObject>()
  readonly #listeners = new Set<(event: WatchedEvent) => void>()
  readonly #stopped = new AbortController()
  readonly #fetch: Fetch
  readonly #path: string
  readonly #pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Counts every change seen; equal counts mean equal contents. */
  changes = 0
  #loop: Promise<void> = Promise.resolve()

  private constructor(fetch: Fetch, path: string, pause = wait) {
    this.#fetch = fetch
    this.#path = path
    this.#pause = pause
  }

  /** Resolves when the first list is in; raises StatusError-like failures of that list. */
  static async open(fetch: Fetch, path: string): Promise<Watched> {
    const watched = new Watched(fetch, path)
    const revision = await watched.#list()
    watched.#loop = watched.#run(revision)
    return watched
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

  /** Called for every change from now on. Returns the unsubscribe. */
  observe(listener: (event: WatchedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes the answer of one's own write at once, so that a read right after it sees it. */
  accept(object: KubeObject): void {
    const current = this.#objects.get(keyOf(object))
    if (current && !newer(object, current)) return
    this.#put(object)
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

  async #run(from: string): Promise<void> {
    let revision: string | undefined = from
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        revision ??= await this.#list()
        revision = await this.#follow(revision)
      } catch {
        revision = undefined
        await this.#pause(1000, signal)
      }
    }
  }

  async #list(): Promise<string> {
    const request = httpRequest(kubeBase + this.#path, { headers: { accept: 'application/json' } })
    const response = await this.#fetch(request)
    if (!response.ok) throw new Error(`list of ${this.#path} answered ${response.status}`)
    const list = (await response.json()) as KubeList
    const gone = new Map(this.#objects)
    for (const object of list.items) {
      const key = keyOf(object)
      gone.delete(key)
      if (this.#objects.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) this.#put(object)
    }
    for (const object of gone.values()) this.#drop(object)
    return list.metadata.resourceVersion ?? '0'
  }

  /** Follows one watch to its end; resolves to the revision to go on from, undefined when it must list again. */
  async #follow(from: string): Promise<string | undefined> {
    const query = `?watch=true&allowWatchBookmarks=true&resourceVersion=${from}`
    const { signal } = this.#stopped
    const response = await this.#fetch(httpRequest(kubeBase + this.#path + query, { signal }))
    if (!response.ok || !response.body) return await this.#restart()
    let revision: string | undefined = from
    for await (const line of lines(response.body)) {
      const { type, object } = JSON.parse(line) as { type: string; object: KubeObject }
      if (type === 'ERROR') return undefined
      revision = object.metadata.resourceVersion ?? revision
      if (type === 'DELETED') this.#drop(object)
      else if (type !== 'BOOKMARK') this.accept(object)
    }
    return revision
  }

  async #restart(): Promise<undefined> {
    await this.#pause(200, this.#stopped.signal)
    return undefined
  }

  #put(object: KubeObject): void {
    this.#objects.set(keyOf(object), object)
    this.#tell({ kind: 'change', object })
  }

  #drop(object: KubeObject): void {
    if (this.#objects.delete(keyOf(object))) this.#tell({ kind: 'remove', object })
  }

  #tell(event: WatchedEvent): void {
    this.changes++
    for (const listener of this.#listeners) listener(event)
  }
}

export function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : (metadata.name ?? '')
}

/** Revisions are opaque by rule and numbers in fact; where they are not, the later arrival counts. */
function newer(a: KubeObject, b: KubeObject): boolean {
  if (a.metadata.uid !== b.metadata.uid) return true
  const left = Number(a.metadata.resourceVersion)
  const right = Number(b.metadata.resourceVersion)
  return Number.isNaN(left) || Number.isNaN(right) || left > right
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') yield part
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
