import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpRequest } from '../model/http.ts'
import { openTestServer, type OpenedServer } from './opened-server.fixture.ts'

let opened: OpenedServer

beforeAll(async () => {
  opened = await openTestServer()
})
afterAll(() => opened[Symbol.asyncDispose]())

interface Collection {
  links: Record<string, string>
  pagination: Record<string, unknown>
  data: { id: string }[]
}

async function ask(path: string, method = 'GET') {
  const headers = { host: 'drover.test', authorization: `Bearer ${opened.key}` }
  const body = method === 'GET' ? null : '{"value":"x"}'
  const response = await opened.server.fetch(httpRequest(`https://drover.test${path}`, { method, headers, body }))
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

async function list(path: string): Promise<Collection> {
  return JSON.parse((await ask(path)).text) as Collection
}

describe('a collection echoes the requested path', () => {
  const shown = '/v3/project/local:p-abcde/workloads'
  test.each([
    [shown, shown],
    [`${shown}/`, `${shown}/`],
    ['/v3/project/local%3Ap-abcde/workloads', shown],
    ['/v3/schemas/', '/v3/schemas/'],
  ])('%s', async (path, self) => expect((await list(path)).links['self']).toBe(`https://drover.test${self}`))
})

test('schemas are paged like everything else', async () => {
  const { data, pagination } = await list('/v3/schemas?limit=2&order=desc')
  const ids = (await list('/v3/schemas')).data.map(({ id }) => id)
  expect(data.map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 2))
  expect(pagination).toMatchObject({ limit: 2, total: ids.length, partial: true })
})

test.each(['json', 'JSON', '%20yaml%20', 'xml'])('_format=%s is case-insensitive', async (format) => {
  const wanted = format.includes('yaml') ? 'application/yaml' : 'application/json'
  expect((await ask(`/v3/settings/ui-pl?_format=${format}`)).type).toBe(wanted)
})

test('_method is case-sensitive', async () => {
  const { status, text } = await ask('/v3/settings/ui-pl?_method=put', 'POST')
  expect([status, JSON.parse(text)]).toMatchObject([405, { message: 'Method put not supported' }])
})
