import { freeze, Memory, StoredEntry, type Entry } from './entry.ts'
import type { EventLog, LogRow } from './log.ts'
import { internalError } from '../refusals.ts'
import type { KubeObject } from '../resource.ts'
import { SortedKeys } from './sorted-keys.ts'

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** After the change; for a deletion the last state, with the deletion's revision. */
  readonly entry: Entry
  readonly previous: Entry | undefined
}

/** Computes the new state from the one found; `resourceVersion` is the new revision. */
export type MakeState = (resourceVersion: string) => KubeObject

export interface StoreOptions {
  /** Replaced states kept for watches and pages, in versions (default 10,000) … */
  historyLength?: number
  /** … in characters (default 32 Mi) … */
  historySize?: number
  /** … and in milliseconds (default 10 minutes, as in Kubernetes). */
  historyAge?: number
  /** Milliseconds since the epoch. Default Date.now. */
  now?: () => number
}

/** The keys of one resource in byte order. */
interface Bucket {
  readonly name: string
  readonly entries: Map<string, Entry>
  readonly order: SortedKeys
}

interface Waiting {
  readonly changes: readonly Change[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The state of the cluster: in memory, persisted in the log. A write is decided at once against the newest state,
 * durable or not. Readers and observers see it when it is durable, which is also when its promise resolves. All pending
 * writes share one transaction. If the disk fails, every pending write fails and the store becomes read-only.
 */
export class Store {
  readonly #log: EventLog
  readonly #buckets = new Map<string, Bucket>()
  /** Pending writes, by bucket and key. */
  readonly #undurable = new Map<string, Map<string, Entry | undefined>>()
  readonly #history: Change[] = []
  readonly #memory: Memory
  readonly #observers = new Set<(changes: readonly Change[]) => void>()
  readonly #historyLength: number
  readonly #historySize: number
  readonly #historyAge: number
  readonly #now: () => number
  /** When some revisions were the newest, oldest first. */
  readonly #marks: { revision: number; at: number }[] = []
  #historyCharacters = 0
  #waiting: Waiting[] = []
  #flush: NodeJS.Immediate | undefined
  #next: number
  #revision: number
  #compacted: number
  #failure: Error | undefined

  constructor(log: EventLog, options: StoreOptions = {}) {
    this.#log = log
    this.#memory = new Memory(log)
    this.#historyLength = options.historyLength ?? 10_000
    this.#historySize = options.historySize ?? 32 * 1024 * 1024
    this.#historyAge = options.historyAge ?? 600_000
    this.#now = options.now ?? Date.now
    this.#compacted = log.compacted
    this.#revision = this.#load()
    this.#next = this.#revision + 1
    this.#marks.push({ revision: this.#revision, at: this.#now() })
  }

  /** The newest durable revision. */
  get revision(): number {
    return this.#revision
  }

  /** Changes after this revision are all available. */
  get compacted(): number {
    return this.#compacted
  }

  /** Why the store is read-only; undefined while writable. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get(bucket: string, key: string): Entry | undefined {
    return this.#buckets.get(bucket)?.entries.get(key)
  }

  /** Like `get`, but including pending writes. */
  newest(bucket: string, key: string): Entry | undefined {
    const undurable = this.#undurable.get(bucket)
    return undurable?.has(key) ? undurable.get(key) : this.get(bucket, key)
  }

  /** Entries whose key has the prefix, in byte order. */
  list(bucket: string, prefix = ''): Entry[] {
    const found = this.#buckets.get(bucket)
    if (!found) return []
    return found.order.withPrefix(prefix).map((key) => found.entries.get(key) as Entry)
  }

  /** Like `list`, but including pending writes, which come last. */
  listNewest(bucket: string, prefix = ''): Entry[] {
    const durable = this.list(bucket, prefix)
    const undurable = this.#undurable.get(bucket)
    if (!undurable) return durable
    const changed = [...undurable].flatMap(([key, entry]) => (entry && key.startsWith(prefix) ? [entry] : []))
    return [...durable.filter(({ key }) => !undurable.has(key)), ...changed]
  }

  /** The first entries of a list from a key on, and the number of entries from there. */
  page(bucket: string, prefix: string, from: string, limit: number): { entries: Entry[]; count: number } {
    const found = this.#buckets.get(bucket)
    if (!found) return { entries: [], count: 0 }
    const { keys, count } = found.order.page(prefix, from, limit)
    return { entries: keys.map((key) => found.entries.get(key) as Entry), count }
  }

  /** The list at a revision that is not compacted. */
  listAt(revision: number, bucket: string, prefix = ''): Entry[] {
    const entries = new Map(this.list(bucket, prefix).map((entry) => [entry.key, entry]))
    for (let index = this.#history.length - 1; index >= 0; index--) {
      const { entry, previous } = this.#history[index] as Change
      if (entry.revision <= revision) break
      if (entry.bucket !== bucket || !entry.key.startsWith(prefix)) continue
      if (previous) entries.set(entry.key, previous)
      else entries.delete(entry.key)
    }
    return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Every durable change after the revision, oldest first. */
  since(revision: number): readonly Change[] {
    let from = this.#history.length
    while (from > 0 && (this.#history[from - 1] as Change).entry.revision > revision) from--
    return this.#history.slice(from)
  }

  /** Called after each commit with its changes, in order. Returns the unsubscribe function. */
  observe(observer: (changes: readonly Change[]) => void): () => void {
    this.#observers.add(observer)
    return () => this.#observers.delete(observer)
  }

  /** Writes the next state of an object, based on `newest`. The caller has checked that it may. */
  async put(bucket: string, key: string, make: MakeState): Promise<Entry> {
    const revision = this.#take()
    const object = freeze(make(String(revision)))
    const entry = new StoredEntry(this.#memory, bucket, key, revision, JSON.stringify(object), object)
    const previous = this.newest(bucket, key)
    await this.#append(previous ? 'MODIFIED' : 'ADDED', entry, previous)
    return entry
  }

  async delete(bucket: string, key: string, make: MakeState): Promise<Entry> {
    const revision = this.#take()
    const object = freeze(make(String(revision)))
    const entry = new StoredEntry(this.#memory, bucket, key, revision, JSON.stringify(object), object)
    await this.#append('DELETED', entry, this.newest(bucket, key))
    return entry
  }

  /** Flushes pending writes and closes the log. */
  close(): void {
    this.#commit()
    this.#failure ??= new Error('the cluster is closed')
    this.#observers.clear()
    this.#log.close()
  }

  #take(): number {
    if (this.#failure) throw this.#failure
    return this.#next++
  }

  #append(type: Change['type'], entry: Entry, previous: Entry | undefined): Promise<void> {
    const undurable = this.#undurable.get(entry.bucket) ?? new Map<string, Entry | undefined>()
    this.#undurable.set(entry.bucket, undurable.set(entry.key, type === 'DELETED' ? undefined : entry))
    this.#flush ??= setImmediate(() => this.#commit())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes: [{ type, entry, previous }], resolve, reject })
    })
  }

  #commit(): void {
    clearImmediate(this.#flush)
    this.#flush = undefined
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    const changes = waiting.flatMap((write) => write.changes)
    this.#undurable.clear()
    try {
      this.#log.append(changes.map(toRow))
    } catch (cause) {
      this.#failure = unwritable(cause)
      for (const { reject } of waiting) reject(this.#failure)
      return
    }
    for (const change of changes) {
      this.#apply(change)
      ;(change.entry as StoredEntry).written()
    }
    for (const { resolve } of waiting) resolve()
    for (const observer of this.#observers) observer(changes)
    for (const { previous } of changes) (previous as StoredEntry | undefined)?.replaced()
    this.#compactIfLong()
    this.#compactIfOld()
  }

  #load(): number {
    let revision = this.#compacted
    for (const row of this.#log.rows()) {
      revision = row.revision
      const colon = row.key.indexOf(':')
      const { name, entries } = this.#bucket(row.key.slice(0, colon))
      const key = row.key.slice(colon + 1)
      const entry = new StoredEntry(this.#memory, name, key, row.revision)
      const previous = row.previous === 0 ? undefined : entries.get(key)
      if (row.deleted) entries.delete(key)
      else entries.set(key, entry)
      if (row.revision <= this.#compacted) continue
      this.#remember({ type: row.deleted ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED', entry, previous })
    }
    for (const { entries, order } of this.#buckets.values()) order.load(entries.keys())
    return revision
  }

  #apply(change: Change): void {
    const { type, entry, previous } = change
    const { entries, order } = this.#bucket(entry.bucket)
    this.#revision = entry.revision
    if (type === 'DELETED') {
      entries.delete(entry.key)
      order.delete(entry.key)
    } else {
      entries.set(entry.key, entry)
      if (!previous) order.add(entry.key)
    }
    this.#remember(change)
  }

  #remember(change: Change): void {
    this.#history.push(change)
    this.#historyCharacters += change.previous?.size ?? 0
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name)
    if (!bucket) this.#buckets.set(name, (bucket = { name, entries: new Map(), order: new SortedKeys() }))
    return bucket
  }

  /** Drops half of the history at once, so that it happens rarely. */
  #compactIfLong(): void {
    if (this.#history.length <= this.#historyLength && this.#historyCharacters <= this.#historySize) return
    this.#compact(Math.ceil(this.#history.length / 2))
  }

  #compactIfOld(): void {
    const now = this.#now()
    const newest = this.#marks.at(-1)
    if (!newest || newest.at + this.#historyAge / 10 <= now) this.#marks.push({ revision: this.#revision, at: now })
    let old: number | undefined
    while (this.#marks.length > 0 && (this.#marks[0] as { at: number }).at + this.#historyAge < now) {
      old = this.#marks.shift()?.revision
    }
    if (old === undefined) return
    const limit = old
    const kept = this.#history.findIndex(({ entry }) => entry.revision > limit)
    this.#compact(kept < 0 ? this.#history.length : kept)
  }

  #compact(count: number): void {
    const last = this.#history.splice(0, count).at(-1)
    if (!last) return
    this.#historyCharacters = this.#history.reduce((sum, { previous }) => sum + (previous?.size ?? 0), 0)
    this.#compacted = last.entry.revision
    try {
      this.#log.compact(this.#compacted)
    } catch (cause) {
      this.#failure = unwritable(cause)
    }
  }
}

/** The error of every later write. */
function unwritable(cause: unknown): Error {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  const refusal = internalError(`the data folder cannot be written; nothing more is accepted until a restart${why}`)
  return Object.assign(refusal, { cause })
}

function toRow({ type, entry, previous }: Change): LogRow {
  return {
    revision: entry.revision,
    key: `${entry.bucket}:${entry.key}`,
    value: entry.json,
    previous: previous?.revision ?? 0,
    deleted: type === 'DELETED',
  }
}
