import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openCluster } from '../cluster/index.ts'
import { DroverError } from '../model/errors.ts'
import { httpRequest, httpResponse, type Fetch } from '../model/http.ts'
import { openServer } from './index.ts'

/** A server whose connection to its cluster can be cut. */
async function openCuttable(clusterId: string) {
  const cluster = await openCluster()
  let cut = false
  const watches = new Set<AbortController>()
  const kube: Fetch = async (request) => {
    if (cut) throw new DroverError('UNREACHABLE', 'cannot reach 10.0.0.1:6443: nothing listens there')
    const answer = await cluster.fetch(request)
    if (!answer.body || !request.url.includes('watch=true')) return answer
    const watch = new AbortController()
    watches.add(watch)
    return httpResponse(answer.body.pipeThrough(new TransformStream(), watch), answer)
  }
  const server = await openServer({ kube, clusterId, adminPassword: 'a good word', keepsServices: false })
  const key = await server.issueKey()
  const ask = async (path: string, { method = 'GET', token = key, body = null as string | null } = {}) => {
    const headers = { host: 'drover.test', authorization: `Bearer ${token}` }
    const response = await server.fetch(httpRequest(`https://drover.test${path}`, { method, headers, body }))
    return { status: response.status, text: await response.text() }
  }
  return {
    server,
    ask,
    async cut() {
      cut = true
      for (const watch of watches) watch.abort(new DroverError('UNREACHABLE', 'the connection was cut'))
      // the server learns of it through its watches
      await delay(5)
    },
    mend() {
      cut = false
    },
    async [Symbol.asyncDispose]() {
      cut = false
      await server[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}

test('answers as Rancher does while the local cluster is unreachable', async () => {
  await using place = await openCuttable('local')
  const { server, ask } = place
  const workloads = `/v3/project/${server.projects.default}/workloads`
  const login = { method: 'POST', body: '{"username":"admin","password":"a good word"}' }
  const requests: [path: string, options?: Parameters<typeof ask>[1]][] = [
    [workloads],
    [`${workloads}/deployment:default:web`],
    [`${workloads}/deployment:default:web?action=redeploy`, { method: 'POST' }],
    [`${workloads}/deployment:default:web`, { method: 'PUT', body: '{"scale":2}' }],
    ['/v3/clusters/local'],
    ['/v3/projects'],
    ['/v3/settings'],
    ['/v3/tokens', { method: 'POST', body: '{}' }],
    ['/v3-public/localProviders/local?action=login', login],
  ]
  await place.cut()
  for (const [path, options] of requests) {
    const { status, text } = await ask(path, options)
    expect([path, status, JSON.parse(text)]).toEqual([
      path,
      500,
      {
        baseType: 'error',
        code: 'ServerError',
        message: expect.stringMatching(
          /^Get "\/[^"]*": cannot reach 10\.0\.0\.1:6443: nothing listens there$/,
        ) as string,
        status: 500,
        type: 'error',
      },
    ])
  }
  expect(await ask('/k8s/clusters/local/version')).toEqual({ status: 502, text: '' })
  expect((await ask('/ping')).status).toBe(200)
  expect((await ask('/v3/schemas/token')).status).toBe(200)
  expect((await ask(workloads, { token: 'token-zzzzz:wrong' })).status).toBe(401)
  place.mend()
  expect((await ask(workloads)).status).toBe(200)
  expect((await ask(`${workloads}/deployment:default:web`)).status).toBe(404)
})

test("keeps serving Rancher's own data while another cluster is unreachable", async () => {
  await using place = await openCuttable('c-abcde')
  const { server, ask } = place
  const project = server.projects.default
  const before = JSON.parse((await ask('/v3/clusters/c-abcde')).text) as object
  await place.cut()
  for (const path of ['/v3/clusters', '/v3/projects', `/v3/project/${project}`, '/v3/users?me=true', '/v3/settings']) {
    expect([path, (await ask(path)).status]).toEqual([path, 200])
  }
  expect(JSON.parse((await ask('/v3/clusters/c-abcde')).text)).toEqual(before)
  for (const path of [`/v3/project/${project}/workloads`, '/v3/cluster/c-abcde/namespaces']) {
    expect([path, (await ask(path)).status]).toEqual([path, 500])
  }
  const { status, text } = await ask('/k8s/clusters/c-abcde/version')
  expect([status, text]).toEqual([503, "Error trying to reach service: 'the cluster c-abcde does not answer'"])
})
