import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverCertificates } from '../../cli/serve/certificates.ts'
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
  ['namespacedCertificates', { name: 'tls', certs: 'none', key: '' }, { certs: 'none' }],
  ['namespacedDockerCredentials', { name: 'docker', registries: { 'r.test': { username: 'u', password: 'p' } } }, {}],
]

test.each(kinds)('creates, reads and changes %s', async (type, body, shown) => {
  expect((await send('POST', type, body)).status).toBe(201)
  const { name } = body as { name: string }
  const read = await send('GET', `${type}/default:${name}`)
  expect(read.body).toMatchObject({ ...shown, type: type.slice(0, -1), baseType: 'namespacedSecret' })
  expect(read.text).not.toContain('a secret')
  expect((await send('PUT', `${type}/default:${name}`, { labels: { a: 'b' } })).body['labels']).toMatchObject({
    a: 'b',
  })
})

test('every list shows all secrets under their own types, without write-only values', async () => {
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

test('a secret can be changed only as its own type', async () => {
  expect((await send('PUT', 'namespacedSecrets/default:basic', { data: {} })).status).toBe(404)
  expect((await send('DELETE', 'namespacedSecrets/default:basic')).status).toBe(404)
  expect((await send('DELETE', 'namespacedBasicAuths/default:basic')).status).toBe(204)
})

test('a reader of the project sees no secrets', async () => {
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

test("the server's own Secrets do not appear in the project System", async () => {
  const { body, text } = await send('GET', 'namespacedSecrets', undefined, opened.server.projects.system)
  expect(body.data.filter(({ id }) => id.startsWith('drover-system:'))).toEqual([])
  expect(text).not.toContain('hash')
  const [name = ''] = opened.key.split(':')
  const one = await send('GET', `namespacedSecrets/drover-system:${name}`, undefined, opened.server.projects.system)
  expect(one.status).toBe(404)
})

describe('certificates', () => {
  const pair = () => {
    const place = { caFile: join(tmpdir(), `drover-${process.pid}-ca.crt`) }
    return serverCertificates(place, ['web.test', '10.0.0.1'], Date.parse('2026-01-02T03:04:05Z'))
  }

  test.each(['namespacedCertificates', 'certificates'])(
    '%s describe themselves and do not reveal their key',
    async (type) => {
      const { leaf, ca } = await pair()
      // the chain need not start with the key's certificate
      const made = await send('POST', type, { name: 'web', certs: `${ca.cert}\n${leaf.cert}`, key: leaf.key })
      expect(made.body).toMatchObject({
        algorithm: 'ECC',
        keySize: '256',
        issuedAt: '2026-01-02T02:04:05Z',
        subjectAlternativeNames: ['web.test', '10.0.0.1'],
        version: '3',
        serialNumber: expect.stringMatching(/^\d+$/) as string,
        certFingerprint: expect.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2}){19}$/) as string,
      })
      const read = await send('GET', `${type}/${String(made.body['id'])}`)
      expect(read.text).not.toContain('PRIVATE KEY')
    },
  )

  test('refuses a chain without the key’s certificate', async () => {
    const [one, other] = [await pair(), await pair()]
    const refusals: [certs: string, key: string, message: RegExp][] = [
      [one.leaf.cert, other.leaf.key, /^failed to find cert that matched private key$/],
      [one.leaf.cert, 'none', /^failed to decode key: not valid pem format$/],
      ['none', one.leaf.key, /^failed to find cert/],
      [one.leaf.cert, '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----', /^failed to parse key/],
    ]
    for (const [certs, key, message] of refusals) {
      const refused = await send('POST', 'namespacedCertificates', { name: 'bad', certs, key })
      expect(refused).toMatchObject({ status: 422, body: { code: 'InvalidBodyContent', fieldName: 'certs' } })
      expect(refused.body['message']).toMatch(message)
    }
  })
})

test('a copy of a project secret is shown only as such', async () => {
  const registries = { 'r.test': { username: 'u', password: 'p' } }
  expect((await send('POST', 'dockerCredentials', { name: 'shared', registries })).status).toBe(201)
  const { body } = await send('GET', 'namespacedDockerCredentials')
  expect(body.data.filter(({ id }) => id === 'default:shared')).toEqual([])
  expect((await send('GET', 'namespacedDockerCredentials/default:shared')).status).toBe(404)
})

test('what has no name gets one that begins with its type’s initials', async () => {
  const rows: [type: string, name: RegExp][] = [
    ['namespacedSecrets', /^ns-[a-z0-9]{5}$/],
    ['configMaps', /^cm-[a-z0-9]{5}$/],
    ['secrets', /^s-[a-z0-9]{5}$/],
  ]
  for (const [type, name] of rows) expect((await send('POST', type, {})).body['name'], type).toMatch(name)
})

test.each(['secrets', 'namespacedSecrets'])('%s keep their description, labels and annotations', async (type) => {
  const marks = { description: 'd', labels: { l: '1' }, annotations: { a: '1' } }
  const made = await send('POST', type, { name: `marked-${type.toLowerCase()}`, ...marks })
  expect(made.body).toMatchObject(marks)
  const changed = await send('PUT', `${type}/${String(made.body['id'])}`, { description: 'e', labels: { l: '2' } })
  expect(changed.body).toMatchObject({ description: 'e', labels: { l: '2' }, annotations: { a: '1' } })
})

test('a project’s secret is spoken of by its name in the project', async () => {
  expect((await send('POST', 'secrets', { name: 'twice' })).status).toBe(201)
  expect((await send('POST', 'secrets', { name: 'twice' })).body).toMatchObject({
    status: 409,
    message: 'secrets "twice" already exists',
  })
  expect((await send('GET', 'secrets/twice')).body['message']).toBe('failed to find resource by id')
})

test('a registry that is given by `auth` alone keeps it', async () => {
  const made = await send('POST', 'namespacedDockerCredentials', {
    name: 'auth-alone',
    registries: { 'r.test': { auth: 'dTpw' }, 'other.test': {} },
  })
  const registries = made.body['registries'] as Record<string, object>
  expect(Object.keys(registries['r.test'] ?? {})).toEqual(['auth'])
  expect(registries['r.test']).toEqual({ auth: 'dTpw' })
})
