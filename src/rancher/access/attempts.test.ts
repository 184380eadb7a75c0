import { expect, test } from 'vitest'
import { Attempts } from './attempts.ts'

/** Attempts on a stopped clock, with a count of actual password comparisons. */
function attempts() {
  const clock = { now: 0 }
  const all = new Attempts(() => clock.now)
  const compared: string[] = []
  const guess = (name: string, matched = false) =>
    all.attempt(name, async () => {
      compared.push(name)
      await new Promise((resolve) => setImmediate(resolve))
      return matched
    })
  return { clock, compared, guess }
}

const refusal = { code: 'TooManyRequests', status: 429 }

test('doubles the delay with each failure after the fourth', async () => {
  const { clock, guess } = attempts()
  for (let free = 0; free < 5; free++) expect(await guess('a')).toBe(false)
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    await expect(guess('a')).rejects.toMatchObject({
      ...refusal,
      message: `too many failed attempts to log in; try again in ${seconds} s`,
    })
    clock.now += seconds * 1000
    expect(await guess('a')).toBe(false)
  }
  expect(await guess('b')).toBe(false)
})

test('throttles concurrent attempts like sequential ones', async () => {
  const { compared, guess } = attempts()
  const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => guess('a')))
  expect(compared).toHaveLength(5)
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(195)
})

test('concurrent attempts with the right password succeed, and success resets the failures', async () => {
  const { guess } = attempts()
  for (let free = 0; free < 4; free++) await guess('a')
  expect(await Promise.all(Array.from({ length: 30 }, () => guess('a', true)))).not.toContain(false)
  for (let free = 0; free < 4; free++) expect(await guess('a')).toBe(false)
})

test('an error while comparing does not count as a failure or block the next attempt', async () => {
  const all = new Attempts()
  const broken = all.attempt('a', () => Promise.reject(new Error('no memory')))
  await expect(broken).rejects.toThrow('no memory')
  expect(await all.attempt('a', async () => true)).toBe(true)
})

test('long names with a common prefix share a record', async () => {
  const { guess } = attempts()
  for (let free = 0; free < 5; free++) await guess('x'.repeat(300) + String(free))
  await expect(guess('x'.repeat(400))).rejects.toMatchObject(refusal)
})
