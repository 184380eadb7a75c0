import { expect, test } from 'vitest'
import { readState, readWorkloadState } from './state.ts'

const now = Date.parse('2026-01-01T00:10:00Z')
const condition = (type: string, status: string, message = '', reason = '') => ({ type, status, message, reason })
const told = (conditions: object[], metadata: object = {}) => {
  const { state, transitioning, transitioningMessage } = readState({ metadata, status: { conditions } }, now)
  return [state, transitioning, transitioningMessage]
}

test.each<[string, object[], [state: string, transitioning: string, message: string]]>([
  ['nothing said', [], ['active', 'no', '']],
  ['a failure', [condition('Progressing', 'False', 'late')], ['inactive', 'error', 'late']],
  ['no quota', [condition('ReplicaFailure', 'True', 'quota')], ['active', 'error', 'quota']],
  ['any reason Error', [condition('Odd', 'True', 'x', 'Error')], ['active', 'error', 'x']],
  ['pods to come', [condition('Available', 'False', 'few')], ['updating', 'yes', 'few']],
  ['a step not done', [condition('Updated', 'Unknown', 'soon')], ['updating', 'yes', 'soon']],
  ['a step failed', [condition('Updated', 'False', 'no')], ['updating', 'error', 'no']],
  ['a goal unknown', [condition('Ready', 'Unknown')], ['unavailable', 'error', '']],
  ['the same twice', [condition('Saved', 'False', 'a'), condition('Built', 'False', 'a')], ['building', 'error', 'a']],
  ['an empty text', [condition('Saved', 'False'), condition('Built', 'False', 'b')], ['building', 'error', '; b']],
])('%s', (_, conditions, expected) => expect(told(conditions)).toEqual(expected))

test('an object being deleted says what it waits for, and after five minutes that it hangs', () => {
  const finalizers = ['controller.cattle.io/namespace-auth']
  const removed = [condition('Removed', 'False', 'busy')]
  const [early, late] = ['2026-01-01T00:09:00Z', '2026-01-01T00:00:00Z']
  expect(told([], { deletionTimestamp: early })).toEqual(['removing', 'yes', ''])
  expect(told([], { deletionTimestamp: early, finalizers })).toEqual(['removing', 'yes', 'waiting on namespace-auth'])
  expect(told([], { deletionTimestamp: late, finalizers: ['foregroundDeletion'] })).toEqual([
    'removing',
    'error',
    'waiting on object cleanup',
  ])
  expect(told(removed, { deletionTimestamp: early, finalizers })[2]).toBe('busy; waiting on namespace-auth')
})

test.each([
  ['deployment', { replicas: 2, readyReplicas: 1 }, 'updating'],
  ['deployment', { replicas: 2, readyReplicas: 2 }, 'active'],
  ['deployment', { replicas: 2 }, 'active'],
  ['daemonset', { desiredNumberScheduled: 2, numberReady: 1 }, 'updating'],
  ['statefulset', { replicas: 1, readyReplicas: 0 }, 'updating'],
  ['replicaset', { replicas: 1, readyReplicas: 0 }, 'active'],
])('a %s of %j is %s', (kind, status, state) => expect(readWorkloadState(kind, { status }, now).state).toBe(state))
