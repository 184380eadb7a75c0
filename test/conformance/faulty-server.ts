import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { HeaderMap, httpRequest, type Fetch } from '../../src/model/http.ts'

/** What goes wrong with a request, and how often. */
export interface Fault {
  /** Tested against `METHOD /path?query`. */
  on: Pick<RegExp, 'test'>
  /** Number of requests affected. Default: all. */
  times?: number
  how:
    /** Never answers; the connection stays open. */
    | 'hang'
    /** Closes the connection without carrying out the request. */
    | 'cut'
    /** Carries out the request and loses the response. */
    | 'lose'
    /** Truncates the response after this many bytes. */
    | { cutAfter: number }
    | { status: number; type: string; body: string }
}

export interface FaultyServer extends AsyncDisposable {
  readonly url: string
  /** Pending faults; the first that matches applies. */
  readonly faults: Fault[]
  /** `METHOD /path?query` of every request. */
  readonly asked: string[]
}

/** Serves an API on loopback over plain HTTP, with faults. */
export async function serveFaulty(fetch: Fetch): Promise<FaultyServer> {
  const faults: Fault[] = []
  const asked: string[] = []
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`
    asked.push(line)
    answer(fetch, request, response, nextFault(faults, line)).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function nextFault(faults: Fault[], line: string): Fault | undefined {
  const index = faults.findIndex(({ on }) => on.test(line))
  const fault = faults[index]
  if (fault?.times !== undefined && --fault.times === 0) faults.splice(index, 1)
  return fault
}

async function answer(fetch: Fetch, request: IncomingMessage, response: ServerResponse, fault: Fault | undefined) {
  const how = fault?.how
  if (how === 'hang') return
  if (how === 'cut') {
    request.socket.destroy()
    return
  }
  if (typeof how === 'object' && 'status' in how) {
    response.writeHead(how.status, { 'content-type': how.type }).end(how.body)
    return
  }
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
  const bytes = await buffer(request)
  const body = bytes.length > 0 ? bytes : null
  const signal = new AbortController()
  response.on('close', () => signal.abort())
  const answered = await fetch(
    httpRequest(`http://cluster.invalid${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      body,
      signal: signal.signal,
    }),
  )
  if (how === 'lose') {
    request.socket.destroy()
    return
  }
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  response.flushHeaders()
  let left = typeof how === 'object' ? how.cutAfter : Infinity
  for await (const chunk of answered.body ?? []) {
    const part = chunk.subarray(0, left)
    left -= part.length
    await new Promise((resolve) => response.write(part, resolve))
    if (left === 0) {
      request.socket.destroy()
      return
    }
  }
  response.end()
}

/** A refusal in Kubernetes' form. */
export function status(code: number, reason: string, message: string): Fault['how'] {
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code })
  return { status: code, type: 'application/json', body }
}
