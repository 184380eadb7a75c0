import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../kube/index.ts'
import { httpRequest } from '../model/http.ts'
import { openCluster, type Cluster } from '../cluster/index.ts'
import { openServer, type RancherServer } from './index.ts'

let cluster: Cluster
let server: RancherServer
let key = ''
const project = 'local:p-dghs7'
const stranger = { type: 'error', status: '401', message: 'must authenticate' }

beforeAll(async () => {
  cluster = await openCluster()
  server = await openServer({
    kube: cluster.fetch,
    adminPassword: 'a good word',
    cacerts: 'PEM',
    defaultProject: 'p-dghs7',
  })
  key = await server.issueKey({ description: 'test' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

interface Sent {
  method?: string
  body?: unknown
  headers?: Record<string, string>
}

async function send(path: string, { method = 'GET', body, headers }: Sent = {}) {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
  const own = { host: '127.0.0.1:8443', authorization: `Bearer ${key}`, ...headers }
  const request = httpRequest(`https://127.0.0.1:8443${path}`, { method, headers: own, body: text })
  const response = await server.fetch(request)
  const answer = await response.text()
  return { status: response.status, headers: response.headers, text: answer, body: json(answer) }
}

function json(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

const post = (path: string, body?: unknown, headers = {}) => send(path, { method: 'POST', body, headers })

async function newKey(input: object): Promise<string> {
  return String((await post('/v3/tokens', input)).body['token'])
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('the front door', () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  test.each<[string, () => Record<string, string>, number]>([
    ['Bearer', () => bearer(key), 200],
    ['a scheme in lower case', () => ({ authorization: `bearer   ${key}  ` }), 200],
    ['Basic', () => basic(key), 200],
    ['Basic without padding', () => ({ authorization: basic(key).authorization.replaceAll('=', '') }), 200],
    ['a cookie', () => ({ authorization: '', cookie: `R_SESS=${key}` }), 200],
    ['a quoted cookie', () => ({ authorization: '', cookie: `R_SESS="${key}"` }), 200],
    ['a wrong header with a right cookie', () => ({ authorization: 'Bearer a:b', cookie: `R_SESS=${key}` }), 401],
    ['a right header with a wrong cookie', () => ({ ...bearer(key), cookie: 'R_SESS=a:b' }), 200],
    ['nothing', () => ({ authorization: '' }), 401],
    ['a wrong secret', () => bearer(`${key}x`), 401],
    ['an empty secret', () => bearer(`${key.split(':')[0]}:`), 401],
    ['another colon', () => bearer(`${key}:x`), 401],
    ['no colon', () => bearer('token'), 401],
    ['another scheme', () => ({ authorization: `Digest ${key}` }), 401],
    ['user and password', () => basic('admin:a good word'), 401],
    ['a name that objects have', () => bearer('__proto__:constructor'), 401],
  ])('%s', async (_name, headers, status) => {
    const answer = await send('/v3/users?me=true', { headers: headers() })
    expect(answer.status).toBe(status)
    if (status === 401) {
      expect(answer.body).toEqual(stranger)
      expect(answer.text).toHaveLength(62)
      expect(answer.headers.get('www-authenticate')).toBeNull()
      expect(answer.headers.get('expires')).toBeNull()
    }
  })

  test('answers anonymous callers 404 outside the API and 401 inside', async () => {
    const headers = { authorization: '' }
    for (const path of ['/v3/nosuch', '/v3/schemas', `/v3/project/${project}/workloads`]) {
      expect((await send(path, { headers })).body).toEqual(stranger)
    }
    expect((await send('/nosuch', { headers })).text).toBe('404 page not found\n')
    expect((await send('/ping', { headers })).text).toBe('pong')
    expect((await send('/v3/settings/cacerts', { headers })).body).toMatchObject({ value: 'PEM' })
    expect((await send('/v3/settings/cacerts', { headers, method: 'PUT', body: {} })).status).toBe(401)
    const proxied = await send('/k8s/clusters/local/version', { headers })
    expect([proxied.status, proxied.text]).toEqual([401, 'must authenticate'])
  })

  test('tells a restricted key where it is valid', async () => {
    const other = await newKey({ clusterId: 'c-other' })
    const own = await newKey({ clusterId: 'local' })
    for (const token of [other, own]) {
      const answer = await send('/v3', { headers: bearer(token) })
      expect(answer.body).toEqual({ ...stranger, message: 'clusterID does not match' })
    }
    const refused = await send('/k8s/clusters/local/version', { headers: bearer(other) })
    expect([refused.status, refused.text]).toEqual([401, 'clusterID does not match'])
    expect((await send('/k8s/clusters/local/version', { headers: bearer(own) })).status).toBe(200)
  })
})

describe('keys', () => {
  test('are shown once and revoked at once', async () => {
    const made = await post('/v3/tokens', { description: 'ci', ttl: 0, name: 'mine', enabled: false })
    expect(made.status).toBe(201)
    const { id, token } = made.body as { id: string; token: string }
    expect(token).toMatch(/^token-[bcdfghjklmnpqrstvwxz2456789]{5}:[bcdfghjklmnpqrstvwxz2456789]{54}$/)
    const read = await send(`/v3/tokens/${id}`)
    expect(read.body).toMatchObject({
      description: 'ci',
      enabled: true,
      isDerived: true,
      current: false,
      expiresAt: '',
    })
    expect(read.text).not.toContain(token.split(':')[1])
    expect((await send('/v3/tokens')).text).not.toContain(token.split(':')[1])
    expect((await send('/v3', { headers: bearer(token) })).status).toBe(200)
    expect((await send(`/v3/tokens/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await send('/v3', { headers: bearer(token) })).body).toEqual(stranger)
    const again = await send(`/v3/tokens/${id}`, { method: 'DELETE' })
    expect(again.body).toMatchObject({ code: 'NotFound', message: `tokens.management.cattle.io "${id}" not found` })
  })

  test('report their last use on request, across restarts', async () => {
    const token = await newKey({ description: 'used' })
    const id = String(token.split(':')[0])
    const asked = async () => (await send(`/v3/tokens/${id}?_lastUsed=true`)).body
    expect(await asked()).not.toHaveProperty('annotations')
    for (let uses = 0; uses < 3; uses++) await send('/v3', { headers: bearer(token) })
    const { annotations } = (await asked()) as { annotations: Record<string, string> }
    expect(Date.now() - Date.parse(annotations['drover.dev/last-used'] ?? '')).toBeLessThan(60_000)
    expect((await send(`/v3/tokens/${id}`)).body).not.toHaveProperty('annotations')
    const kept = () => connect({ fetch: cluster.fetch }).get(`/api/v1/namespaces/drover-system/secrets/${id}`)
    await expect.poll(async () => (await kept()).metadata.annotations?.['drover.dev/last-used']).toMatch(/Z$/)
    await post('/v3/tokens?action=logout', undefined, bearer(token))
    expect((await send('/v3', { headers: bearer(token) })).status).toBe(401)
  })

  test('with a negative ttl are expired and stay listed', async () => {
    const token = await newKey({ ttl: -1 })
    expect((await send('/v3', { headers: bearer(token) })).body).toEqual(stranger)
    const read = await send(`/v3/tokens/${token.split(':')[0]}`)
    expect(read.body).toMatchObject({ expired: true, ttl: -1 })
    expect(read.body['expiresAt']).toMatch(/Z$/)
  })

  test.each([
    [undefined, 'unexpected end of JSON input'],
    ['{"ttl":"60000"}', 'json: cannot unmarshal string into Go struct field Token.ttl of type int64'],
    ['{"ttl":1.5}', 'json: cannot unmarshal number 1.5 into Go struct field Token.ttl of type int64'],
    ['{"Description":1}', 'json: cannot unmarshal number into Go struct field Token.description of type string'],
    ['{"enabled":"yes"}', 'json: cannot unmarshal string into Go struct field Token.enabled of type bool'],
    ['{"labels":[]}', 'json: cannot unmarshal array into Go struct field Token.labels of type map[string]string'],
  ])('refuse %s', async (body, message) => {
    expect((await post('/v3/tokens', body)).body).toMatchObject({ status: 422, code: 'InvalidFormat', message })
  })

  test('are immutable, and can log out', async () => {
    const token = await newKey({})
    const changed = await send(`/v3/tokens/${token.split(':')[0]}`, { method: 'PUT', body: { description: 'x' } })
    expect(changed.body).toMatchObject({ status: 404, message: 'no store found' })
    const out = await post('/v3/tokens?action=logout', undefined, bearer(token))
    expect([out.status, out.text]).toEqual([200, ''])
    expect(out.headers.get('set-cookie')).toContain('R_SESS=; Path=/; Expires=Wed, 10 Feb 1982 23:00:00 GMT')
    expect((await send('/v3', { headers: bearer(token) })).status).toBe(401)
  })
})

describe('a key for one project', () => {
  test('reaches only that project and its namespaces', async () => {
    const headers = bearer(await newKey({ projectId: project }))
    expect((await send(`/v3/project/${project}`, { headers })).status).toBe(200)
    expect((await send('/v3/projects', { headers })).body['data']).toHaveLength(1)
    const namespaces = (await send('/v3/cluster/local/namespaces', { headers })).body['data'] as { id: string }[]
    expect(namespaces.map(({ id }) => id)).toContain('default')
    expect(namespaces.map(({ id }) => id)).not.toContain('kube-system')
    expect((await send('/v3/cluster/local/namespaces/kube-system', { headers })).status).toBe(404)
    expect((await send(`/v3/project/${server.projects.system}/workloads`, { headers })).status).toBe(403)
    for (const path of ['/v3/tokens', '/v3/projects', '/v3/users']) {
      expect((await post(path, { name: 'x', clusterId: 'local' }, headers)).status).toBe(403)
    }
    expect((await send('/v3/settings/server-url', { method: 'PUT', body: { value: 'x' }, headers })).status).toBe(403)
  })

  test.each([
    ['GET', '/version', 200],
    ['GET', '/api/v1/namespaces/default', 200],
    ['PATCH', '/api/v1/namespaces/default', 403],
    ['DELETE', '/api/v1/namespaces/default', 403],
    ['PUT', '/api/v1/namespaces/default/finalize', 403],
    ['GET', '/api/v1/namespaces/default/secrets', 200],
    ['GET', '/api/v1/namespaces/drover-system/secrets', 403],
    ['GET', '/api/v1/namespaces/default%2F..%2Fdrover-system/secrets', 403],
    ['GET', '/api/v1/namespaces/default/../drover-system/secrets', 403],
    ['GET', '/api/v1/secrets', 403],
    ['GET', '/api/v1/watch/namespaces/default/secrets', 403],
    ['GET', '/apis/drover.dev/v1/users', 403],
    ['POST', '/apis/apps/v1/namespaces/kube-system/deployments', 403],
  ])('is limited to its namespaces: %s %s', async (method, path, status) => {
    const headers = bearer(await newKey({ projectId: project }))
    expect((await send(`/k8s/clusters/local${path}`, { method, headers })).status).toBe(status)
  })

  test('requires an existing project', async () => {
    expect((await post('/v3/tokens', { projectId: 'local:p-zzzzz' })).status).toBe(404)
  })
})

describe('log-in', () => {
  const login = (body: unknown, type = 'localProviders') => post(`/v3-public/${type}/local?action=login`, body)

  test('returns a session', async () => {
    const answer = await login(
      { username: 'admin', password: 'a good word', description: 'ui', ttl: 0 },
      'localproviders',
    )
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ description: 'ui', isDerived: false, ttl: 57_600_000 })
    const headers = bearer(String(answer.body['token']))
    const id = String(answer.body['id'])
    expect((await send(`/v3/tokens/${id}`, { headers })).body).toMatchObject({ current: true })
    expect((await send(`/v3/tokens/${id}`, { headers, method: 'DELETE' })).body).toMatchObject({ status: 400 })
  })

  test('returns a cookie', async () => {
    const answer = await login({ username: 'admin', password: 'a good word', responseType: 'cookie' })
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(answer.headers.get('set-cookie')).toMatch(/^R_SESS=token-.{5}:.{54}; Path=\/; HttpOnly; Secure$/)
  })

  test.each([
    [{ username: 'admin', password: 'nope' }, 401, 'Unauthorized'],
    [{ username: 'nobody', password: 'a good word' }, 401, 'Unauthorized'],
    [{}, 422, 'MissingRequired'],
    ['{nope', 422, 'InvalidBodyContent'],
    [undefined, 422, 'InvalidBodyContent'],
    [{ username: 'admin', password: 5 }, 422, 'InvalidBodyContent'],
    [{ username: 'admin', password: 'a good word', ttl: '5' }, 422, 'InvalidBodyContent'],
    ['{"username":"admin","password":"a good word"} more', 422, 'InvalidBodyContent'],
    ['null', 422, 'MissingRequired'],
  ])('refuses %j', async (body, status, code) => {
    expect((await login(body)).body).toMatchObject({ status, code })
  })

  test('is throttled after repeated failures', async () => {
    const statuses: number[] = []
    for (let at = 0; at < 6; at++) statuses.push((await login({ username: 'guess', password: String(at) })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })
})

describe('users', () => {
  test('can log in, reach only themselves, and are deleted with their keys', async () => {
    const made = await post('/v3/users', { username: 'dev', password: 'devpassword', name: 'Dev' })
    expect(made.status).toBe(201)
    expect(made.text).not.toContain('devpassword')
    expect(made.body).toMatchObject({ username: 'dev', name: 'Dev', me: false, enabled: true })
    const twice = await post('/v3/users', { username: 'dev', password: 'x' })
    expect(twice.body).toMatchObject({ code: 'NotUnique', fieldName: 'username' })
    const session = await post('/v3-public/localProviders/local?action=login', {
      username: 'dev',
      password: 'devpassword',
    })
    const headers = bearer(String(session.body['token']))
    expect((await send('/v3/users', { headers })).body['data']).toHaveLength(1)
    expect((await send('/v3/projects', { headers })).body['data']).toEqual([])
    expect((await send('/v3/clusters/local', { headers })).body).toMatchObject({ code: 'Forbidden', status: 403 })
    expect((await send('/k8s/clusters/local/api/v1/namespaces', { headers })).status).toBe(403)
    const id = String(made.body['id'])
    expect((await send(`/v3/users/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await send('/v3', { headers })).status).toBe(401)
  })
})

describe('requests', () => {
  test.each([
    ['GET', '/v3/project//x/workloads', 301],
    ['PUT', '/v3/project/x/../y', 301],
    ['GET', '/v3x', 200],
    ['GET', '/v4', 404],
    ['GET', '/v3/Settings/server-url', 200],
    ['GET', '/v3/setting/server-url/', 200],
    ['PATCH', '/v3/settings/server-url', 405],
    ['HEAD', '/v3/settings/server-url', 405],
    ['PUT', '/v3/settings', 405],
    ['POST', '/v3/settings/server-url', 405],
    ['POST', '/v3/clusters/local?action=nosuch', 422],
    ['GET', '/v3/clusters/c-zzzzz', 404],
    ['GET', '/v3/cluster/c-zzzzz/namespaces', 503],
    ['GET', '/v3/settings/cacerts/nosuch', 404],
    ['GET', `/v3/project/${project}/subscribe`, 400],
    ['GET', '/k8s/clusters/c-zzzzz/version', 404],
    ['GET', '/k8s/clusters/', 404],
  ])('%s %s answers %i', async (method, path, status) => {
    expect((await send(path, { method, ...(method === 'PUT' ? { body: {} } : {}) })).status).toBe(status)
  })

  test('links follow the host and the forwarded headers', async () => {
    const self = async (headers: Record<string, string>) => {
      const { body } = await send('/v3/settings/server-url', { headers })
      return (body['links'] as Record<string, string>)['self']
    }
    expect(await self({ host: 'r.test:443' })).toBe('https://r.test:443/v3/settings/server-url')
    const forwarded = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'a.test, b.test', 'x-api-url-prefix': '/pre' }
    expect(await self(forwarded)).toBe('http://a.test/pre/v3/settings/server-url')
  })

  test('_method overrides the method of a POST only', async () => {
    const changed = await post('/v3/settings/ui-pl?_method=PUT', { value: 'x' })
    expect(changed.body).toMatchObject({ value: 'x', source: 'db', customized: true })
    expect((await send('/v3/settings/ui-pl?_method=DELETE')).body).toMatchObject({ value: 'x' })
    expect((await post('/v3/settings/ui-pl?action=remove')).status).toBe(204)
    expect((await send('/v3/settings/ui-pl')).body).toMatchObject({ value: 'rancher', source: 'default' })
  })

  test('refuses a body over 2 MiB and reads only the first JSON value', async () => {
    const put = (body: string) => send('/v3/settings/ui-pl', { method: 'PUT', body })
    expect((await put(`{"value":"${'x'.repeat(2 ** 21)}"}`)).body).toMatchObject({
      code: 'InvalidBodyContent',
      message: 'Failed to parse body: unexpected EOF',
    })
    expect((await put('{"value":"y"} xxx')).body).toMatchObject({ value: 'y' })
    expect((await put('')).body).toMatchObject({ message: 'Failed to parse body: EOF' })
    expect((await put('{"value":')).body).toMatchObject({ message: 'Failed to parse body: unexpected EOF' })
    expect((await put('[]')).body).toMatchObject({ status: 422 })
    expect((await put('{"__proto__":{"value":"z"},"constructor":1}')).body).toMatchObject({ value: 'y' })
  })

  test('browsers get a page and a CSRF cookie, which they must send back', async () => {
    const browser = { 'user-agent': 'Mozilla/5.0', accept: 'text/html,*/*;q=0.8' }
    const page = await send('/v3/settings/ui-pl', { headers: browser })
    expect(page.headers.get('content-type')).toBe('text/html')
    expect(page.headers.get('x-frame-options')).toBe('deny')
    expect(page.text).toContain('var schemas="https://127.0.0.1:8443/v3/schemas";\nvar data =\n{')
    const [, value = ''] = /^CSRF=([0-9a-f]{10}); Path=\/; Secure$/.exec(page.headers.get('set-cookie') ?? '') ?? []
    const put = (headers: Record<string, string>) =>
      send('/v3/settings/ui-pl?_format=json', {
        method: 'PUT',
        body: { value: 'z' },
        headers: { ...browser, ...headers },
      })
    expect((await put({})).body).toMatchObject({ code: 'InvalidCSRFToken', status: 422 })
    expect((await put({ cookie: `CSRF=${value}` })).status).toBe(422)
    expect((await put({ cookie: `CSRF=${value}`, 'x-api-csrf': value })).status).toBe(200)
  })

  test('supports YAML and gzip', async () => {
    const yaml = await send('/v3/settings/server-version', { headers: { accept: 'application/yaml' } })
    expect(yaml.headers.get('content-type')).toBe('application/yaml')
    expect(yaml.text).toContain('\nid: server-version\n')
    expect((await send('/v3/settings/server-version?_format=yaml')).text).toBe(yaml.text)
    const zipped = await send('/v3/settings/server-version', { headers: { 'accept-encoding': 'gzip, deflate' } })
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
  })
})

describe('projects and namespaces', () => {
  test('are created, found, moved and removed without loss', async () => {
    const made = await post('/v3/projects', { name: 'Third', clusterId: 'local' })
    expect(made.status).toBe(201)
    const id = String(made.body['id'])
    expect((await post('/v3/projects', { clusterId: 'local' })).body).toMatchObject({
      code: 'MissingRequired',
      fieldName: 'name',
    })
    expect((await send(`/v3/projects?name=Third&clusterId=local`)).body['data']).toHaveLength(1)
    const namespace = await post('/v3/cluster/local/namespaces', { name: 'team-x', projectId: id })
    expect(namespace.body).toMatchObject({ state: 'activating', transitioning: 'yes', projectId: id })
    expect((await send('/v3/cluster/local/namespaces/team-x')).body).toMatchObject({ state: 'active', projectId: id })
    expect((await post('/v3/cluster/local/namespaces', { name: 'team-x', projectId: id })).status).toBe(409)
    const bad = await post('/v3/cluster/local/namespaces', { name: 'Team_X' })
    expect(bad.body).toMatchObject({ code: 'InvalidFormat', fieldName: 'name' })
    const nowhere = await post('/v3/cluster/local/namespaces', { name: 'team-y', projectId: 'local:p-zzzzz' })
    expect(nowhere.body).toMatchObject({ message: 'projects.management.cattle.io "p-zzzzz" not found' })
    const moved = await post('/v3/cluster/local/namespaces/team-x?action=move', { projectId: project })
    expect([moved.status, moved.text]).toEqual([200, ''])
    expect((await send(`/v3/cluster/local/namespaces?projectId=${id}`)).body['data']).toEqual([])
    await post('/v3/cluster/local/namespaces/team-x?action=move', { projectId: id })
    expect((await send(`/v3/projects/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await send('/v3/cluster/local/namespaces/team-x')).body).toMatchObject({ projectId: null })
    const system = await send(`/v3/projects/${server.projects.system}`, { method: 'DELETE' })
    expect(system.body).toMatchObject({ status: 405 })
  })
})

describe('subscribe', () => {
  test('sends the current objects, then every change', async () => {
    const stop = new AbortController()
    const headers = { host: '127.0.0.1:8443', ...bearer(key) }
    const url = 'https://127.0.0.1:8443/v3/subscribe?resourceTypes=project'
    const frames = server.subscribe(httpRequest(url, { headers }), stop.signal)[Symbol.asyncIterator]()
    const next = async () => JSON.parse(String((await frames.next()).value)) as { name: string; data: { name: string } }
    expect((await next()).data.name).toBe('Default')
    expect((await next()).data.name).toBe('System')
    const made = await post('/v3/projects', { name: 'Watched', clusterId: 'local' })
    expect(await next()).toMatchObject({ name: 'resource.change', data: { name: 'Watched', links: {} } })
    await send(`/v3/projects/${String(made.body['id'])}`, { method: 'DELETE' })
    expect(await next()).toMatchObject({ name: 'resource.remove', data: { name: 'Watched' } })
    stop.abort()
    expect((await frames.next()).done).toBe(true)
  })

  test('refuses anonymous callers before the first frame', () => {
    const request = httpRequest('https://127.0.0.1:8443/v3/subscribe', { headers: {} })
    expect(() => server.subscribe(request, new AbortController().signal)).toThrow('must authenticate')
  })
})
