import type { EventLog } from './log.ts'
import type { KubeObject } from '../resource.ts'

/** One version of one object. */
export interface Entry {
  readonly bucket: string
  /** `namespace/name`, or the name alone. */
  readonly key: string
  readonly revision: number
  /** The object as it is answered, resourceVersion included. */
  readonly json: string
  /** Characters of `json`, as far as it was ever read. */
  readonly size: number
  /** Parsed and frozen when first asked for. */
  readonly object: KubeObject
  /** The same, which is not kept for the next who asks: for those who look at everything once. */
  readonly glimpse: KubeObject
}

/** How many objects are kept parsed for certain: those that were written or asked for last. */
const parsedLimit = 1024

/** What was parsed longest ago is kept as text, and parsed as long as somebody else holds it. */
class ParsedObjects {
  readonly #entries: (StoredEntry | undefined)[] = Array.from({ length: parsedLimit })
  #next = 0

  add(entry: StoredEntry): void {
    this.#entries[this.#next]?.forgetObject()
    this.#entries[this.#next] = entry
    this.#next = (this.#next + 1) % parsedLimit
  }
}

/** Characters kept of the texts that are on the disk too: those that were read or written last. */
const textLimit = 16 * 1024 * 1024

/** What was read or written longest ago stays on the disk alone. */
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

/** What a store has in memory beside its index, and where the rest is. */
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

  /** Of what is in the log `json` and `object` are left out, and read when they are asked for. */
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

  /** It is in the log now. */
  written(): void {
    if (this.#memory.log.keeps) this.#memory.texts.add(this)
  }

  forgetText(): void {
    this.#json = undefined
  }

  /** Others may hold the object still: then it need not be parsed again. */
  forgetObject(): void {
    if (this.#object) this.#held = new WeakRef(this.#object)
    this.#object = undefined
  }

  /** It is no longer the newest of its object. */
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
