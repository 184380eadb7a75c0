import { setTimeout as delay } from 'node:timers/promises'
import type { KubeObject } from '../model/kube-object.ts'
import { StatusError } from '../model/status.ts'
import type { KubeClient, Query } from './client.ts'
import type { WatchEvent } from './watch.ts'

export interface ListThenWatchOptions {
  signal: AbortSignal
  /** Sent with the list and every watch, such as selectors. */
  query?: Query
  /** Applied to every object, to keep less of a long list in memory. Default: the object itself. */
  keep?: <T extends KubeObject>(object: T) => T
  /** Reconnect a watch after this long without an event or bookmark (ms). Default 90 000. */
  idleTimeout?: number
  /** Called for every failure before the retry; `pause` is the delay in ms. */
  onTrouble?: (error: unknown, pause: number) => void
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  random?: () => number
}

export type Observation<T = KubeObject> =
  /** A complete list, at the start and whenever a watch could not be resumed. */
  { type: 'LISTED'; items: T[]; resourceVersion: string } | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }

const minBackoff = 500
const maxBackoff = 30_000

/**
 * Lists, then watches until the signal aborts, and then ends without raising. A watch resumes from the last
 * resourceVersion seen, reconnects when it goes silent, and starts over with a new list on 410. Every failure is
 * retried with exponential backoff.
 */
export async function* listThenWatch<T extends KubeObject = KubeObject>(
  client: KubeClient,
  path: string,
  options: ListThenWatchOptions,
): AsyncGenerator<Observation<T>, void, void> {
  const { signal, query, keep = identity, onTrouble, sleep = wait, random = Math.random } = options
  let version: string | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const items: T[] = []
        let listed = ''
        for await (const page of client.pages<T>(path, { query: { limit: pageSize, ...query }, signal })) {
          listed ||= page.metadata.resourceVersion ?? ''
          for (const object of page.items ?? []) items.push(keep(object))
        }
        version = listed
        failures = 0
        yield { type: 'LISTED', items, resourceVersion: version }
      }
      for await (const event of watchOnce<T>(client, path, version, options)) {
        failures = 0
        version = event.object.metadata.resourceVersion ?? version
        if (event.type !== 'BOOKMARK') yield { type: event.type, object: keep(event.object) }
      }
      await sleep(backoff(failures++), signal)
    } catch (error) {
      if (signal.aborted) return
      const expired = error instanceof StatusError && error.code === 410
      if (expired) version = undefined
      const pause = backoff(failures++)
      onTrouble?.(error, pause)
      await sleep(pause, signal).catch(() => undefined)
    }
  }

  /** Applies to watches that end at once, too: such a server must not be polled in a tight loop. */
  function backoff(failures: number): number {
    return Math.min(maxBackoff, minBackoff * 2 ** failures) * (0.75 + random() / 2)
  }
}

/** client-go's page size. */
const pageSize = 500

function identity<T>(object: T): T {
  return object
}

async function* watchOnce<T extends KubeObject>(
  client: KubeClient,
  path: string,
  resourceVersion: string,
  { signal, query, idleTimeout = 90_000 }: ListThenWatchOptions,
): AsyncGenerator<WatchEvent<T>, void, void> {
  const idle = new AbortController()
  const stop = () => idle.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => idle.abort(new Error(`no event for ${idleTimeout} ms`)), idleTimeout)
  try {
    const watch = client.watch<T>(path, { query: { ...query, resourceVersion }, signal: idle.signal })
    for await (const event of watch) {
      timer.refresh()
      yield event
    }
  } catch (error) {
    // a silent watch is not an error: the next one resumes from the same version
    if (!idle.signal.aborted || signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    idle.abort()
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal })
}
