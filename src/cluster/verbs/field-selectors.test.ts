import { expect, test } from 'vitest'
import { configMap } from '../kinds/configuration.ts'
import { parseFieldSelector } from './field-selectors.ts'

const named = (name: string) => ({ metadata: { name, namespace: 'n' } })

test.each([
  ['metadata.name=a', 'a', true],
  ['metadata.name!=a,', 'a', false],
  [String.raw`metadata.name=a\,b`, 'a,b', true],
  [String.raw`metadata.name==a\=b`, 'a=b', true],
  ['metadata.namespace=n,metadata.name=a', 'a', true],
])('%s selects %s: %s', (selector, name, selected) => {
  expect(parseFieldSelector(selector, configMap).matches(named(name))).toBe(selected)
})

test.each([
  ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
  ['metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
  [String.raw`metadata.name=a\b`, String.raw`invalid field selector: invalid escape sequence: \b`],
  ['metadata.name=a\\', 'invalid field selector: invalid escape sequence: \\'],
  ['z=1,data=2', '"data" is not a known field selector: only "metadata.name", "metadata.namespace"'],
])('refuses %s', (selector, message) => {
  expect(() => parseFieldSelector(selector, configMap)).toThrow(message)
})
