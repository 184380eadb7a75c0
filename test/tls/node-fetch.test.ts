import { X509Certificate } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { serverCertificates, type ServerCertificates } from '../../src/cli/serve/certificates.ts'
import { nodeFetch, pinOf, type NodeFetchOptions } from '../../src/kube/index.ts'
import { httpRequest } from '../../src/model/http.ts'

const year = 365 * 86_400_000

async function certificates(hosts: readonly string[], now = Date.now()): Promise<ServerCertificates> {
  const directory = await mkdtemp(join(tmpdir(), 'drover-tls-'))
  return serverCertificates({ caFile: join(directory, 'ca.crt') }, hosts, now)
}

const caOf = ({ ca }: ServerCertificates) => ca.cert
const caPin = ({ ca }: ServerCertificates) => pinOf(new X509Certificate(ca.cert))
const leafPin = ({ leaf }: ServerCertificates) => pinOf(new X509Certificate(leaf.cert))

type Handler = (request: IncomingMessage, response: ServerResponse) => void

interface Served extends AsyncDisposable {
  url: string
  /** Requests and connections received. */
  seen: { requests: number; connections: number; bytes: number }
}

async function serve(
  options: ServerOptions,
  handler: Handler = (_, response) => response.end('hello'),
): Promise<Served> {
  const seen = { requests: 0, connections: 0, bytes: 0 }
  const server = createServer(options, (request, response) => {
    seen.requests++
    handler(request, response)
  })
  server.on('secureConnection', (socket) => {
    seen.connections++
    socket.on('data', (chunk: Buffer) => (seen.bytes += chunk.length))
  })
  return listening(server, 'https', seen)
}

async function listening(server: Server, scheme: string, seen: Served['seen']): Promise<Served> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/path`,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

async function get(url: string, options: NodeFetchOptions, signal?: AbortSignal): Promise<string> {
  using fetch = nodeFetch(options)
  return (await fetch(httpRequest(url, { signal }))).text()
}

let good: ServerCertificates
let other: ServerCertificates
let elsewhere: ServerCertificates
let expired: ServerCertificates

beforeAll(async () => {
  good = await certificates(['127.0.0.1'])
  other = await certificates(['127.0.0.1'])
  elsewhere = await certificates(['rancher.example'])
  expired = await certificates(['127.0.0.1'], Date.now() - 2 * year)
})

describe('a trusted server', () => {
  it.each([
    ['by its CA', () => ({ ca: caOf(good) })],
    ['by the pin of its CA', () => ({ pin: caPin(good) })],
    ['by the pin of its own certificate', () => ({ pin: leafPin(good) })],
    [
      'by a pin with colons and in upper case',
      () => ({
        pin: leafPin(good)
          .slice(7)
          .toUpperCase()
          .replace(/..(?=.)/g, '$&:'),
      }),
    ],
    ['insecurely', () => ({ insecure: true })],
  ])('%s', async (_, options) => {
    await using server = await serve(good.leaf)
    expect(await get(server.url, options())).toBe('hello')
  })

  it('by its own pin, under another name', async () => {
    await using server = await serve(elsewhere.leaf)
    expect(await get(server.url, { pin: leafPin(elsewhere) })).toBe('hello')
  })

  it('under the requested server name', async () => {
    await using server = await serve(elsewhere.leaf)
    expect(await get(server.url, { ca: caOf(elsewhere), serverName: 'rancher.example' })).toBe('hello')
    expect(await get(server.url, { pin: caPin(elsewhere), serverName: 'rancher.example' })).toBe('hello')
  })
})

describe('an untrusted server receives no byte of the request', () => {
  it.each([
    ['no trust given', () => good, () => ({})],
    ['another CA', () => good, () => ({ ca: caOf(other) })],
    ['CA, another host', () => elsewhere, () => ({ ca: caOf(elsewhere) })],
    ['CA, expired', () => expired, () => ({ ca: caOf(expired) })],
    ['another pin', () => good, () => ({ pin: leafPin(other) })],
    ['the pin of another CA', () => good, () => ({ pin: caPin(other) })],
    ['CA pin, another host', () => elsewhere, () => ({ pin: caPin(elsewhere) })],
    ['CA pin, expired', () => expired, () => ({ pin: caPin(expired) })],
    ['own pin, expired', () => expired, () => ({ pin: leafPin(expired) })],
    [
      'a pinned CA that is sent along without having signed',
      () => ({
        leaf: {
          cert: other.leaf.cert.split(/(?<=-----END CERTIFICATE-----\n)/)[0] + good.ca.cert,
          key: other.leaf.key,
        },
      }),
      () => ({ pin: caPin(good) }),
    ],
  ])('%s', async (_, certificates, options) => {
    await using server = await serve(certificates().leaf)
    await expect(get(server.url, options())).rejects.toMatchObject({ code: 'UNTRUSTED' })
    expect(server.seen).toMatchObject({ requests: 0, bytes: 0 })
  })

  it("reports the server's fingerprint", async () => {
    await using server = await serve(good.leaf)
    await expect(get(server.url, { pin: leafPin(other) })).rejects.toThrow(leafPin(good))
  })

  it('rejects contradictory or invalid trust options', async () => {
    await expect(get('https://127.0.0.1:1/', { pin: 'sha256:abc' })).rejects.toMatchObject({ code: 'INVALID' })
    await expect(get('https://127.0.0.1:1/', { insecure: true, ca: caOf(good) })).rejects.toMatchObject({
      code: 'INVALID',
    })
    await expect(get('https://127.0.0.1:1/', { ca: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID' })
    await expect(get('ftp://127.0.0.1/', {})).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('requests', () => {
  it('reuses a connection', async () => {
    await using server = await serve(good.leaf)
    using fetch = nodeFetch({ pin: caPin(good) })
    for (let i = 0; i < 3; i++) await (await fetch(httpRequest(server.url))).text()
    expect(server.seen).toMatchObject({ requests: 3, connections: 1 })
  })

  it('reads on where the server has closed all connections that were kept', async () => {
    const used = new Map<unknown, number>()
    await using server = await serve(good.leaf, ({ socket }, response) => {
      used.set(socket, (used.get(socket) ?? 0) + 1)
      if (used.get(socket) === 1) setTimeout(() => response.end('hello'), 50)
      else socket.destroy()
    })
    using fetch = nodeFetch({ ca: caOf(good) })
    const read = async () => (await fetch(httpRequest(server.url))).text()
    expect(await Promise.all([read(), read(), read()])).toEqual(['hello', 'hello', 'hello'])
    expect(await read()).toBe('hello')
    expect(server.seen.requests).toBe(7)
  })

  it('sends bodies, headers and a client certificate', async () => {
    const client = await certificates(['client'])
    await using server = await serve(
      { ...good.leaf, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        response.setHeader('set-cookie', ['a=1', 'b=2'])
        response.setHeader('x-shown', (request.socket as TLSSocket).getPeerCertificate().fingerprint256)
        response.statusCode = 201
        request.pipe(response)
      },
    )
    using fetch = nodeFetch({ ca: caOf(good), clientCertificate: client.leaf })
    const response = await fetch(httpRequest(server.url, { method: 'PUT', body: 'grüße', headers: { 'x-a': 'b' } }))
    expect([response.status, await response.text()]).toEqual([201, 'grüße'])
    expect([...response.headers].filter(([name]) => name === 'set-cookie')).toHaveLength(2)
    expect(response.headers.get('x-shown')).toBe(new X509Certificate(client.leaf.cert).fingerprint256)
  })

  it('streams a response and stops on abort', async () => {
    await using server = await serve(good.leaf, (_, response) => response.write('one\n'))
    using fetch = nodeFetch({ insecure: true })
    const abort = new AbortController()
    const { body } = await fetch(httpRequest(`${server.url}?watch=true`, { signal: abort.signal }))
    const reader = body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one\n')
    abort.abort(new Error('enough'))
    await expect(reader?.read()).rejects.toThrow()
  })

  it('times out on silence, except for a watch', async () => {
    await using server = await serve(good.leaf, () => {})
    await expect(get(server.url, { insecure: true, idleTimeout: 50 })).rejects.toThrow(/no answer within 50 ms/)
    const later = AbortSignal.timeout(200)
    await expect(get(`${server.url}?watch=1`, { insecure: true, idleTimeout: 50 }, later)).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })

  it('distinguishes a closed port, a plain HTTP port and a stalled TLS handshake', async () => {
    await expect(get('https://127.0.0.1:1/', {})).rejects.toThrow('cannot reach 127.0.0.1:1: nothing listens there')
    const plain = createPlainServer((_, response) => response.end())
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done))
    const { port } = plain.address() as AddressInfo
    await expect(get(`https://127.0.0.1:${port}/`, {})).rejects.toThrow(/does not speak TLS/)
    plain.close()
    const mute = createTcpServer(() => {})
    await new Promise<void>((done) => mute.listen(0, '127.0.0.1', done))
    const { port: mutePort } = mute.address() as AddressInfo
    const hanging = get(`https://127.0.0.1:${mutePort}/`, { connectTimeout: 100 })
    await expect(hanging).rejects.toMatchObject({ code: 'UNREACHABLE', message: /no connection within 100 ms/ })
    mute.close()
  })
})
