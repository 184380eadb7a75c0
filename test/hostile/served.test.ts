import { readFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { serve, type Served } from '../clients/served.ts'

vi.setConfig({ testTimeout: 120_000 })

/** /proc is needed. */
const onLinux = process.platform === 'linux'

let served: Served
let ca: string
let kubernetes: string

beforeAll(async () => {
  served = await serve(['--in-memory', '--sample', 'article', '--log-level', 'trace'])
  const { caFile, clusterId } = served.ready
  ca = readFileSync(caFile, 'utf8')
  kubernetes = `/k8s/clusters/${clusterId}`
})
afterAll(() => served[Symbol.asyncDispose]())

interface Answer {
  status: number
  headers: NodeJS.Dict<string | string[]>
  text: string
}

interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | AsyncIterable<Buffer>
}

/** With an administrator's key unless `headers` say otherwise. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const { url, key } = served.ready
  return new Promise((resolve, reject) => {
    const own = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers }
    const sent = httpsRequest(url + path, { method, ca, agent: false, headers: own }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    if (body === undefined || typeof body === 'string') sent.end(body)
    else void pour(body, sent).catch(reject)
  })
}

async function pour(chunks: AsyncIterable<Buffer>, to: ReturnType<typeof httpsRequest>): Promise<void> {
  for await (const chunk of chunks) {
    if (to.destroyed) return
    if (!to.write(chunk)) await Promise.race([new Promise((resolve) => to.once('drain', resolve)), sleep(1000)])
  }
  to.end()
}

/** A raw connection, not limited to what HTTP clients send. */
function open(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { port } = new URL(served.ready.url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), ca, ...options }, () => resolve(socket))
    socket.on('error', reject)
  })
}

/** The first line of the response; empty if the connection is closed without one. */
async function say(text: string): Promise<string> {
  const socket = await open()
  socket.on('error', () => undefined)
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1').split('\r\n')[0] ?? ''))
    socket.once('close', () => resolve(''))
  })
  socket.write(text)
  const line = await answer
  socket.destroy()
  return line
}

/** Megabytes (MiB). */
function residentMemory(): number {
  const status = readFileSync(`/proc/${served.process.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}

describe('TLS', () => {
  const weak = { ciphers: 'DEFAULT:@SECLEVEL=0' }
  test.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s', async (version) => {
    await expect(open({ minVersion: version, maxVersion: version, ...weak })).rejects.toThrow(/protocol|alert/)
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('accepts %s', async (version) => {
    const socket = await open({ minVersion: version, maxVersion: version })
    expect([socket.getProtocol(), socket.authorized]).toEqual([version, true])
    socket.destroy()
  })
})

describe('response headers', () => {
  test.each(['/', '/v3', '/ping', '/v3/nothing', '/nothing'])(
    '%s has an explicit type and names no software',
    async (path) => {
      const { headers } = await ask(path)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(Object.keys(headers)).not.toContain('server')
      expect(Object.keys(headers)).not.toContain('x-powered-by')
    },
  )

  test.each(['/', '/v3', '/apikeys'])('the page at %s runs only its own scripts and cannot be framed', async (path) => {
    const { headers } = await ask(path, { headers: { 'user-agent': 'Mozilla/5.0', accept: 'text/html,*/*' } })
    expect(headers['content-type']).toMatch(/^text\/html/)
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/default-src 'none'|default-src 'self'/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  })

  test('a session’s cookie is limited to this server and hidden from scripts', async () => {
    const body = JSON.stringify({ username: 'admin', password: served.ready.adminPassword, responseType: 'cookie' })
    const { headers } = await ask('/v3-public/localProviders/local?action=login', { method: 'POST', body })
    expect(String(headers['set-cookie'])).toMatch(/^R_SESS=token-\w+:\w+; Path=\/; HttpOnly; Secure/)
  })
})

describe('malformed HTTP', () => {
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  const hosts = ['[', 'a b', '%%', 'a:b:c', '', '\u0001', 'x'.repeat(3000)]
  const targets = [
    '/v3',
    '/v3/subscribe',
    '/k8s/clusters/CLUSTER/api',
    '*',
    'http://[/x',
    '//',
    '/v3/../..',
    '/%00',
    '/%',
  ]

  test.each(hosts)('Host: %s', async (host) => {
    for (const target of targets) {
      for (const more of ['', upgrade, `${upgrade}Cookie: R_SESS=${served.ready.key}\r\nOrigin: ][\r\n`]) {
        const path = target.replace('CLUSTER', served.ready.clusterId)
        const authorization = more.includes('Cookie') ? '' : `Authorization: Bearer ${served.ready.key}\r\n`
        const line = await say(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}${more}\r\n`)
        expect(line, `${host} ${path} ${more}`).not.toMatch(/^HTTP\/1\.1 5(?!01)/)
      }
    }
    expect((await ask('/ping')).text).toBe('pong')
  })

  test('endless headers', async () => {
    expect(await say(`GET /v3 HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(20_000)}\r\n`)).toMatch(/ 431 |^$/)
    expect(await say(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(/ 431 | 414 |^$/)
  })
})

describe.skipIf(!onLinux)('memory', () => {
  const mebibyte = Buffer.alloc(1024 * 1024, 0x20)
  async function* mebibytes(count: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < count; at++) yield mebibyte
  }

  test('refuses an endless body early', async () => {
    await ask('/ping')
    const before = residentMemory()
    const configMaps = `${kubernetes}/api/v1/namespaces/default/configmaps`
    const paths = [
      configMaps,
      `/v3/project/${served.ready.projectId}/workloads`,
      '/v3-public/localProviders/local?action=login',
    ]
    const asked = paths.flatMap((path) =>
      Array.from({ length: 4 }, () => ask(path, { method: 'POST', body: mebibytes(64) }).catch(() => undefined)),
    )
    const answers = await Promise.all(asked)
    for (const answer of answers) if (answer) expect([413, 422]).toContain(answer.status)
    expect(residentMemory() - before).toBeLessThan(300)
  })

  test('rejects an oversized body without carrying out the request', async () => {
    const data = { a: 'x'.repeat(4 * 1024 * 1024) }
    const body = JSON.stringify({ metadata: { name: 'large' }, data })
    const { status } = await ask(`${kubernetes}/api/v1/namespaces/default/configmaps`, { method: 'POST', body })
    expect(status).toBe(413)
    expect((await ask(`${kubernetes}/api/v1/namespaces/default/configmaps/large`)).status).toBe(404)
  })

  async function change(name: string, times: number): Promise<void> {
    const path = `${kubernetes}/api/v1/namespaces/default/configmaps`
    await ask(path, { method: 'POST', body: JSON.stringify({ metadata: { name } }) })
    for (let at = 0; at < times; at++) {
      const body = JSON.stringify({ data: { a: String(at).padEnd(900_000, 'x') } })
      const headers = { 'content-type': 'application/merge-patch+json' }
      expect((await ask(`${path}/${name}`, { method: 'PATCH', headers, body })).status).toBe(200)
    }
  }

  test('drops a websocket that nobody reads instead of buffering', async () => {
    const { url, projectId, key } = served.ready
    const at = `${url.replace('https:', 'wss:')}/v3/project/${projectId}/subscribe?resourceTypes=configMap`
    const websocket = new WebSocket(at, { ca, headers: { authorization: `Bearer ${key}` } })
    websocket.on('error', () => undefined)
    const closed = new Promise((resolve) => websocket.once('close', resolve))
    await new Promise((resolve) => websocket.once('open', resolve))
    const before = residentMemory()
    websocket.pause()
    await change('for-websockets', 60)
    expect(residentMemory() - before).toBeLessThan(300)
    await sleep(11_000)
    websocket.resume()
    await closed
  })

  test('limits websocket messages', async () => {
    const { url, key } = served.ready
    const options = { ca, headers: { authorization: `Bearer ${key}` } }
    const websocket = new WebSocket(`${url.replace('https:', 'wss:')}/v3/subscribe`, options)
    websocket.on('error', () => undefined)
    const closed = new Promise<number>((resolve) => websocket.once('close', resolve))
    websocket.once('open', () => websocket.send(mebibyte))
    expect([1006, 1009]).toContain(await closed)
  })

  test('drops a watch that nobody reads instead of buffering', async () => {
    const before = residentMemory()
    const socket = await open()
    const path = `${kubernetes}/api/v1/namespaces/default/configmaps?watch=true`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${served.ready.key}\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    const ended = new Promise((resolve) => socket.once('close', resolve))
    await change('for-watches', 60)
    expect(residentMemory() - before).toBeLessThan(300)
    socket.resume()
    await ended
  })
})

test("another site's page cannot open a websocket with the session’s cookie", async () => {
  const { url, key } = served.ready
  const { host } = new URL(url)
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  const from = (origin: string) =>
    say(`GET /v3/subscribe HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nCookie: R_SESS=${key}\r\n${upgrade}\r\n`)
  expect(await from(`https://${host}`)).toContain(' 101 ')
  expect(await from('https://elsewhere.example')).toContain(' 400 ')
  expect(await from('null')).toContain(' 400 ')
})

test("no secret reaches the log, the process list or another caller's response", async () => {
  const { key, adminPassword = '', projectId } = served.ready
  const secret = key.split(':')[1] ?? ''
  const made = JSON.parse((await ask('/v3/tokens', { method: 'POST', body: '{}' })).text) as { token: string }
  const secrets = [secret, adminPassword, made.token.split(':')[1] ?? '', 'hunter2secret']
  const basic = Buffer.from(key).toString('base64')
  const workloads = `/v3/project/${projectId}/workloads`
  const body = (text: string) => ({ method: 'POST', body: text })
  const odd: [string, Asked?][] = [
    [`/v3/${key}`],
    [`/v3/tokens/${key}`],
    [`/v3/tokens?name=${secret}&token=${key}`],
    [`${kubernetes}/api/v1/namespaces/${secret}`],
    [`/k8s/clusters/${key}/api`],
    ['/v3', { headers: { authorization: key } }],
    ['/v3', { headers: { authorization: `Basic ${basic}x` } }],
    ['/v3', { headers: { cookie: `R_SESS=${key}x`, authorization: '' } }],
    ['/v3', { headers: { 'x-forwarded-host': secret, 'x-api-host': adminPassword } }],
    ['/v3-public/localProviders/local?action=login', body(`{"username":"admin","password":"hunter2secret"}`)],
    ['/v3-public/localProviders/local?action=login', body(`{"username":"hunter2secret","password":"${adminPassword}`)],
    [`/v3-public/localProviders/local?action=login&password=${adminPassword}`, body('{}')],
    [
      '/v3/users?action=changepassword',
      body(`{"currentPassword":"hunter2secret","newPassword":{"a":"hunter2secret"}}`),
    ],
    [
      workloads,
      body(
        `{"name":"x","namespaceId":"default","containers":[{"name":"c","image":"x","environment":{"P":"hunter2secret"}},`,
      ),
    ],
    [workloads, body(`{"name":"hunter2secret!","namespaceId":"default"}`)],
    [
      `${kubernetes}/api/v1/namespaces/default/secrets`,
      body(`{"metadata":{"name":"s"},"stringData":{"p":"hunter2secret"},"data":{"a":"hunter2secret"}}`),
    ],
    [`${kubernetes}/api/v1/namespaces/default/secrets`, body(`{"metadata":{"name":"s"},"data":"hunter2secret`)],
    [
      '/v3/subscribe',
      { headers: { connection: 'Upgrade', upgrade: 'websocket', cookie: `R_SESS=${key}`, authorization: '' } },
    ],
    ['/v3/clusters/local', { method: 'PUT', body: `{"hunter2secret":"hunter2secret"}` }],
    ['/v3/settings/server-url', { method: 'PUT', body: `{"value":{"hunter2secret":1}}` }],
  ]
  for (const [path, asked] of odd) await ask(path, asked).catch(() => undefined)
  for (const one of secrets) {
    expect(served.log(), one).not.toContain(one)
    if (onLinux) expect(readFileSync(`/proc/${served.process.pid}/cmdline`, 'utf8')).not.toContain(one)
  }
  const lists = ['tokens', 'users', 'settings', 'clusters', 'schemas', 'projects'].map((name) => `/v3/${name}`)
  for (const path of [...lists, `${kubernetes}/api/v1/secrets`, `${kubernetes}/apis/drover.dev/v1/users`]) {
    const { text } = await ask(path)
    for (const one of secrets.slice(0, 3)) expect(text, path).not.toContain(one)
  }
})
