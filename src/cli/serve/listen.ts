import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { DroverError } from '../../model/errors.ts'
import { jsonResponse, type BodyInit, type Fetch, type HttpResponse } from '../../model/http.ts'
import { IncomingRequest } from './incoming-request.ts'
import { answerPlainHttp } from './plain-http.ts'

export interface ListenOptions {
  host: string
  /** 0 picks a free port. */
  port: number
  /** PEM. Absent: plain HTTP. */
  tls?: { cert: string; key: string } | undefined
  /** Maximum request body in bytes; larger ones are answered 413. Default 3 MiB, Kubernetes' limit. */
  maxBody?: number
  /** Handles websockets. Absent: upgrades are answered 501. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer, url: string) => void
  /** Called for errors escaping the fetch, which are bugs answered with 500. */
  onError?: (error: unknown) => void
}

export interface Listener extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** How long a closing listener waits for running requests, in ms. Streams (watches) end at once. */
const drainMs = 5000

const lingerMs = 1000

/** Serves `fetch` on a socket. Disposing stops accepting requests, ends streams and waits for the rest. */
export async function listen(fetch: Fetch, options: ListenOptions): Promise<Listener> {
  const { host, tls, upgrade } = options
  const open = new Set<IncomingRequest>()
  const answer = (message: IncomingMessage, response: ServerResponse) => {
    void serveOne(fetch, message, response, options, open)
  }
  // the minimum of Kubernetes' API server, too
  const server = tls ? secureServer(tls, answer) : createServer(answer)
  server.headersTimeout = 20_000
  server.requestTimeout = 120_000
  server.keepAliveTimeout = 75_000
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = addressOf(message, tls !== undefined)
    if (upgrade && url !== undefined) upgrade(message, socket, head, url)
    else socket.end(`HTTP/1.1 ${url === undefined ? '400 Bad Request' : '501 Not Implemented'}\r\n${endOfAnswer}`)
  })
  const port = await bind(server, host, options.port)
  return {
    port,
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    [Symbol.asyncDispose]: () => close(server, open),
  }
}

function secureServer(tls: { cert: string; key: string }, answer: RequestListener): Server {
  const server = createSecureServer({ ...tls, minVersion: 'TLSv1.2' }, answer)
  answerPlainHttp(server)
  return server
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): DroverError {
  const why: Record<string, string> = {
    EADDRINUSE: `port ${port} of ${host} is in use by another program; choose another with --listen ${host}:PORT (0 takes any free one)`,
    EACCES: `this user may not listen on port ${port}; choose one above 1023 with --listen ${host}:PORT`,
    EADDRNOTAVAIL: `${host} is no address of this machine`,
    ENOTFOUND: `${host} is no address of this machine`,
  }
  return new DroverError('INVALID', why[cause.code ?? ''] ?? `cannot listen on ${host}:${port}: ${cause.message}`, {
    cause,
  })
}

async function close(server: Server, open: ReadonlySet<IncomingRequest>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  // Node considers a connection idle once its response has ended, which may be before all of it is sent
  const idle = setInterval(() => {
    if (open.size === 0) server.closeIdleConnections()
  }, 20)
  for (const request of open) request.abort(new Error('the server is closing'))
  const late = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}

const endOfAnswer = 'Connection: close\r\nContent-Length: 0\r\n\r\n'

/** The absolute URL of a request; undefined if Host and path do not form one. */
function addressOf({ headers, socket, url: target = '/' }: IncomingMessage, secure: boolean): string | undefined {
  const host = headers.host ?? `${socket.localAddress}:${socket.localPort}`
  const url = target.startsWith('/') ? `${secure ? 'https' : 'http'}://${host}${target}` : target
  return URL.canParse(url) ? url : undefined
}

async function serveOne(
  fetch: Fetch,
  message: IncomingMessage,
  response: ServerResponse,
  { tls, maxBody = 3 * 1024 * 1024, onError }: ListenOptions,
  open: Set<IncomingRequest>,
): Promise<void> {
  const url = addressOf(message, tls !== undefined)
  if (url === undefined) return write(response, notAnAddress(), message.method === 'HEAD')
  const request = new IncomingRequest(message, url, maxBody)
  open.add(request)
  response.once('close', () => {
    open.delete(request)
    if (!response.writableFinished) request.abort(new Error('the caller went away'))
  })
  const answer = request.tooLarge ? undefined : await ask(fetch, request, onError)
  if (request.tooLarge) await drain(message)
  try {
    await write(
      response,
      answer === undefined || request.tooLarge ? tooLarge(maxBody) : answer,
      message.method === 'HEAD',
    )
  } catch (error) {
    // The status is already sent; breaking the connection is the only way to signal an incomplete response.
    if (!request.signal.aborted) onError?.(error)
    response.destroy()
  }
}

async function ask(fetch: Fetch, request: IncomingRequest, onError?: (error: unknown) => void): Promise<HttpResponse> {
  try {
    return await fetch(request)
  } catch (error) {
    if (!request.tooLarge && !request.signal.aborted) onError?.(error)
    return failure(500, 'ServerError', 'the server failed at this request; its log says more')
  }
}

/** A client that is still sending does not read the response: discards what arrives within a second. */
async function drain(message: IncomingMessage): Promise<void> {
  message.resume()
  await Promise.race([finished(message).catch(() => undefined), sleep(lingerMs, undefined, { ref: false })])
}

function tooLarge(limit: number): HttpResponse {
  return failure(413, 'RequestEntityTooLarge', `the request body is longer than ${limit} bytes`)
}

function notAnAddress(): HttpResponse {
  return failure(400, 'InvalidFormat', 'the Host and the path of the request make no address')
}

/** A v3 error that Kubernetes clients can read too: it has `status` and `message`. */
function failure(status: number, code: string, message: string): HttpResponse {
  return jsonResponse({ type: 'error', baseType: 'error', status, code, message }, { status })
}

async function write(response: ServerResponse, answer: HttpResponse, headOnly: boolean): Promise<void> {
  const headers = [...answer.headers].flat()
  const source = 'source' in answer ? (answer.source as BodyInit) : answer.body
  const whole = typeof source === 'string' || source instanceof Uint8Array
  if (whole && !headOnly && !answer.headers.has('content-length')) {
    headers.push('content-length', String(Buffer.byteLength(source)))
  }
  response.writeHead(answer.status, headers)
  if (source === null || headOnly) response.end()
  else if (whole) response.end(source)
  else await writeStream(response, source)
}

async function writeStream(response: ServerResponse, stream: ReadableStream<Uint8Array>): Promise<void> {
  response.flushHeaders()
  const reader = stream.getReader()
  const gone = new Promise<void>((resolve) => response.once('close', resolve))
  void gone.then(() => reader.cancel()).catch(() => undefined)
  for (;;) {
    const { done, value } = await reader.read()
    if (done || response.destroyed) break
    if (!response.write(value)) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), gone])
  }
  response.end()
}
