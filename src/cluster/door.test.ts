import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { httpRequest } from '../model/http.ts'
import { openCluster, type Cluster } from './index.ts'
import type { KubeObject } from './resource.ts'

let cluster: Cluster

beforeEach(async () => {
  cluster = await openCluster({ controllers: false })
})

afterEach(() => cluster[Symbol.asyncDispose]())

type Answer = KubeObject & { metadata: { continue?: string }; items: KubeObject[] }

const configMaps = '/api/v1/namespaces/default/configmaps'

async function send(method: string, path: string, body?: unknown, contentType = 'application/json') {
  const headers = { 'content-type': contentType }
  const request = httpRequest(`http://cluster.invalid${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  })
  const response = await cluster.fetch(request)
  return { status: response.status, body: (await response.json()) as Answer }
}

function create(name: string, labels = {}) {
  return send('POST', configMaps, { metadata: { name, labels } })
}

describe('writes', () => {
  test('a stale PUT is a conflict, and one without a version wins', async () => {
    const { body } = await create('a')
    await send('PUT', `${configMaps}/a`, { ...body, data: { x: '1' } })
    expect((await send('PUT', `${configMaps}/a`, { ...body, data: { x: '2' } })).status).toBe(409)
    expect((await send('PUT', `${configMaps}/a`, { metadata: { name: 'a' }, data: { x: '3' } })).status).toBe(200)
  })

  test('one that changes nothing keeps the version', async () => {
    const { body } = await create('a')
    const patched = await send('PATCH', `${configMaps}/a`, {}, 'application/merge-patch+json')
    expect(patched.body.metadata.resourceVersion).toBe(body.metadata.resourceVersion)
  })

  test('a finalizer holds a deleted object until it is taken off', async () => {
    await send('POST', configMaps, { metadata: { name: 'a', finalizers: ['example.com/hold'] } })
    expect((await send('DELETE', `${configMaps}/a`)).body.metadata.deletionTimestamp).toBeDefined()
    const patch = { metadata: { finalizers: null } }
    expect((await send('PATCH', `${configMaps}/a`, patch, 'application/merge-patch+json')).status).toBe(200)
    expect((await send('GET', `${configMaps}/a`)).status).toBe(404)
  })
})

describe('lists', () => {
  test('pages show the state of the first page', async () => {
    for (const name of ['a', 'b', 'c']) await create(name)
    const first = await send('GET', `${configMaps}?limit=1`)
    await send('DELETE', `${configMaps}/b`)
    const rest = await send('GET', `${configMaps}?continue=${first.body.metadata.continue}`)
    expect(rest.body.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c'])
  })
})

describe('watches', () => {
  test('an object that leaves the selector is deleted with its old content', async () => {
    const path = `${configMaps}?watch=1&labelSelector=on%3D1`
    const response = await cluster.fetch(httpRequest(`http://cluster.invalid${path}`))
    await create('a', { on: '1' })
    await send('PATCH', `${configMaps}/a`, { metadata: { labels: { on: '0' } } }, 'application/merge-patch+json')
    const reader = response.body?.getReader()
    const seen: [string, unknown][] = []
    while (seen.length < 2) {
      const { value } = (await reader?.read()) ?? {}
      for (const line of new TextDecoder().decode(value).trim().split('\n')) {
        const { type, object } = JSON.parse(line) as { type: string; object: KubeObject }
        seen.push([type, object.metadata.labels?.['on']])
      }
    }
    expect(seen).toEqual([
      ['ADDED', '1'],
      ['DELETED', '1'],
    ])
  })
})

describe('subresources', () => {
  test.each([
    ['POST', 'serviceaccounts/default/token', 501, 'serviceaccounts/token: the embedded cluster issues no tokens'],
    ['GET', 'services/http:web:80/proxy', 501, 'services/proxy: the embedded cluster runs no containers'],
    ['POST', 'pods/nosuch/exec', 404, 'pods "nosuch" not found'],
    ['POST', 'pods/there/exec', 400, 'Upgrade request required'],
    ['PATCH', 'pods/there/ephemeralcontainers', 404, 'the server could not find the requested resource'],
  ])('%s %s is refused with %d: %s', async (method, path, status, message) => {
    const spec = { containers: [{ name: 'c', image: 'x' }] }
    await send('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'there' }, spec })
    const answer = await send(method, `/api/v1/namespaces/default/${path}`, {})
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(message) as string } })
  })
})
