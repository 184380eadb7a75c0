import { describe, expect, it } from 'vitest'
import { httpResponse, jsonResponse, type HttpRequest, type HttpResponse } from '../model/http.ts'
import { connect } from './client.ts'
import { listThenWatch, type Observation } from './list-then-watch.ts'

const object = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } })
const event = (type: string, name: string, version: string) =>
  `${JSON.stringify({ type, object: object(name, version) })}\n`
const list = (version: string, ...names: string[]) =>
  jsonResponse({ metadata: { resourceVersion: version }, items: names.map((name) => object(name, '1')) })
const tooOld = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired' } })}\n`

/** Serves the responses in turn, then aborts. */
async function watchThrough(answers: ((request: HttpRequest) => HttpResponse)[], idleTimeout = 1000) {
  const stop = new AbortController()
  const requests: string[] = []
  const pauses: number[] = []
  const troubles: unknown[] = []
  const client = connect({
    fetch: async (request) => {
      requests.push(request.url.replace('http://cluster.invalid', ''))
      const answer = answers.shift()
      if (answer) return answer(request)
      stop.abort()
      throw new Error('stopped')
    },
  })
  const seen: Observation[] = []
  const watching = listThenWatch(client, '/api/v1/pods', {
    signal: stop.signal,
    idleTimeout,
    random: () => 0.5,
    sleep: async (ms) => void pauses.push(ms),
    onTrouble: (error) => troubles.push(error),
  })
  for await (const one of watching) seen.push(one)
  const words = seen.map((one) =>
    one.type === 'LISTED'
      ? `listed ${one.items.map(({ metadata }) => metadata.name).join(' ')}`
      : `${one.type} ${one.object.metadata.name}`,
  )
  return { words, requests, pauses, troubles }
}

describe('listThenWatch', () => {
  it('resumes from the last resourceVersion seen, bookmarks included', async () => {
    const { words, requests } = await watchThrough([
      () => list('5', 'a'),
      () => httpResponse(event('ADDED', 'b', '6') + event('BOOKMARK', '', '9')),
      () => httpResponse(event('DELETED', 'b', '10')),
    ])
    expect(words).toEqual(['listed a', 'ADDED b', 'DELETED b'])
    expect(requests.map((url) => /resourceVersion=(\d+)/.exec(url)?.[1])).toEqual([undefined, '5', '9', '10'])
  })

  it('lists again after 410, as an event or as a response', async () => {
    const gone = () =>
      jsonResponse({ kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', metadata: {} }, { status: 410 })
    const { words } = await watchThrough([
      () => list('5', 'a'),
      () => httpResponse(tooOld),
      () => list('50', 'b'),
      gone,
      () => list('60', 'c'),
    ])
    expect(words).toEqual(['listed a', 'listed b', 'listed c'])
  })

  it('backs off on failures and on watches that end at once; an event resets the backoff', async () => {
    const cut = () => httpResponse('{"type":"ADD')
    const { pauses, troubles } = await watchThrough([
      () => httpResponse('<html>', { status: 502 }),
      () => httpResponse('<html>', { status: 502 }),
      () => list('5'),
      cut,
      cut,
      cut,
      () => httpResponse(event('ADDED', 'b', '6')),
      cut,
    ])
    expect(troubles).toHaveLength(2)
    expect(pauses.slice(0, 7)).toEqual([500, 1000, 500, 1000, 2000, 500, 1000])
  })

  it('reconnects a silent watch', async () => {
    const silent = (request: HttpRequest) =>
      httpResponse(
        new ReadableStream({
          start: (controller) =>
            request.signal.addEventListener('abort', () => controller.error(request.signal.reason as Error)),
        }),
      )
    const { requests, troubles } = await watchThrough([() => list('5'), silent, silent], 20)
    expect(requests).toHaveLength(4)
    expect(troubles).toEqual([])
  })
})
