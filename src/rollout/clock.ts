import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './options.ts'

/** Goes on evenly when the machine's clock is set: waits and deadlines are ours, and a day's date only their beginning. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? { signal } : {})
  },
}
