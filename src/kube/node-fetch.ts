import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http'
import { request as tlsRequest, type Agent } from 'node:https'
import { Readable } from 'node:stream'
import { DroverError } from '../model/errors.ts'
import { HeaderMap, type BodyInit, type Fetch, type HttpRequest, type HttpResponse } from '../model/http.ts'
import { connectionFailure } from './connection-failure.ts'
import { secureAgent, type TrustOptions } from './secure-agent.ts'

export interface NodeFetchOptions extends TrustOptions {
  /** Limit for connecting, TLS included, in ms. Default 10 000. */
  connectTimeout?: number
  /**
   * Longest silence while waiting for or reading a response, in ms. Default 60 000. Watches and followed logs are
   * exempt.
   */
  idleTimeout?: number
  /** Connections per host. Default 32: more mostly wait for each other's TLS handshakes. */
  connections?: number
}

/** A Fetch with a connection pool. Disposing closes it; idle connections do not keep the process alive. */
export type NodeFetch = Fetch & Disposable

/**
 * A Fetch over node:https with keep-alive; `fetch` and undici add 100 to 150 ms to a command's start. Does not follow
 * redirects. Raises UNREACHABLE, or UNTRUSTED before a byte of the request is written.
 */
export function nodeFetch(options: NodeFetchOptions = {}): NodeFetch {
  const { connectTimeout = 10_000, idleTimeout = 60_000, connections = 32 } = options
  const agents = { plain: undefined as PlainAgent | undefined, secure: undefined as Agent | undefined }
  const agentFor = (protocol: string) =>
    protocol === 'https:'
      ? (agents.secure ??= secureAgent({ ...options, connectTimeout, connections }))
      : (agents.plain ??= new PlainAgent({ keepAlive: true, maxSockets: connections }))

  const fetch = async (request: HttpRequest): Promise<HttpResponse> => {
    const url = new URL(request.url)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new DroverError('INVALID', `cannot speak ${url.protocol}//; expected https:// or http://`)
    }
    if (options.proxy !== undefined && url.protocol === 'http:') {
      throw new DroverError(
        'UNSUPPORTED',
        `${url.host} by plain http through a proxy; use https, or except it by NO_PROXY`,
      )
    }
    const body = await bodyOf(request)
    const exchange = () => send(url, request, body, agentFor(url.protocol), { connectTimeout, idleTimeout })
    for (;;) {
      try {
        return await exchange()
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error
        // The server closed an idle connection as we reused it. Nothing was answered, so a safe request is retried: on a new
        // connection in the end, as the server may have closed every idle one.
        if (!isSafe(request.method)) throw connectionFailure(error.cause, url)
      }
    }
  }
  return Object.assign(fetch, {
    [Symbol.dispose]() {
      agents.plain?.destroy()
      agents.secure?.destroy()
    },
  })
}

class StaleConnection extends Error {}

function isCut({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE'
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** As the API server's long-running requests: these may stay silent for as long as they like. */
function isLongRunning(url: URL): boolean {
  return ['watch', 'follow'].some((name) => url.searchParams.has(name) && url.searchParams.get(name) !== 'false')
}

interface Timeouts {
  connectTimeout: number
  idleTimeout: number
}

function send(
  url: URL,
  { method, headers, signal }: HttpRequest,
  body: string | Uint8Array | null,
  agent: PlainAgent | Agent,
  { connectTimeout, idleTimeout }: Timeouts,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, { method, agent, headers: {} })
    for (const [name, value] of headers) request.appendHeader(name, value)
    if (body !== null) request.setHeader('content-length', Buffer.byteLength(body))
    const abort = () => request.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    request.on('socket', (socket) => {
      // the secure agent returns connected sockets and has its own timeout
      if (!socket.connecting) return
      const late = () => request.destroy(new Error(`no connection within ${connectTimeout} ms`))
      const timer = setTimeout(late, connectTimeout)
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(timer))
    })
    if (!isLongRunning(url)) {
      request.setTimeout(idleTimeout, () => request.destroy(new Error(`no answer within ${idleTimeout} ms`)))
    }
    request.on('response', (message) => {
      message.once('close', () => signal.removeEventListener('abort', abort))
      resolve(new NodeResponse(message, url))
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', abort)
      if (signal.aborted) reject(signal.reason as Error)
      else if (request.reusedSocket && isCut(error)) reject(new StaleConnection('', { cause: error }))
      else reject(connectionFailure(error, url))
    })
    request.end(body ?? undefined)
  })
}

/** A light message exposes its text or bytes; any other body is buffered, so that its length is known. */
async function bodyOf(request: HttpRequest & { source?: BodyInit }): Promise<string | Uint8Array | null> {
  const { source } = request
  if (typeof source === 'string' || source instanceof Uint8Array) return source
  return request.body === null ? null : new Uint8Array(await request.arrayBuffer())
}

class NodeResponse implements HttpResponse {
  readonly status: number
  readonly headers: HeaderMap
  readonly #message: IncomingMessage
  readonly #url: URL
  #stream: ReadableStream<Uint8Array> | undefined

  constructor(message: IncomingMessage, url: URL) {
    this.status = message.statusCode ?? 0
    this.headers = new HeaderMap()
    const { rawHeaders } = message
    for (let i = 0; i < rawHeaders.length; i += 2) this.headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
    this.#message = message
    this.#url = url
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get body(): ReadableStream<Uint8Array> {
    return (this.#stream ??= Readable.toWeb(Readable.from(this.#chunks())) as ReadableStream<Uint8Array>)
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const chunk of this.#message) yield chunk as Uint8Array
    } catch (error) {
      throw connectionFailure(error, this.#url)
    }
  }

  async text(): Promise<string> {
    return (await this.#bytes()).toString()
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.#bytes()
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  }

  #bytes(): Promise<Buffer> {
    const message = this.#message
    // events cost a third of iterating the message
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(connectionFailure(error, this.#url))
      const broken = () => fail(new Error('the answer ended before it was whole'))
      if (message.closed) return broken()
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.once('end', () => {
        message.off('close', broken)
        resolve(Buffer.concat(chunks))
      })
      message.once('error', fail)
      message.once('close', broken)
    })
  }
}
