import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { testingTerminal } from '../../src/cli/testing-terminal.ts'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { connect, nodeFetch, type KubeClient } from '../../src/kube/index.ts'
import { httpRequest, type Fetch } from '../../src/model/http.ts'
import { openServer } from '../../src/rancher/index.ts'
import { parseWish, rancherTarget, setImage, type SetImageOptions } from '../../src/rollout/index.ts'
import { serveFaulty, type Fault, type FaultyServer } from './faulty-server.ts'
import { lastOf, makeWorkload, pathOf } from './workloads.ts'

const next = 'registry.example/app:2'
const quick = { timeout: 20_000, grace: 1500, interval: 50, quickInterval: 50 }
/** Answers like a Rancher whose cluster proxy this key may not use. */
const shut: Fault = {
  on: /\/k8s\/clusters\//,
  how: {
    status: 403,
    type: 'application/json',
    body: '{"type":"error","status":"403","code":"Forbidden","message":"clusters.management.cattle.io is forbidden"}',
  },
}

let cluster: Cluster
let kube: KubeClient
let server: Awaited<ReturnType<typeof openServer>>
let key: string

beforeAll(async () => {
  cluster = await openCluster()
  kube = connect({ fetch: cluster.fetch })
  server = await openServer({ kube: cluster.fetch, adminPassword: 'conformance-only' })
  key = await server.issueKey()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

/** The server behind faults, optionally with a modified fetch. */
async function open(faults: Fault[], fetch: Fetch = server.fetch) {
  const faulty: FaultyServer = await serveFaulty(fetch)
  faulty.faults.push(...faults)
  const client = nodeFetch()
  const headers = () => ({ authorization: `Bearer ${key}` })
  const target = await rancherTarget({ fetch: client, url: faulty.url, headers })
  return {
    faulty,
    target,
    change: async (workload: Parameters<typeof setImage>[1], image = next, options: SetImageOptions = {}) =>
      (await lastOf(setImage(target, workload, [parseWish(`app=${image}`)], { ...quick, ...options }))).verdict,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
      await faulty[Symbol.asyncDispose]()
    },
  }
}

const make = (podSpec = {}) =>
  makeWorkload(kube, 'default', 'deployment', {
    podSpec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...podSpec },
  })

describe('if the Kubernetes door is shut', () => {
  it.each<[string, Fault['how']]>([
    ['forbidden', shut.how],
    [
      'no such path',
      { status: 404, type: 'application/json', body: '{"type":"error","code":"NotFound","status":404}' },
    ],
    ['disconnected', { status: 503, type: 'text/plain', body: 'cluster agent disconnected\n' }],
    ['a page', { status: 200, type: 'text/html', body: '<html><title>Rancher</title></html>' }],
  ])('(%s) uses v3 and says so', async (_, how) => {
    await using place = await open([{ on: shut.on, how }])
    const workload = await make()
    expect(await place.change(workload)).toMatchObject({ verdict: 'succeeded', door: 'rancher-v3' })
    expect(place.faulty.asked.some((line) => line.startsWith('PUT /v3/'))).toBe(true)
    // the door is tried once, not at every poll
    expect(place.faulty.asked.filter((line) => line.includes('/k8s/')).length).toBeLessThan(5)
  })

  it('reports a failure without events and logs, and why they are missing', async () => {
    await using place = await open([shut])
    const verdict = await place.change(await make(), 'registry.example/missing:2')
    expect(verdict).toMatchObject({
      verdict: 'failed',
      reason: 'ImageNotFound',
      door: 'rancher-v3',
      evidence: { log: [] },
    })
    const { evidence } = verdict as Extract<typeof verdict, { verdict: 'failed' }>
    expect(evidence.unread).toEqual([
      expect.stringMatching(
        /^events: Rancher’s v3 API does not show them, and the Kubernetes API behind it: .*forbidden/,
      ),
      expect.stringMatching(/^log: Rancher’s v3 API does not show them/),
    ])
  })

  it('reports a failure with events and logs if reading is allowed', async () => {
    const writes: Fault = {
      on: { test: (line) => line.includes('/k8s/clusters/') && line.startsWith('PATCH') },
      how: shut.how,
    }
    await using place = await open([writes])
    const verdict = await place.change(await make(), 'registry.example/crash:2')
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'CrashLoop' })
    const { evidence } = verdict as Extract<typeof verdict, { verdict: 'failed' }>
    expect(evidence).not.toHaveProperty('unread')
    expect(evidence.events.join('\n')).toMatch(/Back-off restarting failed container/)
    expect(evidence.log.length).toBeGreaterThan(0)
  })
})

it('a key that may read neither events nor logs still gets its verdict and is told', async () => {
  const forbidden = (what: string): Fault['how'] => ({
    status: 403,
    type: 'application/json',
    body: JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Forbidden',
      message: `User "ci" cannot ${what}`,
      code: 403,
    }),
  })
  await using place = await open([
    { on: /\/k8s\/.*\/events/, how: forbidden('list resource "events"') },
    { on: /\/k8s\/.*\/log/, how: forbidden('get resource "pods/log"') },
  ])
  const verdict = await place.change(await make(), 'registry.example/crash:3')
  const { evidence } = verdict as Extract<typeof verdict, { verdict: 'failed' }>
  expect(evidence).toEqual({
    events: [],
    log: [],
    unread: ['events: User "ci" cannot list resource "events"', 'log: User "ci" cannot get resource "pods/log"'],
  })
})

describe('side effects of a Rancher PUT', () => {
  /** A server whose PUT has the known side effects of Rancher 2.4: pull secrets lost, environment reordered. */
  const careless: Fetch = async (request) => {
    if (request.method !== 'PUT' || new URL(request.url).pathname.endsWith('/yaml')) return server.fetch(request)
    const body = (await request.json()) as {
      containers: { environment?: Record<string, string> }[]
      imagePullSecrets?: unknown
    }
    body.imagePullSecrets = []
    for (const container of body.containers) container.environment = { MOVED: 'by-the-server' }
    const { method, url, headers, signal } = request
    const sent = Object.fromEntries([...headers].filter(([name]) => name !== 'content-length'))
    return server.fetch(httpRequest(url, { method, headers: sent, body: JSON.stringify(body), signal }))
  }
  const podSpec = {
    imagePullSecrets: [{ name: 'by-hand' }],
    containers: [
      {
        name: 'app',
        image: 'registry.example/app:1',
        env: [
          { name: 'B', value: '2' },
          { name: 'A', value: '1' },
        ],
      },
    ],
  }

  it('are reverted and reported', async () => {
    await using place = await open([shut], careless)
    const workload = await make(podSpec)
    const before = await kube.get(pathOf(workload))
    const { verdict, warnings } = await place.change(workload)
    expect({ verdict, warnings }).toMatchObject({ verdict: 'succeeded' })
    expect(warnings.join()).toMatch(/the server also changed .*imagePullSecrets.*; that was put back/)
    const after = await kube.get(pathOf(workload))
    const blank = (spec: unknown) => JSON.stringify(spec).replaceAll(next, 'registry.example/app:1')
    expect(JSON.parse(blank(after.spec))).toEqual(before.spec)
  })

  it('are reported if they cannot be reverted', async () => {
    const refused: Fault = {
      on: /^PUT .*\/yaml/,
      how: {
        status: 403,
        type: 'application/json',
        body: '{"type":"error","code":"Forbidden","status":403,"message":"no"}',
      },
    }
    await using place = await open([shut, refused], careless)
    const { verdict, warnings } = await place.change(await make(podSpec))
    expect(verdict).toBe('succeeded')
    expect(warnings.join()).toMatch(/that could not be put back/)
  })
})

describe('Ctrl-C', () => {
  const interrupted = async (image: string, when: RegExp) => {
    await using place = await open([])
    const workload = await make()
    const stop = new AbortController()
    const terminal = testingTerminal({
      env: { DROVER_SERVER: place.faulty.url, RANCHER_TOKEN: key },
      signal: stop.signal,
      out: (text) => {
        if (when.test(text)) stop.abort(new Error('interrupted'))
      },
    })
    const code = await run(['set', 'image', `deployment/${workload.name}`, `app=${image}`], terminal)
    return { code, err: terminal.written.err, workload }
  }

  it('says that the change stands and how to follow it', async () => {
    const { code, err, workload } = await interrupted('registry.example/never-ready:1', /applied/)
    expect(code).toBe(130)
    expect(err).toBe(
      `interrupted: the change stands; follow it with: drover status deployment/${workload.name} -n default --wait\n`,
    )
  })

  it('says so if nothing was written yet', async () => {
    const { code, err } = await interrupted(next, /→/)
    expect(code).toBe(130)
    expect(err).toMatch(/^interrupted; how it stands: drover status/)
  })
})
