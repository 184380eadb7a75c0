import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { httpResponse } from '../model/http.ts'
import { readList } from './read-list.ts'

const asked = { method: 'GET', url: 'https://cluster.example/api/v1/pods?limit=500' }
const json = { 'content-type': 'application/json' }

/** The text in pieces of that many bytes. */
function answer(text: string, size = 7, headers = json) {
  const bytes = new TextEncoder().encode(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.slice(n * size, n * size + size),
  )
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  return httpResponse(body, { headers })
}

const asItIs = <T>(item: T) => item

describe('a list that is read item by item', () => {
  it('is the list, whatever is in it and however it is cut', async () => {
    const item = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }))
    const list = fc.record({
      metadata: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
      items: fc.array(item),
    })
    await fc.assert(
      fc.asyncProperty(list, fc.integer({ min: 1, max: 40 }), fc.nat({ max: 2 }), async (value, size, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(await readList(asked, answer(text, size), asItIs)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keeps of each item what it is told to', async () => {
    const text = JSON.stringify({ metadata: { continue: 'x' }, items: [{ a: 1, b: 2 }, { a: 3 }] })
    const keep = ({ a }: { a: number; b?: number }) => ({ a })
    expect(await readList(asked, answer(text), keep)).toEqual({
      metadata: { continue: 'x' },
      items: [{ a: 1 }, { a: 3 }],
    })
  })

  it.each<[what: string, text: string, headers: typeof json, expected: object]>([
    ['half a list', '{"metadata":{},"items":[{"a":1},{"a"', json, { code: 'UNREACHABLE' }],
    ['no list', '"items":[{"a":1}]}', json, { code: 'UNREACHABLE' }],
    ['an item that is none', '{"items":[{a}]}', json, { code: 'UNREACHABLE' }],
    ['a page', '<html><title>Sign in</title></html>', { 'content-type': 'text/html' }, { code: 'UNREACHABLE' }],
    ['a refusal', '{"kind":"Status","status":"Failure","code":410}', json, { name: 'StatusError', code: 410 }],
  ])('refuses %s', async (_, text, headers, expected) => {
    await expect(readList(asked, answer(text, 5, headers), asItIs)).rejects.toMatchObject(expected)
  })
})
