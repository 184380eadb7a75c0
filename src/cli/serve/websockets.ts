import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { httpRequest, jsonResponse, type HttpResponse } from '../../model/http.ts'
import type { Status } from '../../model/status.ts'
import type { RancherServer } from '../../rancher/index.ts'
import { IncomingRequest } from './incoming-request.ts'

/** Backpressure limit in bytes: a list is produced faster than any client reads. */
const maxBuffered = 1024 * 1024
/** A client that reads nothing for this long (ms) is dropped. */
const patience = 10_000
/** Clients have nothing to send; `ws` would accept 100 MiB. */
const maxMessage = 64 * 1024

/**
 * Accepts websockets for the change feed. A refused upgrade gets the response of the same request without the upgrade.
 * Loads the `ws` library on first use.
 */
export function websocketUpgrade(server: RancherServer, closing: AbortSignal) {
  return (message: IncomingMessage, socket: Duplex, head: Buffer, url: string): void => {
    const request = new IncomingRequest(message, url, 0)
    const gone = new AbortController()
    socket.once('close', () => gone.abort())
    const signal = AbortSignal.any([closing, gone.signal])
    take(server, request, { message, socket, head }, signal).catch(() => socket.destroy())
  }
}

interface Upgrade {
  message: IncomingMessage
  socket: Duplex
  head: Buffer
}

async function take(
  server: RancherServer,
  request: IncomingRequest,
  upgrade: Upgrade,
  signal: AbortSignal,
): Promise<void> {
  let feed: AsyncIterable<string>
  try {
    feed = server.subscribe(request, signal)
  } catch {
    return refuse(upgrade.socket, await answerTo(server, request))
  }
  const { WebSocketServer } = await import('ws')
  const { message, socket, head } = upgrade
  new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxMessage }).handleUpgrade(
    message,
    socket,
    head,
    (websocket) => {
      websocket.on('error', () => websocket.terminate())
      void sendAll(websocket, feed)
    },
  )
}

async function sendAll(websocket: WebSocket, feed: AsyncIterable<string>): Promise<void> {
  try {
    for await (const frame of feed) if (!(await sent(websocket, frame))) return websocket.terminate()
    websocket.close()
  } catch {
    websocket.terminate()
  }
}

/** False if the client does not read. */
function sent(websocket: WebSocket, frame: string): Promise<boolean> | true {
  if (websocket.bufferedAmount <= maxBuffered) {
    websocket.send(frame)
    return true
  }
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), patience)
    websocket.send(frame, (error) => {
      clearTimeout(late)
      resolve(!error)
    })
  })
}

/** Requests proxied to Kubernetes (exec, attach, port-forward, watches) are not proxied as websockets. */
async function answerTo(server: RancherServer, request: IncomingRequest): Promise<HttpResponse> {
  const [, cluster, path = ''] = /^https?:\/\/[^/]+(\/k8s\/clusters\/[^/?]+)([^?]*)/.exec(request.url) ?? []
  if (cluster === undefined) return server.fetch(request)
  const { origin } = new URL(request.url)
  const { headers, signal } = request
  const asked = await server.fetch(httpRequest(`${origin}${cluster}/version`, { headers, signal }))
  if (!asked.ok) return asked
  const message = `${path}: an upgrade of the connection (exec, attach, port-forward, a watch by websocket) is not supported`
  const status: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 501 }
  return jsonResponse(status, { status: 501 })
}

async function refuse(socket: Duplex, answer: HttpResponse): Promise<void> {
  const body = await answer.text()
  const headers = [...answer.headers].filter(([name]) => name !== 'content-length' && name !== 'connection')
  const lines = [...headers, ['connection', 'close'], ['content-length', String(Buffer.byteLength(body))]]
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${answer.status} \r\n${head}\r\n${body}`)
}
