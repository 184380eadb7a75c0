import { setTimeout as delay } from 'node:timers/promises'
import { DroverError } from '../model/errors.ts'
import { httpRequest, type Fetch, type HttpResponse } from '../model/http.ts'
import type { KubeList, KubeObject } from '../model/kube-object.ts'
import { StatusError } from '../model/status.ts'
import { readAnswer, refuseFailure } from './read-answer.ts'
import { readList } from './read-list.ts'
import { withOlderCronJobs } from './older-cron-jobs.ts'
import { readWatch, type WatchEvent } from './watch.ts'

export interface ConnectOptions {
  fetch: Fetch
  /**
   * Root of the API, such as `https://10.0.0.1:6443` or `https://rancher.example/k8s/clusters/c-abcde`. The default
   * suits a Fetch that has no network.
   */
  url?: string
  /** Headers for every request, such as Authorization. Called per request, so a credential can be rotated. */
  headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /** Default: a timer. Tests pass their own. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface CallOptions {
  query?: Query
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
}

export interface ListOptions<T> extends CallOptions {
  /** Reduces each item as it is read, so that a long list is never in memory as a whole. Default: items are kept as they are. */
  keep?: (item: T) => T
}

export interface WriteOptions extends CallOptions {
  /** Field manager recorded by Kubernetes. Default `drover`. */
  fieldManager?: string
  /** Validate without storing (`dryRun=All`). */
  dryRun?: boolean
}

export type JsonPatch = readonly JsonPatchOperation[]
export type JsonPatchOperation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: unknown }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; from: string; path: string }

export type Patch = { type: 'json'; operations: JsonPatch } | { type: 'merge' | 'strategic' | 'apply'; body: unknown }

/**
 * A Kubernetes API over a Fetch. Paths start with `/api` or `/apis`. Every call raises StatusError when Kubernetes
 * refuses, and DroverError (UNREACHABLE, SERVER, UNAUTHENTICATED, …) when something else answers.
 */
export interface KubeClient {
  readonly url: string
  get<T = KubeObject>(path: string, options?: CallOptions): Promise<T>
  /**
   * All items; follows pages when `query.limit` is set. Items have apiVersion and kind only if the server sends them.
   */
  list<T = KubeObject>(path: string, options?: ListOptions<T>): Promise<KubeList<T>>
  /** Like `list`, one page at a time. */
  pages<T = KubeObject>(path: string, options?: ListOptions<T>): AsyncGenerator<KubeList<T>, void, void>
  create<T = KubeObject>(path: string, object: unknown, options?: WriteOptions): Promise<T>
  replace<T = KubeObject>(path: string, object: unknown, options?: WriteOptions): Promise<T>
  patch<T = KubeObject>(path: string, patch: Patch, options?: WriteOptions): Promise<T>
  /** DELETE, optionally with DeleteOptions as the body. Returns the object or a Status. */
  remove(path: string, deleteOptions?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<KubeObject>
  /** A single watch request; ends when the server closes it. `listThenWatch` reconnects. */
  watch<T = KubeObject>(path: string, options?: CallOptions): AsyncGenerator<WatchEvent<T>, void, void>
  /** Plain text, such as a container's log. */
  text(path: string, options?: CallOptions): Promise<string>
  /** Any request. Returns the response unread, failures included. */
  send(method: string, path: string, body: string | null, options?: CallOptions): Promise<HttpResponse>
}

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const satisfies Record<Patch['type'], string>

const json = { 'content-type': 'application/json' }

export function connect({ fetch, url = 'http://cluster.invalid', headers, sleep = wait }: ConnectOptions): KubeClient {
  const root = url.replace(/\/+$/, '')
  const ask = withOlderCronJobs(fetch)
  const addressOf = (path: string, query: Query = {}) => `${root}${path}${queryText(query, path.includes('?'))}`

  async function send(method: string, path: string, body: string | null, options: CallOptions = {}) {
    const { query, signal } = options
    const address = addressOf(path, query)
    const own = headers ? await headers() : {}
    const all = { accept: 'application/json', ...own, ...options.headers }
    for (let attempt = 1; ; attempt++) {
      const response = await ask(httpRequest(address, { method, headers: all, body, signal }))
      const pause = attempt <= maxRetries ? retryAfter(response) : undefined
      if (pause === undefined) return response
      await response.text()
      await sleep(pause, signal)
    }
  }

  async function call<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
    const text = body === undefined ? null : JSON.stringify(body)
    const response = await send(method, path, text, {
      ...options,
      headers: { ...(text === null ? {} : json), ...options.headers },
    })
    return (await readAnswer({ method, url: addressOf(path) }, response)) as T
  }

  async function page<T>(path: string, { keep, ...options }: ListOptions<T>): Promise<KubeList<T>> {
    if (!keep) return call('GET', path, undefined, options)
    const response = await send('GET', path, null, options)
    return readList({ method: 'GET', url: addressOf(path) }, response, keep)
  }

  async function* pages<T>(path: string, options: ListOptions<T> = {}): AsyncGenerator<KubeList<T>, void, void> {
    let query = options.query
    for (;;) {
      const next = await page<T>(path, { ...options, ...(query && { query }) })
      yield next
      if (!next.metadata?.continue) return
      query = { ...options.query, continue: next.metadata.continue }
    }
  }

  async function list<T>(path: string, options: ListOptions<T> = {}): Promise<KubeList<T>> {
    let whole: KubeList<T> | undefined
    try {
      for await (const page of pages<T>(path, options)) {
        if (whole) whole.items.push(...(page.items ?? []))
        else whole = { ...page, metadata: { ...page.metadata, continue: '' }, items: [...(page.items ?? [])] }
      }
    } catch (error) {
      if (!whole || !(error instanceof StatusError) || error.code !== 410) throw error
      // the continue token expired: list without paging, as client-go's pager does
      return list(path, { ...options, query: { ...options.query, limit: undefined } })
    }
    return whole as KubeList<T>
  }

  return {
    url: root,
    get: (path, options) => call('GET', path, undefined, options),
    list,
    pages,
    create: (path, object, options) => call('POST', path, object, writing(options)),
    replace: (path, object, options) => call('PUT', path, object, writing(options)),
    patch: (path, patch, options) => {
      const body = patch.type === 'json' ? patch.operations : patch.body
      const headers = { ...options?.headers, 'content-type': patchTypes[patch.type] }
      return call('PATCH', path, body, { ...writing(options), headers })
    },
    remove: (path, deleteOptions, options) => call('DELETE', path, deleteOptions, options),
    async *watch<T>(path: string, options: CallOptions = {}) {
      const query = { allowWatchBookmarks: true, ...options.query, watch: true }
      const response = await send('GET', path, null, { ...options, query })
      await refuseFailure({ method: 'GET', url: addressOf(path) }, response)
      yield* readWatch<T>(response)
    },
    async text(path, options) {
      const response = await send('GET', path, null, { ...options, headers: { accept: '*/*', ...options?.headers } })
      await refuseFailure({ method: 'GET', url: addressOf(path) }, response)
      return response.text()
    },
    send,
  }
}

/** How often a request is retried after 429 Too Many Requests. */
const maxRetries = 3

function retryAfter(response: HttpResponse): number | undefined {
  if (response.status !== 429) return undefined
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.min(seconds, 30) * 1000 : undefined
}

function writing({ fieldManager = 'drover', dryRun, query, ...rest }: WriteOptions = {}): CallOptions {
  return { ...rest, query: { fieldManager, dryRun: dryRun ? 'All' : undefined, ...query } }
}

function queryText(query: Query, begun: boolean): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return pairs.length === 0 ? '' : `${begun ? '&' : '?'}${pairs.join('&')}`
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {})
}

/** Resolves to undefined on NOT_FOUND. An API group that is not served answers 404 in plain text, which counts too. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return undefined
    if (error instanceof DroverError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
