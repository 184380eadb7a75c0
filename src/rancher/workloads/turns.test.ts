import { expect, test } from 'vitest'
import { inTurn, type Turns } from './turns.ts'

test('work for one key is sequential, and a failure blocks nobody', async () => {
  const turns: Turns = new Map()
  const done: string[] = []
  const work = (name: string) => async () => {
    done.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    done.push(`${name} ends`)
    if (name === 'a') throw new Error('a fails')
    return name
  }
  const results = await Promise.allSettled([
    inTurn(turns, 'web', work('a')),
    inTurn(turns, 'web', work('b')),
    inTurn(turns, 'other', work('c')),
  ])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(done.filter((one) => !one.startsWith('c'))).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  expect(done.indexOf('c begins')).toBeLessThan(done.indexOf('a ends'))
  expect(turns.size).toBe(0)
})
