import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { openTestServer, type OpenedServer } from '../opened-server.fixture.ts'
import { imageSettings, settingDefaults } from './setting-defaults.ts'

let opened: OpenedServer

beforeAll(async () => {
  opened = await openTestServer()
})
afterAll(() => opened[Symbol.asyncDispose]())

async function send(method: string, name = '', body?: object) {
  const headers = { authorization: `Bearer ${opened.key}`, 'content-type': 'application/json' }
  const text = body === undefined ? null : JSON.stringify(body)
  const request = httpRequest(`https://drover.test/v3/settings/${name}`, { method, headers, body: text })
  const response = await opened.server.fetch(request)
  const answer = await response.text()
  return { status: response.status, body: (answer === '' ? {} : JSON.parse(answer)) as Record<string, unknown> }
}

test('includes every setting', async () => {
  const { body } = await send('GET')
  expect((body['data'] as { id: string }[]).map(({ id }) => id)).toEqual(Object.keys(settingDefaults).sort())
})

test.each(Object.entries(imageSettings))('takes %s from the environment', async (name, value) => {
  const { body } = await send('GET', name)
  expect(body).toMatchObject({ value, source: 'env', customized: false, default: settingDefaults[name] })
  expect(body['links']).not.toHaveProperty('update')
  expect((await send('PUT', name, { value: 'x' })).status).toBe(405)
  expect((await send('DELETE', name)).status).toBe(405)
})

test.each(['cacerts', 'install-uuid', 'tls-min-version'])('derives %s from the server', async (name) => {
  expect((await send('PUT', name, { value: 'x' })).status).toBe(405)
})

test('changes another one and resets it to its default', async () => {
  expect((await send('PUT', 'ui-pl', { value: 'drover' })).body).toMatchObject({ value: 'drover', source: 'db' })
  expect((await send('DELETE', 'ui-pl')).status).toBe(204)
  expect((await send('GET', 'ui-pl')).body).toMatchObject({ value: 'rancher', source: 'default', customized: false })
})

test('treats names of inherited properties as ordinary names', async () => {
  expect((await send('POST', '', { name: 'constructor', value: '' })).body).toMatchObject({ value: '', default: '' })
})
