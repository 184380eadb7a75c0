import type { KubeObject } from '../../model/kube-object.ts'
import type { Change, Resource } from '../schema/v3-type.ts'
import type { Watched, WatchedEvent } from './watched.ts'

/** Maximum number of unread changes; beyond that the reader must list again. */
const mostWaiting = 2000

/** A watched list, and how a feed shows its objects: undefined hides one. */
export interface Source {
  list: Watched
  map: (object: KubeObject) => Resource | undefined | Promise<Resource | undefined>
}

/** The feed of one list. */
export function changesOf(list: Watched, signal: AbortSignal, map: Source['map']): AsyncGenerator<Change, void, void> {
  return changesOfAll([{ list, map }], signal)
}

/**
 * Watched lists as one feed: every current object, then every change, until the signal aborts. An object that becomes
 * hidden is reported as removed, in its last visible state. Raises if the reader lags 2,000 changes behind.
 */
export async function* changesOfAll(
  sources: readonly Source[],
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const shown = new Map<string, Resource>()
  const existing = sources.map(({ list, map }) => ({ map, objects: [...list.all()] }))
  const waiting: { event: WatchedEvent; map: Source['map'] }[] = []
  let wake = () => {}
  // subscribe before listing, so that no change is missed
  const unobserve = sources.map(({ list, map }) => {
    const stop = list.observe((event) => {
      if (waiting.push({ event, map }) > mostWaiting) stop()
      wake()
    })
    return stop
  })
  const stop = () => wake()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (const { map, objects } of existing) {
      for (const object of objects) yield* changeOf(shown, { kind: 'change', object }, map)
    }
    while (!signal.aborted) {
      if (waiting.length > mostWaiting) throw new RangeError('the reader lags too far behind')
      const next = waiting.shift()
      if (next) yield* changeOf(shown, next.event, next.map)
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    for (const one of unobserve) one()
    signal.removeEventListener('abort', stop)
  }
}

async function* changeOf(
  shown: Map<string, Resource>,
  { kind, object }: WatchedEvent,
  map: Source['map'],
): AsyncGenerator<Change> {
  const key = object.metadata.uid ?? ''
  const before = shown.get(key)
  const resource = await map(object)
  if (kind === 'change' && resource) {
    shown.set(key, resource)
    yield { name: 'resource.change', resource }
  } else if (before) {
    shown.delete(key)
    yield { name: 'resource.remove', resource: resource ?? before }
  }
}
