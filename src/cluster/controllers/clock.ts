export { timestamp } from '../metadata.ts'

/** Time, handed in: tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once after `ms`; returns the cancel. */
  after(ms: number, callback: () => void): () => void
}

/** Node refuses longer timers; a wait that wakes too early only looks again. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), longestTimer))
    return () => clearTimeout(timer)
  },
}

/** As Kubernetes writes times in the new form of events and in leases. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z')
}

/** Milliseconds of a time in an object; absent is 0. */
export function parseTime(time: string | null | undefined): number {
  return time ? Date.parse(time) : 0
}
