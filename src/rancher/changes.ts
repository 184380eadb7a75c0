import type { KubeObject } from '../model/kube-object.ts'
import type { Change, Resource } from './v3-type.ts'
import type { Watched, WatchedEvent } from './watched.ts'

/** Changes that a reader has not taken yet; beyond that it must list again. */
const mostWaiting = 2000

/**
 * A watched list as a change feed: every object there, then every change, until the signal. `map` answers undefined for
 * what this feed does not show; an object that stops being shown is told as removed, by its last shown state. Raises
 * where the reader lags 2,000 changes behind.
 */
export async function* changesOf(
  list: Watched,
  signal: AbortSignal,
  map: (object: KubeObject) => Resource | undefined,
): AsyncGenerator<Change, void, void> {
  const shown = new Map<string, Resource>()
  const existing = [...list.all()]
  const waiting: WatchedEvent[] = []
  let wake = () => {}
  // observed before the first look, so that nothing falls between
  const unobserve = list.observe((event) => {
    if (waiting.push(event) > mostWaiting) unobserve()
    wake()
  })
  const stop = () => wake()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (const object of existing) yield* changeOf(shown, { kind: 'change', object }, map)
    while (!signal.aborted) {
      if (waiting.length > mostWaiting) throw new RangeError('the reader lags too far behind')
      const event = waiting.shift()
      if (event) yield* changeOf(shown, event, map)
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unobserve()
    signal.removeEventListener('abort', stop)
  }
}

function* changeOf(
  shown: Map<string, Resource>,
  { kind, object }: WatchedEvent,
  map: (object: KubeObject) => Resource | undefined,
): Generator<Change> {
  const key = object.metadata.uid ?? ''
  const before = shown.get(key)
  const resource = map(object)
  if (kind === 'change' && resource) {
    shown.set(key, resource)
    yield { name: 'resource.change', resource }
  } else if (before) {
    shown.delete(key)
    yield { name: 'resource.remove', resource: resource ?? before }
  }
}
