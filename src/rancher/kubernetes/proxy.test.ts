import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { openTestServer, type OpenedServer } from '../opened-server.fixture.ts'

let opened: OpenedServer

beforeAll(async () => {
  opened = await openTestServer()
})
afterAll(() => opened[Symbol.asyncDispose]())

async function send(path: string, { method = 'GET', body, headers }: Sent = {}) {
  const own = { authorization: `Bearer ${opened.key}`, 'content-type': 'application/json', ...headers }
  const text = body === undefined ? null : JSON.stringify(body)
  const response = await opened.server.fetch(
    httpRequest(`https://drover.test${path}`, { method, headers: own, body: text }),
  )
  return { status: response.status, text: await response.text() }
}

interface Sent {
  method?: string
  body?: object
  headers?: Record<string, string>
}

test('the cluster answers access reviews by its own RBAC, without Rancher’s roles', async () => {
  const { status, text } = await send('/k8s/clusters/local/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    method: 'POST',
    body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } } },
  })
  expect(status).toBe(201)
  expect(JSON.parse(text)).toMatchObject({ status: { allowed: true } })
  expect(text).not.toContain('ClusterRoleBinding')
})

test('the cluster refuses a format it does not support', async () => {
  const headers = { accept: 'application/vnd.kubernetes.protobuf' }
  expect((await send('/k8s/clusters/local/api/v1/namespaces/default', { headers })).status).toBe(406)
})

test('there is no other door to the cluster', async () => {
  expect(await send('/apis')).toEqual({ status: 404, text: '404 page not found\n' })
  expect((await send('/k8s/clusters/c-other/version')).status).toBe(404)
})

test.each(['apps', 'ingresses', 'horizontalPodAutoscalers'])('names the type that is not served, %s', async (type) => {
  const { status, text } = await send(`/v3/project/${opened.server.projects.default}/${type}`)
  expect(status).toBe(404)
  expect(JSON.parse(text)).toMatchObject({ code: 'NotFound', message: `failed to find schema ${type}` })
})
