import { hrtime } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './options.ts'

const loaded = hrtime()
const loadedAt = Date.now()

/** Monotonic: setting the machine's clock affects neither waits nor deadlines. Only the start is wall-clock time. */
export const systemClock: Clock = {
  now: () => loadedAt + millisecondsSince(loaded),
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? { signal } : {})
  },
}

/** `performance.now()` would do as well, but takes Node a millisecond to load. */
function millisecondsSince(start: [number, number]): number {
  const [seconds, nanoseconds] = hrtime(start)
  return seconds * 1000 + nanoseconds / 1e6
}
