import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './options.ts'

export const systemClock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    await delay(ms, undefined, signal ? { signal } : {})
  },
}
