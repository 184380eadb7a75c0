import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { openTestServer, type OpenedServer } from '../opened-server.fixture.ts'

let opened: OpenedServer

beforeAll(async () => {
  opened = await openTestServer()
})
afterAll(() => opened[Symbol.asyncDispose]())

interface Answer {
  data: { id: string; type: string; [field: string]: unknown }[]
  [field: string]: unknown
}

function send(method: string, type: string, body?: object, projectId = opened.server.projects.default) {
  const whole = body && { namespaceId: 'default', ...body }
  return ask(opened.key, method, `/v3/project/${projectId}/${type}`, whole)
}

async function ask(own: string, method: string, path: string, body?: object) {
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = { authorization: `Bearer ${own}`, 'content-type': 'application/json' }
  const url = `https://drover.test${path}`
  const response = await opened.server.fetch(httpRequest(url, { method, headers, body: text }))
  const answer = await response.text()
  return { status: response.status, text: answer, body: (answer === '' ? {} : JSON.parse(answer)) as Answer }
}

const kinds: readonly [string, object, object][] = [
  ['namespacedSecrets', { name: 'plain', data: { word: 'c2VjcmV0' } }, { kind: 'Opaque' }],
  ['namespacedBasicAuths', { name: 'basic', username: 'u', password: 'a secret word' }, { username: 'u' }],
  ['namespacedSshAuths', { name: 'ssh', privateKey: 'a secret key' }, {}],
  ['namespacedCertificates', { name: 'tls', certs: 'none', key: 'a secret key' }, { certs: 'none' }],
  ['namespacedDockerCredentials', { name: 'docker', registries: { 'r.test': { username: 'u', password: 'p' } } }, {}],
]

test.each(kinds)('%s are made, read and changed', async (type, body, shown) => {
  expect((await send('POST', type, body)).status).toBe(201)
  const { name } = body as { name: string }
  const read = await send('GET', `${type}/default:${name}`)
  expect(read.body).toMatchObject({ ...shown, type: type.slice(0, -1), baseType: 'namespacedSecret' })
  expect(read.text).not.toContain('a secret')
  expect((await send('PUT', `${type}/default:${name}`, { labels: { a: 'b' } })).body['labels']).toMatchObject({
    a: 'b',
  })
})

test('each list holds all of them, each as what it is, and what is written once is in none', async () => {
  for (const [type] of kinds) {
    const { body, text } = await send('GET', type)
    expect(body.data.map((item) => item.type)).toEqual([
      'namespacedBasicAuth',
      'namespacedDockerCredential',
      'namespacedSecret',
      'namespacedSshAuth',
      'namespacedCertificate',
    ])
    expect(text).not.toContain('a secret')
  }
})

test('a secret is changed as what it is alone', async () => {
  expect((await send('PUT', 'namespacedSecrets/default:basic', { data: {} })).status).toBe(404)
  expect((await send('DELETE', 'namespacedSecrets/default:basic')).status).toBe(404)
  expect((await send('DELETE', 'namespacedBasicAuths/default:basic')).status).toBe(204)
})

test('a reader of the project sees none of them', async () => {
  const account = { username: 'reader', password: 'a good word' }
  const { body: user } = await ask(opened.key, 'POST', '/v3/users', account)
  const projectId = opened.server.projects.default
  const binding = { userId: user['id'], projectId, roleTemplateId: 'read-only' }
  expect((await ask(opened.key, 'POST', '/v3/projectRoleTemplateBindings', binding)).status).toBe(201)
  const login = await ask('', 'POST', '/v3-public/localProviders/local?action=login', account)
  const reader = String(login.body['token'])
  for (const type of [...kinds.map(([one]) => one), 'namespacedServiceAccountTokens', 'certificates']) {
    expect((await ask(reader, 'GET', `/v3/project/${projectId}/${type}`)).body.data, type).toEqual([])
    expect((await ask(reader, 'GET', `/v3/project/${projectId}/${type}/default:plain`)).status, type).toBe(403)
  }
  expect((await ask(reader, 'GET', `/v3/project/${projectId}/namespacedSecrets/default:plain`)).body['message']).toBe(
    `secrets "plain" is forbidden: User "${String(user['id'])}" cannot get resource "secrets" in API group "" in the namespace "default"`,
  )
})

test('what the server keeps for itself is no secret of the project System', async () => {
  const { body, text } = await send('GET', 'namespacedSecrets', undefined, opened.server.projects.system)
  expect(body.data.filter(({ id }) => id.startsWith('drover-system:'))).toEqual([])
  expect(text).not.toContain('hash')
  const [name = ''] = opened.key.split(':')
  const one = await send('GET', `namespacedSecrets/drover-system:${name}`, undefined, opened.server.projects.system)
  expect(one.status).toBe(404)
})
