// A server over 10,000 workloads: Deployments with ReplicaSets but no pods. Runs in this process, so that server time
// and memory are measured directly.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openCluster } from '../dist/cluster.js'
import { openServer } from '../dist/server.js'
import { copyObjects } from './copies.mjs'
import { post, request } from './door.mjs'
import { atMost, median, report, told } from './measure.mjs'

const count = 10_000
const limit = 10
const query = 'namespaceId=default&state_ne=gone&sort=name&limit=100'

async function makeFolder(directory) {
  const cluster = await openCluster({ directory })
  const labels = { app: 'web' }
  const containers = [
    { name: 'web', image: 'nginx:0', env: [{ name: 'A', value: 'b' }], ports: [{ containerPort: 80 }] },
    { name: 'side', image: 'busybox:1' },
  ]
  const template = { metadata: { labels }, spec: { containers } }
  const spec = { replicas: 0, selector: { matchLabels: labels }, template }
  await post(cluster, '/apis/apps/v1/namespaces/default/deployments', { metadata: { name: 'web' }, spec })
  await sleep(1000)
  await cluster[Symbol.asyncDispose]()
  copyObjects(directory, ['apps/deployments', 'apps/replicasets'], 'web', count - 1)
}

async function measure(directory) {
  const cluster = await openCluster({ directory })
  const server = await openServer({ kube: cluster.fetch })
  const key = await server.issueKey()
  const root = `/v3/project/${server.projects.default}/workloads`
  const ask = async (method, path, body) => {
    const response = await server.fetch(request(method, root + path, body, { authorization: `Bearer ${key}` }))
    const text = await response.text()
    if (response.status !== 200) throw new Error(text)
    return text
  }
  const took = async (path) => {
    const start = performance.now()
    await ask('GET', path)
    return performance.now() - start
  }
  const write = async (round) => {
    const id = `/deployment:default:web-${round * 7}`
    const body = (await ask('GET', id)).replace(/nginx:\w+/, `nginx:${Math.random().toString(36).slice(2)}`)
    await ask('PUT', id, body)
  }
  const first = await took(`?${query}`)
  const megabytes = process.memoryUsage().rss / 1e6
  const times = { again: [], page: [], written: [], settled: [], whole: [] }
  for (let round = 0; round < 21; round += 1) {
    times.again.push(await took(`?${query}`))
    times.page.push(await took(`?${query}&marker=deployment:default:web-${1000 + round * 10}`))
    await write(round)
    times.written.push(await took(`?${query}`))
    await write(round)
    await sleep(50)
    times.settled.push(await took(`?${query}`))
  }
  for (let round = 0; round < 5; round += 1) times.whole.push(await took('?limit=-1'))
  const peak = process.memoryUsage().rss / 1e6
  const what = 'list of 10,000 workloads, filtered, sorted, a page of 100'
  report([
    atMost(`${what}: server time`, median(times.again), 'ms', limit, `the first ${first.toFixed(0)} ms`),
    atMost('the same, a page that was not asked before', median(times.page), 'ms', limit),
    atMost('the same, at once after a write', median(times.written), 'ms', limit),
    atMost('the same, 50 ms after a write', median(times.settled), 'ms', limit),
    told('all 10,000 in one answer', median(times.whole), 'ms'),
    atMost('memory of a server over them', megabytes, 'MB', 250, `${peak.toFixed(0)} MB after all that`),
  ])
  await server[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
}

const [, , flag, folder] = process.argv
if (flag === '--measure') await measure(folder)
else {
  const directory = mkdtempSync(join(tmpdir(), 'drover-bench-'))
  await makeFolder(directory)
  const args = [fileURLToPath(import.meta.url), '--measure', directory, ...process.argv.slice(2)]
  execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  rmSync(directory, { recursive: true, force: true })
}
