import { setMaxListeners } from 'node:events'
import type { HttpRequest } from '../model/http.ts'
import { identify } from './access/identify.ts'
import { rightIn } from './access/caller.ts'
import { V3Error } from './answer/failure.ts'
import { Query } from './request/query.ts'
import { rightToType } from './access/reach.ts'
import { renderResource } from './answer/render.ts'
import { RequestCall } from './request/request-call.ts'
import { findSchema, parseRoute, type Route } from './request/route.ts'
import { schemas } from './schema/schemas.ts'
import { identitiesOf, type ServerParts } from './server.ts'
import { baseUrl } from './request/urls.ts'
import type { Change, V3Type } from './schema/v3-type.ts'
import { mannerOf } from './answer/writer.ts'

const pingEvery = 5000
const ping = '{"name":"ping","data":{}}'

/** Characters a slow reader may leave unread before the feed waits; meanwhile changes are queued (`changesOf`). */
const mostWaiting = 1024 * 1024

/**
 * The change feed behind `/v3/subscribe` and `/v3/project/<p>/subscribe`, as text frames: the current objects, then
 * every change, and a ping every 5 s. Raises `NotIdentified` or `V3Error` before the first frame if refused. Ends with
 * the signal.
 */
export function openFeed(parts: ServerParts, request: HttpRequest, signal: AbortSignal): AsyncIterable<string> {
  const { path, query } = split(request.url)
  const route = parseRoute(path, schemas)
  if (route?.typeName !== 'subscribe') throw new V3Error('NotFound', '404 page not found')
  const { realm } = parts
  if (isForeignPage(request)) throw new V3Error('PermissionDenied', 'not for the pages of another site')
  const caller = identify(request.headers, identitiesOf(realm))
  const wanted = wantedTypes(parts, route, query)
  const calls = wanted.map((type) => callFor(parts, request, route, query, type, caller))
  return frames(
    calls.filter((call) => maySubscribe(call, route)),
    signal,
  )
}

/** Websockets from other sites' pages carry a session's cookie, but not a key in a header. */
function isForeignPage(request: HttpRequest): boolean {
  const origin = request.headers.get('origin')
  if (origin === null || request.headers.has('authorization')) return false
  return !URL.canParse(origin) || new URL(origin).host !== new URL(baseUrl(request)).host
}

function maySubscribe({ caller: { reach }, type }: RequestCall, { projectId }: Route): boolean {
  if (reach.kind === 'everything') return true
  return projectId !== undefined && rightToType(rightIn(reach, projectId), type.id) !== undefined
}

function split(url: string): { path: string; query: Query } {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const mark = url.indexOf('?', start)
  return mark < 0
    ? { path: url.slice(start), query: new Query('') }
    : { path: url.slice(start, mark), query: new Query(url.slice(mark + 1)) }
}

function wantedTypes({ types }: ServerParts, { scope }: Route, query: Query): V3Type[] {
  const names = query.all('resourceTypes')
  const able = [...types.values()].filter((type) => type.scope === scope && type.store?.watch)
  const wanted = names.length === 0 ? able : able.filter(({ id }) => names.includes(id))
  if (wanted.length === 0) throw new V3Error('NotFound', 'no resources types matched')
  return wanted
}

function callFor(
  { realm, types }: ServerParts,
  request: HttpRequest,
  route: Route,
  query: Query,
  type: V3Type,
  caller: RequestCall['caller'],
): RequestCall {
  const schema = findSchema(schemas[route.scope], type.id)
  const manner = mannerOf('GET', new Query(''), request.headers)
  const base = baseUrl(request)
  const path = `${route.context}/${schema.pluralName.toLowerCase()}`
  const { cluster } = realm
  return new RequestCall({
    request,
    method: 'GET',
    path,
    query,
    route,
    caller,
    type,
    schema,
    base,
    cluster,
    types,
    manner,
  })
}

async function* frames(calls: readonly RequestCall[], signal: AbortSignal): AsyncGenerator<string, void, void> {
  const stop = new AbortController()
  // each list that is watched listens to it
  setMaxListeners(0, stop.signal)
  const end = () => stop.abort()
  signal.addEventListener('abort', end, { once: true })
  const queue = new FrameQueue(stop)
  const timer = setInterval(() => void queue.push(ping), pingEvery)
  const feeds = calls.map((call) => follow(call, queue, stop.signal))
  try {
    yield* queue.take(stop.signal)
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', end)
    stop.abort()
    await Promise.allSettled(feeds)
  }
}

async function follow(call: RequestCall, queue: FrameQueue, signal: AbortSignal): Promise<void> {
  const watch = call.type.store?.watch
  if (!watch) return
  try {
    for await (const change of watch(call, signal)) await queue.push(frameOf(call, change))
  } catch {
    queue.close()
  }
}

function frameOf(call: RequestCall, { name, resource }: Change): string {
  return `{"name":"${name}","data":${renderResource(call, resource).json}}`
}

class FrameQueue {
  readonly #waiting: string[] = []
  #size = 0
  readonly #stop: AbortController
  #wake: () => void = () => {}
  #makeRoom: (() => void)[] = []

  constructor(stop: AbortController) {
    this.#stop = stop
    stop.signal.addEventListener('abort', () => this.#wakeAll(), { once: true })
  }

  /** Resolves when there is room, or nobody is reading any more. */
  async push(frame: string): Promise<void> {
    while (this.#size >= mostWaiting && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => this.#makeRoom.push(resolve))
    }
    this.#waiting.push(frame)
    this.#size += frame.length
    this.#wake()
  }

  close(): void {
    this.#stop.abort()
  }

  async *take(signal: AbortSignal): AsyncGenerator<string, void, void> {
    while (!signal.aborted) {
      const frame = this.#waiting.shift()
      if (frame === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else {
        this.#size -= frame.length
        this.#freeRoom()
        yield frame
      }
    }
  }

  #freeRoom(): void {
    for (const free of this.#makeRoom.splice(0)) free()
  }

  #wakeAll(): void {
    this.#wake()
    this.#freeRoom()
  }
}
