import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openCluster, type Cluster } from '../../cluster/index.ts'
import { httpRequest, httpResponse, jsonResponse, type HttpRequest } from '../../model/http.ts'
import { openServer, type RancherServer } from '../../rancher/index.ts'
import { registryTags } from './registry-tags.ts'

let cluster: Cluster
let server: RancherServer
let key = ''
let now = 0
let asked: string[] = []
let answers = true

/** A registry that requires the pull secret's credential. */
async function registry({ url, headers }: HttpRequest) {
  asked.push(url)
  if (!answers) throw new SyntaxError('s3cret')
  if (headers.get('authorization') === `Basic ${btoa('robot:s3cret')}`) return jsonResponse({ tags: ['2', '1'] })
  return httpResponse('', { status: 401, headers: { 'www-authenticate': 'Basic realm="registry"' } })
}

beforeAll(async () => {
  cluster = await openCluster({ controllers: false })
  const askForTags = registryTags({ fetch: registry, now: () => now })
  server = await openServer({ kube: cluster.fetch, adminPassword: 'a good word', keepsServices: false, askForTags })
  key = await server.issueKey()
  await call('POST', '/namespacedDockerCredentials', {
    name: 'robot',
    namespaceId: 'default',
    registries: { 'registry.example': { username: 'robot', password: 's3cret' } },
  })
  const containers = [{ name: 'web', image: 'registry.example/shop/web:1' }]
  await call('POST', '/workloads', { name: 'web', namespaceId: 'default', containers })
})
beforeEach(() => {
  // expires the cache
  now += 3_600_000
  asked = []
  answers = true
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

async function call(method: string, path: string, body?: unknown, by = key) {
  const url = `https://drover.test/v3/project/${server.projects.default}${path}`
  const headers = { host: 'drover.test', authorization: `Bearer ${by}`, 'content-type': 'application/json' }
  const response = await server.fetch(httpRequest(url, { method, headers, body: body ? JSON.stringify(body) : null }))
  return { status: response.status, body: await response.json() }
}

const tags = (container = 'web', by = key) =>
  call('GET', `/workloads/deployment:default:web/tags?container=${container}`, undefined, by)

test("uses the workload's pull secret, for that workload only", async () => {
  const { status, body } = await tags()
  expect(status).toBe(200)
  expect(body).toMatchObject({
    image: 'registry.example/shop/web:1',
    answer: 'listed',
    tags: ['2', '1'],
    complete: true,
  })
  expect(JSON.stringify(body)).not.toMatch(/s3cret|robot/)
  expect(asked[0]).toBe('https://registry.example/v2/shop/web/tags/list?n=1000')
})

test('caches an answer for a minute and shares it between concurrent callers', async () => {
  await Promise.all([tags(), tags()])
  await tags()
  expect(asked.length).toBe(2)
  now += 60_001
  await tags()
  expect(asked.length).toBe(4)
})

test('reports unusable responses as unknown without repeating them', async () => {
  answers = false
  const { status, body } = await tags()
  expect(status).toBe(200)
  expect(body).toMatchObject({ answer: 'unknown', message: 'the answer of registry.example makes no sense' })
  const ofProject = await server.issueKey({ projectId: server.projects.default })
  expect((await tags('web', ofProject)).body).toMatchObject({ message: 'only an administrator is told why' })
})

test("asks only about the workload's own containers", async () => {
  expect(await tags('')).toMatchObject({ status: 422, body: { fieldName: 'container' } })
  expect(await tags('other')).toMatchObject({ status: 404 })
  expect(asked).toEqual([])
})
