import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type KubeClient } from '../../kube/index.ts'
import { httpRequest } from '../../model/http.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { type Cluster, openCluster } from '../../cluster/index.ts'
import { openServer, type RancherServer } from '../index.ts'
import { type Fields, fieldsOf, listOf, valueAt } from './mapping/rows.ts'

const project = 'local:p-dghs7'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const id = 'deployment:default:web'

let cluster: Cluster
let client: KubeClient
let server: RancherServer
let key = ''

beforeAll(async () => {
  cluster = await openCluster({ controllers: false })
  const kube = cluster.fetch
  client = connect({ fetch: kube })
  server = await openServer({ kube, adminPassword: 'a good word', defaultProject: 'p-dghs7', keepsServices: false })
  key = await server.issueKey()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await server.fetch(
    httpRequest(`https://127.0.0.1:8443${path}`, {
      method,
      headers: {
        host: '127.0.0.1:8443',
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  )
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: fieldsOf(text === '' ? undefined : JSON.parse(text)),
  }
}

const path = `/v3/project/${project}/workloads/${id}`

function template(image: string, more: Fields = {}): Fields {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image, ...more }] } }
}

async function seed(revision: string, pod: Fields, generation = 1): Promise<KubeObject> {
  const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: pod }
  const metadata = {
    name: 'web',
    namespace: 'default',
    generation,
    annotations: { 'deployment.kubernetes.io/revision': revision },
  }
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec,
    status: { replicas: 1, readyReplicas: 1, observedGeneration: 1 },
  }
  await client.remove(`${deployments}/web`).catch(() => undefined)
  const made = await client.create(deployments, object)
  return await client.replace(`${deployments}/web/status`, { ...made, status: object.status })
}

async function seedRevision(owner: KubeObject, name: string, revision: string, pod: Fields): Promise<void> {
  const metadata = {
    name,
    namespace: 'default',
    labels: { app: 'web' },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner.metadata.uid }],
  }
  await client.create('/apis/apps/v1/namespaces/default/replicasets', {
    metadata,
    spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template: pod },
  })
}

async function containersNow(): Promise<Fields[]> {
  const { spec } = await client.get(`${deployments}/web`)
  return listOf(valueAt(spec, 'template.spec.containers'))
}

beforeEach(async () => {
  const { items } = await client.list('/apis/apps/v1/namespaces/default/replicasets')
  for (const { metadata } of items) await client.remove(`/apis/apps/v1/namespaces/default/replicasets/${metadata.name}`)
})

describe('a stale document', () => {
  const old = template('a:1', { env: [{ name: 'A', value: '1' }] })

  async function readAndChange(colleague: Fields): Promise<Fields> {
    const read = await seed('1', old)
    await seedRevision(read, 'web-1', '1', old)
    const { body: document } = await send('GET', path)
    const today = await client.get(`${deployments}/web`)
    today.metadata.annotations = { 'deployment.kubernetes.io/revision': '2' }
    today.spec = { ...today.spec, template: colleague }
    await client.patch(`${deployments}/web`, { type: 'merge', body: today })
    return document
  }

  function withImage(document: Fields, image: string): Fields {
    return { ...document, containers: listOf(document['containers']).map((one) => ({ ...one, image })) }
  }

  test("moves its image and keeps the colleague's variable", async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]
    const document = await readAndChange(template('a:1', { env }))
    expect((await send('PUT', path, withImage(document, 'a:2'))).status).toBe(200)
    expect(await containersNow()).toMatchObject([{ image: 'a:2', env }])
  })

  test('409 with base, theirs and ours if both changed the image, and nothing is changed', async () => {
    const document = await readAndChange(template('a:9', { env: [{ name: 'A', value: '1' }] }))
    const answer = await send('PUT', path, withImage(document, 'a:2'))
    expect(answer.body).toMatchObject({
      status: 409,
      code: 'Conflict',
      message: expect.stringContaining('containers.web.image: base "a:1", theirs "a:9", ours "a:2"'),
    })
    expect(await containersNow()).toMatchObject([{ image: 'a:9' }])
  })

  test('restores an old revision if equal to it', async () => {
    const document = await readAndChange(template('a:9'))
    expect((await send('PUT', path, document)).status).toBe(200)
    expect(await containersNow()).toMatchObject([{ image: 'a:1', env: [{ name: 'A', value: '1' }] }])
  })

  test('overwrites if its revision is gone, with a Warning that names what', async () => {
    const document = await readAndChange(template('a:9'))
    await client.remove('/apis/apps/v1/namespaces/default/replicasets/web-1')
    const answer = await send('PUT', path, withImage(document, 'a:2'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('warning')).toContain('containers')
  })
})

test('changes nothing through a project that does not contain the namespace', async () => {
  await seed('1', template('a:1'))
  const other = `/v3/project/${server.projects.system}/workloads/${id}`
  const containers = [{ name: 'web', image: 'a:2' }]
  for (const [method, target, body] of [
    ['GET', other, undefined],
    ['PUT', other, { containers }],
    ['POST', `${other}?action=redeploy`, {}],
    ['DELETE', other, undefined],
    ['PUT', `${other}/yaml`, {}],
  ] as const) {
    expect((await send(method, target, body)).status, `${method} ${target}`).toBe(404)
  }
  expect(await containersNow()).toMatchObject([{ name: 'web', image: 'a:1' }])
})

test('a rollback whose body is no object is refused', async () => {
  await seed('1', template('web:1'))
  expect((await send('POST', `${path}?action=rollback`, [])).body).toMatchObject({
    code: 'InvalidBodyContent',
    message:
      'Failed to parse action body: InvalidBodyContent 422: Failed to parse body: json: cannot unmarshal array into Go value of type map[string]interface {}',
  })
})

test('rollback takes the ReplicaSets of the workload alone', async () => {
  const read = await seed('1', template('a:1'))
  await seedRevision({ metadata: { uid: 'someone-else' } }, 'foreign', '1', template('evil:1'))
  await seedRevision(read, 'own', '1', template('a:0'))
  const foreign = await send('POST', `${path}?action=rollback`, { replicaSetId: 'replicaset:default:foreign' })
  expect(foreign).toMatchObject({
    status: 404,
    body: { message: `ReplicaSet replicaset:default:foreign not found for deployment ${id}` },
  })
  const message =
    'Failed to parse action body: InvalidBodyContent 422: Failed to parse body: json: cannot unmarshal array into Go value of type map[string]interface {}'
  expect(await send('POST', `${path}?action=rollback`, [])).toMatchObject({ status: 422, body: { message } })
  expect(await containersNow()).toMatchObject([{ name: 'web', image: 'a:1' }])
})

test('a wrong image is refused before anything is written', async () => {
  await seed('1', template('a:1'))
  for (const image of ['nginx:', 'UPPER/case', 'a b', 'https://x/y', 'docker pull x', ':::bad']) {
    const answer = await send('PUT', path, { containers: [{ name: 'web', image }] })
    expect(answer.body, image).toMatchObject({ status: 422, code: 'InvalidFormat', fieldName: 'containers' })
  }
  expect(await containersNow()).toMatchObject([{ name: 'web', image: 'a:1' }])
})

test('If-Match fails with 412 for another revision and passes for the current one', async () => {
  await seed('1', template('a:1'))
  const { headers } = await send('GET', path)
  const body = { containers: [{ name: 'web', image: 'a:2' }] }
  expect((await send('PUT', path, body, { 'if-match': '"0"' })).status).toBe(412)
  expect((await send('PUT', path, body, { 'if-match': headers.get('etag') ?? '' })).status).toBe(200)
})
