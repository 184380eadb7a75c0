import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeThreeWays } from './three-way.ts'

const read = [{ name: 'web', image: 'a:1', environment: { A: '1' } }]

test("moves the caller's image and keeps the colleague's variable", () => {
  const theirs = [{ name: 'web', image: 'a:1', environment: { A: '1', B: '2' } }]
  const ours = [{ name: 'web', image: 'a:2', environment: { A: '1' } }]
  const merged = mergeThreeWays(read, theirs, ours, 'containers')
  expect(merged).toEqual({ value: [{ name: 'web', image: 'a:2', environment: { A: '1', B: '2' } }], clashes: [] })
})

test('keeps a container that they added and removes one that we removed', () => {
  const side = { name: 'side', image: 's:1' }
  const theirs = [...read, side]
  const ours = [{ name: 'other', image: 'o:1' }]
  expect(mergeThreeWays(read, theirs, ours, 'containers').value).toEqual([{ name: 'other', image: 'o:1' }, side])
})

test('different changes to a field are a conflict with base, theirs and ours', () => {
  const theirs = [{ name: 'web', image: 'a:2' }]
  const ours = [{ name: 'web', image: 'a:3' }]
  expect(mergeThreeWays(read, theirs, ours, 'containers').clashes).toEqual([
    { path: 'containers.web.image', base: 'a:1', theirs: 'a:2', ours: 'a:3' },
  ])
})

test('a change of one side always wins', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (base, changed) => {
      expect(mergeThreeWays(base, changed, base).value).toEqual(changed)
      expect(mergeThreeWays(base, base, changed).value).toEqual(changed)
      expect(mergeThreeWays(base, changed, changed)).toEqual({ value: changed, clashes: [] })
    }),
  )
})

test('a variable may have any name', () => {
  const named = (value: string) => JSON.parse(`{"__proto__":"${value}","A":"1"}`) as unknown
  const merged = mergeThreeWays(named('1'), JSON.parse('{"__proto__":"1","A":"2"}'), named('3'))
  expect(JSON.stringify(merged.value)).toBe('{"__proto__":"3","A":"2"}')
})
