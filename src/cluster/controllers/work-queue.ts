import type { Clock } from './clock.ts'

export interface WorkQueueOptions {
  clock: Clock
  /** Processes a key; a returned number is the delay in ms until the key is processed again. */
  work: (key: string) => Promise<number | void>
  /** Keys processed concurrently; the same key never is. */
  concurrency?: number
  /** Called for every failure, before the retry. */
  failed?: (key: string, error: unknown) => void
}

/** Back-off of a failing key in ms: doubled each time between these limits. */
const backOff = { first: 5, longest: 30_000 }

/**
 * Keys to be worked on: each once however often it is added, again if it was added meanwhile, later if it failed. Nothing is
 * worked on before the queue is told to begin.
 */
export class WorkQueue implements AsyncDisposable {
  readonly #options: Required<WorkQueueOptions>
  readonly #waiting = new Set<string>()
  readonly #working = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { at: number; cancel: () => void }>()
  #begun = false
  #closed = false
  #scheduled = false

  constructor(options: WorkQueueOptions) {
    this.#options = { concurrency: 32, failed: () => undefined, ...options }
  }

  begin(): void {
    this.#begun = true
    this.#schedule()
  }

  add(key: string): void {
    if (this.#closed) return
    if (this.#working.has(key)) this.#again.add(key)
    else this.#waiting.add(key)
    this.#schedule()
  }

  /** Adds the key after `ms`; of several waits for one key the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return
    const at = this.#options.clock.now() + ms
    const pending = this.#timers.get(key)
    if (pending && pending.at <= at) return
    pending?.cancel()
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(key)
      this.add(key)
    })
    this.#timers.set(key, { at, cancel })
  }

  /** Drops what waits and ends when the work under way has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#waiting.clear()
    for (const { cancel } of this.#timers.values()) cancel()
    this.#timers.clear()
    await Promise.allSettled(this.#working.values())
  }

  /** Observers add keys in the middle of somebody's write: the work starts after that, and between pieces others have a turn. */
  #schedule(): void {
    if (this.#scheduled || !this.#begun) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#fill()
    })
  }

  #fill(): void {
    for (const key of this.#waiting) {
      if (this.#closed || this.#working.size >= this.#options.concurrency) return
      this.#waiting.delete(key)
      this.#working.set(key, this.#work(key))
    }
  }

  async #work(key: string): Promise<void> {
    try {
      const lookAgain = await this.#options.work(key)
      this.#failures.delete(key)
      if (lookAgain !== undefined) this.addAfter(key, lookAgain)
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0
      this.#failures.set(key, failures + 1)
      if (!this.#closed) this.#options.failed(key, error)
      this.addAfter(key, Math.min(backOff.first * 2 ** failures, backOff.longest))
    } finally {
      this.#working.delete(key)
      if (this.#again.delete(key)) this.add(key)
      this.#schedule()
    }
  }
}
