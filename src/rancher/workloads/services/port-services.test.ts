import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openCluster } from '../../../cluster/index.ts'
import { connect, unlessMissing } from '../../../kube/index.ts'
import { httpRequest } from '../../../model/http.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { openServer } from '../../index.ts'
import { nodeId } from '../../types/nodes.ts'
import { isServiced, wantedServices } from './port-services.ts'
import { hostEndpoints, serviceEndpoints } from './public-endpoints-upkeep.ts'
import { listOf } from '../mapping/rows.ts'

const annotated = (ports: unknown[]) => JSON.stringify([ports])

function workload(ports: Record<string, unknown>[]): KubeObject {
  const metadata = { name: 'web', namespace: 'default', uid: 'u' }
  const containers = [
    { name: 'app', image: 'a:1', ports: ports.map(({ name, containerPort }) => ({ name, containerPort })) },
  ]
  const annotations = { 'field.cattle.io/ports': annotated(ports) }
  const spec = {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { annotations }, spec: { containers } },
  }
  return { metadata, spec }
}

const folder = new URL('../../../../test/recordings/rancher-2.4.3/', import.meta.url)

interface Recorded {
  kubernetes_after?: Record<string, KubeObject & { items?: KubeObject[] }>
}

/** The relevant part of a Service; the cluster chooses node ports. */
function purposeOf({ metadata, spec = {} }: KubeObject) {
  const ports = listOf(spec['ports']).map(({ nodePort: _node, ...port }) => port)
  const { type, selector, clusterIP } = spec
  return { name: metadata.name, type, selector, ports, headless: clusterIP === 'None' }
}

/** Recorded reads of a workload whose Services matched its ports. */
const settled = /^(279|298|306|358|432|561|568|617)-/

test.each(readdirSync(folder).filter((file) => settled.test(file)))(
  'derives the Services of %s as recorded',
  (file) => {
    const { kubernetes_after: after = {} } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded
    const deployment = after['deployments/default/admin-master']
    const lists = Object.entries(after).filter(([key]) => key.startsWith('services'))
    const services = lists.flatMap(([, { items = [] }]) => items)
    const made = services.filter(({ metadata }) => metadata.name?.startsWith('admin-master'))
    const byName = (one: KubeObject, other: KubeObject) =>
      (one.metadata.name ?? '').localeCompare(other.metadata.name ?? '')
    const wanted = wantedServices('deployment', deployment ?? { metadata: {} })
    expect(wanted.sort(byName).map(purposeOf)).toEqual(made.sort(byName).map(purposeOf))
  },
)

test("without ports: a headless Service for the pods' names", () => {
  expect(wantedServices('deployment', workload([]))).toMatchObject([
    { metadata: { name: 'web' }, spec: { clusterIP: 'None', ports: [{ name: 'default', port: 42 }] } },
  ])
})

test('a node port: its own Service, and one with all ports inside the cluster', () => {
  const port = { name: '8088tcp01', containerPort: 8088, kind: 'NodePort', dnsName: 'web-nodeport', sourcePort: 30088 }
  expect(wantedServices('deployment', workload([port]))).toMatchObject([
    { metadata: { name: 'web' }, spec: { type: 'ClusterIP', ports: [{ name: '8088tcp01-app', port: 8088 }] } },
    {
      metadata: {
        name: 'web-nodeport',
        annotations: { 'field.cattle.io/targetWorkloadIds': '["deployment:default:web"]' },
      },
      spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ name: '8088tcp01', port: 8088, nodePort: 30088 }] },
    },
  ])
})

test.each([
  ['of the host', { name: 'h', containerPort: 80, kind: 'HostPort', dnsName: 'web-hostport', sourcePort: 80 }],
  ['of no kind', { name: '80tcp00', containerPort: 80, kind: '', dnsName: 'web-' }],
])('a port %s needs no Service of its own', (_, port) => {
  expect(wantedServices('deployment', workload([port]))).toHaveLength(1)
})

test("a port without a service name belongs to the workload's Service", () => {
  const port = { name: 'a', containerPort: 80, kind: 'ClusterIP' }
  expect(wantedServices('deployment', workload([port]))).toMatchObject([{ metadata: { name: 'web' } }])
})

test('the annotation has lists only for containers with ports', () => {
  const port = { name: 'b', containerPort: 86, kind: 'NodePort', dnsName: 'web-nodeport' }
  const { metadata, spec } = workload([port])
  const template = { ...(spec?.['template'] as object), spec: { containers: [{ name: 'first' }, { name: 'second' }] } }
  const wanted = wantedServices('deployment', { metadata, spec: { ...spec, template } })
  expect(wanted.map(({ metadata: { name } }) => name)).toEqual(['web', 'web-nodeport'])
})

test('an unreadable annotation changes nothing', () => {
  const { metadata, spec } = workload([])
  const annotations = { 'field.cattle.io/ports': '[[{' }
  const template = { metadata: { annotations }, spec: { containers: [] } }
  expect(wantedServices('deployment', { metadata, spec: { ...spec, template } })).toEqual([])
})

test.each([
  [{ name: 'web', annotations: { 'field.cattle.io/creatorId': 'user-x' } }, true],
  [{ name: 'web', annotations: {} }, false],
  [{ name: 'web.v2', annotations: { 'field.cattle.io/creatorId': 'user-x' } }, false],
])('Services for %j: %s', (metadata, serviced) => {
  expect(isServiced({ metadata })).toBe(serviced)
})

test('a load balancer shows its ports once it has addresses, not the node ports behind them', () => {
  const metadata = { name: 'web-loadbalancer', namespace: 'default' }
  const spec = { type: 'LoadBalancer', ports: [{ port: 8082, nodePort: 30280, protocol: 'TCP' }] }
  expect(serviceEndpoints({ metadata, spec, status: { loadBalancer: {} } })).toEqual([])
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'web.test' }] } }
  const serviceName = 'default:web-loadbalancer'
  const addresses = ['192.0.2.1', 'web.test']
  const endpoint = { addresses, port: 8082, protocol: 'TCP', serviceName, allNodes: false }
  expect(serviceEndpoints({ metadata, spec, status })).toEqual([endpoint])
})

test("a host port is shown on the nodes of running pods, at its own address or the node's", () => {
  const pod = (nodeName: string, hostIP: string | undefined, phase: string) => {
    const ports = [{ containerPort: 83, hostPort: 8083, protocol: 'UDP', ...(hostIP !== undefined && { hostIP }) }]
    return { metadata: {}, spec: { nodeName, containers: [{ ports }] }, status: { phase, hostIP: '192.0.2.7' } }
  }
  const pods = [pod('a', '127.0.0.1', 'Running'), pod('b', undefined, 'Running'), pod('c', undefined, 'Pending')]
  const endpoint = { port: 8083, protocol: 'UDP', allNodes: false }
  const expected = [
    { nodeName: nodeId('local', 'a'), addresses: ['127.0.0.1'], ...endpoint },
    { nodeName: nodeId('local', 'b'), addresses: ['192.0.2.7'], ...endpoint },
  ]
  const found = hostEndpoints('local', pods)
  expect(found).toHaveLength(2)
  expect(found).toEqual(expect.arrayContaining(expected))
})

test('creates the Services of a new workload and shows its public endpoint', async () => {
  await using cluster = await openCluster({ controllers: false })
  await using server = await openServer({
    kube: cluster.fetch,
    adminPassword: 'a good word',
    defaultProject: 'p-dghs7',
  })
  const key = await server.issueKey()
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { host: '127.0.0.1:8443', authorization: `Bearer ${key}` }
    const text = body === undefined ? null : JSON.stringify(body)
    const url = `https://127.0.0.1:8443/v3/project/local:p-dghs7/${path}`
    return (await server.fetch(httpRequest(url, { method, headers, body: text }))).json() as Promise<
      Record<string, unknown>
    >
  }
  const ports = [{ containerPort: 8088, kind: 'NodePort', protocol: 'TCP' }]
  await ask('POST', 'workloads', {
    name: 'web',
    namespaceId: 'default',
    containers: [{ name: 'web', image: 'a:1', ports }],
  })
  const kube = connect({ fetch: cluster.fetch })
  const path = '/api/v1/namespaces/default/services/web-nodeport'
  await until(async () => (await unlessMissing(kube.get(path))) !== undefined)
  await until(async () => {
    const { publicEndpoints } = await ask('GET', 'workloads/deployment:default:web')
    return Array.isArray(publicEndpoints) && publicEndpoints.length === 1
  })
  expect(await ask('GET', 'services/default:web-nodeport')).toMatchObject({
    kind: 'NodePort',
    ports: [{ port: 8088, targetPort: 8088 }],
    targetWorkloadIds: ['deployment:default:web'],
  })
  const mine = { metadata: { name: 'web-mine', namespace: 'default' }, spec: { ports: [{ port: 1 }] } }
  await kube.create('/api/v1/namespaces/default/services', mine)
  const document = await ask('GET', 'workloads/deployment:default:web')
  const containers = [
    { name: 'web', image: 'a:1', ports: [{ containerPort: 8088, kind: 'ClusterIP', protocol: 'TCP' }] },
  ]
  await ask('PUT', 'workloads/deployment:default:web', { ...document, containers })
  await until(async () => (await unlessMissing(kube.get(path))) === undefined)
  await until(async () => (await ask('GET', 'workloads/deployment:default:web'))['publicEndpoints'] === null)
  expect(await unlessMissing(kube.get('/api/v1/namespaces/default/services/web-mine'))).toBeDefined()
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10)
}
