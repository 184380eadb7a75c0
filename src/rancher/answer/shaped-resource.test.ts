import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProjectCalls, type ProjectCalls } from '../workloads/project-calls.fixture.ts'
import { type Fields, listOf } from '../workloads/mapping/rows.ts'

let calls: ProjectCalls
beforeAll(async () => {
  calls = await openProjectCalls()
  const containers = [{ name: 'web', image: 'a:1', environment: { A: '1' } }]
  await calls.send('POST', 'workloads', { name: 'web', namespaceId: 'default', scale: 0, containers })
})
afterAll(() => calls[Symbol.asyncDispose]())

test('_export: the input that would create a copy', async () => {
  const { body } = await calls.send('GET', 'workloads/deployment:default:web?_export=true')
  expect(body).toMatchObject({ name: 'web', namespaceId: 'default', scale: 0, type: 'deployment' })
  for (const gone of ['state', 'transitioning', 'deploymentStatus', 'uuid', 'created', 'createdTS', 'hostNetwork']) {
    expect(body).not.toHaveProperty(gone)
  }
  expect(body['containers']).toEqual([
    {
      name: 'web',
      image: 'a:1',
      imagePullPolicy: 'IfNotPresent',
      environment: { A: '1' },
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    },
  ])
  const { workloadLabels: _, labels: _labels, selector: _selector, ...copy } = body
  expect(await calls.send('POST', 'workloads', { ...copy, name: 'copy' })).toMatchObject({ status: 201 })
})

test('_edit: a form of the editable fields, those without a value last', async () => {
  const { body } = await calls.send('GET', 'workloads/deployment:default:web?_edit=true')
  expect(body).toMatchObject({
    name: 'web',
    scale: 0,
    'zzz#()(boolean)hostNetwork': false,
    'zzz#()(string)hostname': null,
  })
  for (const gone of ['state', 'namespaceId', 'deploymentStatus', 'hostNetwork', 'created']) {
    expect(body).not.toHaveProperty(gone)
  }
  const [container = {}] = listOf(body['containers'])
  expect(container).toMatchObject({ image: 'a:1', 'zzz#()(boolean)tty': false } satisfies Fields)
  expect(await calls.send('PUT', 'workloads/deployment:default:web', body)).toMatchObject({ status: 200 })
})

test('lists support the same shapes', async () => {
  const { body } = await calls.send('GET', 'workloads?name=web&_export=true')
  expect(listOf(body['data'])).toMatchObject([{ name: 'web' }])
  expect(listOf(body['data'])[0]).not.toHaveProperty('state')
})
