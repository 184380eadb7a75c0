import { expect, test } from 'vitest'
import { openCluster } from '../cluster/index.ts'
import { DroverError } from '../model/errors.ts'
import { httpRequest, type Fetch } from '../model/http.ts'
import { openServer } from './index.ts'

test('while the cluster cannot be reached, what is at hand is answered and all else is 503', async () => {
  await using cluster = await openCluster()
  let down = false
  const kube: Fetch = (request) => {
    if (down) throw new DroverError('UNREACHABLE', 'the cluster does not answer')
    return cluster.fetch(request)
  }
  await using server = await openServer({ kube, adminPassword: 'a good word', keepsServices: false })
  const key = await server.issueKey()
  const ask = async (path: string, method = 'GET', token = key) => {
    const headers = { host: 'drover.test', authorization: `Bearer ${token}` }
    const response = await server.fetch(httpRequest(`https://drover.test${path}`, { method, headers, body: null }))
    return { status: response.status, text: await response.text() }
  }
  const workloads = `/v3/project/${server.projects.default}/workloads`
  expect((await ask(workloads)).status).toBe(200)
  down = true
  expect((await ask(workloads)).status).toBe(200)
  expect((await ask('/ping')).status).toBe(200)
  expect((await ask('/v3/schemas/token')).status).toBe(200)
  expect((await ask(workloads, 'GET', 'token-zzzzz:wrong')).status).toBe(401)
  const one = await ask(`${workloads}/deployment:default:web`)
  expect(one).toMatchObject({ status: 503 })
  expect(JSON.parse(one.text)).toMatchObject({ code: 'ClusterUnavailable', type: 'error' })
  expect((await ask('/k8s/clusters/local/version')).status).toBe(503)
  down = false
  expect((await ask(`${workloads}/deployment:default:web`)).status).toBe(404)
})
