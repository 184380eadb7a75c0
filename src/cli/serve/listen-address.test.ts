import { expect, test } from 'vitest'
import { certificateHosts, parseListenAddress } from './listen-address.ts'

test.each([
  ['127.0.0.1:8443', { host: '127.0.0.1', port: 8443 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  [':8443', { host: '0.0.0.0', port: 8443 }],
  ['8443', { host: '127.0.0.1', port: 8443 }],
  ['drover.example:443', { host: 'drover.example', port: 443 }],
])('parses %s', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address)
})

test.each(['', 'host', 'host:', 'host:99999', '::1:80', 'https://x:1'])('refuses %j', (text) => {
  expect(() => parseListenAddress(text)).toThrow(/expected HOST:PORT/)
})

test('a certificate covers loopback, the listener and extra names, without duplicates', () => {
  expect(certificateHosts('127.0.0.1', ['drover.example', 'localhost'])).toEqual([
    'localhost',
    '127.0.0.1',
    '::1',
    'drover.example',
  ])
})
