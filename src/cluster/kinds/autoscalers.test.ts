import { afterAll, beforeAll, expect, it } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { openCluster, type Cluster } from '../index.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await openCluster({ controllers: false })
})
afterAll(() => cluster[Symbol.asyncDispose]())

async function ask(method: string, version: string, name = '', body?: object, accept = 'application/json') {
  const url = `http://cluster/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers${name && `/${name}`}`
  const headers = { accept, 'content-type': 'application/json' }
  const response = await cluster.fetch(
    httpRequest(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
  )
  return (await response.json()) as Record<string, unknown>
}

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const use = (name: string, target: object) => ({ type: 'Resource', resource: { name, target } })
const processor = use('cpu', { type: 'Utilization', averageUtilization: 60 })
const memory = use('memory', { type: 'AverageValue', averageValue: '100Mi' })

it('keeps what only autoscaling/v2 can say through a change of the older version', async () => {
  const behavior = { scaleDown: { stabilizationWindowSeconds: 300 } }
  const metrics = [processor, memory]
  const spec = { scaleTargetRef, maxReplicas: 5, metrics, behavior }
  const created = await ask('POST', 'v2', '', { metadata: { name: 'web', annotations: { a: 'b' } }, spec })
  const fast = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] }
  expect(created).toMatchObject({
    apiVersion: 'autoscaling/v2',
    spec: { minReplicas: 1, metrics, behavior: { scaleDown: { ...fast, stabilizationWindowSeconds: 300 } } },
  })
  const older = await ask('GET', 'v1', 'web')
  expect(older).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 60 } })
  await ask('PUT', 'v1', 'web', { ...older, spec: { ...(older['spec'] as object), maxReplicas: 7 } })
  expect(await ask('GET', 'v2', 'web')).toMatchObject({
    metadata: { annotations: { a: 'b' } },
    spec: { maxReplicas: 7, metrics },
  })
})

it('scales by the processor where nothing is said, but not where something else is', async () => {
  const plain = await ask('POST', 'v2', '', { metadata: { name: 'plain' }, spec: { scaleTargetRef, maxReplicas: 2 } })
  expect(plain).toMatchObject({
    spec: { metrics: [use('cpu', { type: 'Utilization', averageUtilization: 80 })] },
  })
  const spec = { scaleTargetRef, maxReplicas: 2, metrics: [memory] }
  await ask('POST', 'v2', '', { metadata: { name: 'memory' }, spec })
  expect(await ask('GET', 'v2', 'memory')).toMatchObject({ spec: { metrics: [memory] } })
  expect((await ask('GET', 'v1', 'memory'))['spec']).not.toHaveProperty('targetCPUUtilizationPercentage')
})

it.each(['v1', 'v2'])('shows the targets of each in the table of %s', async (version) => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const { rows } = (await ask('GET', version, '', undefined, accept)) as { rows: { cells: unknown[] }[] }
  expect(rows.map(({ cells }) => cells.slice(0, 3))).toEqual([
    ['memory', 'Deployment/web', '<unknown>/100Mi'],
    ['plain', 'Deployment/web', '<unknown>/80%'],
    ['web', 'Deployment/web', '<unknown>/60%, <unknown>/100Mi'],
  ])
})
