import { mkdtemp } from 'node:fs/promises'
import { createServer as createProxy } from 'node:http'
import { createServer } from 'node:https'
import { connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverCertificates, type ServerCertificates } from '../../src/cli/serve/certificates.ts'
import { nodeFetch, type NodeFetchOptions } from '../../src/kube/index.ts'
import { httpRequest } from '../../src/model/http.ts'

const portOf = (server: Server) => (server.address() as AddressInfo).port
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

let made: ServerCertificates
let api: Server
let proxy: Server
const asked: { to: string | undefined; authorization: string | undefined }[] = []
const sockets = new Set<Socket>()

/** A proxy that requires `user:p@ss` and connects `api.example` to the server of this test. */
beforeAll(async () => {
  made = await serverCertificates(
    { caFile: join(await mkdtemp(join(tmpdir(), 'drover-proxy-')), 'ca.crt') },
    ['api.example'],
    Date.now(),
  )
  api = createServer(made.leaf, (request, response) => response.end(`hello at ${request.headers.host}`))
  await listening(api)
  proxy = createProxy().on('connect', (request, socket: Socket) => {
    asked.push({ to: request.url, authorization: request.headers['proxy-authorization'] })
    sockets.add(socket)
    if (request.headers['proxy-authorization'] !== `Basic ${btoa('user:p@ss')}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const onward = connect(portOf(api), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    sockets.add(onward)
    for (const one of [socket, onward]) one.on('error', () => undefined)
  })
  await listening(proxy)
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  api.close()
  proxy.close()
})

const through = (user: string) => `http://${user}@127.0.0.1:${portOf(proxy)}`

async function ask(options: NodeFetchOptions): Promise<string> {
  using fetch = nodeFetch(options)
  return (await fetch(httpRequest('https://api.example:6443/version'))).text()
}

describe('a proxy', () => {
  it('gets a CONNECT with its own credential and sees nothing else', async () => {
    expect(await ask({ ca: made.ca.cert, proxy: through('user:p%40ss') })).toBe('hello at api.example:6443')
    expect(asked.at(-1)).toEqual({ to: 'api.example:6443', authorization: `Basic ${btoa('user:p@ss')}` })
  })

  it('cannot impersonate the server', async () => {
    await expect(ask({ proxy: through('user:p%40ss') })).rejects.toMatchObject({ code: 'UNTRUSTED' })
    const pin = `sha256:${'0'.repeat(64)}`
    await expect(ask({ pin, proxy: through('user:p%40ss') })).rejects.toMatchObject({ code: 'UNTRUSTED' })
  })

  it('is named without its password when it refuses or is unreachable', async () => {
    const refused = ask({ ca: made.ca.cert, proxy: through('user:wrong') })
    await expect(refused).rejects.toThrow(
      /the proxy 127\.0\.0\.1:\d+ did not connect to api\.example:6443: it answered 407/,
    )
    await expect(refused).rejects.not.toThrow(/wrong/)
    await expect(ask({ ca: made.ca.cert, proxy: 'http://127.0.0.1:9' })).rejects.toThrow(
      /the proxy 127\.0\.0\.1:9 did not connect/,
    )
  })

  it('must be plain http itself', async () => {
    await expect(ask({ proxy: 'socks5://127.0.0.1:1080' })).rejects.toThrow(/a proxy by socks5:\/\/; expected http:/)
  })
})
