import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverCertificates } from './certificates.ts'

const day = 86_400_000
const hosts = ['localhost', '127.0.0.1', '::1']
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'drover-tls-'))
})

afterEach(() => rm(directory, { recursive: true }))

test('creates a CA, and a leaf for every host', async () => {
  const { ca, leaf } = await serverCertificates({ directory }, hosts, Date.now())
  const [authority, server] = [new X509Certificate(ca.cert), new X509Certificate(leaf.cert)]
  expect(authority.ca).toBe(true)
  expect(server.checkIssued(authority) && server.verify(authority.publicKey)).toBe(true)
  expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
})

test('makes keys readable by their owner only', async () => {
  await serverCertificates({ directory }, hosts, Date.now())
  for (const name of ['ca.key', 'server.key']) {
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
  }
})

test('reuses existing certificates', async () => {
  const first = await serverCertificates({ directory }, hosts, Date.now())
  expect(await serverCertificates({ directory }, hosts, Date.now())).toEqual(first)
})

test.each([
  ['its end is near', hosts, 380 * day],
  ['a host is new', [...hosts, 'drover.example'], 0],
])('reissues the leaf under the same CA when %s', async (_, wanted, later) => {
  const first = await serverCertificates({ directory }, hosts, Date.now())
  const second = await serverCertificates({ directory }, wanted, Date.now() + later)
  expect(second.ca).toEqual(first.ca)
  expect(second.leaf.cert).not.toBe(first.leaf.cert)
})

test('names the file that is not a certificate', async () => {
  await serverCertificates({ directory }, hosts, Date.now())
  await writeFile(join(directory, 'ca.crt'), 'nonsense')
  await expect(serverCertificates({ directory }, hosts, Date.now())).rejects.toThrow(/ca\.crt is not a certificate/)
})

test('in memory, writes only the CA certificate', async () => {
  const caFile = join(directory, 'trust', 'ca.crt')
  const { ca } = await serverCertificates({ caFile }, hosts, Date.now())
  expect(ca.file).toBe(caFile)
  await expect(stat(join(directory, 'trust', 'ca.key'))).rejects.toThrow(/ENOENT/)
})
