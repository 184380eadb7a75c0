import { expect, test } from 'vitest'
import { KeyUse } from './key-use.ts'

const hour = 3_600_000

function noting() {
  const written: [string, number][] = []
  const use = new KeyUse(async (name, time) => written.push([name, time]))
  return { use, written }
}

test('writes the last use of a key once an hour and knows it exactly in memory', () => {
  const { use, written } = noting()
  for (const now of [hour, hour + 1, 2 * hour - 1]) use.note('token-a', undefined, now)
  expect(written).toEqual([['token-a', hour]])
  expect(use.last('token-a', hour)).toBe(2 * hour - 1)
  use.note('token-a', hour, 2 * hour)
  expect(written.length).toBe(2)
})

test('does not repeat what another server wrote within the hour', () => {
  const { use, written } = noting()
  use.note('token-a', 5 * hour, 5 * hour + 60_000)
  expect(written).toEqual([])
})

test('reports the later of the stored and the observed use', () => {
  const { use } = noting()
  expect(use.last('token-a', undefined)).toBeUndefined()
  expect(use.last('token-a', 7)).toBe(7)
  use.note('token-a', 7, 9 * hour)
  expect(use.last('token-a', 7)).toBe(9 * hour)
  expect(use.last('token-a', 10 * hour)).toBe(10 * hour)
})

test('a failing write does not fail the request', async () => {
  const use = new KeyUse(() => Promise.reject(new Error('read-only')))
  use.note('token-a', undefined, hour)
  await use[Symbol.asyncDispose]()
  expect(use.last('token-a', undefined)).toBe(hour)
})
