import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { openTestServer, type OpenedServer } from '../opened-server.fixture.ts'

let opened: OpenedServer
let id = ''

beforeAll(async () => {
  opened = await openTestServer()
  id = String((await post('/v3/users', { username: 'dev', password: 'devpassword' })).body['id'])
})
afterAll(() => opened[Symbol.asyncDispose]())

async function send(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const all = { authorization: `Bearer ${opened.key}`, 'content-type': 'application/json', ...headers }
  const text = body === undefined ? null : JSON.stringify(body)
  const response = await opened.server.fetch(
    httpRequest(`https://drover.test${path}`, { method, headers: all, body: text }),
  )
  const answer = await response.text()
  return { status: response.status, body: (answer === '' ? {} : JSON.parse(answer)) as Record<string, unknown> }
}
const post = (path: string, body?: object) => send('POST', path, body)

describe("invalid users, in Rancher's words", () => {
  test.each([
    [
      { username: 'dev', password: 'x' },
      { code: 'NotUnique', message: 'Username is already in use.' },
    ],
    [{ username: 'other' }, { code: 'MissingRequired', fieldName: 'password' }],
  ])('%j', async (input, error) => {
    expect(await post('/v3/users', input)).toMatchObject({ status: 422, body: error })
  })

  test('users cannot delete themselves', async () => {
    const { body: me } = await send('GET', '/v3/users?me=true')
    const own = String((me['data'] as { id: string }[])[0]?.id)
    expect((await send('PUT', `/v3/users/${own}`, { enabled: false })).body).toMatchObject({
      code: 'InvalidAction',
      message: 'You cannot deactivate yourself',
    })
    expect((await send('DELETE', `/v3/users/${own}`)).body).toMatchObject({ message: 'You cannot delete yourself' })
  })
})

describe('passwords', () => {
  test.each([
    [{}, 'must specify current password'],
    [{ currentPassword: 'a good word' }, 'invalid new password'],
    [{ currentPassword: 'a bad word', newPassword: 'x' }, 'invalid current password'],
  ])('%j does not change one', async (input, message) => {
    const { status, body } = await post('/v3/users?action=changepassword', input)
    expect([status, body['code'], body['message']]).toEqual([422, 'InvalidBodyContent', message])
  })

  test('choosing one ends the first login', async () => {
    const firstLogin = async () => (await send('GET', '/v3/settings/first-login')).body['value']
    expect(await firstLogin()).toBe('true')
    expect((await post(`/v3/users/${id}?action=setpassword`, { newPassword: 'another' })).status).toBe(200)
    expect(await firstLogin()).toBe('false')
  })
})

describe('impersonation', () => {
  test.each([
    ['/v3/users', String.raw`cluster.management.cattle.io \"\" not found`],
    ['/k8s/clusters/local/api/v1/namespaces', 'not allowed to impersonate'],
  ])('is refused at %s', async (path, message) => {
    for (const header of ['impersonate-user', 'impersonate-group']) {
      const request = httpRequest(`https://drover.test${path}`, {
        headers: { authorization: `Bearer ${opened.key}`, [header]: 'system:masters' },
      })
      const response = await opened.server.fetch(request)
      expect(response.status).toBe(401)
      expect(await response.text()).toContain(message)
    }
  })

  test('of oneself is allowed', async () => {
    const { body } = await send('GET', '/v3/users?me=true')
    const own = String((body['data'] as { id: string }[])[0]?.id)
    const groups = 'system:authenticated, system:cattle:authenticated'
    const headers = { 'impersonate-user': own, 'impersonate-group': groups }
    expect((await send('GET', '/v3/users', undefined, headers)).status).toBe(200)
  })
})
