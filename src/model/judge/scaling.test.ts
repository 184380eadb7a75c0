import { expect, test } from 'vitest'
import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import { judge } from './judge.ts'

function judged(kind: WorkloadKind, spec: object, status: object, scaled = true) {
  const metadata = { name: 'web', namespace: 'shop', uid: 'u', generation: 2 }
  const workload = { metadata, spec, status: { observedGeneration: 2, ...status } } as unknown as KubeObject
  return judge({ kind, workload, revisions: [], pods: [], events: [] }, { scaled })
}

test('a scaled-down Deployment is not done while surplus pods remain', () => {
  const three = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
  expect(judged('deployment', { replicas: 1 }, three).state).toBe('progressing')
  expect(judged('deployment', { replicas: 0 }, three).state).toBe('progressing')
  const one = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 }
  expect(judged('deployment', { replicas: 1 }, one).state).toBe('succeeded')
  expect(judged('deployment', { replicas: 0 }, {})).toMatchObject({ state: 'accepted', reason: 'ScaledToZero' })
})

test('a scaled-down StatefulSet is not done while surplus pods remain', () => {
  expect(judged('statefulset', { replicas: 0 }, { replicas: 1, readyReplicas: 1 }).state).toBe('progressing')
  expect(judged('statefulset', { replicas: 0 }, { replicas: 0 }).state).toBe('accepted')
})

test.each(['replicaset', 'replicationcontroller'] as const)('a scaled %s is judged by its pods', (kind) => {
  expect(judged(kind, { replicas: 2 }, { replicas: 2, readyReplicas: 1 }).state).toBe('progressing')
  expect(judged(kind, { replicas: 2 }, { replicas: 3, readyReplicas: 3 }).state).toBe('progressing')
  expect(judged(kind, { replicas: 2 }, { replicas: 2, readyReplicas: 2 })).toMatchObject({
    state: 'succeeded',
    message: '2 pods ready',
  })
  expect(judged(kind, { replicas: 2 }, { replicas: 2, readyReplicas: 2 }, false)).toMatchObject({
    reason: 'NewPodsOnly',
  })
})
