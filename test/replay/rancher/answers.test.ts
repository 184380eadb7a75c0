import { expect, test } from 'vitest'
import { answerDifferences } from './answers.ts'

const headers = { 'Content-Type': 'application/json' }

function wheres(recorded: unknown, answered: unknown, path = '/v3/x', own: [string, string][] = []): string[] {
  const answer = { status: 200, headers: [...Object.entries(headers), ...own] as [string, string][], body: answered }
  return answerDifferences({ status: 200, headers, body: recorded }, answer, path).map(({ where }) => where)
}

const list = (resourceType: string, data: object[], total = data.length) => ({
  resourceType,
  pagination: { limit: 3, total, next: data.length < total ? `https://h/?marker=${total}` : undefined },
  data,
})

test('an unserved type is one difference, and the others are compared', () => {
  const app = { type: 'schema', id: 'app', a: 1 }
  const pod = { type: 'schema', id: 'pod', a: 1 }
  expect(wheres(list('schema', [app, pod]), list('schema', [pod]))).toEqual(['unserved.schema.app'])
  expect(wheres(list('schema', [app, pod]), list('schema', [{ ...pod, a: 2 }]))).toEqual([
    'unserved.schema.app',
    'body.data.0.a',
  ])
  expect(wheres(list('workload', [app, pod]), list('workload', [pod])).length).toBeGreaterThan(1)
})

test('state, transitioning and message are one difference', () => {
  const active = { state: 'active', transitioning: 'no', transitioningMessage: '' }
  const removing = { state: 'removing', transitioning: 'yes', transitioningMessage: 'waiting on x' }
  expect(wheres(removing, active)).toEqual(['waiting.removing.waiting on x'])
  expect(wheres({ ...removing, a: 1 }, { ...active, a: 2 })).toEqual(['body.a', 'waiting.removing.waiting on x'])
  expect(
    wheres(list('w', [{ id: 'a' }, { id: 'b', ...removing }]), list('w', [{ id: 'a' }, { id: 'b', ...active }])),
  ).toEqual(['waiting.removing.waiting on x'])
})

test('distinguishes a header of our own from one that differs', () => {
  expect(wheres({}, {}, '/v3/x', [['x-frame-options', 'deny']])).toEqual(['headers.+x-frame-options'])
})

const at = (second: number, id: string, more = {}) => ({ id, created: `2026-11-23T00:00:0${second}Z`, ...more })

test('accepts any order within the same second only', () => {
  const [first, second, third] = [at(1, 'a'), at(2, 'b'), at(2, 'c')]
  const sorted = '/v3/x?sort=created&limit=2'
  expect(wheres(list('w', [first, second], 3), list('w', [first, third], 3), sorted)).toEqual([])
  expect(wheres(list('w', [first, second], 3), list('w', [second, first], 3), sorted)).not.toEqual([])
  expect(wheres(list('w', [first, second], 3), list('w', [{ ...first, a: 1 }, third], 3), sorted)).not.toEqual([])
  expect(wheres(list('w', [first, second], 3), list('w', [first, third], 4), sorted)).not.toEqual([])
})
