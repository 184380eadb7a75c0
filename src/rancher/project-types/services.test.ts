import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCluster, type Cluster } from '../../cluster/index.ts'
import { connect } from '../../kube/index.ts'
import { httpRequest } from '../../model/http.ts'
import { openServer, type RancherServer } from '../index.ts'

let cluster: Cluster
let server: RancherServer
let key = ''

beforeAll(async () => {
  cluster = await openCluster({ controllers: false })
  server = await openServer({ kube: cluster.fetch, adminPassword: 'a good word', keepsServices: false })
  key = await server.issueKey()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

async function send(method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${key}` }
  const url = `https://drover.test/v3/project/${server.projects.default}/${path}`
  const text = body === undefined ? null : JSON.stringify({ namespaceId: 'default', ...body })
  const response = await server.fetch(httpRequest(url, { method, headers, body: text }))
  const answer = await response.text()
  return { status: response.status, body: (answer === '' ? {} : JSON.parse(answer)) as Record<string, unknown> }
}

const kube = () => connect({ fetch: cluster.fetch })
const specOf = async (name: string) => (await kube().get(`/api/v1/namespaces/default/services/${name}`)).spec

const dummy = [{ name: 'default', port: 42, protocol: 'TCP', targetPort: 42 }]

describe('a DNS record', () => {
  test('for a host is a CNAME', async () => {
    expect((await send('POST', 'dnsRecords', { name: 'alias', hostname: 'db.example.com' })).status).toBe(201)
    expect(await specOf('alias')).toMatchObject({
      type: 'ExternalName',
      externalName: 'db.example.com',
      ports: dummy,
    })
  })

  test('for a selector is a headless Service', async () => {
    expect((await send('POST', 'dnsRecords', { name: 'some', selector: { app: 'web' } })).body).toMatchObject({
      clusterIp: null,
      selector: { app: 'web' },
    })
    expect(await specOf('some')).toMatchObject({ type: 'ClusterIP', clusterIP: 'None', ports: dummy })
  })

  test('for addresses resolves to them, even after a change', async () => {
    const endpoints = async () => (await kube().get('/api/v1/namespaces/default/endpoints/outside'))['subsets']
    const made = await send('POST', 'dnsRecords', { name: 'outside', ipAddresses: ['10.1.2.3'] })
    expect(made.body).toMatchObject({ ipAddresses: ['10.1.2.3'] })
    expect(await endpoints()).toMatchObject([
      { addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'default', port: 42 }] },
    ])
    expect((await send('PUT', 'dnsRecords/default:outside', { ipAddresses: ['10.1.2.4'] })).status).toBe(200)
    expect(await endpoints()).toMatchObject([{ addresses: [{ ip: '10.1.2.4' }] }])
  })

  test.each([
    ['x', '<nil> must be a valid IP address'],
    ['0.0.0.0', '0.0.0.0 may not be unspecified (0.0.0.0)'],
    ['127.0.0.9', '127.0.0.9 may not be in the loopback range (127.0.0.0/8)'],
    ['169.254.1.1', '169.254.1.1 may not be in the link-local range (169.254.0.0/16)'],
    ['224.0.0.5', '224.0.0.5 may not be in the link-local multicast range (224.0.0.0/24)'],
  ])('for %s is refused', async (address, message) => {
    const refused = await send('POST', 'dnsRecords', { name: 'special', ipAddresses: [address] })
    expect(refused).toMatchObject({ status: 422, body: { code: 'InvalidOption', message } })
  })

  test('for other records or workloads is refused by name', async () => {
    for (const field of ['targetDnsRecordIds', 'targetWorkloadIds']) {
      const refused = await send('POST', 'dnsRecords', { name: 'more', [field]: ['default:some'] })
      expect(refused).toMatchObject({ status: 501, body: { fieldName: field } })
    }
  })
})

describe('a service', () => {
  test('without ports gets one, and with no address is headless', async () => {
    expect((await send('POST', 'services', { name: 'bare', clusterIp: null })).status).toBe(201)
    expect(await specOf('bare')).toMatchObject({ clusterIP: 'None', ports: dummy })
  })

  test('with ports keeps them', async () => {
    const ports = [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }]
    expect((await send('POST', 'services', { name: 'own', kind: 'NodePort', ports })).status).toBe(201)
    expect(await specOf('own')).toMatchObject({ type: 'NodePort', ports })
  })
})
