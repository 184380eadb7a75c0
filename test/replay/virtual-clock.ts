import type { Clock } from '../../src/cluster/controllers/clock.ts'

interface Timer {
  at: number
  /** Timers due at the same time fire in the order they were set. */
  order: number
  callback: () => void
}

/**
 * Time that advances on demand, one timer at a time: everything a timer triggers completes before the next one fires,
 * however busy the machine is.
 */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>()
  #now: number
  #order = 0

  /** `start` in ms since the epoch. */
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

  /** Advances to `end`, firing all timers due by then. */
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

/** Resolves when nothing is pending: the cluster commits writes in immediates and waits for nothing else. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet = process.getActiveResourcesInfo().includes('Immediate') ? 0 : quiet + 1)
    await new Promise((resolve) => setImmediate(resolve))
}
