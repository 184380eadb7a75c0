export { timestamp } from '../metadata.ts'

/** Injectable time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once after `ms`; returns the cancel function. */
  after(ms: number, callback: () => void): () => void
}

/** Node's limit for timers; a timer that fires early only causes another check. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), longestTimer))
    return () => clearTimeout(timer)
  },
}

/** The format of times in new-style events and leases. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z')
}

/** A time in ms; 0 if absent. */
export function parseTime(time: string | null | undefined): number {
  return time ? Date.parse(time) : 0
}
