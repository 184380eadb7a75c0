import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { openCluster, type Cluster } from '../index.ts'

const configMaps = 'http://cluster.invalid/api/v1/namespaces/default/configmaps'

let cluster: Cluster

beforeEach(async () => {
  cluster = await openCluster({ controllers: false })
})

afterEach(async () => {
  vi.useRealTimers()
  await cluster[Symbol.asyncDispose]()
})

async function watch(query = ''): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const response = await cluster.fetch(httpRequest(`${configMaps}?watch=1${query}`))
  return (response.body as ReadableStream<Uint8Array>).getReader()
}

async function put(name: string, text: string): Promise<number> {
  const body = JSON.stringify({ metadata: { name }, data: { text } })
  const response = await cluster.fetch(httpRequest(configMaps, { method: 'POST', body }))
  return response.status
}

/** The types of all events until the stream ends or pauses; raises if it was cut off. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<number> {
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes
    bytes += value.byteLength
  }
}

test('cuts off a watcher that leaves 1 MiB unread; others continue', async () => {
  const [slow, quick] = [await watch(), await watch()]
  const reading = drain(quick)
  const text = 'x'.repeat(100_000)
  for (let index = 0; index < 20; index++) {
    expect(await put(`m${index}`, text)).toBe(201)
    // gives the fast reader a turn, as between the packets of a socket
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect(drain(slow)).rejects.toThrow('reads too slowly')
  await cluster[Symbol.asyncDispose]()
  expect(await reading).toBeGreaterThan(20 * text.length)
})

test('a watcher that was cut off costs nothing afterwards', async () => {
  const slow = await watch()
  const text = 'x'.repeat(700_000)
  for (const name of ['a', 'b', 'c']) await put(name, text)
  await expect(slow.read()).rejects.toThrow('reads too slowly')
  expect(await put('d', text)).toBe(201)
})

test('sends a bookmark with the newest version every minute, on request', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] })
  const [asked, silent] = [await watch('&allowWatchBookmarks=true'), await watch()]
  await put('a', '1')
  await asked.read()
  await silent.read()
  vi.advanceTimersByTime(60_000)
  const { value } = await asked.read()
  const { type, object } = JSON.parse(new TextDecoder().decode(value)) as {
    type: string
    object: { kind: string; metadata: { resourceVersion: string } }
  }
  const list = await cluster.fetch(httpRequest(configMaps))
  const { metadata } = (await list.json()) as { metadata: { resourceVersion: string } }
  expect([type, object.kind, object.metadata.resourceVersion]).toEqual([
    'BOOKMARK',
    'ConfigMap',
    metadata.resourceVersion,
  ])
  await put('b', '1')
  expect(new TextDecoder().decode((await silent.read()).value)).toMatch(/^\{"type":"ADDED"/)
})

test('a bookmark precedes the end of a watch with a timeout', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout'] })
  const reader = await watch('&allowWatchBookmarks=true&timeoutSeconds=10')
  vi.advanceTimersByTime(8_000)
  expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/^\{"type":"BOOKMARK"/)
  vi.advanceTimersByTime(2_000)
  expect((await reader.read()).done).toBe(true)
})
