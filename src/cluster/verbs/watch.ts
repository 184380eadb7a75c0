import type { HttpResponse } from '../../model/http.ts'
import { httpResponse } from '../../model/http.ts'
import { show, showJson, shown, type Core } from './core.ts'
import type { Selection } from './list.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { bucketOf, groupVersion } from '../resource-types.ts'
import type { Change } from '../storage/store.ts'

/** How an event's object is rendered: as itself, as a Table, or as metadata only. */
export interface EventForm {
  /** Equal for forms with the same output, whose watchers share the work. */
  readonly identity: string
  write(object: KubeObject, json: () => string): string
}

export interface WatchRequest {
  type: ResourceType
  selection: Selection
  form: EventForm
  /** Start after this revision; absent: start with the current state. */
  from: number | undefined
  bookmarks: boolean
  /** Seconds until the stream ends. */
  timeout: number | undefined
  signal: AbortSignal
}

/** Unread bytes after which a watcher is dropped. */
const longestQueue = 1024 * 1024
const bookmarkInterval = 60_000
const bookmarkLead = 2_000

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

const encoder = new TextEncoder()

/**
 * The watches of a cluster. Watchers with the same request form an audience: an event is matched, serialised and
 * encoded once for all of them, and the events of a commit are sent in one chunk.
 */
export class Watches {
  readonly #core: Core
  readonly #audiences = new Map<string, Map<string, Audience>>()
  readonly #stop: () => void

  constructor(core: Core) {
    this.#core = core
    this.#stop = core.store.observe((changes) => this.#publish(changes))
  }

  /** An endless response with one JSON event per line. */
  open(request: WatchRequest): HttpResponse {
    const { store } = this.#core
    const tooOld = request.from !== undefined && request.from < store.compacted
    const burst = tooOld ? tooOldEvent(request, store.compacted) : this.#burst(request)
    const watcher = new Watcher(request, () => String(store.revision), this.#leave)
    const body = watcher.stream(encoder.encode(burst))
    if (tooOld) watcher.end()
    else this.#join(request, watcher)
    const headers = { 'cache-control': 'no-cache, private', 'content-type': 'application/json' }
    return httpResponse(body, { headers })
  }

  /** Ends every stream. */
  close(): void {
    this.#stop()
    const audiences = [...this.#audiences.values()].flatMap((byId) => [...byId.values()])
    for (const { watchers } of audiences) for (const watcher of watchers) watcher.end()
  }

  #burst({ type, selection, form, from }: WatchRequest): string {
    const { store } = this.#core
    const bucket = bucketOf(type)
    if (from !== undefined) {
      const changes = store.since(from).filter(({ entry }) => entry.bucket === bucket)
      return changes.map((change) => eventOf(type, selection, form, change)).join('')
    }
    const entries = store.list(bucket, selection.namespace ? `${selection.namespace}/` : '')
    const matching = selection.all ? entries : entries.filter((entry) => selection.matches(shown(type, entry)))
    return matching
      .map((e) =>
        line(
          'ADDED',
          form.write(shown(type, e), () => showJson(type, e)),
        ),
      )
      .join('')
  }

  #join(request: WatchRequest, watcher: Watcher): void {
    const bucket = bucketOf(request.type)
    const audiences = this.#audiences.get(bucket) ?? new Map<string, Audience>()
    this.#audiences.set(bucket, audiences)
    const audience = audiences.get(watcher.audience) ?? new Audience(request)
    audiences.set(watcher.audience, audience)
    audience.watchers.add(watcher)
  }

  readonly #leave = (watcher: Watcher, bucket: string): void => {
    const audiences = this.#audiences.get(bucket)
    const audience = audiences?.get(watcher.audience)
    audience?.watchers.delete(watcher)
    if (audience?.watchers.size === 0) audiences?.delete(watcher.audience)
  }

  #publish(changes: readonly Change[]): void {
    const byBucket = new Map<string, Change[]>()
    for (const change of changes) {
      const group = byBucket.get(change.entry.bucket)
      if (group) group.push(change)
      else byBucket.set(change.entry.bucket, [change])
    }
    for (const [bucket, group] of byBucket) {
      for (const audience of this.#audiences.get(bucket)?.values() ?? []) audience.publish(group)
    }
  }
}

/** Watchers that receive the same bytes. */
class Audience {
  readonly watchers = new Set<Watcher>()
  readonly #request: WatchRequest

  constructor(request: WatchRequest) {
    this.#request = request
  }

  publish(changes: readonly Change[]): void {
    const { type, selection, form } = this.#request
    const text = changes.map((change) => eventOf(type, selection, form, change)).join('')
    if (text === '') return
    const bytes = encoder.encode(text)
    for (const watcher of this.watchers) watcher.push(bytes)
  }
}

/** One stream. A slow reader is cut off and can list again. */
class Watcher {
  readonly audience: string
  readonly #request: WatchRequest
  readonly #revision: () => string
  readonly #leave: (watcher: Watcher, bucket: string) => void
  readonly #timers: NodeJS.Timeout[] = []
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(request: WatchRequest, revision: () => string, leave: (watcher: Watcher, bucket: string) => void) {
    const { type, selection, form } = request
    this.audience = JSON.stringify([groupVersion(type), selection.identity, form.identity])
    this.#request = request
    this.#revision = revision
    this.#leave = leave
  }

  stream(burst: Uint8Array): ReadableStream<Uint8Array> {
    const highWaterMark = longestQueue + burst.byteLength
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.#controller = controller
      if (burst.byteLength > 0) controller.enqueue(burst)
    }
    const stream = new ReadableStream(
      { start, cancel: () => this.#letGo() },
      new ByteLengthQueuingStrategy({ highWaterMark }),
    )
    this.#request.signal.addEventListener('abort', this.end, { once: true })
    if (this.#request.signal.aborted) this.end()
    this.#setTimers()
    return stream
  }

  push(bytes: Uint8Array): void {
    if ((this.#controller?.desiredSize ?? 0) > 0) return this.#controller?.enqueue(bytes)
    const controller = this.#controller
    this.#letGo()
    controller?.error(new Error('the watcher reads too slowly'))
  }

  readonly end = (): void => {
    const controller = this.#controller
    this.#letGo()
    controller?.close()
  }

  #letGo(): void {
    this.#controller = undefined
    for (const timer of this.#timers) clearTimeout(timer)
    this.#request.signal.removeEventListener('abort', this.end)
    this.#leave(this, bucketOf(this.#request.type))
  }

  #setTimers(): void {
    const { timeout, bookmarks } = this.#request
    if (!this.#controller) return
    if (timeout !== undefined) {
      this.#timers.push(setTimeout(this.end, timeout * 1000).unref())
      const lead = Math.max(timeout * 1000 - bookmarkLead, 0)
      if (bookmarks) this.#timers.push(setTimeout(() => this.#bookmark(), lead).unref())
    }
    if (bookmarks) this.#timers.push(setInterval(() => this.#bookmark(), bookmarkInterval).unref())
  }

  #bookmark(): void {
    const { type, form } = this.#request
    const metadata = { resourceVersion: this.#revision(), creationTimestamp: null }
    const object: KubeObject = { kind: type.kind, apiVersion: groupVersion(type), metadata }
    this.push(
      encoder.encode(
        line(
          'BOOKMARK',
          form.write(object, () => JSON.stringify(object)),
        ),
      ),
    )
  }
}

function line(type: EventType, json: string): string {
  return `{"type":"${type}","object":${json}}\n`
}

function tooOldEvent({ from }: WatchRequest, compacted: number): string {
  const { status } = refusals.expired(`too old resource version: ${from} (${compacted})`)
  return line('ERROR', JSON.stringify(status))
}

/**
 * How a selection sees a change: entering is ADDED; leaving is DELETED with the previous state and the new
 * resourceVersion; anything outside is empty.
 */
function eventOf(type: ResourceType, selection: Selection, form: EventForm, change: Change): string {
  const { entry, previous } = change
  if (selection.namespace && !entry.key.startsWith(`${selection.namespace}/`)) return ''
  const was = previous !== undefined && (selection.all || selection.matches(shown(type, previous)))
  const is = change.type !== 'DELETED' && (selection.all || selection.matches(shown(type, entry)))
  if (!was && !is) return ''
  if (is || change.type === 'DELETED') {
    return line(
      is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED',
      form.write(shown(type, entry), () => showJson(type, entry)),
    )
  }
  const { metadata, ...rest } = (previous ?? entry).object
  const left = show(type, { ...rest, metadata: { ...metadata, resourceVersion: String(entry.revision) } })
  return line(
    'DELETED',
    form.write(left, () => JSON.stringify(left)),
  )
}
