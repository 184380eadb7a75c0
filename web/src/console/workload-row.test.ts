import { expect, test } from 'vitest'
import { matching, rowOf, sorted, type V3Workload } from './workload-row.ts'

function workload(name: string, more: Partial<V3Workload> = {}): V3Workload {
  const id = `deployment:default:${name}`
  const containers = [{ name, image: `registry.example/team/${name}:1` }]
  return {
    id,
    name,
    type: 'deployment',
    namespaceId: 'default',
    state: 'active',
    created: '2026-01-01T00:00:00Z',
    scale: 2,
    containers,
    ...more,
  }
}

test.each([
  ['deployment', { deploymentStatus: { readyReplicas: 1 } }, { ready: 1, wanted: 2 }],
  ['statefulSet', { statefulSetStatus: { readyReplicas: 2 } }, { ready: 2, wanted: 2 }],
  ['daemonSet', { daemonSetStatus: { numberReady: 3, desiredNumberScheduled: 4 } }, { ready: 3, wanted: 4 }],
  ['cronJob', {}, undefined],
])('counts the pods of a %s', (type, status, pods) => {
  expect(rowOf(workload('web', { type, ...status })).pods).toEqual(pods)
})

test('searches names, namespaces and images for all words', () => {
  const rows = [workload('web'), workload('shop', { namespaceId: 'store' })].map(rowOf)
  const names = (text: string, namespace = '') => matching(rows, text, namespace).map(({ name }) => name)
  expect(names('TEAM/WEB')).toEqual(['web'])
  expect(names('store shop:1')).toEqual(['shop'])
  expect(names('', 'default')).toEqual(['web'])
  expect(names('web store')).toEqual([])
})

test('sorting by state puts trouble first', () => {
  const rows = [workload('fine'), workload('broken', { state: 'updating' })].map(rowOf)
  expect(sorted(rows, 'state', false).map(({ name }) => name)).toEqual(['broken', 'fine'])
})
