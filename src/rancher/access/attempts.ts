import { V3Error } from '../failure.ts'

interface Record {
  failures: number
  /** ms since the epoch; earlier attempts are refused. */
  notBefore: number
}

const freeFailures = 4
const longestPause = 60_000
const mostNames = 10_000

/** Slows guessing: after some failures each further one doubles the time until that name may try again. */
export class Attempts {
  readonly #byName = new Map<string, Record>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Raises 429 while the name has to wait. */
  require(name: string): void {
    const record = this.#byName.get(name)
    if (!record || record.notBefore <= this.#now()) return
    const seconds = Math.ceil((record.notBefore - this.#now()) / 1000)
    throw new V3Error('TooManyRequests', `too many failed attempts to log in; try again in ${seconds} s`)
  }

  failed(name: string): void {
    const failures = (this.#byName.get(name)?.failures ?? 0) + 1
    const pause = failures <= freeFailures ? 0 : Math.min(longestPause, 500 * 2 ** (failures - freeFailures))
    this.#byName.delete(name)
    this.#byName.set(name, { failures, notBefore: this.#now() + pause })
    const oldest = this.#byName.keys().next()
    if (this.#byName.size > mostNames && !oldest.done) this.#byName.delete(oldest.value)
  }

  succeeded(name: string): void {
    this.#byName.delete(name)
  }
}
