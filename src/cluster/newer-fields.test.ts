import { expect, it } from 'vitest'
import { httpRequest } from '../model/http.ts'
import { openCluster } from './index.ts'

const template = {
  metadata: { labels: { app: 'a' } },
  spec: {
    os: { name: 'linux' },
    hostUsers: false,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' }, supplementalGroupsPolicy: 'Merge' },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', matchLabelKeys: ['pod-template-hash'] },
    ],
    initContainers: [{ name: 'sidecar', image: 'x:1', restartPolicy: 'Always' }],
    volumes: [{ name: 'image', image: { reference: 'a:1' } }],
    containers: [
      {
        name: 'c',
        image: 'x:1',
        livenessProbe: { grpc: { port: 8080 } },
        startupProbe: { httpGet: { path: '/', port: 80 } },
        lifecycle: { preStop: { sleep: { seconds: 3 } } },
        resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
      },
    ],
  },
}
const selector = { matchLabels: { app: 'a' } }

it.each([
  ['deployments', { selector, template }],
  ['statefulsets', { serviceName: 's', ordinals: { start: 1 }, minReadySeconds: 2, selector, template }],
  ['daemonsets', { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, selector, template }],
])('keeps the fields of current Kubernetes in %s, which a strict client sends', async (resource, spec) => {
  await using cluster = await openCluster({ controllers: false })
  const send = async (method: string, path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const request = httpRequest(`http://cluster${path}?fieldValidation=Strict`, {
      method,
      headers,
      body: JSON.stringify(body),
    })
    const response = await cluster.fetch(request)
    return { status: response.status, body: JSON.parse(await response.text()) as object }
  }
  const path = `/apis/apps/v1/namespaces/default/${resource}`
  const created = await send('POST', path, { metadata: { name: 'a' }, spec })
  expect(created).toMatchObject({ status: 201, body: { spec } })
  expect(await send('PUT', `${path}/a`, created.body)).toMatchObject({ status: 200, body: { spec } })
})

it('drops containers for debugging from what is created, whose subresource is not served', async () => {
  await using cluster = await openCluster({ controllers: false })
  const ephemeralContainers = [{ name: 'debug', image: 'x:1' }]
  const body = JSON.stringify({ metadata: { name: 'a' }, spec: { ...template.spec, ephemeralContainers } })
  const headers = { 'content-type': 'application/json' }
  const path = '/api/v1/namespaces/default/pods'
  const response = await cluster.fetch(httpRequest(`http://cluster${path}`, { method: 'POST', headers, body }))
  expect(response.status).toBe(201)
  expect(await response.text()).not.toContain('ephemeralContainers')
})
