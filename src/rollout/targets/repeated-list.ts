import type { Clock } from '../options.ts'

/** A list in progress or done. */
export interface Listing<T> {
  /** The request counter when it was requested: later writes may be missing from it. */
  asked: number
  listed: Promise<T>
}

/** Requests the list; `before` is the previous one. The signal is that of whoever waits now: others have come and gone. */
type Make<T> = (before: T | undefined, signal: AbortSignal | undefined) => Listing<T>

/** Bounds (ms) of the pause between two lists. */
const pauses = { least: 200, most: 3000 }

/**
 * A list that is repeated for everyone who needs it: one request at a time, with pauses in proportion to its duration, so that
 * it takes a limited share of the time.
 */
export class RepeatedList<T> {
  #newest: Listing<T> | undefined
  #next: Promise<Listing<T>> | undefined
  #again = 0
  readonly #make: Make<T>
  readonly #share: number
  readonly #clock: Clock

  constructor(make: Make<T>, share: number, clock: Clock) {
    this.#make = make
    this.#share = share
    this.#clock = clock
  }

  /** The latest one requested. */
  get newest(): Listing<T> | undefined {
    return this.#newest
  }

  /** A list requested after `since`: the latest one, or the next one, which all callers share. */
  async later(since: number, signal: AbortSignal | undefined): Promise<Listing<T>> {
    if (this.#newest && this.#newest.asked > since) return this.#newest
    return (this.#next ??= this.#takeNext(signal))
  }

  async #takeNext(signal: AbortSignal | undefined): Promise<Listing<T>> {
    try {
      const before = await this.#newest?.listed.catch(() => undefined)
      await this.#clock.sleep(Math.max(0, this.#again - this.#clock.now()), signal)
      const began = this.#clock.now()
      const listing = this.#make(before, signal)
      this.#newest = listing
      const ended = () => {
        const now = this.#clock.now()
        const pause = (now - began) * (1 / this.#share - 1)
        this.#again = now + Math.min(Math.max(pause, pauses.least), pauses.most)
      }
      listing.listed.then(ended, () => {
        ended()
        // a failure is raised to those waiting, and not kept
        if (this.#newest === listing) this.#newest = undefined
      })
      return listing
    } finally {
      this.#next = undefined
    }
  }
}
