import type { Watched, WatchedEvent } from '../watched.ts'

/** Every object that is there, then every change, of several lists in the order they come. Ends with the signal. */
export async function* changesOf<Source extends { watched: Watched }>(
  sources: readonly Source[],
  signal: AbortSignal,
): AsyncGenerator<{ source: Source; event: WatchedEvent }> {
  const queue: { source: Source; event: WatchedEvent }[] = []
  let wake: () => void = () => {}
  const stops = sources.map((source) => {
    for (const object of source.watched.all()) queue.push({ source, event: { kind: 'change', object } })
    return source.watched.observe((event) => {
      queue.push({ source, event })
      wake()
    })
  })
  const stop = () => wake()
  signal.addEventListener('abort', stop)
  try {
    while (!signal.aborted) {
      const next = queue.shift()
      if (next) yield next
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', stop)
    for (const one of stops) one()
  }
}
