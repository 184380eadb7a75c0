import type { Clock } from '../../src/cluster/controllers/clock.ts'

interface Timer {
  at: number
  /** Of two for the same moment the one set first comes first. */
  order: number
  callback: () => void
}

/**
 * Time that passes only when told to, and then from one timer to the next: whatever a timer sets off is over before the
 * next one goes off, however busy the machine is.
 */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>()
  #now: number
  #order = 0

  /** `start` in milliseconds since the epoch. */
  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), order: this.#order++, callback }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Lets the time pass up to `end`, and everything happen that is due by then. */
  async advanceTo(end: number): Promise<void> {
    await settled()
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#timers.delete(timer)
      this.#now = Math.max(timer.at, this.#now)
      timer.callback()
      await settled()
    }
    this.#now = Math.max(end, this.#now)
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end)
    return due.toSorted((one, other) => one.at - other.at || one.order - other.order)[0]
  }
}

/** Resolves when nothing is under way: the cluster commits what it writes in immediates, and waits for nothing else. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet = process.getActiveResourcesInfo().includes('Immediate') ? 0 : quiet + 1)
    await new Promise((resolve) => setImmediate(resolve))
}
