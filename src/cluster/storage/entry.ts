import type { EventLog } from './log.ts'
import type { KubeObject } from '../resource.ts'

/** One version of one object. */
export interface Entry {
  readonly bucket: string
  /** `namespace/name`, or the name alone. */
  readonly key: string
  readonly revision: number
  /** The object as served, resourceVersion included. */
  readonly json: string
  /** Characters of `json`, if it was ever read. */
  readonly size: number
  /** Parsed and frozen on first access. */
  readonly object: KubeObject
  /** The same without caching, for callers that visit every object once. */
  readonly glimpse: KubeObject
}

/** Objects guaranteed to stay parsed: the most recently used. */
const parsedLimit = 1024

/** Least recently used objects keep only their text, and are reused while somebody else references them. */
class ParsedObjects {
  readonly #entries: (StoredEntry | undefined)[] = Array.from({ length: parsedLimit })
  #next = 0

  add(entry: StoredEntry): void {
    this.#entries[this.#next]?.forgetObject()
    this.#entries[this.#next] = entry
    this.#next = (this.#next + 1) % parsedLimit
  }
}

/** Characters of persisted texts kept in memory: the most recently used. */
const textLimit = 16 * 1024 * 1024

/** Least recently used texts remain only on disk. */
class KeptTexts {
  readonly #entries = new Set<StoredEntry>()
  #characters = 0

  add(entry: StoredEntry): void {
    if (this.#entries.has(entry)) return
    this.#entries.add(entry)
    this.#characters += entry.size
    for (const oldest of this.#entries) {
      if (this.#characters <= textLimit) return
      this.#entries.delete(oldest)
      this.#characters -= oldest.size
      oldest.forgetText()
    }
  }
}

/** The store's caches beside its index, and the log behind them. */
export class Memory {
  readonly parsed = new ParsedObjects()
  readonly texts = new KeptTexts()
  readonly log: EventLog

  constructor(log: EventLog) {
    this.log = log
  }
}

export class StoredEntry implements Entry {
  readonly bucket: string
  readonly key: string
  readonly revision: number
  readonly #memory: Memory
  #json: string | undefined
  #size = 0
  #object: KubeObject | undefined
  #held: WeakRef<KubeObject> | undefined

  /** `json` and `object` are omitted for persisted entries, and read on demand. */
  constructor(memory: Memory, bucket: string, key: string, revision: number, json?: string, object?: KubeObject) {
    this.#memory = memory
    this.bucket = bucket
    this.key = key
    this.revision = revision
    if (json !== undefined) this.#take(json)
    if (object) this.#keep(object)
  }

  get size(): number {
    return this.#size
  }

  get json(): string {
    if (this.#json !== undefined) return this.#json
    const json = this.#take(this.#memory.log.value(this.revision))
    this.#memory.texts.add(this)
    return json
  }

  get object(): KubeObject {
    return this.#object ?? this.#held?.deref() ?? this.#keep(this.glimpse)
  }

  get glimpse(): KubeObject {
    return this.#object ?? this.#held?.deref() ?? freeze(JSON.parse(this.json) as KubeObject)
  }

  /** Called when the entry is in the log. */
  written(): void {
    if (this.#memory.log.keeps) this.#memory.texts.add(this)
  }

  forgetText(): void {
    this.#json = undefined
  }

  /** Keeps a weak reference: while others hold the object it need not be parsed again. */
  forgetObject(): void {
    if (this.#object) this.#held = new WeakRef(this.#object)
    this.#object = undefined
  }

  /** Called when a newer version replaces it. */
  replaced(): void {
    this.#object = undefined
  }

  #take(json: string): string {
    this.#json = json
    this.#size = json.length
    return json
  }

  #keep(object: KubeObject): KubeObject {
    this.#object = object
    this.#memory.parsed.add(this)
    return object
  }
}

export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const name in value) freeze(value[name])
  return Object.freeze(value)
}
