import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCluster, type Cluster } from '../../cluster/index.ts'
import { httpRequest, jsonResponse, type Fetch, type HttpResponse } from '../../model/http.ts'
import { openServer, type RancherServer } from '../index.ts'

let cluster: Cluster
let server: RancherServer
let key = ''
/** Overrides responses of the cluster. */
const answers: Record<string, () => HttpResponse> = {}

beforeAll(async () => {
  cluster = await openCluster({ controllers: false })
  const kube: Fetch = (request) => {
    const answer = answers[new URL(request.url).pathname]
    return answer ? Promise.resolve(answer()) : cluster.fetch(request)
  }
  server = await openServer({ kube, adminPassword: 'a good word', keepsServices: false })
  key = await server.issueKey()
  for (const [name, labels] of [
    ['master', { 'node-role.kubernetes.io/master': 'true' }],
    ['worker', {}],
  ] as const) {
    await makeNode(name, labels)
  }
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

async function makeNode(name: string, labels: Record<string, string>) {
  const status = { capacity: { cpu: '4', memory: '8Gi', pods: '110' } }
  const headers = { 'content-type': 'application/json' }
  const at = 'http://cluster/api/v1/nodes'
  const body = JSON.stringify({ metadata: { name, labels } })
  await cluster.fetch(httpRequest(at, { method: 'POST', headers, body }))
  const patch = { 'content-type': 'application/merge-patch+json' }
  const change = JSON.stringify({ status })
  await cluster.fetch(httpRequest(`${at}/${name}/status`, { method: 'PATCH', headers: patch, body: change }))
}

async function send(path: string, { method = 'GET', body }: { method?: string; body?: object } = {}) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const text = body === undefined ? null : JSON.stringify(body)
  const response = await server.fetch(httpRequest(`https://drover.test${path}`, { method, headers, body: text }))
  return { status: response.status, body: JSON.parse(await response.text()) as Record<string, unknown> }
}

test('a cluster sums up its workers; a node without a role is one', async () => {
  const { body } = await send('/v3/clusters/local')
  expect(body).toMatchObject({ nodeCount: 2, capacity: { cpu: '4', pods: '110' }, driver: 'imported' })
  const { body: nodes } = await send('/v3/nodes?sort=nodeName')
  expect(nodes['data']).toMatchObject([
    { nodeName: 'master', controlPlane: true, worker: false },
    { nodeName: 'worker', controlPlane: false, worker: true },
  ])
})

test('recognises k3s by its version, and shows control-plane components if available', async () => {
  const conditions = [{ type: 'Healthy', status: 'True', message: 'ok' }]
  answers['/version'] = () => jsonResponse({ gitVersion: 'v1.30.1+k3s1' })
  answers['/api/v1/componentstatuses'] = () =>
    jsonResponse({ items: [{ metadata: { name: 'scheduler' }, conditions }] })
  expect((await send('/v3/clusters/local')).body).toMatchObject({
    driver: 'k3s',
    k3sConfig: { kubernetesVersion: 'v1.30.1+k3s1' },
    componentStatuses: [{ name: 'scheduler', conditions }],
  })
  const forbidden = { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message: 'no' }
  answers['/api/v1/componentstatuses'] = () => jsonResponse(forbidden, { status: 403 })
  const { status, body } = await send('/v3/clusters/local')
  expect(status).toBe(200)
  expect(body).not.toHaveProperty('componentStatuses')
})

test.each([
  ['/v3/clusters/local?action=importYaml', /importYaml of cluster/],
  ['/v3/clusters/local?action=enableMonitoring', /enableMonitoring of cluster/],
  ['/v3/clusters', /create of cluster/],
  ['/v3/nodes', /create of node/],
])('POST %s is offered as in Rancher and refused by name', async (path, message) => {
  const { status, body } = await send(path, { method: 'POST', body: { name: 'x' } })
  expect(status).toBe(501)
  expect(body['message']).toMatch(message)
})

test('the local cluster cannot be removed, as its links show', async () => {
  const { links, actions } = (await send('/v3/clusters/local')).body as Record<string, Record<string, string>>
  expect(links).toHaveProperty('update')
  expect(links).not.toHaveProperty('remove')
  expect(Object.keys(actions ?? {})).toEqual(['enableMonitoring', 'generateKubeconfig', 'importYaml'])
})

test('a feed sends the cluster and its nodes, both again when a node changes', async () => {
  const stop = new AbortController()
  const address = 'https://drover.test/v3/subscribe?resourceTypes=cluster&resourceTypes=node'
  const feed = server.subscribe(httpRequest(address, { headers: { authorization: `Bearer ${key}` } }), stop.signal)
  const seen: string[] = []
  for await (const text of feed) {
    const { name, data } = JSON.parse(text) as { name: string; data: { type: string; nodeCount?: number } }
    seen.push(`${name} ${data.type} ${data.nodeCount ?? ''}`.trim())
    if (seen.length === 3) await makeNode('third', {})
    if (seen.includes('resource.change cluster 3') && seen.length > 4) break
  }
  stop.abort()
  expect(seen.slice(0, 3).sort()).toEqual(['resource.change cluster 2', 'resource.change node', 'resource.change node'])
})

test("a cluster is active without a server-url and does not reveal its API's address", async () => {
  const { body } = await send('/v3/clusters/local')
  expect(body).toMatchObject({ state: 'active', transitioning: 'no' })
  expect(body).not.toHaveProperty('apiEndpoint')
  expect(body).not.toHaveProperty('caCert')
})
