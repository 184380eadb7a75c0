import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedFields, changesBetween, rebase, type Document } from './merge.ts'

const base: Document = {
  scale: 1,
  labels: { app: 'web' },
  containers: [
    { name: 'app', image: 'web:1', environment: { A: '1' } },
    { name: 'proxy', image: 'proxy:1' },
  ],
}

test('an update carries the changed top-level fields, and null for removed ones', () => {
  expect(changedFields(base, { ...base, scale: 2, labels: undefined })).toEqual({ scale: 2, labels: null })
})

test('merges different changes to the same container', () => {
  const mine = {
    ...base,
    containers: [
      { name: 'app', image: 'web:2', environment: { A: '1' } },
      base['containers'] && { name: 'proxy', image: 'proxy:1' },
    ],
  }
  const theirs = {
    ...base,
    scale: 3,
    containers: [
      { name: 'app', image: 'web:1', environment: { A: '1', B: '2' } },
      { name: 'proxy', image: 'proxy:2' },
    ],
  }
  expect(rebase(base, mine, theirs)).toEqual({
    scale: 3,
    labels: { app: 'web' },
    containers: [
      { name: 'app', image: 'web:2', environment: { A: '1', B: '2' } },
      { name: 'proxy', image: 'proxy:2' },
    ],
  })
})

test('keeps what I added and removed', () => {
  const mine = {
    ...base,
    containers: [
      { name: 'app', image: 'web:1', environment: {} },
      { name: 'new', image: 'new:1' },
    ],
  }
  const theirs = { ...base, scale: 5 }
  expect(rebase(base, mine, theirs)).toEqual({ ...mine, scale: 5 })
})

test("ignores changes of an object's state", () => {
  const theirs = { ...base, state: 'updating', deploymentStatus: { replicas: 2 }, transitioning: 'yes', scale: 2 }
  expect(changesBetween(base, theirs)).toEqual(['scale'])
})

const document = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(fc.integer(), fc.dictionary(fc.constantFrom('x', 'y'), fc.integer())),
)

test('without my changes theirs win, and without theirs mine stay', () => {
  fc.assert(
    fc.property(document, document, (one, other) => {
      expect(rebase(one, one, other)).toEqual(other)
      expect(rebase(one, other, one)).toEqual(other)
      expect(rebase(one, other, other)).toEqual(other)
    }),
  )
})
