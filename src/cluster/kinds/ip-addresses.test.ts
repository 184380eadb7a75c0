import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isStrictlyWithin, parseAddress, parseNetwork } from './ip-addresses.ts'

test('what Node takes for an address is one, and nothing else', () => {
  const pieces = fc.constantFrom('0', '1', '255', '256', '01', 'ffff', 'abcde', '::', ':', '.', '')
  const almost = fc.array(pieces, { maxLength: 17 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), almost), (text) => {
      expect(parseAddress(text)?.bits).toBe(
        ({ 0: undefined, 4: 32, 6: 128 } as Record<number, number | undefined>)[isIP(text)],
      )
    }),
  )
})

test.each([
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.0.0.0/8', false],
  ['11.0.0.0/16', '10.0.0.0/8', false],
  ['fd00:1::/32', 'fd00::/8', true],
  ['10.0.0.0/16', '::/0', false],
])('%s is strictly within %s: %s', (inner, outer, within) => {
  const [one, other] = [parseNetwork(inner), parseNetwork(outer)]
  expect(one && other && isStrictlyWithin(one, other)).toBe(within)
})
