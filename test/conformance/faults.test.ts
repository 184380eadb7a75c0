import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { connect, listThenWatch, nodeFetch, readKubeconfig, type KubeClient } from '../../src/kube/index.ts'
import { containersOf } from '../../src/model/pod-template.ts'
import { kubernetesTarget, parseWish, setImage, type SetImageOptions } from '../../src/rollout/index.ts'
import { serveFaulty, type Fault, type FaultyServer, status } from './faulty-server.ts'
import { lastOf, makeWorkload, pathOf } from './workloads.ts'

const next = 'registry.example/app:2'
const quick = { timeout: 20_000, interval: 50, quickInterval: 50 }
const page: Fault['how'] = { status: 200, type: 'text/html', body: '<html><title>Sign in</title></html>' }
const disconnected: Fault['how'] = { status: 503, type: 'text/plain', body: 'cluster agent disconnected\n' }

let cluster: Cluster
let straight: KubeClient

beforeAll(async () => {
  cluster = await openCluster()
  straight = connect({ fetch: cluster.fetch })
})
afterAll(() => cluster[Symbol.asyncDispose]())

/** A workload, and a target that reaches it through a faulty server. */
async function open(faults: Fault[] = []) {
  const workload = await makeWorkload(straight, 'default', 'deployment')
  const server = await serveFaulty(cluster.fetch)
  const fetch = nodeFetch({ idleTimeout: 2000 })
  const client = connect({ fetch, url: server.url })
  server.faults.push(...faults)
  return {
    server,
    client,
    workload,
    change: (options: SetImageOptions = {}) =>
      lastOf(setImage(kubernetesTarget({ client }), workload, [parseWish(`app=${next}`)], { ...quick, ...options })),
    image: async () => containersOf('deployment', await straight.get(pathOf(workload)))[0]?.image,
    async [Symbol.asyncDispose]() {
      fetch[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const patches = ({ asked }: FaultyServer) => asked.filter((line) => line.startsWith('PATCH')).length

describe.concurrent('before the write, reports the failure and changes nothing:', () => {
  it.each<[what: string, fault: Fault, code: string, message: RegExp]>([
    ['that a page was answered', { on: /^GET/, how: page }, 'UNREACHABLE', /an HTML page titled "Sign in"/],
    ['that the agent is disconnected', { on: /^GET/, how: disconnected }, 'UNREACHABLE', /503: "cluster agent disco/],
    ['that no answer came', { on: /^GET/, how: 'hang' }, 'UNREACHABLE', /no answer within 2000 ms/],
    ['that the connection was cut', { on: /^GET/, how: 'cut' }, 'UNREACHABLE', /the connection was cut/],
    ['that the answer was cut', { on: /^GET/, how: { cutAfter: 100 } }, 'UNREACHABLE', /cut|not whole|before it was/],
    [
      'which right is missing to read',
      { on: /^GET/, how: status(403, 'Forbidden', 'User "ci" cannot get resource "deployments"') },
      'FORBIDDEN',
      /cannot get resource "deployments"/,
    ],
    [
      'which right is missing to write',
      { on: /^PATCH/, how: status(403, 'Forbidden', 'User "ci" cannot patch resource "deployments"') },
      'FORBIDDEN',
      /cannot patch resource "deployments"/,
    ],
    [
      'that the key is no good',
      { on: /^GET/, how: status(401, 'Unauthorized', 'Unauthorized') },
      'UNAUTHENTICATED',
      /./,
    ],
  ])('%s', async (_, fault, code, message) => {
    await using place = await open([fault])
    const changing = place.change()
    await expect(changing).rejects.toMatchObject({ code })
    await expect(changing).rejects.toThrow(message)
    expect(await place.image()).toBe('registry.example/app:1')
  })
})

describe.concurrent('a write whose response is lost', () => {
  it('is found to be applied', async () => {
    await using place = await open([{ on: /^PATCH/, times: 1, how: 'lose' }])
    const { verdict } = await place.change()
    expect(verdict).toMatchObject({ verdict: 'succeeded' })
    expect(verdict.warnings.join()).toMatch(/response to the write was lost/)
    expect(patches(place.server)).toBe(1)
  })

  it.each<[string, Fault['how']]>([
    ['connection cut', 'cut'],
    ['no answer', 'hang'],
    ['gateway in trouble', { status: 502, type: 'text/html', body: '<html><title>502 Bad Gateway</title></html>' }],
  ])('is retried if it was not applied: %s', async (_, how) => {
    await using place = await open([{ on: /^PATCH/, times: 1, how }])
    const { verdict, events } = await place.change()
    expect(verdict).toMatchObject({ verdict: 'succeeded' })
    expect(events).toContainEqual(expect.objectContaining({ step: 'trouble' }))
    expect(patches(place.server)).toBe(2)
    expect(await place.image()).toBe(next)
  })

  it('is reported as unknown if nothing can be reached', async () => {
    await using place = await open([{ on: /^PATCH/, how: 'lose' }])
    const afterTheWrite = { test: (line: string) => line.startsWith('GET') && patches(place.server) > 0 }
    place.server.faults.push({ on: afterTheWrite, how: 'cut' })
    const changing = place.change()
    await expect(changing).rejects.toThrow(/unknown whether the change was made/)
  })
})

describe.concurrent('while following, tolerates', () => {
  it.each<[string, Fault['how']]>([
    ['a disconnected agent', disconnected],
    ['a page instead of an answer', page],
    ['cut connections', 'cut'],
    ['cut answers', { cutAfter: 200 }],
    ['silence', 'hang'],
  ])('%s', async (_, how) => {
    await using place = await open()
    place.server.faults.push({ on: /^GET .*(replicasets|pods)\?/, times: 3, how })
    const { verdict, events } = await place.change()
    expect(verdict).toMatchObject({ verdict: 'succeeded' })
    expect(events).toContainEqual(expect.objectContaining({ step: 'trouble' }))
  })

  it('a key without permission to read events', async () => {
    const fault: Fault = {
      on: /^GET .*\/events/,
      how: status(403, 'Forbidden', 'User "ci" cannot list resource "events"'),
    }
    await using place = await open([fault])
    expect((await place.change()).verdict).toMatchObject({ verdict: 'succeeded' })
  })

  it('until the deadline, which becomes the verdict', async () => {
    await using place = await open()
    place.server.faults.push({ on: /^GET .*(replicasets|pods)\?/, how: disconnected })
    expect((await place.change({ timeout: 1000 })).verdict).toMatchObject({ verdict: 'timed-out' })
  })
})

it('a watch that a proxy cuts within an event resumes', async () => {
  await using place = await open([{ on: /watch=true/, times: 1, how: { cutAfter: 700 } }])
  const stop = new AbortController()
  const path = '/api/v1/namespaces/default/configmaps'
  const seen: string[] = []
  for await (const event of listThenWatch(place.client, path, {
    signal: stop.signal,
    query: { labelSelector: 'cut' },
  })) {
    if (event.type === 'LISTED') {
      for (const name of ['one', 'two', 'three']) {
        const metadata = { name: `cut-${name}`, labels: { cut: 'yes' } }
        await straight.create(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
      }
    } else if ((seen.push(`${event.type} ${event.object.metadata.name}`), seen.length === 3)) stop.abort()
  }
  expect(seen).toEqual(['ADDED cut-one', 'ADDED cut-two', 'ADDED cut-three'])
  expect(place.server.asked.filter((line) => line.includes('watch=true')).length).toBeGreaterThan(1)
})

describe('a kubeconfig', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-faults-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const write = async (cluster: object, user: object) => {
    const file = join(folder, 'config')
    const config = {
      contexts: [{ name: 'ci', context: { cluster: 'one', user: 'robot' } }],
      clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:1', ...cluster } }],
      users: [{ name: 'robot', user }],
      'current-context': 'ci',
    }
    await writeFile(file, JSON.stringify(config))
    return file
  }

  it('names the missing context and the existing ones', async () => {
    const reading = readKubeconfig(await write({}, {}), { context: 'prod' })
    await expect(reading).rejects.toThrow(/has no context "prod"; there are ci/)
  })

  it('names the missing certificate', async () => {
    await expect(readKubeconfig(await write({ 'certificate-authority': 'gone.crt' }, {}))).rejects.toThrow(
      /certificate-authority.*gone\.crt: there is no such file/,
    )
    await expect(
      readKubeconfig(await write({}, { 'client-certificate': 'gone.crt', 'client-key': 'gone.key' })),
    ).rejects.toThrow(/client-certificate.*gone\.crt: there is no such file/)
  })

  /** A plugin that starts a program which never ends and writes its pid to `pid`. */
  const hanging = async (rest: string) => {
    const command = join(folder, `hangs-${Math.random().toString(36).slice(2)}`)
    const pid = `${command}.pid`
    await writeFile(command, `#!/bin/sh\nsleep 100 &\necho $! > ${pid}\n${rest}\n`)
    await chmod(command, 0o755)
    return { pid, exec: { apiVersion: 'client.authentication.k8s.io/v1', command } }
  }
  const isRunning = async (pid: string) => {
    try {
      const stat = await readFile(`/proc/${(await readFile(pid, 'utf8')).trim()}/stat`, 'utf8')
      return !stat.includes(') Z ')
    } catch {
      return false
    }
  }

  it('a hanging plugin ends on abort, with what it started', async () => {
    const { exec, pid } = await hanging('wait')
    const reading = readKubeconfig(await write({}, { exec }), { env: process.env, signal: AbortSignal.timeout(500) })
    await expect(reading).rejects.toThrow(/timeout|aborted/)
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  it('does not wait for children of a plugin', async () => {
    const answer = JSON.stringify({ kind: 'ExecCredential', status: { token: 'left-behind' } })
    const { exec, pid } = await hanging(`echo '${answer}'`)
    const { headers } = await readKubeconfig(await write({}, { exec }), { env: process.env })
    expect(await headers()).toEqual({ authorization: 'Bearer left-behind' })
    process.kill(Number(await readFile(pid, 'utf8')))
  })
})
