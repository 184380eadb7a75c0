/** So often (ms) it is written down that a key is in use. */
const writtenEvery = 3_600_000

/**
 * When keys were last used. This server knows it to the moment; what is kept, for other servers and after a restart, is at
 * most an hour old, so that a key in use costs one write an hour, which no request waits for.
 */
export class KeyUse implements AsyncDisposable {
  readonly #keep: (name: string, time: number) => Promise<unknown>
  readonly #used = new Map<string, number>()
  readonly #written = new Map<string, number>()
  readonly #writing = new Set<Promise<unknown>>()

  /** `keep` writes a time (ms since the epoch) down. Where it fails, the next use after an hour is written. */
  constructor(keep: (name: string, time: number) => Promise<unknown>) {
    this.#keep = keep
  }

  /** `kept`: the time that is written down. */
  note(name: string, kept: number | undefined, now: number): void {
    this.#used.set(name, now)
    if (now - Math.max(kept ?? 0, this.#written.get(name) ?? 0) < writtenEvery) return
    this.#written.set(name, now)
    const writing = this.#keep(name, now).catch(() => undefined)
    this.#writing.add(writing)
    void writing.then(() => this.#writing.delete(writing))
  }

  /** ms since the epoch; undefined: never, as far as is known. */
  last(name: string, kept: number | undefined): number | undefined {
    const seen = this.#used.get(name)
    return seen === undefined || (kept !== undefined && kept > seen) ? kept : seen
  }

  forget(name: string): void {
    this.#used.delete(name)
    this.#written.delete(name)
  }

  /** Resolves when nothing is being written any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#writing)
  }
}
