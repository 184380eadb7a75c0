import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLabelSelector } from './label-selectors.ts'

test.each([
  ['app=web', { app: 'web' }, true],
  ['app==web,tier!=db', { app: 'web' }, true],
  ['tier notin (db, cache)', {}, true],
  ['app in (a,b)', { app: 'c' }, false],
  ['app in ()', { app: '' }, true],
  ['!app', { app: '' }, false],
  ['app=', { app: '' }, true],
  ['in=notin', { in: 'notin' }, true],
  ['size>3', { size: '4' }, true],
  ['size<3', { size: 'x' }, false],
  ['', { any: 'thing' }, true],
])('%s of %j is %s', (selector, labels: Record<string, string>, matches) => {
  expect(parseLabelSelector(selector)(labels)).toBe(matches)
})

test.each([
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ['app=a,', "found '', expected: identifier after ','"],
  ['app in a', "unable to parse requirement: found 'a' expected: '('"],
])('refuses %s', (selector, message) => {
  expect(() => parseLabelSelector(selector)).toThrow(message)
})

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/)

test('a selector built from an object selects it; its negation does not', () => {
  fc.assert(
    fc.property(fc.dictionary(word, word, { minKeys: 1 }), (labels) => {
      const terms = Object.entries(labels)
      expect(parseLabelSelector(terms.map(([key, value]) => `${key} = ${value}`).join(' , '))(labels)).toBe(true)
      for (const [key, value] of terms) expect(parseLabelSelector(`${key}!=${value}`)(labels)).toBe(false)
    }),
  )
})
