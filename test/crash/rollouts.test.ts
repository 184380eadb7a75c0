import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCluster, type Cluster } from '../../src/cluster/index.ts'
import { httpRequest } from '../../src/model/http.ts'

interface Stored {
  metadata: { name: string; uid: string; annotations?: Record<string, string>; ownerReferences?: { uid: string }[] }
  spec: { replicas: number; template: { spec: { containers: { image: string }[] } } }
  status: { availableReplicas?: number; updatedReplicas?: number; replicas?: number }
}

const revision = 'deployment.kubernetes.io/revision'

let directory: string
let roller: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-crash-'))
  roller = join(process.cwd(), 'node_modules', '.cache', 'drover', 'crash-roller.mjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'roller.ts')],
    outfile: roller,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('rollouts continue after kill -9, nothing acknowledged is lost and nothing is orphaned', async () => {
  const answered = new Map<string, string[]>()
  for (let round = 0; round < 3; round++) await rollUntilKilled(round, 40 + round * 25, answered)
  expect(answered.size).toBeGreaterThan(10)
  await using cluster = await openCluster({ directory, controllers: { podReadyAfter: 30, namespaceDelay: 10 } })
  await settle(cluster)
  const [deployments, sets, pods] = [
    await list(cluster, 'apis/apps/v1', 'deployments'),
    await list(cluster, 'apis/apps/v1', 'replicasets'),
    await list(cluster, 'api/v1', 'pods'),
  ]
  expectAnswered(answered, deployments)
  expectOwned(sets, deployments)
  expectOwned(pods, sets)
  for (const deployment of deployments) expectRolled(deployment, sets, pods)
}, 120_000)

async function rollUntilKilled(round: number, count: number, answered: Map<string, string[]>): Promise<void> {
  const child = spawn(process.execPath, [roller, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.split('\n').length > count) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  for (const line of output.split('\n').slice(0, -1)) {
    const [name = '', state = ''] = line.split(' ')
    answered.set(name, [...(answered.get(name) ?? []), state])
  }
}

async function list(cluster: Cluster, prefix: string, plural: string): Promise<Stored[]> {
  const url = `http://cluster.invalid/${prefix}/namespaces/default/${plural}`
  const response = await cluster.fetch(httpRequest(url))
  return ((await response.json()) as { items: Stored[] }).items
}

/** Waits until every Deployment is complete and everything deleted is gone. */
async function settle(cluster: Cluster): Promise<void> {
  for (;;) {
    const deployments = await list(cluster, 'apis/apps/v1', 'deployments')
    const pods = await list(cluster, 'api/v1', 'pods')
    const wanted = deployments.reduce((sum, { spec }) => sum + spec.replicas, 0)
    if (deployments.every(isRolled) && pods.length === wanted) return
    await sleep(100)
  }
}

function isRolled({ spec, status }: Stored): boolean {
  const counts = [status.availableReplicas, status.updatedReplicas, status.replicas]
  return counts.every((count) => count === spec.replicas)
}

function imageOf({ spec }: Stored): string {
  return spec.template.spec.containers[0]?.image ?? ''
}

/** The last acknowledged write is present; one in progress may have been applied as well. */
function expectAnswered(answered: ReadonlyMap<string, string[]>, deployments: readonly Stored[]): void {
  const stored = new Map(deployments.map((deployment) => [deployment.metadata.name, imageOf(deployment)]))
  for (const [name, states] of answered) {
    const [last = '', image] = [states.at(-1), stored.get(name)]
    if (last === 'gone' || image === undefined)
      expect([image, last]).toEqual([undefined, expect.toBeOneOf(['gone', 'nginx:3'])])
    else expect(Number(image.split(':')[1])).toBeGreaterThanOrEqual(Number(last.split(':')[1]))
  }
}

function expectOwned(dependents: readonly Stored[], owners: readonly Stored[]): void {
  const uids = new Set(owners.map(({ metadata }) => metadata.uid))
  for (const { metadata } of dependents) expect(uids).toContain(metadata.ownerReferences?.[0]?.uid)
}

/** One newest ReplicaSet with all the pods, and distinct revisions. */
function expectRolled(deployment: Stored, sets: readonly Stored[], pods: readonly Stored[]): void {
  const of = (owner: Stored, all: readonly Stored[]) =>
    all.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner.metadata.uid)
  const own = of(deployment, sets)
  const revisions = own.map(({ metadata }) => metadata.annotations?.[revision])
  expect(new Set(revisions).size).toBe(own.length)
  const newest = own.filter((set) => imageOf(set) === imageOf(deployment))
  expect(newest.map(({ metadata }) => metadata.annotations?.[revision])).toEqual([
    deployment.metadata.annotations?.[revision],
  ])
  for (const set of own) expect(of(set, pods).length).toBe(newest.includes(set) ? deployment.spec.replicas : 0)
}
