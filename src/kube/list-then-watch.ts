import { setTimeout as delay } from 'node:timers/promises'
import type { KubeObject } from '../model/kube-object.ts'
import { StatusError } from '../model/status.ts'
import type { KubeClient, Query } from './client.ts'
import type { WatchEvent } from './watch.ts'

export interface ListThenWatchOptions {
  signal: AbortSignal
  /** Selectors and the like, sent with the list and each watch. */
  query?: Query
  /** What is handed on of an object, so that nothing else of a long list is in memory. Default all of it. */
  keep?: <T extends KubeObject>(object: T) => T
  /** A watch without an event or a bookmark for so long (ms) is taken for dead and begun again. Default 90 000. */
  idleAfter?: number
  /** Told of every failure that is borne; the loop goes on. */
  onTrouble?: (error: unknown, pause: number) => void
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  random?: () => number
}

export type Observation<T = KubeObject> =
  /** The whole truth, at the start and whenever a watch could not be continued. */
  { type: 'LISTED'; items: T[]; resourceVersion: string } | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }

const shortestPause = 500
const longestPause = 30_000

/**
 * A list, then its changes, for as long as the signal allows: watches are continued from the last version seen, begun
 * again when they go silent, and replaced by a new list when the version is too old (410). Ends, without raising, when
 * the signal is aborted. Failures are retried with a growing pause, whatever they are.
 */
export async function* listThenWatch<T extends KubeObject = KubeObject>(
  client: KubeClient,
  path: string,
  options: ListThenWatchOptions,
): AsyncGenerator<Observation<T>, void, void> {
  const { signal, query, keep = asItIs, onTrouble, sleep = wait, random = Math.random } = options
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
      await sleep(pauseAfter(failures++), signal)
    } catch (error) {
      if (signal.aborted) return
      const expired = error instanceof StatusError && error.code === 410
      if (expired) version = undefined
      const pause = pauseAfter(failures++)
      onTrouble?.(error, pause)
      await sleep(pause, signal).catch(() => undefined)
    }
  }

  /** Grows also when watches end well but at once: a server that does so must not be asked in a tight loop. */
  function pauseAfter(failures: number): number {
    return Math.min(longestPause, shortestPause * 2 ** failures) * (0.75 + random() / 2)
  }
}

/** As many at once as client-go asks for. */
const pageSize = 500

function asItIs<T>(object: T): T {
  return object
}

async function* watchOnce<T extends KubeObject>(
  client: KubeClient,
  path: string,
  resourceVersion: string,
  { signal, query, idleAfter = 90_000 }: ListThenWatchOptions,
): AsyncGenerator<WatchEvent<T>, void, void> {
  const silence = new AbortController()
  const stop = () => silence.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => silence.abort(new Error(`no event for ${idleAfter} ms`)), idleAfter)
  try {
    const watch = client.watch<T>(path, { query: { ...query, resourceVersion }, signal: silence.signal })
    for await (const event of watch) {
      timer.refresh()
      yield event
    }
  } catch (error) {
    // silence is no failure: the next watch continues from the same version
    if (!silence.signal.aborted || signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    silence.abort()
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal })
}
