import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openCluster } from '../../cluster/index.ts'
import { connect, unlessMissing } from '../../kube/index.ts'
import { httpRequest } from '../../model/http.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { openServer } from '../index.ts'
import { wantedServices } from './port-services.ts'

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

test('without ports: a headless service that gives the pods a name', () => {
  expect(wantedServices('deployment', workload([]))).toMatchObject([
    { metadata: { name: 'web' }, spec: { clusterIP: 'None', ports: [{ name: 'default', port: 42 }] } },
  ])
})

test('a node port: its service, and all ports inside the cluster', () => {
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

test('a port of the host asks for no service of its own', () => {
  const port = { name: 'h', containerPort: 80, kind: 'HostPort', dnsName: 'web-hostport', sourcePort: 80 }
  expect(wantedServices('deployment', workload([port]))).toHaveLength(1)
})

test('the services are made for a created workload, and its public endpoint shows', async () => {
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
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10)
}
