import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { httpRequest, type HttpResponse } from '../../src/model/http.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { objects } from './objects.ts'
import { isPolluted, oddSegments, oddValue, runs, spoil, spoilings } from './odd.ts'

// for FUZZ on a busy machine
vi.setConfig({ testTimeout: 600_000 })

let cluster: Cluster

beforeEach(async () => {
  // without controllers, whatever changes was changed by a request
  cluster = await openCluster({ controllers: false })
  await seed()
})

afterEach(() => cluster[Symbol.asyncDispose]())

interface Sent {
  method: string
  path: string
  query?: string
  headers?: Record<string, string>
  body?: string | null
}

function send({ method, path, query = '', headers = {}, body = null }: Sent): Promise<HttpResponse> {
  const url = `http://cluster.invalid${path}${query && '?'}${query}`
  return cluster.fetch(httpRequest(url, { method, headers, body: method === 'GET' ? null : body }))
}

async function seed(): Promise<void> {
  for (const [collection, object] of objects) {
    const { status } = await send({ method: 'POST', path: collection, body: JSON.stringify(object) })
    expect([201, 409]).toContain(status)
  }
}

async function revision(): Promise<string> {
  const response = await send({ method: 'GET', path: '/api/v1/namespaces', query: 'limit=1' })
  return ((await response.json()) as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

async function expectHarmless(sent: Sent): Promise<void> {
  const before = await revision()
  const response = await send(sent)
  const streams = response.headers.get('content-type') === 'application/json;stream=watch' || isWatch(sent)
  const text = streams && response.ok ? '' : await response.text()
  if (streams) await response.body?.cancel().catch(() => undefined)
  const told = `${sent.method} ${sent.path}?${sent.query} ${sent.body?.slice(0, 600)}\n${response.status} ${text.slice(0, 600)}`
  // Kubernetes itself answers some mistakes of callers with a 500 without a reason, and a future resourceVersion with a
  // 504, as recorded
  const isFuture = response.status === 504 && text.includes('ResourceVersionTooLarge')
  if (!isFuture) expect(text, told).not.toMatch(/"?reason"?:\s*"?(InternalError|Timeout)/)
  expect(isFuture || [500, 501].includes(response.status) || response.status < 500, told).toBe(true)
  if (response.status >= 400) expect(await revision(), told).toBe(before)
  expect(isPolluted(), told).toBe(false)
  if (sent.method === 'DELETE' && response.ok) await seed()
}

function isWatch({ path, query = '' }: Sent): boolean {
  return /(^|&)watch/.test(query) || path.includes('/watch/')
}

const named = objects.map(([collection, { metadata }]) => `${collection}/${metadata.name}`)
const odd = fc.constantFrom(...oddSegments, 'UPPER')
const segment = fc.oneof(
  odd,
  fc.string({ maxLength: 6 }).map(encodeURIComponent),
  fc.constantFrom('api', 'apis', 'v1', 'apps', 'batch', 'namespaces', 'default', 'pods', 'deployments', 'web', 'watch'),
  fc.constantFrom(
    'scale',
    'status',
    'log',
    'exec',
    'eviction',
    'binding',
    'finalize',
    'ephemeralcontainers',
    'token',
    'proxy',
  ),
  fc.constantFrom(
    'authorization.k8s.io',
    'selfsubjectaccessreviews',
    'apiextensions.k8s.io',
    'customresourcedefinitions',
  ),
)
const path = fc.oneof(
  fc.array(segment, { maxLength: 7 }).map((parts) => `/${parts.join('/')}`),
  fc.tuple(fc.constantFrom(...named), fc.array(segment, { maxLength: 2 })).map(([at, rest]) => [at, ...rest].join('/')),
  fc.constantFrom(
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  ),
)
const parameter = fc.tuple(
  fc.constantFrom(
    'limit',
    'continue',
    'watch',
    'timeoutSeconds',
    'resourceVersion',
    'resourceVersionMatch',
    'fieldSelector',
    'labelSelector',
    'dryRun',
    'fieldManager',
    'fieldValidation',
    'force',
    'gracePeriodSeconds',
    'propagationPolicy',
    'orphanDependents',
    'pretty',
    'includeObject',
    'allowWatchBookmarks',
    'tailLines',
    'container',
    '__proto__',
  ),
  fc.oneof(
    fc.constantFrom(
      '-1',
      '0',
      '1',
      '99999999999999999999',
      '1.5',
      'true',
      'All',
      'Exact',
      'NotOlderThan',
      'Background',
    ),
    fc.constantFrom(
      'a',
      'a=b',
      'a in (b',
      '!a',
      'metadata.name=web',
      'spec.nodeName=',
      'a==,',
      '=',
      ',,',
      '\\',
      '(',
      '{}',
    ),
    fc.constantFrom('eyJ2IjoxfQ', '%7B%7D', 'e30', 'bnVsbA', 'Table', 'Strict', 'Warn', '%E0%A4%A'),
    fc.string({ maxLength: 8 }).map(encodeURIComponent),
    odd,
  ),
)
const query = fc.array(parameter, { maxLength: 3 }).map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
const contentType = fc.constantFrom(
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  '',
  '/;;',
  'a'.repeat(300),
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/json; charset=utf-8',
  'application/json,application/yaml',
)
const accept = fc.constantFrom(
  'application/json',
  '*/*',
  'application/yaml',
  'text/html',
  '',
  ';',
  'application/vnd.kubernetes.protobuf',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v9;g=x',
  'application/json;stream=watch',
  'application/json;q=x',
)
const headers = fc.record({ 'content-type': contentType, accept }, { requiredKeys: [] })
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'BREW')
const rubbish = fc.oneof(
  fc.constantFrom(
    null,
    '',
    'null',
    '[]',
    '{',
    '"x"',
    'k8s\0',
    'k8s\0\x0a\x04',
    '{}',
    '{"kind":"DeleteOptions"}',
    '&a [*a]',
    '- *x',
  ),
  fc.constantFrom(`${'['.repeat(20_000)}${']'.repeat(20_000)}`, '{"metadata":'.repeat(5000) + '1' + '}'.repeat(5000)),
  oddValue.map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
)

test('any request to any address is answered without a server error, and a refusal changes nothing', async () => {
  const requests = fc.record({ method, path, query, headers, body: rubbish })
  await fc.assert(fc.asyncProperty(requests, expectHarmless), runs(1000))
})

const fields = [
  'metadata',
  'name',
  'spec',
  'status',
  'template',
  'containers',
  'finalizers',
  'ownerReferences',
  '$patch',
  '$retainKeys',
]
const target = fc.constantFrom(...objects)

test('objects with anything in the wrong place are refused or accepted as a whole', async () => {
  const way = fc.constantFrom('POST', 'PUT', 'PATCH merge', 'PATCH strategic-merge', 'PATCH apply')
  const one = fc.record({
    target,
    way,
    changes: spoilings(fields),
    suffix: fc.constantFrom('', '', '', '/status', '/scale'),
  })
  await fc.assert(
    fc.asyncProperty(one, async ({ target: [collection, object], way, changes, suffix }) => {
      const [verb = '', format] = way.split(' ')
      const name = verb === 'POST' ? '' : `/${object.metadata.name}${suffix}`
      const body = JSON.stringify(spoil(verb === 'POST' ? renamed(object) : object, changes))
      const type = format === undefined ? 'json' : format === 'apply' ? 'apply-patch+yaml' : `${format}-patch+json`
      const options = format === 'apply' ? 'fieldManager=fuzz&force=true' : ''
      const headers = { 'content-type': `application/${type}` }
      await expectHarmless({ method: verb, path: collection + name, query: options, headers, body })
    }),
    runs(1200),
  )
})

let made = 0

function renamed(object: (typeof objects)[number][1]) {
  return { ...object, metadata: { ...object.metadata, name: `made-${made++}` } }
}

test('valid and invalid JSON patches are refused or applied as a whole', async () => {
  const pointer = fc.oneof(
    fc.constantFrom(
      '',
      '/',
      '/metadata/name',
      '/metadata/labels/app',
      '/spec/replicas',
      '/spec/template/spec/containers/0/image',
    ),
    fc.constantFrom(
      '/spec/template/spec/containers/-',
      '/spec/template/spec/containers/99',
      '/metadata/~2',
      '/__proto__/polluted',
    ),
    fc.constantFrom(
      '/constructor/prototype/polluted',
      '/metadata/labels/__proto__',
      '/spec/containers/0',
      '/metadata/resourceVersion',
    ),
    fc.string({ maxLength: 8 }),
  )
  const operation = fc.record(
    {
      op: fc.oneof(fc.constantFrom<unknown>('add', 'remove', 'replace', 'move', 'copy', 'test'), oddValue),
      path: fc.oneof(pointer, oddValue),
      from: fc.oneof(pointer, oddValue),
      value: oddValue,
    },
    { requiredKeys: [] },
  )
  const headers = { 'content-type': 'application/json-patch+json' }
  await fc.assert(
    fc.asyncProperty(
      target,
      fc.oneof(fc.array(operation, { maxLength: 4 }), oddValue),
      async ([collection, object], patch) => {
        const body = JSON.stringify(patch)
        await expectHarmless({ method: 'PATCH', path: `${collection}/${object.metadata.name ?? ''}`, headers, body })
      },
    ),
    runs(1000),
  )
})

test('controllers survive whatever was accepted', async () => {
  const troubles: string[] = []
  const report = (controller: string, key: string, error: unknown) => {
    troubles.push(`${controller} ${key}: ${error instanceof Error ? error.stack : String(error)}`)
  }
  await using lively = await openCluster({ controllers: { report } })
  const ask = (method: string, path: string, body: unknown = null) =>
    lively.fetch(
      httpRequest(`http://cluster.invalid${path}`, { method, body: body === null ? null : JSON.stringify(body) }),
    )
  const one = fc.record({ target, changes: spoilings(fields) })
  await fc.assert(
    fc.asyncProperty(one, async ({ target: [collection, object], changes }) => {
      const { status } = await ask('POST', collection, spoil(renamed(object), changes))
      expect(status).toBeLessThan(500)
    }),
    runs(300),
  )
  const collection = '/apis/apps/v1/namespaces/default/deployments'
  const labels = { app: 'whole' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'shop/web:1' }] } }
  const spec = { replicas: 2, selector: { matchLabels: labels }, template }
  expect((await ask('POST', collection, { metadata: { name: 'whole' }, spec })).status).toBe(201)
  const ready = async () => {
    const { status } = (await (await ask('GET', `${collection}/whole`)).json()) as KubeObject
    return status?.['readyReplicas']
  }
  await expect.poll(ready, { timeout: 20_000 }).toBe(2)
  expect(troubles).toEqual([])
})
