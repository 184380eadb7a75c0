import type { KubeObject } from '../resource.ts'
import { parseTime } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { keyOf, splitKey } from './objects.ts'
import { visitAll } from './view.ts'

/** As Kubernetes' --event-ttl: an hour after the event was last seen. */
const lifetime = 3_600_000

const sweepEvery = 60_000

/** Deletions per transaction. */
const atOnce = 256

/** Deletes expired events. Only the time of each event is remembered. */
export function eventExpiry({ api, clock, report }: Context): Controller {
  const type = api.type('v1', 'Event')
  const seen = new Map<string, number>()
  const note = (event: KubeObject): void => void seen.set(keyOf(event), lastSeen(event))
  const expire = async (key: string): Promise<void> => {
    const { namespace, name } = splitKey(key)
    seen.delete(key)
    if (api.find(type, namespace, name)) await api.delete(type, namespace, name)
  }
  return {
    name: 'event-expiry',
    watches: {},
    start(add) {
      const stop = api.observe(type, (event) => {
        if (event.type === 'DELETED') seen.delete(keyOf(event.object))
        else note(event.object)
      })
      visitAll(api, type, note).catch((error: unknown) => report('event-expiry', 'start', error))
      const cancel = clock.after(sweepEvery, () => add('sweep'))
      return () => {
        stop()
        cancel()
      }
    },
    async reconcile() {
      const old = [...seen].filter(([, time]) => time + lifetime < clock.now()).map(([key]) => key)
      for (let from = 0; from < old.length; from += atOnce) {
        await Promise.all(old.slice(from, from + atOnce).map(expire))
      }
      return sweepEvery
    },
  }
}

export function lastSeen({ metadata, ...event }: KubeObject): number {
  const times = [event['lastTimestamp'], event['eventTime'], metadata.creationTimestamp]
  return Math.max(...times.map((time) => parseTime(time as string | null | undefined)))
}
