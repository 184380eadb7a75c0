/** Interval in ms at which a key's use is written. */
const writtenEvery = 3_600_000

/**
 * When keys were last used. Exact for this server; the stored value, for other servers and after a restart, is at most
 * an hour old. So a key in use costs one write an hour, which no request waits for.
 */
export class KeyUse implements AsyncDisposable {
  readonly #keep: (name: string, time: number) => Promise<unknown>
  readonly #used = new Map<string, number>()
  readonly #written = new Map<string, number>()
  readonly #writing = new Set<Promise<unknown>>()

  /** `keep` stores a time (ms since the epoch). If it fails, the next use after an hour is stored. */
  constructor(keep: (name: string, time: number) => Promise<unknown>) {
    this.#keep = keep
  }

  /** `kept`: the stored time. */
  note(name: string, kept: number | undefined, now: number): void {
    this.#used.set(name, now)
    if (now - Math.max(kept ?? 0, this.#written.get(name) ?? 0) < writtenEvery) return
    this.#written.set(name, now)
    const writing = this.#keep(name, now).catch(() => undefined)
    this.#writing.add(writing)
    void writing.then(() => this.#writing.delete(writing))
  }

  /** Milliseconds since the epoch; undefined: never, as far as is known. */
  last(name: string, kept: number | undefined): number | undefined {
    const seen = this.#used.get(name)
    return seen === undefined || (kept !== undefined && kept > seen) ? kept : seen
  }

  forget(name: string): void {
    this.#used.delete(name)
    this.#written.delete(name)
  }

  /** Resolves when no write is pending. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#writing)
  }
}
