import { expect, test } from 'vitest'
import { connect } from '../../kube/index.ts'
import { openCluster } from '../index.ts'

const pods = '/api/v1/namespaces/default/pods'
const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
const pod = (name: string, spec = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
})
const priorityClass = (name: string, more: object) => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  ...more,
})

test('a pod that names no class has the priority of the default one, and no other than its class says', async () => {
  await using cluster = await openCluster({ controllers: false })
  const client = connect({ fetch: cluster.fetch, url: 'http://cluster.invalid' })
  await client.create(classes, priorityClass('usual', { value: 7, globalDefault: true, preemptionPolicy: 'Never' }))
  await client.create(classes, priorityClass('high', { value: 9 }))

  const { spec } = await client.create(pods, pod('a'))
  expect(spec).toMatchObject({ priorityClassName: 'usual', priority: 7, preemptionPolicy: 'Never' })
  await expect(client.create(pods, pod('b', { priorityClassName: 'high', priority: 1 }))).rejects.toThrow(
    'pods "b" is forbidden: the integer value of priority (1) must not be provided in pod spec; priority admission controller computed 9 from the given PriorityClass name',
  )
  await expect(client.create(classes, priorityClass('other', { value: 1, globalDefault: true }))).rejects.toThrow(
    'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
  )
})
