import type { KubeObject } from '../resource.ts'
import { parseTime } from './clock.ts'
import type { Context, Controller } from './controller.ts'

/** Events live an hour after they were last seen, as under Kubernetes' --event-ttl. */
const lifetime = 3_600_000

const sweepEvery = 60_000

/** Deletes events that nobody will ask for any more. */
export function eventExpiry({ api, clock }: Context): Controller {
  return {
    name: 'event-expiry',
    watches: {},
    start(add) {
      return clock.after(sweepEvery, () => add('sweep'))
    },
    async reconcile() {
      const type = api.type('v1', 'Event')
      const old = api.list(type).filter((event) => lastSeen(event) + lifetime < clock.now())
      await Promise.all(old.map(({ metadata }) => api.delete(type, metadata.namespace, metadata.name ?? '')))
      return sweepEvery
    },
  }
}

export function lastSeen({ metadata, ...event }: KubeObject): number {
  const times = [event['lastTimestamp'], event['eventTime'], metadata.creationTimestamp]
  return Math.max(...times.map((time) => parseTime(time as string | null | undefined)))
}
