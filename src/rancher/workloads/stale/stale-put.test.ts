import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Cluster, openCluster } from '../../../cluster/index.ts'
import { connect, type KubeClient } from '../../../kube/index.ts'
import { httpRequest } from '../../../model/http.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { openServer, type RancherServer, type StalePut } from '../../index.ts'
import { type Fields, fieldsOf, listOf, valueAt } from '../mapping/rows.ts'

const modes: readonly StalePut[] = ['merge', 'reject', 'rancher']

/** Kinds with earlier templates in the cluster. */
const kinds = {
  deployment: { kind: 'Deployment', plural: 'deployments', own: {} },
  statefulset: { kind: 'StatefulSet', plural: 'statefulsets', own: { serviceName: 'web' } },
  daemonset: { kind: 'DaemonSet', plural: 'daemonsets', own: {} },
} as const
type Kind = keyof typeof kinds

let cluster: Cluster
let client: KubeClient
const servers = new Map<StalePut, { server: RancherServer; key: string }>()

beforeAll(async () => {
  cluster = await openCluster({ controllers: { podReadyAfter: 5 } })
  client = connect({ fetch: cluster.fetch })
  for (const stalePut of modes) {
    const options = { kube: cluster.fetch, adminPassword: 'a good word', defaultProject: 'p-dghs7', stalePut }
    const server = await openServer({ ...options, keepsServices: false })
    servers.set(stalePut, { server, key: await server.issueKey() })
  }
})
afterAll(async () => {
  for (const { server } of servers.values()) await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

async function send(mode: StalePut, method: string, id: string, body?: unknown, more: Record<string, string> = {}) {
  const { server, key } = servers.get(mode) ?? {}
  const request = httpRequest(`https://drover.test/v3/project/local:p-dghs7/workloads/${id}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...more },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const response = await server?.fetch(request)
  const text = (await response?.text()) ?? ''

  return { status: response?.status, headers: response?.headers, body: fieldsOf(JSON.parse(text)) }
}

function pathOf(kind: Kind, name = ''): string {
  return `/apis/apps/v1/namespaces/default/${kinds[kind].plural}${name === '' ? '' : `/${name}`}`
}

/** Waits until the controllers have seen the newest template. */
async function settled(kind: Kind, name: string): Promise<KubeObject> {
  return await vi.waitFor(async () => {
    const object = await client.get(pathOf(kind, name))
    const { observedGeneration, updateRevision } = fieldsOf(object.status)
    expect(observedGeneration).toBe(object.metadata.generation)
    if (kind === 'statefulset') expect(updateRevision).toBeTruthy()
    if (kind === 'deployment') expect(object.metadata.annotations).toHaveProperty(['deployment.kubernetes.io/revision'])
    return object
  })
}

const first = { name: 'web', image: 'a:1', env: [{ name: 'A', value: '1' }] }

async function make(kind: Kind, name: string, more: Fields = {}): Promise<void> {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { containers: [first] } }
  const spec = { ...kinds[kind].own, ...more, selector: { matchLabels: labels }, template }
  const object = { apiVersion: 'apps/v1', kind: kinds[kind].kind, metadata: { name, namespace: 'default' }, spec }
  await client.create(pathOf(kind), object)
  await settled(kind, name)
}

/** A concurrent change of the template, through Kubernetes. */
async function change(kind: Kind, name: string, container: Fields): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ ...first, ...container }] } } } }
  await client.patch(pathOf(kind, name), { type: 'merge', body })
  await settled(kind, name)
}

async function containersOf(kind: Kind, name: string): Promise<Fields[]> {
  return listOf(valueAt(await client.get(pathOf(kind, name)), 'spec.template.spec.containers'))
}

function withImage(document: Fields, image: string): Fields {
  return { ...document, containers: listOf(document['containers']).map((one) => ({ ...one, image })) }
}

const colleague = { env: [...first.env, { name: 'B', value: '2' }] }
let made = 0

describe.each(Object.keys(kinds) as Kind[])('a stale %s', (kind) => {
  async function stale(container: Fields): Promise<{ name: string; id: string; document: Fields }> {
    const name = `web-${++made}`
    const id = `${kind}:default:${name}`
    await make(kind, name)
    const { body: document } = await send('merge', 'GET', id)
    await change(kind, name, container)
    return { name, id, document }
  }

  test("merge: moves the image and keeps the colleague's variable", async () => {
    const { name, id, document } = await stale(colleague)
    expect(await send('merge', 'PUT', id, withImage(document, 'a:2'))).toMatchObject({ status: 200 })
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:2', ...colleague }])
  })

  test('merge: 409 with base, theirs and ours if both changed the image', async () => {
    const { name, id, document } = await stale({ image: 'a:9' })
    const { status, body } = await send('merge', 'PUT', id, withImage(document, 'a:2'))
    expect(status).toBe(409)
    expect(body['message']).toContain('containers.web.image: base "a:1", theirs "a:9", ours "a:2"')
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:9' }])
  })

  test('merge: a saved document sent with a newer image each time does not conflict with itself', async () => {
    const { name, id, document } = await stale(colleague)
    for (const image of ['a:2', 'a:3', 'a:4']) {
      expect(await send('merge', 'PUT', id, withImage(document, image))).toMatchObject({ status: 200 })
      await settled(kind, name)
      expect(await containersOf(kind, name)).toMatchObject([{ image, ...colleague }])
    }
  })

  test("merge: works even after the cluster dropped the document's revision", async () => {
    const name = `web-${++made}`
    const id = `${kind}:default:${name}`
    await make(kind, name, { revisionHistoryLimit: 2 })
    const { body: document } = await send('merge', 'GET', id)
    await change(kind, name, colleague)
    for (const image of ['a:2', 'a:3', 'a:4', 'a:5', 'a:6', 'a:7']) {
      const { status, headers } = await send('merge', 'PUT', id, withImage(document, image))
      expect({ status, warning: headers?.get('warning') }).toEqual({ status: 200, warning: null })
      await settled(kind, name)
    }
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:7', ...colleague }])
    const { items } = await client.list('/apis/apps/v1/namespaces/default/controllerrevisions')
    const { uid } = (await client.get(pathOf(kind, name))).metadata
    const kept = items.filter(({ metadata }) => metadata.name?.startsWith('drover-base-'))
    expect(kept.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === uid)).toHaveLength(1)
  })

  test('merge: the unchanged document is a revert', async () => {
    const { name, id, document } = await stale({ image: 'a:9' })
    expect(await send('merge', 'PUT', id, document)).toMatchObject({ status: 200 })
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:1' }])
  })

  test('reject: 409 that names the changes; nothing is written', async () => {
    const { name, id, document } = await stale(colleague)
    const { status, body } = await send('reject', 'PUT', id, withImage(document, 'a:2'))
    expect(status).toBe(409)
    expect(body['message']).toMatch(/^the document was read at revision \S+; changed since: containers$/)
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:1', ...colleague }])
  })

  test("rancher: overwrites the colleague's change", async () => {
    const { name, id, document } = await stale(colleague)
    expect(await send('rancher', 'PUT', id, withImage(document, 'a:2'))).toMatchObject({ status: 200 })
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:2', env: first.env }])
  })

  test.each(modes)('%s: a fresh document is written unchanged', async (mode) => {
    const { name, id } = await stale(colleague)
    const { body: document } = await send(mode, 'GET', id)
    expect(await send(mode, 'PUT', id, withImage(document, 'a:2'))).toMatchObject({ status: 200 })
    expect(await containersOf(kind, name)).toMatchObject([{ image: 'a:2', ...colleague }])
  })
})

test('a scale that was only read does not undo a concurrent scaling', async () => {
  await make('deployment', 'scaled')
  const id = 'deployment:default:scaled'
  await vi.waitFor(async () => {
    expect(fieldsOf((await client.get(pathOf('deployment', 'scaled'))).status)['replicas']).toBe(1)
  })
  const { body: document } = await send('merge', 'GET', id)
  await client.patch(pathOf('deployment', 'scaled'), { type: 'merge', body: { spec: { replicas: 3 } } })
  expect(await send('merge', 'PUT', id, withImage(document, 'a:2'))).toMatchObject({ status: 200 })
  const { spec } = await client.get(pathOf('deployment', 'scaled'))
  expect(spec?.['replicas']).toBe(3)
  expect(await containersOf('deployment', 'scaled')).toMatchObject([{ image: 'a:2' }])
})

test('nor does it with _replace', async () => {
  await make('deployment', 'replaced')
  const id = 'deployment:default:replaced'
  await vi.waitFor(async () => {
    expect(fieldsOf((await client.get(pathOf('deployment', 'replaced'))).status)['replicas']).toBe(1)
  })
  const { body: document } = await send('merge', 'GET', id)
  await client.patch(pathOf('deployment', 'replaced'), { type: 'merge', body: { spec: { replicas: 3 } } })
  expect(await send('merge', 'PUT', `${id}?_replace=true`, withImage(document, 'a:2'))).toMatchObject({ status: 200 })
  expect((await client.get(pathOf('deployment', 'replaced'))).spec?.['replicas']).toBe(3)
})

test('nor does a stale document end a pause', async () => {
  await make('deployment', 'paused')
  const id = 'deployment:default:paused'
  await vi.waitFor(async () => {
    expect(JSON.stringify((await client.get(pathOf('deployment', 'paused'))).status)).toContain('Progressing')
  })
  const { body: document } = await send('merge', 'GET', id)
  await client.patch(pathOf('deployment', 'paused'), { type: 'merge', body: { spec: { paused: true } } })
  expect(await send('merge', 'PUT', id, withImage(document, 'a:2'))).toMatchObject({ status: 200 })
  expect((await client.get(pathOf('deployment', 'paused'))).spec?.['paused']).toBe(true)
  expect(await containersOf('deployment', 'paused')).toMatchObject([{ image: 'a:2' }])
})

describe('a ReplicaSet and a ReplicationController have no earlier templates', () => {
  const bare = {
    replicaset: { kind: 'ReplicaSet', apiVersion: 'apps/v1', path: '/apis/apps/v1/namespaces/default/replicasets' },
    replicationcontroller: {
      kind: 'ReplicationController',
      apiVersion: 'v1',
      path: '/api/v1/namespaces/default/replicationcontrollers',
    },
  } as const

  test.each(Object.keys(bare) as (keyof typeof bare)[])('a stale %s: a warning, or 409', async (kind) => {
    const { path, apiVersion, kind: kubeKind } = bare[kind]
    const labels = { app: kind }
    const selector = kind === 'replicaset' ? { matchLabels: labels } : labels
    const spec = { replicas: 1, selector, template: { metadata: { labels }, spec: { containers: [first] } } }
    await client.create(path, { apiVersion, kind: kubeKind, metadata: { name: kind }, spec })
    const observed = () =>
      vi.waitFor(async () => {
        const { metadata, status } = await client.get(`${path}/${kind}`)
        expect(fieldsOf(status)['observedGeneration']).toBe(metadata.generation)
      })
    await observed()
    const id = `${kind}:default:${kind}`
    const { body: document } = await send('merge', 'GET', id)
    const containers = [{ ...first, ...colleague }]
    const template = { metadata: { labels }, spec: { containers } }
    await client.patch(`${path}/${kind}`, { type: 'merge', body: { spec: { template } } })
    await observed()
    const refused = await send('reject', 'PUT', id, withImage(document, 'a:2'))
    expect(refused.status).toBe(409)
    const { status, headers } = await send('merge', 'PUT', id, withImage(document, 'a:2'))
    expect(status).toBe(200)
    expect(headers?.get('warning')).toContain("overwrites today's containers")
  })
})

test('a CronJob, whose documents name no revision, is protected by If-Match', async () => {
  const path = '/apis/batch/v1/namespaces/default/cronjobs'
  const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [first] } } } }
  await client.create(path, { metadata: { name: 'nightly' }, spec: { schedule: '0 3 * * *', jobTemplate } })
  const id = 'cronjob:default:nightly'
  const { body: document, headers } = await send('merge', 'GET', id)
  await client.patch(`${path}/nightly`, { type: 'merge', body: { spec: { schedule: '0 4 * * *' } } })
  const unless = { 'if-match': headers?.get('etag') ?? '' }
  expect(await send('merge', 'PUT', id, withImage(document, 'a:2'), unless)).toMatchObject({ status: 412 })
})
