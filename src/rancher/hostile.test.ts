import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCluster, type Cluster } from '../cluster/index.ts'
import { httpRequest } from '../model/http.ts'
import { openServer, type RancherServer } from './index.ts'

let cluster: Cluster
let server: RancherServer
let key = ''
const failures: unknown[] = []

beforeAll(async () => {
  cluster = await openCluster()
  const onFailure = ({ error }: { error: unknown }) => failures.push(error)
  server = await openServer({ kube: cluster.fetch, adminPassword: 'a', defaultProject: 'p-a', onFailure })
  key = await server.issueKey()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

const odd = fc.constantFrom(
  '',
  '.',
  '..',
  '%',
  '%2F',
  '%00',
  '__proto__',
  'constructor',
  ':',
  'a:b:c:d',
  'x'.repeat(300),
)
const segment = fc.oneof(
  odd,
  fc.string({ maxLength: 8 }).map(encodeURIComponent),
  fc.constantFrom('local:p-a', 'workloads', 'deployments', 'deployment:default:web', 'pods', 'default:web', 'services'),
  fc.constantFrom('namespaces', 'default', 'tokens', 'users', 'settings', 'ui-pl', 'projects', 'clusters', 'local'),
  fc.constantFrom('nodes', 'schemas', 'yaml', 'revisions', 'subscribe', 'secrets', 'configMaps', 'dnsRecords'),
)
const root = fc.constantFrom(
  '/v3',
  '/v3/project/local:p-a',
  '/v3/cluster/local',
  '/v3-public',
  '/k8s/clusters/local',
  '',
)
const path = fc.tuple(root, fc.array(segment, { maxLength: 4 })).map(([at, parts]) => [at, ...parts].join('/') || '/')
const parameter = fc.tuple(
  fc.constantFrom(
    'limit',
    'marker',
    'sort',
    'order',
    'name',
    'name_in',
    '_replace',
    '_format',
    'action',
    '__proto__',
    '_method',
  ),
  fc.oneof(odd, fc.constantFrom('-1', '5', 'name', 'desc', 'yaml', 'html', 'redeploy', 'pause', 'PUT', 'move', 'true')),
)
const query = fc.array(parameter, { maxLength: 4 }).map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
const body = fc.oneof(
  fc.constant(null),
  fc.string(),
  fc.json(),
  fc.constantFrom(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    '{"containers":[{"name":"__proto__","image":"a","environment":{"__proto__":"x"}}]}',
    '{"name":"web","namespaceId":"default","labels":{"__proto__":"x"},"containers":[{"name":"c","image":"x:1"}]}',
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
  ),
)
const headers = fc.dictionary(
  fc.constantFrom(
    'accept',
    'content-type',
    'user-agent',
    'cookie',
    'host',
    'x-forwarded-host',
    'x-api-url-prefix',
    'if-match',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/yaml',
      'application/x-www-form-urlencoded',
      'Mozilla/5.0',
      '*/*',
      'CSRF=a',
      '"><script>',
    ),
    fc.string({ maxLength: 12 }),
  ),
)
const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS')

test('nothing a caller sends makes the server fail, or lets a secret out', async () => {
  const secret = key.split(':')[1] ?? ''
  const requests = fc.record({ method, path, query, headers, body })
  await fc.assert(
    fc.asyncProperty(requests, async (one) => {
      // removing what the test itself stands on is no mistake of the server's
      fc.pre(one.method !== 'DELETE' && !one.query.includes('action=logout'))
      const url = `https://h.test${one.path}${one.query === '' ? '' : `?${one.query}`}`
      const sent = { ...one.headers, authorization: `Bearer ${key}` }
      const request = httpRequest(url, {
        method: one.method,
        headers: sent,
        body: one.method === 'GET' ? null : one.body,
      })
      const response = await server.fetch(request)
      const watching = response.headers.get('transfer-encoding') === 'chunked'
      const text = watching ? '' : await response.text()
      expect([501, 503].includes(response.status) || response.status < 500, `${response.status} ${text}`).toBe(true)
      expect(text).not.toContain(secret)
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    }),
    { numRuns: 600 },
  )
  const unforeseen = failures.filter((error) => error instanceof TypeError || error instanceof RangeError)
  expect(unforeseen).toEqual([])
  expect(await (await server.fetch(httpRequest('https://h.test/ping'))).text()).toBe('pong')
})
