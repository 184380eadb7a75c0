import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './options.ts'

const loaded = process.hrtime()
const loadedAt = Date.now()

/** Goes on evenly when the machine's clock is set: waits and deadlines are ours, and a day's date only their beginning. */
export const systemClock: Clock = {
  now: () => loadedAt + millisecondsSince(loaded),
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? { signal } : {})
  },
}

/** `performance` tells the same, and takes Node a millisecond to load. */
function millisecondsSince(start: [number, number]): number {
  const [seconds, nanoseconds] = process.hrtime(start)
  return seconds * 1000 + nanoseconds / 1e6
}
