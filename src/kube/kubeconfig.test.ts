import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { execCredential } from './exec-credential.ts'
import { inClusterAccess, readKubeconfig } from './kubeconfig.ts'
import { proxyFor } from './proxy-settings.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-kubeconfig-'))
})

let count = 0

async function write(content: unknown, name = `file-${++count}`): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function config(user: object, cluster: object = {}) {
  return {
    'current-context': 'main',
    contexts: [
      { name: 'main', context: { cluster: 'here', user: 'me', namespace: 'shop' } },
      { name: 'lost', context: { cluster: 'nowhere', user: 'me' } },
    ],
    clusters: [{ name: 'here', cluster: { server: 'https://10.0.0.1:6443/', ...cluster } }],
    users: [{ name: 'me', user }],
  }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

async function plugin(script: string): Promise<string> {
  const file = await write(`#!/usr/bin/env node\n${script}\n`, `plugin-${++count}.cjs`)
  await chmod(file, 0o755)
  return file
}

describe('kubeconfigs', () => {
  it('reads token, address and namespace', async () => {
    const access = await readKubeconfig(await write(config({ token: 'abc' })))
    expect(access).toMatchObject({ url: 'https://10.0.0.1:6443', namespace: 'shop', context: 'main', insecure: false })
    expect(await access.headers()).toEqual({ authorization: 'Bearer abc' })
  })

  it('reads YAML with inline and external certificates and the remaining TLS settings', async () => {
    await write('CERT', 'client.crt')
    const file = await write(
      `current-context: main\ncontexts: [{name: main, context: {cluster: here, user: me}}]\nclusters:\n- name: here\n  cluster:\n    server: https://a\n    certificate-authority-data: ${base64('CA')}\n    tls-server-name: b\n    proxy-url: http://p:1\nusers: [{name: me, user: {client-certificate: client.crt, client-key-data: ${base64('KEY')}}}]\n`,
    )
    expect((await readKubeconfig(file)).trust).toEqual({
      ca: 'CA',
      serverName: 'b',
      proxy: 'http://p:1',
      clientCertificate: { cert: 'CERT', key: 'KEY' },
    })
  })

  it('rereads a token file for every request, and reads basic credentials', async () => {
    const token = await write('one\n', 'token')
    const access = await readKubeconfig(await write(config({ tokenFile: 'token' })))
    expect(await access.headers()).toEqual({ authorization: 'Bearer one' })
    await writeFile(token, 'two')
    expect(await access.headers()).toEqual({ authorization: 'Bearer two' })
    const basic = await readKubeconfig(await write(config({ username: 'u', password: 'p' })))
    expect(await basic.headers()).toEqual({ authorization: `Basic ${base64('u:p')}` })
  })

  it('merges several files; the first definition wins', async () => {
    const one = await write({ contexts: [{ name: 'main', context: { cluster: 'here', user: 'me' } }] })
    const access = await readKubeconfig([one, await write(config({ token: 'abc' }))])
    expect(access).toMatchObject({ namespace: 'default', url: 'https://10.0.0.1:6443' })
  })

  it('skips verification only if the file says so', async () => {
    const access = await readKubeconfig(await write(config({ token: 'a' }, { 'insecure-skip-tls-verify': true })))
    expect(access).toMatchObject({ insecure: true, trust: { insecure: true } })
  })

  it.each([
    ['a context that is not there', config({}), { context: 'other' }, /no context "other"; there are main, lost/],
    ['a cluster that is not there', config({}), { context: 'lost' }, /no cluster "nowhere", which context lost names/],
    [
      'a certificate that is not there',
      config({ 'client-certificate': 'no.crt', 'client-key': 'no.key' }),
      {},
      /no\.crt: there is no such file/,
    ],
    ['a certificate without its key', config({ 'client-certificate-data': base64('C') }), {}, /without its key/],
    ['an auth-provider', config({ 'auth-provider': { name: 'gcp' } }), {}, /auth-provider gcp/],
    ['no YAML', '{', {}, /is no YAML/],
    ['nothing', '', {}, /is no (YAML|kubeconfig)/],
  ])('refuses %s', async (_, content, options, message) => {
    await expect(readKubeconfig(await write(content), options)).rejects.toThrow(message)
  })

  it('names the missing file', async () => {
    await expect(readKubeconfig(join(folder, 'nobody'))).rejects.toThrow(
      /cannot read the kubeconfig .*nobody: there is no such/,
    )
  })
})

describe('credential plugins', () => {
  const env = { PATH: process.env['PATH'] }
  const spec = { apiVersion: 'client.authentication.k8s.io/v1' }

  it('runs the plugin, passes KUBERNETES_EXEC_INFO and caches the token until it expires', async () => {
    const command = await plugin(
      `const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
       const token = [info.kind, process.argv[2], process.env.OWN, Date.now()].join(' ')
       console.log(JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp: '2999-01-01T00:00:00Z' } }))`,
    )
    const exec = { ...spec, command, args: ['arg'], env: [{ name: 'OWN', value: 'own' }] }
    const access = await readKubeconfig(await write(config({ exec })), { env })
    const first = await access.headers()
    expect(first['authorization']).toMatch(/^Bearer ExecCredential arg own \d+$/)
    expect(await access.headers()).toEqual(first)
  })

  it.each([
    ['fails', `console.error('first'); console.error('please log in'); process.exit(3)`, /failed: please log in/],
    ['answers nonsense', `console.log('hello')`, /no ExecCredential/],
    ['answers another kind', `console.log('{"kind":"Pod"}')`, /no ExecCredential/],
  ])('rejects a plugin that %s', async (_, script, message) => {
    const exec = { ...spec, command: await plugin(script) }
    const reading = readKubeconfig(await write(config({ exec })), { env })
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('times out on a hanging plugin even if its children live on', async () => {
    const command = await plugin(`require('node:child_process').spawnSync('sleep', ['3'], { stdio: 'inherit' })`)
    const asking = execCredential({ ...spec, command }, { env, timeout: 200 })
    await expect(asking).rejects.toThrow(/did not end within 200 ms/)
    await expect(asking).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('prints the install hint of a missing plugin', async () => {
    const exec = { ...spec, command: 'no-such-plugin-here', installHint: 'get it from the cloud' }
    const reading = readKubeconfig(await write(config({ exec })), { env })
    await expect(reading).rejects.toThrow(/there is no no-such-plugin-here \(get it from the cloud\)/)
  })
})

describe('inside a pod', () => {
  it('uses the service account', async () => {
    for (const [name, text] of [
      ['ca.crt', 'CA'],
      ['token', 'abc\n'],
      ['namespace', 'shop'],
    ] as const)
      await write(text, name)
    const access = await inClusterAccess({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }, folder)
    expect(access).toMatchObject({ url: 'https://[fd00::1]:443', trust: { ca: 'CA' }, namespace: 'shop' })
    expect(await access?.headers()).toEqual({ authorization: 'Bearer abc' })
    expect(await inClusterAccess({}, folder)).toBeUndefined()
  })
})

describe('proxies', () => {
  const env = { HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: 'internal.example, .corp,10.0.0.1:6443' }

  it.each([
    ['https://rancher.example', 'http://proxy.example:3128'],
    ['http://rancher.example', undefined],
    ['https://internal.example', undefined],
    ['https://a.internal.example', undefined],
    ['https://notinternal.example', 'http://proxy.example:3128'],
    ['https://a.corp', undefined],
    ['https://10.0.0.1:6443', undefined],
    ['https://10.0.0.1:8443', 'http://proxy.example:3128'],
    ['https://127.0.0.1:8443', undefined],
    ['https://localhost', undefined],
  ])('%s: %s', (address, proxy) => expect(proxyFor(address, env)).toBe(proxy))

  it('* disables the proxy for every host', () => {
    expect(proxyFor('https://a.example', { https_proxy: 'http://p:1', no_proxy: '*' })).toBeUndefined()
  })
})
