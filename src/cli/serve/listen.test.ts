import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { httpResponse, jsonResponse, type Fetch } from '../../model/http.ts'
import { listen, type Listener } from './listen.ts'

interface Answer {
  status: number
  headers: NodeJS.Dict<string | string[]>
  text: string
}

function ask(
  url: string,
  { method = 'GET', body }: { method?: string; body?: string | string[] } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    for (const part of Array.isArray(body) ? body : []) sent.write(part)
    sent.end(typeof body === 'string' ? body : undefined)
  })
}

function start(fetch: Fetch, maxBody?: number): Promise<Listener> {
  return listen(fetch, { host: '127.0.0.1', port: 0, ...(maxBody === undefined ? {} : { maxBody }) })
}

test('passes method, absolute URL and body, and sends a string with its length', async () => {
  await using listener = await start(async (request) =>
    jsonResponse({ method: request.method, url: request.url, body: await request.text() }),
  )
  const { status, headers, text } = await ask(`${listener.url}/a?b=1`, { method: 'PUT', body: 'é' })
  expect(status).toBe(200)
  expect(headers['content-length']).toBe(String(Buffer.byteLength(text)))
  expect(JSON.parse(text)).toEqual({ method: 'PUT', url: `${listener.url}/a?b=1`, body: 'é' })
})

test('keeps multiple Set-Cookie headers separate', async () => {
  await using listener = await start(async () => httpResponse('', { headers: { 'set-cookie': ['a=1', 'b=2'] } }))
  expect((await ask(listener.url)).headers['set-cookie']).toEqual(['a=1', 'b=2'])
})

test('sends no body for HEAD', async () => {
  await using listener = await start(async () => httpResponse('long'))
  expect((await ask(listener.url, { method: 'HEAD' })).text).toBe('')
})

test.each([
  ['announced', 'x'.repeat(101)],
  ['not announced', ['x'.repeat(60), 'x'.repeat(60)]],
])('answers 413 to an oversized body with %s length', async (_, body) => {
  await using listener = await start(async (request) => jsonResponse((await request.text()).length), 100)
  const { status, text } = await ask(listener.url, { method: 'POST', body })
  expect(status).toBe(413)
  expect(JSON.parse(text)).toMatchObject({ type: 'error', code: 'RequestEntityTooLarge' })
})

test('answers 500 without details and logs the error', async () => {
  const told: unknown[] = []
  const failing: Fetch = () => Promise.reject(new Error('secret detail'))
  await using listener = await listen(failing, { host: '127.0.0.1', port: 0, onError: (error) => told.push(error) })
  const { status, text } = await ask(listener.url)
  expect(status).toBe(500)
  expect(text).not.toContain('secret')
  expect(told).toHaveLength(1)
})

test('streams, and cancels the source when the client disconnects', async () => {
  let cancelled = false
  let aborted = false
  await using listener = await start(async (request) => {
    request.signal.addEventListener('abort', () => (aborted = true))
    return httpResponse(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('first\n')),
        cancel: () => void (cancelled = true),
      }),
    )
  })
  await new Promise<void>((resolve) => {
    const sent = request(listener.url, { agent: false }, (response) => {
      response.once('data', () => {
        sent.destroy()
        resolve()
      })
      response.on('error', () => undefined)
    }).end()
    sent.on('error', () => undefined)
  })
  await expect.poll(() => [cancelled, aborted]).toEqual([true, true])
})

test('closing ends streams and lets running requests finish', async () => {
  const listener = await start(async (request) => {
    if (request.url.endsWith('/slow')) {
      await sleep(100)
      return httpResponse('whole')
    }
    return httpResponse(
      new ReadableStream({
        start: (controller) => request.signal.addEventListener('abort', () => controller.close()),
      }),
    )
  })
  const answers = [ask(`${listener.url}/slow`), ask(`${listener.url}/watch`)]
  await sleep(30)
  await listener[Symbol.asyncDispose]()
  expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(['whole', ''])
})

test('reports a port in use and what to do', async () => {
  await using first = await start(async () => httpResponse(''))
  const second = listen(async () => httpResponse(''), { host: '127.0.0.1', port: first.port })
  await expect(second).rejects.toThrow(/in use by another program; choose another with --listen/)
})

test('answers 501 to an upgrade without a handler', async () => {
  await using listener = await start(async () => httpResponse(''))
  const socket = connect(listener.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 501 /)
  socket.destroy()
})
