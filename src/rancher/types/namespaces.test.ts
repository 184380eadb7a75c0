import { expect, test } from 'vitest'
import { openCluster } from '../../cluster/index.ts'
import { connect } from '../../kube/index.ts'
import { httpRequest } from '../../model/http.ts'
import { openServer } from '../index.ts'

async function open() {
  const cluster = await openCluster({ controllers: false })
  const server = await openServer({ kube: cluster.fetch, adminPassword: 'a good word', keepsServices: false })
  const key = await server.issueKey()
  return {
    kube: connect({ fetch: cluster.fetch }),
    project: server.projects.default,
    send: async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${key}` }
      const text = body === undefined ? null : JSON.stringify(body)
      const response = await server.fetch(httpRequest(`https://drover.test${path}`, { method, headers, body: text }))
      const answer = await response.text()
      return { status: response.status, body: (answer === '' ? {} : JSON.parse(answer)) as Record<string, unknown> }
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}

test('a namespace held back says what it is waiting for', async () => {
  await using place = await open()
  const metadata = { name: 'held', finalizers: ['controller.cattle.io/namespace-auth'] }
  await place.kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
  const path = '/v3/cluster/local/namespaces/held'
  await expect.poll(async () => (await place.send('GET', path)).body).toMatchObject({ state: 'active' })
  expect(await place.send('DELETE', path)).toMatchObject({
    status: 200,
    body: { state: 'removing', transitioning: 'yes', transitioningMessage: 'waiting on namespace-auth' },
  })
})

test('hides the namespaces in which a Rancher stores its own data', async () => {
  await using place = await open()
  const metadata = { name: 'p-abcde', annotations: { 'management.cattle.io/system-namespace': 'true' } }
  await place.kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
  expect((await place.send('GET', '/v3/cluster/local/namespaces/p-abcde')).status).toBe(404)
})

test('refuses quotas by name; empty quotas are none', async () => {
  await using place = await open()
  const limit = { limit: { pods: '10' } }
  const { project } = place
  const requests: [method: string, path: string, body: object, field: string][] = [
    ['POST', '/v3/cluster/local/namespaces', { name: 'a', projectId: project, resourceQuota: limit }, 'resourceQuota'],
    ['PUT', '/v3/cluster/local/namespaces/default', { resourceQuota: limit }, 'resourceQuota'],
    ['POST', '/v3/projects', { name: 'p', clusterId: 'local', resourceQuota: limit }, 'resourceQuota'],
    [
      'PUT',
      `/v3/projects/${project}`,
      { containerDefaultResourceLimit: { limitsCpu: '1' } },
      'containerDefaultResourceLimit',
    ],
  ]
  for (const [method, path, body, fieldName] of requests) {
    expect(await place.send(method, path, body)).toMatchObject({ status: 501, body: { fieldName } })
  }
  const none = { name: 'b', projectId: project, resourceQuota: null }
  expect((await place.send('POST', '/v3/cluster/local/namespaces', none)).status).toBe(201)
})

test('a project keeps the labels it is made with, but for those that say what it is', async () => {
  await using place = await open()
  const labels = { a: 'b', 'authz.management.cattle.io/system-project': 'true' }
  const { body } = await place.send('POST', '/v3/projects', { name: 'p', clusterId: 'local', labels })
  const read = await place.send('GET', `/v3/projects/${String(body['id'])}`)
  expect(read.body['labels']).toMatchObject({ a: 'b' })
  expect(read.body['labels']).not.toHaveProperty('authz.management.cattle.io/system-project')
})
