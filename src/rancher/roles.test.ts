import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCluster, type Cluster } from '../cluster/index.ts'
import { httpRequest } from '../model/http.ts'
import { openServer, type RancherServer } from './index.ts'

let cluster: Cluster
let server: RancherServer
let admin = ''
let project = ''

beforeAll(async () => {
  cluster = await openCluster()
  server = await openServer({ kube: cluster.fetch, adminPassword: 'a good word', keepsServices: false })
  admin = await server.issueKey()
  project = server.projects.default
  const containers = [{ name: 'web', image: 'nginx:1' }]
  await as(admin, 'POST', `/v3/project/${project}/workloads`, { name: 'web', namespaceId: 'default', containers })
  await as(admin, 'POST', `/v3/project/${project}/namespacedSecrets`, {
    name: 'hidden',
    namespaceId: 'default',
    data: { word: 'c2VjcmV0' },
  })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

async function as(key: string, method: string, path: string, body?: unknown) {
  const headers = { host: 'drover.test', authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const text = body === undefined ? null : JSON.stringify(body)
  const response = await server.fetch(httpRequest(`https://drover.test${path}`, { method, headers, body: text }))
  const answer = await response.text()
  const rights = response.headers.get('x-drover-rights')
  return { status: response.status, text: answer, body: parsed(answer), rights }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** A user with the role, and a key of that user. */
async function userWith(username: string, path?: string, binding?: object): Promise<{ id: string; key: string }> {
  const { body } = await as(admin, 'POST', '/v3/users', { username, password: 'a good word', name: username })
  const id = String(body['id'])
  if (path) expect(await as(admin, 'POST', path, { userId: id, ...binding })).toMatchObject({ status: 201 })
  const login = await as('', 'POST', '/v3-public/localProviders/local?action=login', {
    username,
    password: 'a good word',
  })
  return { id, key: String(login.body['token']) }
}

const bindings = '/v3/projectRoleTemplateBindings'
const workload = () => `/v3/project/${project}/workloads/deployment:default:web`
const proxied = '/k8s/clusters/local/apis/apps/v1/namespaces/default/deployments/web'

type Row = [method: string, path: () => string, body: unknown, reader: number, member: number, stranger: number]

const rows: Row[] = [
  ['GET', () => '/v3/clusters/local', undefined, 200, 200, 403],
  ['GET', () => `/v3/projects/${project}`, undefined, 200, 200, 403],
  ['GET', () => `/v3/projects/${server.projects.system}`, undefined, 403, 403, 403],
  ['PUT', () => `/v3/projects/${project}`, { description: 'x' }, 403, 403, 403],
  ['DELETE', () => `/v3/projects/${project}`, undefined, 403, 403, 403],
  ['GET', workload, undefined, 200, 200, 403],
  ['PUT', workload, { scale: 1 }, 403, 200, 403],
  ['GET', () => `${workload()}/tags?container=web`, undefined, 403, 200, 403],
  ['GET', () => `${workload()}/yaml`, undefined, 200, 200, 403],
  ['PUT', () => `${workload()}/yaml`, {}, 403, 400, 403],
  ['POST', () => `${workload()}?action=redeploy`, {}, 403, 200, 403],
  ['PUT', () => `/v3/project/${project}/workloads/deployment:default:nosuch`, { scale: 1 }, 404, 404, 403],
  ['GET', () => `/v3/project/${project}/namespacedSecrets/default:hidden`, undefined, 403, 200, 403],
  ['GET', () => '/v3/cluster/local/namespaces/default', undefined, 200, 200, 403],
  ['PUT', () => '/v3/cluster/local/namespaces/default', { description: 'x' }, 403, 200, 403],
  ['POST', () => '/v3/cluster/local/namespaces', { name: 'nowhere' }, 403, 403, 403],
  ['GET', () => '/v3/cluster/local/namespaces/kube-system', undefined, 403, 403, 403],
  ['GET', () => bindings, undefined, 200, 200, 200],
  ['POST', () => bindings, { userId: 'u', projectId: 'p', roleTemplateId: 'project-owner' }, 403, 403, 403],
  ['POST', () => '/v3/globalRoleBindings', { userId: 'u', globalRoleId: 'admin' }, 403, 403, 403],
  ['PUT', () => '/v3/settings/server-url', { value: 'https://x' }, 403, 403, 403],
  ['GET', () => proxied, undefined, 200, 200, 403],
  ['PATCH', () => proxied, {}, 403, 415, 403],
  ['GET', () => '/k8s/clusters/local/api/v1/namespaces/default/secrets/hidden', undefined, 403, 200, 403],
  ['GET', () => '/k8s/clusters/local/api/v1/namespaces/kube-system/secrets', undefined, 403, 403, 403],
  ['GET', () => '/k8s/clusters/local/api/v1/secrets', undefined, 403, 403, 403],
]

describe('roles', () => {
  test('grant exactly their permissions', async () => {
    const [reader, member, stranger] = [
      await userWith('reader', bindings, { projectId: project, roleTemplateId: 'read-only' }),
      await userWith('member', bindings, { projectId: project, roleTemplateId: 'project-member' }),
      await userWith('stranger', '/v3/globalRoleBindings', { globalRoleId: 'user-base' }),
    ]
    for (const [method, path, body, ...statuses] of rows) {
      const found = []
      for (const { key } of [reader, member, stranger]) found.push((await as(key, method, path(), body)).status)
      expect([method, path(), ...found]).toEqual([method, path(), ...statuses])
    }
    expect(await as(reader.key, 'GET', workload())).toMatchObject({ rights: 'read' })
    expect(await as(member.key, 'GET', workload())).toMatchObject({ rights: null })
    for (const { key } of [reader, stranger]) {
      const list = await as(key, 'GET', `/v3/project/${project}/namespacedSecrets`)
      expect(list).toMatchObject({ status: 200, body: { data: [] } })
    }
  })

  test("refuse in Kubernetes' words", async () => {
    const { id, key } = await userWith('worded', bindings, { projectId: project, roleTemplateId: 'read-only' })
    const cannot = (verb: string, what = '"web" ') =>
      `deployments.apps ${what}is forbidden: User "${id}" cannot ${verb} resource "deployments" in API group "apps" in the namespace "default"`
    expect((await as(key, 'PUT', workload(), { scale: 0 })).body['message']).toBe(cannot('update'))
    expect((await as(key, 'DELETE', workload())).body['message']).toBe(cannot('delete'))
    const created = await as(key, 'POST', `/v3/project/${project}/workloads`, { name: 'x', namespaceId: 'default' })
    expect(created.body['message']).toBe(cannot('create', ''))
  })

  test('end with their binding, and all with the user', async () => {
    const { id, key } = await userWith('leaver', bindings, { projectId: project, roleTemplateId: 'read-only' })
    const list = (await as(admin, 'GET', `${bindings}?userId=${id}`)).body['data'] as { id: string }[]
    expect(list).toHaveLength(1)
    expect((await as(key, 'GET', workload())).status).toBe(200)
    const removed = await as(admin, 'DELETE', `${bindings}/${list[0]?.id}`)
    expect(removed).toMatchObject({ status: 200, body: { roleTemplateId: 'read-only', userId: id } })
    expect((await as(key, 'GET', workload())).status).toBe(403)
    await as(admin, 'POST', bindings, { userId: id, projectId: project, roleTemplateId: 'project-owner' })
    await as(admin, 'DELETE', `/v3/users/${id}`)
    expect((await as(admin, 'GET', `${bindings}?userId=${id}`)).body['data']).toEqual([])
  })

  test('can be global or for the whole cluster', async () => {
    const owner = await userWith('owner', '/v3/clusterRoleTemplateBindings', {
      clusterId: 'local',
      roleTemplateId: 'cluster-owner',
    })
    expect((await as(owner.key, 'PUT', workload(), { scale: 1 })).status).toBe(200)
    expect((await as(owner.key, 'GET', '/v3/users')).body['data']).toHaveLength(1)
    expect((await as(owner.key, 'POST', bindings, {})).status).toBe(403)
    const boss = await userWith('boss', '/v3/globalRoleBindings', { globalRoleId: 'admin' })
    expect((await as(boss.key, 'GET', bindings)).status).toBe(200)
    expect((await as(boss.key, 'GET', '/k8s/clusters/local/api/v1/secrets')).status).toBe(200)
  })

  test('must exist', async () => {
    const { id } = await userWith('nobody')
    const body = { userId: id, projectId: project, roleTemplateId: 'nosuch' }
    expect(await as(admin, 'POST', bindings, body)).toMatchObject({ status: 404, body: { code: 'NotFound' } })
    expect(await as(admin, 'POST', bindings, { ...body, roleTemplateId: undefined })).toMatchObject({ status: 422 })
  })

  test("a project key has at most its owner's permissions", async () => {
    const { key } = await userWith('narrow', bindings, { projectId: project, roleTemplateId: 'read-only' })
    const narrow = String((await as(key, 'POST', '/v3/tokens', { projectId: project })).body['token'])
    expect((await as(narrow, 'GET', workload())).status).toBe(200)
    expect((await as(narrow, 'PUT', workload(), { scale: 1 })).status).toBe(403)
  })
})
