import { expect, test } from 'vitest'
import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import { glance } from './glance.ts'

const seen = { observedGeneration: 2 }
const late = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }]

test.each<[string, WorkloadKind, object, object | undefined, object]>([
  [
    'rolled out',
    'deployment',
    { replicas: 2 },
    { ...seen, replicas: 2, updatedReplicas: 2, readyReplicas: 2 },
    { state: 'active', wanted: 2, ready: 2, updated: 2 },
  ],
  [
    'all ready, but not of the new template',
    'deployment',
    { replicas: 2 },
    { ...seen, replicas: 3, updatedReplicas: 1, readyReplicas: 2 },
    { state: 'updating', wanted: 2, ready: 2, updated: 1 },
  ],
  [
    'past its deadline',
    'deployment',
    { replicas: 2 },
    { ...seen, replicas: 3, updatedReplicas: 1, readyReplicas: 2, conditions: late },
    { state: 'stuck' },
  ],
  [
    'changed, and not looked at yet',
    'deployment',
    { replicas: 1 },
    { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
    { state: 'updating' },
  ],
  ['held back', 'deployment', { replicas: 1, paused: true }, seen, { state: 'paused' }],
  ['scaled to nothing', 'statefulset', { replicas: 0 }, seen, { state: 'stopped', wanted: 0 }],
  [
    'a pod that fails',
    'statefulset',
    { replicas: 3 },
    { ...seen, replicas: 3, updatedReplicas: 3, readyReplicas: 2 },
    { state: 'unready', wanted: 3, ready: 2 },
  ],
  [
    'on every node',
    'daemonset',
    {},
    { ...seen, desiredNumberScheduled: 4, currentNumberScheduled: 4, updatedNumberScheduled: 4, numberReady: 4 },
    { state: 'active', wanted: 4, ready: 4 },
  ],
  ['with a schedule', 'cronjob', { schedule: '* * * * *' }, {}, { state: 'active' }],
  ['with a schedule that is off', 'cronjob', { suspend: true }, undefined, { state: 'suspended' }],
  [
    'done',
    'job',
    {},
    { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
    { state: 'complete', wanted: 1, ready: 1 },
  ],
  ['without a status', 'deployment', { replicas: 1 }, undefined, { state: 'unknown' }],
])('%s: %s', (_, kind, spec, status, expected) => {
  const workload = {
    metadata: { name: 'web', generation: 2 },
    spec,
    ...(status && { status }),
  } as unknown as KubeObject
  expect(glance(kind, workload)).toMatchObject(expected)
})
