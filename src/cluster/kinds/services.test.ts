import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, type KubeClient } from '../../kube/index.ts'
import { openCluster, type Cluster } from '../index.ts'

const services = '/api/v1/namespaces/default/services'
let cluster: Cluster
let client: KubeClient

beforeEach(async () => {
  cluster = await openCluster({ controllers: false })
  client = connect({ fetch: cluster.fetch, url: 'http://cluster.invalid' })
})

afterEach(() => cluster[Symbol.asyncDispose]())

const create = (name: string, spec: object) =>
  client.create(services, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec })

const replace = async (name: string, change: (spec: Record<string, unknown>) => object) => {
  const old = await client.get(`${services}/${name}`)
  return client.replace(`${services}/${name}`, { ...old, spec: change(old.spec as Record<string, unknown>) })
}

test('a headless Service without a selector may have endpoints of both families', async () => {
  const { spec } = await create('a', { clusterIP: 'None', ports: [{ port: 1 }] })
  expect(spec).toMatchObject({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' })
  const other = await create('b', { clusterIP: 'None', ports: [{ port: 1 }], selector: { a: 'b' } })
  expect(other.spec).toMatchObject({ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
})

test('a family that the cluster does not have is refused', async () => {
  await expect(create('a', { ipFamilies: ['IPv6'], ports: [{ port: 1 }] })).rejects.toThrow(
    'spec.ipFamilies[0]: Invalid value: []string(nil): ipfamily IPv6 is not configured on cluster',
  )
  await expect(create('a', { ipFamilyPolicy: 'RequireDualStack', ports: [{ port: 1 }] })).rejects.toThrow(
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": Cluster is not configured for dual stack services',
  )
})

test('ports of one number share their node port, and keep it by their name', async () => {
  const ports = [
    { name: 'tcp', port: 53 },
    { name: 'udp', port: 53, protocol: 'UDP' },
  ]
  const { spec } = await create('dns', { type: 'NodePort', ports })
  const { ports: given } = spec as { ports: { nodePort: number }[] }
  const [tcp, udp] = given
  expect(tcp?.nodePort).toBe(udp?.nodePort)

  const moved = await replace('dns', (old) => ({ ...old, ports: [{ name: 'tcp', port: 54 }] }))
  expect(moved.spec?.['ports']).toMatchObject([{ port: 54, nodePort: tcp?.nodePort }])
})

test('a load balancer asks the nodes where only they pass traffic on to their own pods', async () => {
  const { spec } = await create('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 1 }] })
  const { healthCheckNodePort } = spec as { healthCheckNodePort: number }
  expect(healthCheckNodePort).toBeGreaterThanOrEqual(30000)

  const kept = await replace('a', ({ healthCheckNodePort: _own, ...others }) => others)
  expect(kept.spec).toMatchObject({ healthCheckNodePort })
  await expect(replace('a', (old) => ({ ...old, healthCheckNodePort: 31999 }))).rejects.toThrow(
    'cannot change healthCheckNodePort on loadBalancer service with externalTraffic=Local during update',
  )
  const gone = await replace('a', (old) => ({ ...old, externalTrafficPolicy: 'Cluster' }))
  expect(gone.spec).not.toHaveProperty('healthCheckNodePort')
})

test('no two that are made at the same time have the same node port or address', async () => {
  const spec = { type: 'NodePort', ports: [{ port: 1, nodePort: 30001 }] }
  const made = await Promise.allSettled(['a', 'b'].map((name) => create(name, spec)))
  expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})
