import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { httpRequest, type HttpResponse } from '../../src/model/http.ts'
import { openServer, type RancherServer } from '../../src/rancher/index.ts'
import { objects } from './objects.ts'
import { isPolluted, oddSegments, oddValue, runs, spoil, spoilings } from './odd.ts'

// for FUZZ on a busy machine
vi.setConfig({ testTimeout: 600_000 })

const project = 'local:p-a'
const password = 'correct horse battery'

let cluster: Cluster
let server: RancherServer
let key: string
let failures: string[]

beforeEach(() => open({ lively: false }))
afterEach(close)

/** Unless `lively`, whatever changes was changed by a request. */
async function open({ lively }: { lively: boolean }): Promise<void> {
  failures = []
  const report = (controller: string, name: string, error: unknown) => {
    failures.push(`${controller} ${name}: ${error instanceof Error ? error.stack : String(error)}`)
  }
  cluster = await openCluster({ controllers: lively && { report } })
  server = await openServer({
    kube: cluster.fetch,
    adminPassword: password,
    defaultProject: 'p-a',
    keepsServices: lively,
    onFailure: ({ error, method, path }) =>
      failures.push(`${method} ${path}: ${error instanceof Error ? error.stack : String(error)}`),
  })
  key = await server.issueKey()
  const annotations = { 'field.cattle.io/projectId': project }
  const body = JSON.stringify({ metadata: { annotations } })
  const headers = { 'content-type': 'application/merge-patch+json' }
  await cluster.fetch(httpRequest('http://c/api/v1/namespaces/default', { method: 'PATCH', headers, body }))
  await seed()
}

async function close(): Promise<void> {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
}

async function seed(): Promise<void> {
  for (const [collection, object] of objects) {
    await cluster.fetch(httpRequest(`http://c${collection}`, { method: 'POST', body: JSON.stringify(object) }))
  }
}

interface Sent {
  method: string
  path: string
  query?: string
  headers?: Record<string, string>
  body?: string | null
}

function send({ method, path, query = '', headers = {}, body = null }: Sent): Promise<HttpResponse> {
  const own = { authorization: `Bearer ${key}`, ...headers }
  const url = `https://h.test${path}${query && '?'}${query}`
  return server.fetch(httpRequest(url, { method, headers: own, body: method === 'GET' ? null : body }))
}

async function revision(): Promise<string> {
  const response = await cluster.fetch(httpRequest('http://c/api/v1/namespaces?limit=1'))
  return ((await response.json()) as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

/** Never a 5xx except for unsupported features; a refusal changes nothing; no secret is returned. */
async function expectHarmless(sent: Sent): Promise<HttpResponse> {
  const before = await revision()
  const response = await send(sent)
  const isText =
    response.headers.get('content-encoding') === null && !/[?&]watch|\/watch\//.test(`?${sent.query} ${sent.path}`)
  const text = isText ? await response.text() : ''
  if (!isText) await response.body?.cancel().catch(() => undefined)
  const told = `${sent.method} ${sent.path}?${sent.query} ${sent.body?.slice(0, 600)}\n${response.status} ${text.slice(0, 600)}\n${failures.join('\n')}`
  const proxied = sent.path.startsWith('/k8s/')
  if (!proxied) expect([501, 503].includes(response.status) || response.status < 500, told).toBe(true)
  expect(failures, told).toEqual([])
  if (response.status >= 400) expect(await revision(), told).toBe(before)
  for (const secret of [key.split(':')[1] ?? '', password, 'scrypt$']) expect(text.includes(secret), told).toBe(false)
  expect(isPolluted(), told).toBe(false)
  if (sent.method === 'DELETE' && response.ok) await seed()
  return response
}

const odd = fc.constantFrom(...oddSegments, 'a:b:c:d')
const words = (text: string) => fc.constantFrom(...text.split(' '))
const types = words(
  'workloads deployments statefulSets daemonSets jobs cronJobs replicaSets replicationControllers pods services dnsRecords ' +
    'secrets namespacedSecrets configMaps dockerCredentials namespacedDockerCredentials namespaces projects clusters nodes ' +
    'tokens users settings schemas nodePools roleTemplates projectRoleTemplateBindings subscribe principals',
)
const ids = words(
  'deployment:default:web statefulset:default:web cronjob:default:web job:default:web default:web default:keys default local ' +
    'local:p-a server-version cacerts workload yaml revisions web',
)
const segment = fc.oneof(odd, fc.string({ maxLength: 8 }).map(encodeURIComponent), types, ids)
const root = words(
  `/v3 /v3/project/${project} /v3/cluster/local /v3/projects/${project} /v3/clusters/local /v3-public /k8s/clusters/local /meta`,
)
const path = fc
  .tuple(root, fc.oneof(fc.tuple(types), fc.tuple(types, ids), fc.array(segment, { maxLength: 4 })))
  .map(([at, parts]) => [at, ...parts].join('/'))
const parameter = fc.tuple(
  words(
    'limit marker sort order name name_in name_ne name_null state _replace _format _export action link __proto__ _method CSRF',
  ),
  fc.oneof(
    odd,
    words(
      '-1 0 5 99999999999999999999 name desc yaml html json redeploy pause resume rollback PUT DELETE move true a,b',
    ),
  ),
)
const query = fc.array(parameter, { maxLength: 3 }).map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
const headers = fc.dictionary(
  words(
    'accept content-type user-agent cookie host x-forwarded-host x-forwarded-proto x-api-url-prefix x-api-action-links if-match accept-encoding',
  ),
  fc.oneof(
    words(
      'application/yaml application/x-www-form-urlencoded multipart/form-data Mozilla/5.0 */* CSRF=a gzip "><script> W/"1"',
    ),
    fc.string({ maxLength: 12 }),
  ),
)
const method = words('GET POST PUT DELETE PATCH HEAD OPTIONS BREW')
const rubbish = fc.oneof(
  fc.constantFrom(
    null,
    '',
    'null',
    '[]',
    '{',
    '"x"',
    '&a [*a]',
    'a: &a [*a, *a]',
    '{}',
    'a=b&c',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  ),
  oddValue.map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
)

/** The only user and the key in use, which the tests depend on. */
const ownGround = /^\/v3(\/clusters?\/[^/]*)?\/(users|tokens)(\/|$)/i
/** Each costs half a second of hashing. */
const hashes = /setpassword|changepassword|login/

test('any request to any address is answered without a server error, and a refusal changes nothing', async () => {
  const requests = fc.record({ method, path, query, headers, body: rubbish })
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      fc.pre(!(sent.method !== 'GET' && ownGround.test(sent.path)) && !hashes.test(sent.query))
      await expectHarmless(sent)
    }),
    runs(1000),
  )
})

const fields =
  'name namespaceId projectId containers image environment ports volumes scale labels type data id links actions deploymentConfig sourcePort kind'.split(
    ' ',
  )

interface Document {
  id: string
  links: { self: string; update?: string }
  type: string
  [field: string]: unknown
}

async function documents(): Promise<[collection: string, document: Document][]> {
  const collections =
    'workloads pods services dnsRecords secrets namespacedSecrets configMaps dockerCredentials namespacedDockerCredentials'
  const places = [
    ...collections.split(' ').map((type) => `/v3/project/${project}/${type}`),
    '/v3/cluster/local/namespaces',
    '/v3/projects',
    '/v3/settings',
    '/v3/clusters',
  ]
  const found = await Promise.all(
    places.map(async (place) => {
      const { data } = (await (await send({ method: 'GET', path: place })).json()) as { data: Document[] }
      return data.map((document): [string, Document] => [place, document])
    }),
  )
  return found.flat()
}

test('documents with anything in the wrong place are refused or accepted', async () => {
  const all = await documents()
  expect(new Set(all.map(([, { type }]) => type)).size).toBeGreaterThan(14)
  const one = fc.record({
    of: fc.nat(),
    way: words('PUT PUT POST _replace'),
    changes: spoilings(fields),
    form: words('application/json application/json application/yaml'),
  })
  await fc.assert(
    fc.asyncProperty(one, async ({ of, way, changes, form }) => {
      const [collection, document] = all[of % all.length] as (typeof all)[number]
      const path = way === 'POST' ? collection : new URL(document.links.self).pathname
      const fresh = way === 'POST' ? { ...document, name: `made-${made++}`, id: undefined } : document
      const body = JSON.stringify(spoil(fresh, changes))
      const method = way === 'POST' ? 'POST' : 'PUT'
      await expectHarmless({
        method,
        path,
        query: way === '_replace' ? '_replace=true' : '',
        headers: { 'content-type': form },
        body,
      })
    }),
    runs(1000),
  )
})

let made = 0

test('actions with anything in them are refused or carried out', async () => {
  const all = await documents()
  const action = fc.oneof(
    words(
      'redeploy pause resume rollback move generateKubeconfig exportYaml setpodsecuritypolicytemplate __proto__ remove',
    ),
    odd,
  )
  const input = fc.oneof(
    rubbish,
    fc
      .dictionary(words('replicaSetId projectId newPassword __proto__ name'), oddValue)
      .map((value) => JSON.stringify(value)),
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(), action, input, async (of, name, body) => {
      const [, document] = all[of % all.length] as (typeof all)[number]
      // without its namespace's project or its own identity nothing would be left to test
      fc.pre(!['remove', 'move'].includes(name) || document.type === 'deployment')
      await expectHarmless({
        method: 'POST',
        path: new URL(document.links.self).pathname,
        query: `action=${name}`,
        body,
      })
      if (name === 'remove' || name === 'move') await seed()
    }),
    runs(300),
  )
})

test('controllers and upkeep survive whatever was accepted', async () => {
  await close()
  await open({ lively: true })
  const [collection, document] = (await documents()).find(([, { id }]) => id === 'deployment:default:web') as [
    string,
    Document,
  ]
  await fc.assert(
    fc.asyncProperty(spoilings(fields), async (changes) => {
      const fresh = { ...document, name: `made-${made++}`, id: undefined }
      const { status } = await send({ method: 'POST', path: collection, body: JSON.stringify(spoil(fresh, changes)) })
      expect(status).toBeLessThan(500)
    }),
    runs(150),
  )
  const containers = [
    { name: 'c', image: 'shop/web:1', ports: [{ containerPort: 80, kind: 'ClusterIP', protocol: 'TCP' }] },
  ]
  const whole = { name: 'whole', namespaceId: 'default', scale: 1, containers }
  expect((await send({ method: 'POST', path: collection, body: JSON.stringify(whole) })).status).toBe(201)
  const state = async () => {
    const response = await send({ method: 'GET', path: `${collection}/deployment:default:whole` })
    const { deploymentStatus } = (await response.json()) as { deploymentStatus?: { readyReplicas?: number } }
    return deploymentStatus?.readyReplicas
  }
  await expect.poll(state, { timeout: 20_000 }).toBe(1)
  expect(failures).toEqual([])
})

test('callers with restricted keys gain nothing', async () => {
  const limited = await server.issueKey({ projectId: project })
  const requests = fc.record({ method: words('POST PUT DELETE PATCH'), path, query, body: rubbish })
  const elsewhere =
    /^\/(k8s\/clusters\/local\/(api\/v1\/namespaces\/(?!default)|apis?$)|v3\/(settings|users|clusters|cluster|nodes))/
  const before = await settingsText()
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      fc.pre(!hashes.test(sent.query))
      const response = await expectHarmless({ ...sent, headers: { authorization: `Bearer ${limited}` } })
      if (elsewhere.test(sent.path)) expect(response.ok && response.status !== 301, sent.path).toBe(false)
      if (sent.method === 'DELETE') await seed()
    }),
    runs(300),
  )
  expect(await settingsText()).toBe(before)
})

async function settingsText(): Promise<string> {
  return (await send({ method: 'GET', path: '/v3/settings' })).text()
}

test('an unauthenticated caller gets the same answer whatever the credential looks like', async () => {
  const name = key.split(':')[0] ?? ''
  const credential = fc.oneof(
    fc.constantFrom(
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${name}`,
      `Bearer ${name}:`,
      `Bearer ${name}::`,
      `Basic ${name}`,
      'Basic ===',
      'Digest x',
    ),
    fc.constantFrom(
      `Bearer ${key}x`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}:x`,
      'Bearer __proto__:x',
      'Bearer constructor:x',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `Bearer ${name}:${text}`),
    fc.string().map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
  )
  await fc.assert(
    fc.asyncProperty(
      credential,
      words(`/v3 /v3/project/${project}/workloads /v3/tokens /k8s/clusters/local/api`),
      async (authorization, at) => {
        const response = await send({ method: 'GET', path: at, headers: { authorization } })
        expect(response.status).toBe(401)
        expect(await response.text()).toContain('must authenticate')
      },
    ),
    runs(300),
  )
})

test('no response contains a secret that only its owner was shown', async () => {
  const { status } = await send({ method: 'POST', path: '/v3/tokens', body: '{"description":"one"}' })
  expect(status).toBe(201)
  const paths =
    '/v3/tokens /v3/users /v3/settings /v3/clusters /v3/projects /v3/schemas /k8s/clusters/local/api/v1/secrets'
  for (const path of paths.split(' ')) {
    const text = await (await send({ method: 'GET', path })).text()
    expect(text, path).not.toContain(key.split(':')[1])
    expect(text, path).not.toContain(password)
  }
})
