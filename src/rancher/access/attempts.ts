import { V3Error } from '../answer/failure.ts'

interface Record {
  failures: number
  /** Milliseconds since the epoch; earlier attempts are refused. */
  notBefore: number
  /** Attempts running or queued. */
  waiting: number
  /** Resolves after the last queued attempt. */
  turn: Promise<unknown>
}

const freeFailures = 4
const longestPause = 60_000
const mostNames = 10_000
const mostWaiting = 32
/** Longer names share a record with others of the same prefix, which bounds memory. */
const longestName = 256

/**
 * Throttles guessing: after some failures, each further one doubles the delay before the name may try again. Attempts
 * for one name are processed sequentially; otherwise concurrent ones would bypass the delay.
 */
export class Attempts {
  readonly #byName = new Map<string, Record>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Whether the password matched. Raises 429 while the name must wait. */
  async attempt(name: string, matches: () => Promise<boolean>): Promise<boolean> {
    const key = name.slice(0, longestName)
    const record = this.#recordOf(key)
    this.#require(record)
    if (record.waiting >= mostWaiting) throw tooMany('try again later')
    record.waiting++
    const turn = record.turn.then(async () => {
      this.#require(record)
      const matched = await matches()
      this.#note(key, record, matched)
      return matched
    })
    record.turn = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      record.waiting--
    }
  }

  #recordOf(key: string): Record {
    const known = this.#byName.get(key)
    const record = known ?? { failures: 0, notBefore: 0, waiting: 0, turn: Promise.resolve() }
    // evicts the least recently tried names first
    this.#byName.delete(key)
    this.#byName.set(key, record)
    const oldest = this.#byName.keys().next()
    if (this.#byName.size > mostNames && !oldest.done) this.#byName.delete(oldest.value)
    return record
  }

  #require({ notBefore }: Record): void {
    const pause = notBefore - this.#now()
    if (pause > 0) throw tooMany(`try again in ${Math.ceil(pause / 1000)} s`)
  }

  #note(key: string, record: Record, matched: boolean): void {
    if (matched) {
      record.failures = 0
      if (record.waiting === 1) this.#byName.delete(key)
      return
    }
    record.failures++
    if (record.failures <= freeFailures) return
    record.notBefore = this.#now() + Math.min(longestPause, 500 * 2 ** (record.failures - freeFailures))
  }
}

function tooMany(advice: string): V3Error {
  return new V3Error('TooManyRequests', `too many failed attempts to log in; ${advice}`)
}
