import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { serverCertificates } from '../../src/cli/serve/certificates.ts'
import { testingTerminal } from '../../src/cli/testing-terminal.ts'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { connect, nodeFetch, type KubeClient } from '../../src/kube/index.ts'
import { httpRequest } from '../../src/model/http.ts'
import { containersOf } from '../../src/model/pod-template.ts'
import type { Verdict, WorkloadName } from '../../src/rollout/index.ts'
import { serveFaulty, type FaultyServer } from '../conformance/faulty-server.ts'
import { makeWorkload, pathOf } from '../conformance/workloads.ts'
import { dockerRegistry, puller, push, startDockerRegistry, type RunningRegistry } from './docker-registry.ts'

const old = 'registry.example/app:1'

let cluster: Cluster
let kube: KubeClient
let api: FaultyServer
let folder: string

beforeAll(async () => {
  cluster = await openCluster()
  kube = connect({ fetch: cluster.fetch })
  api = await serveFaulty(cluster.fetch)
  folder = await mkdtemp(join(tmpdir(), 'drover-image-check-'))
  const config = {
    'current-context': 'ci',
    contexts: [{ name: 'ci', context: { cluster: 'ci', user: 'ci' } }],
    clusters: [{ name: 'ci', cluster: { server: api.url } }],
    users: [{ name: 'ci', user: {} }],
  }
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config))
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

interface Asked {
  code: number
  out: string
  err: string
  verdict: Verdict
}

/** `drover set image` of one workload with `--no-wait`: the verdict and the warnings. */
async function setImage(workload: WorkloadName, image: string, flags: readonly string[], env = {}): Promise<Asked> {
  const terminal = testingTerminal({
    env: { KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder, PATH: process.env['PATH'], ...env },
  })
  const name = `${workload.kind}:${workload.namespace}:${workload.name}`
  const code = await run(['set', 'image', name, `app=${image}`, '--no-wait', '-o', 'json', ...flags], terminal)
  const { out, err } = terminal.written
  return { code, out, err, verdict: JSON.parse(out || '{}') as Verdict }
}

const make = (kind: WorkloadName['kind'] = 'deployment', podSpec = {}, namespace = 'default') =>
  makeWorkload(kube, namespace, kind, { podSpec: { containers: [{ name: 'app', image: old }], ...podSpec } })

const imageOf = async (workload: WorkloadName) =>
  containersOf(workload.kind, await kube.get(pathOf(workload)))[0]?.image

describe.skipIf(dockerRegistry === undefined)('checking images with a genuine registry', () => {
  let open: RunningRegistry
  let shut: RunningRegistry
  let secure: RunningRegistry
  let ca: string
  let digest: string

  beforeAll(async () => {
    const made = await serverCertificates({ caFile: join(folder, 'ca.crt') }, ['127.0.0.1'], Date.now())
    ca = made.ca.file
    await writeFile(ca, made.ca.cert)
    open = await startDockerRegistry()
    shut = await startDockerRegistry({ auth: true })
    secure = await startDockerRegistry({ tls: made.leaf })
    digest = await push(`http://${open.host}`)
    await push(`http://${shut.host}`, { authorization: `Basic ${btoa(`${puller.username}:${puller.password}`)}` })
    using fetch = nodeFetch({ ca: made.ca.cert })
    await push(`https://${secure.host}`, {}, async (url, { method, headers, body }) => {
      const answer = await fetch(httpRequest(String(url), { method, ...(headers && { headers }), body: body ?? null }))
      return new Response(null, { status: answer.status, headers: new Headers([...answer.headers]) })
    })
  })
  afterAll(() => Promise.all([open, shut, secure].map((one) => one[Symbol.asyncDispose]())))

  const plain = (registry: RunningRegistry) => ['--plain-http-registry', registry.host]
  const required = ['--image-check', 'require']

  test('accepts an existing image and refuses a missing one', async () => {
    const workload = await make()
    const there = await setImage(workload, `${open.host}/shop/web:1`, [...required, ...plain(open)])
    expect(there).toMatchObject({ code: 0, verdict: { verdict: 'accepted', warnings: [] } })
    const gone = await setImage(workload, `${open.host}/shop/web:2`, [...required, ...plain(open)])
    expect(gone).toMatchObject({ code: 3, verdict: { verdict: 'refused', reason: 'ImageAbsent' } })
    expect(gone.verdict.message).toBe(
      `${open.host}/shop/web:2: absent: ${open.host} does not have it; nothing was changed`,
    )
    expect(await imageOf(workload)).toBe(`${open.host}/shop/web:1`)
  })

  test('warns and writes if only a warning is wanted', async () => {
    const workload = await make()
    const { code, verdict } = await setImage(workload, `${open.host}/shop/web:2`, [
      '--image-check',
      'warn',
      ...plain(open),
    ])
    expect(code).toBe(0)
    expect(verdict.warnings.join()).toContain('absent')
    expect(await imageOf(workload)).toBe(`${open.host}/shop/web:2`)
  })

  test("uses TLS with the registry's own CA, which is not trusted otherwise", async () => {
    const workload = await make()
    const image = `${secure.host}/shop/web:1`
    const stranger = await setImage(workload, image, required)
    expect(stranger.verdict).toMatchObject({ verdict: 'refused' })
    expect(stranger.verdict.message).toMatch(/unknown: .*not trusted/)
    expect(await setImage(workload, image, [...required, '--registry-ca', ca])).toMatchObject({ code: 0 })
    const lost = await setImage(workload, image, [...required, '--registry-ca', 'gone.pem'])
    expect(lost).toMatchObject({ code: 2, err: 'error: cannot read --registry-ca gone.pem: no such file\n' })
  })

  test('uses a mirror', async () => {
    const mirror = ['--registry-mirror', `registry.example=${open.host}`, ...plain(open)]
    expect(await setImage(await make(), 'registry.example/shop/web:1', [...required, ...mirror])).toMatchObject({
      code: 0,
    })
    const wrong = await setImage(await make(), 'a/b:1', [...required, '--registry-mirror', 'nonsense'])
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('expected FROM=TO') as string })
  })

  test('requires the image for the nodes that may run the pod', async () => {
    const image = `${open.host}/shop/web:many`
    const flags = [...required, ...plain(open)]
    const anywhere = await setImage(await make(), image, flags)
    expect(anywhere.verdict.message).toContain('it is for linux/arm64, and there are nodes of linux/amd64')
    await kube.create('/api/v1/nodes', { metadata: { name: 'arm', labels: { 'kubernetes.io/arch': 'arm64' } } })
    await kube.patch('/api/v1/nodes/arm/status', {
      type: 'merge',
      body: { status: { nodeInfo: { operatingSystem: 'linux', architecture: 'arm64' } } },
    })
    const chosen = await make('deployment', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } })
    expect(await setImage(chosen, image, flags)).toMatchObject({ code: 0, verdict: { warnings: [] } })
    await kube.remove('/api/v1/nodes/arm')
  })

  test("--pin-digest writes the tag's current digest, even if the tag is unchanged", async () => {
    const workload = await make()
    const image = `${open.host}/shop/web:1`
    await setImage(workload, image, [])
    const { code, verdict } = await setImage(workload, image, ['--pin-digest', ...plain(open)])
    expect({ code, changes: verdict.changes }).toMatchObject({
      code: 0,
      changes: [{ from: image, to: `${image}@${digest}` }],
    })
    expect(await imageOf(workload)).toBe(`${image}@${digest}`)
    const again = await setImage(workload, `${image}@${digest}`, ['--pin-digest', ...plain(open)])
    expect(again.verdict.verdict).toBe('unchanged')
  })

  describe('with authentication', () => {
    const flags = () => [...required, ...plain(shut)]
    const image = () => `${shut.host}/shop/web:1`
    const auth = btoa(`${puller.username}:${puller.password}`)
    const config = () => ({ auths: { [shut.host]: { auth } } })
    const secret = (namespace: string, name: string) =>
      kube.create(`/api/v1/namespaces/${namespace}/secrets`, {
        metadata: { name },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': btoa(JSON.stringify(config())) },
      })

    test('refuses anonymous access', async () => {
      const { code, verdict } = await setImage(await make(), image(), flags())
      expect(code).toBe(3)
      expect(verdict.message).toMatch(/unauthorised: .* denied access \(401\); nothing was changed/)
    })

    test("uses the workload's pull secret", async () => {
      await secret('default', 'pull')
      const workload = await make('deployment', { imagePullSecrets: [{ name: 'pull' }] })
      const answer = await setImage(workload, image(), flags())
      expect(answer).toMatchObject({ code: 0 })
      expect(answer.out + answer.err).not.toContain(puller.password)
    })

    test("uses its service account's pull secret", async () => {
      await kube.create('/api/v1/namespaces', { metadata: { name: 'shop' } })
      await secret('shop', 'of-the-account')
      const accounts = '/api/v1/namespaces/shop/serviceaccounts'
      await kube.create(accounts, { metadata: { name: 'puller' }, imagePullSecrets: [{ name: 'of-the-account' }] })
      const workload = await make('deployment', { serviceAccountName: 'puller' }, 'shop')
      expect(await setImage(workload, image(), flags())).toMatchObject({ code: 0 })
    })

    test("uses the caller's docker configuration", async () => {
      const DOCKER_CONFIG = await mkdtemp(join(folder, 'docker-'))
      await writeFile(join(DOCKER_CONFIG, 'config.json'), JSON.stringify(config()))
      expect(await setImage(await make(), image(), flags(), { DOCKER_CONFIG })).toMatchObject({ code: 0 })
    })

    test("uses the caller's credential helper, which no secret of a cluster can start", async () => {
      const DOCKER_CONFIG = await mkdtemp(join(folder, 'docker-'))
      const helper = join(DOCKER_CONFIG, 'docker-credential-fake')
      const started = join(DOCKER_CONFIG, 'started')
      const answer = JSON.stringify({ Username: puller.username, Secret: puller.password })
      await writeFile(
        helper,
        `#!/bin/sh\ntouch ${started}\nread -r host\n[ "$1 $host" = "get ${shut.host}" ] || exit 1\necho '${answer}'\n`,
      )
      await chmod(helper, 0o755)
      const env = { DOCKER_CONFIG, PATH: `${DOCKER_CONFIG}:${process.env['PATH']}` }
      const helpers = JSON.stringify({ credHelpers: { [shut.host]: 'fake' } })
      await kube.create('/api/v1/namespaces/default/secrets', {
        metadata: { name: 'sly' },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': btoa(helpers) },
      })
      const sly = await make('deployment', { imagePullSecrets: [{ name: 'sly' }] })
      expect(await setImage(sly, image(), flags(), env)).toMatchObject({ code: 3 })
      await expect(rm(started)).rejects.toThrow(/ENOENT/)
      await writeFile(join(DOCKER_CONFIG, 'config.json'), helpers)
      expect(await setImage(await make(), image(), flags(), env)).toMatchObject({ code: 0 })
      await writeFile(join(DOCKER_CONFIG, 'config.json'), JSON.stringify({ credsStore: 'fake' }))
      expect(await setImage(await make(), image(), flags(), env)).toMatchObject({ code: 0 })
      await writeFile(join(DOCKER_CONFIG, 'config.json'), JSON.stringify({ credsStore: 'gone' }))
      expect(await setImage(await make(), image(), flags(), env)).toMatchObject({ code: 3 })
    })
  })
})

describe('requests to the registry', () => {
  let stop: (() => Promise<void>) | undefined
  afterEach(async () => {
    await stop?.()
    stop = undefined
  })

  /** A registry with scripted responses; records `/v2/shop/web:1` for each requested manifest. */
  async function registry(answer: (response: ServerResponse, request: IncomingMessage) => void) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push((request.url ?? '').replace('/manifests/', ':'))
      answer(response, request)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stop = () => new Promise((resolve) => server.close(() => resolve()))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    return { host, asked, flags: ['--plain-http-registry', host] }
  }

  const present = (response: ServerResponse, headers = {}) =>
    response.writeHead(200, { 'docker-content-digest': `sha256:${'a'.repeat(64)}`, ...headers }).end()
  const absent = (response: ServerResponse) => response.writeHead(404).end()

  test('by default cover only what no pod would reveal, read no secrets and at most warn', async () => {
    const { host, asked, flags } = await registry(absent)
    const image = `${host}/shop/web:1`
    expect((await setImage(await make('deployment'), image, flags)).verdict.warnings).toEqual([])
    expect(asked).toEqual([])
    api.asked.length = 0
    const nightly = await make('cronjob')
    const { code, verdict } = await setImage(nightly, image, flags)
    expect({ code, warnings: verdict.warnings }).toEqual({
      code: 0,
      warnings: [`${image}: ${host} does not have it; nothing rolls now that would tell`],
    })
    expect(await imageOf(nightly)).toBe(image)
    expect(api.asked.filter((line) => /secrets|serviceaccounts|nodes/.test(line))).toEqual([])
    expect(await setImage(await make('cronjob'), '127.0.0.1:9/x:1', flags)).toMatchObject({ verdict: { warnings: [] } })
    expect((await setImage(await make('cronjob'), image, [...flags, '--image-check', 'off'])).verdict.warnings).toEqual(
      [],
    )
  })

  test('cover several images in parallel, each once', async () => {
    const waiting: ServerResponse[] = []
    const { host, asked, flags } = await registry((response) => {
      waiting.push(response)
      // none is answered before all three are requested
      if (waiting.length === 3) for (const one of waiting) present(one)
    })
    const namespace = 'many'
    await kube.create('/api/v1/namespaces', { metadata: { name: namespace } })
    const workloads = await Promise.all(
      [1, 2, 3, 3].map(async (tag) => ({ tag, of: await make('deployment', {}, namespace) })),
    )
    const file = join(folder, 'changes')
    const lines = workloads.map(({ tag, of }) => `deployment:${namespace}:${of.name} app=${host}/shop/web:${tag}\n`)
    await writeFile(file, lines.join(''))
    const terminal = testingTerminal({ env: { KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder } })
    expect(await run(['apply', '-f', file, '--no-wait', '--image-check', 'require', ...flags], terminal)).toBe(0)
    expect(asked.sort()).toEqual(['/v2/shop/web:1', '/v2/shop/web:2', '/v2/shop/web:3'])
  })

  test('precede the first write, so that one missing image stops everything', async () => {
    const { host, flags } = await registry((response, { url = '' }) =>
      url.endsWith('2') ? absent(response) : present(response),
    )
    const one = await make()
    const two = await make()
    const file = join(folder, 'half')
    await writeFile(
      file,
      [one, two].map(({ name }, index) => `deployment:default:${name} app=${host}/shop/web:${index + 1}\n`).join(''),
    )
    const terminal = testingTerminal({ env: { KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder } })
    expect(await run(['apply', '-f', file, '--no-wait', '--image-check', 'require', ...flags], terminal)).toBe(3)
    expect(terminal.written.out).toMatch(/^2 workloads: 1 not begun, 1 refused$/m)
    expect([await imageOf(one), await imageOf(two)]).toEqual([old, old])
  })

  test('are retried after Retry-After, and the remaining pulls are reported', async () => {
    let times = 0
    const { host, asked, flags } = await registry((response) => {
      if (++times === 1) response.writeHead(429, { 'retry-after': '1' }).end()
      else present(response, { 'ratelimit-remaining': '0;w=21600' })
    })
    const { code, verdict } = await setImage(await make(), `${host}/shop/web:1`, [...flags, '--image-check', 'require'])
    expect({ code, asked: asked.length }).toEqual({ code: 0, asked: 2 })
    expect(verdict.warnings.join()).toContain('no pulls left for us')
  })

  test('do not outlast the limit', async () => {
    const { host, flags } = await registry((response) => response.writeHead(429, { 'retry-after': '3600' }).end())
    const { code, verdict } = await setImage(await make(), `${host}/shop/web:1`, [...flags, '--image-check', 'require'])
    expect(code).toBe(3)
    expect(verdict.message).toContain('too many requests (retry after 3600 s)')
  })
})
