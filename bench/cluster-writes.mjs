// `node bench/cluster-writes.mjs`: the embedded cluster alone. A PATCH of a Deployment beside reading and writing its JSON
// once, durable writes 32 at once beside one by one, and 1,000 Deployments created and rolled. Needs `npm run build`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCluster } from '../dist/cluster.js'
import { median } from './measure.mjs'

const deployments = '/apis/apps/v1/namespaces/default/deployments'
const configMaps = '/api/v1/namespaces/default/configmaps'
const strategic = 'application/strategic-merge-patch+json'

const { signal } = new AbortController()

/** A request as the library's door takes it: not the global one, which costs more than the cluster does. */
function request(method, path, value, type = 'application/json') {
  const headers = new Headers({ 'content-type': type, 'user-agent': 'bench/1' })
  const source = value === undefined ? null : JSON.stringify(value)
  return { method, url: `http://cluster.invalid${path}`, headers, source, body: null, signal }
}

async function call(cluster, ...given) {
  const response = await cluster.fetch(request(...given))
  const text = await response.text()
  if (response.status >= 300) throw new Error(text)
  return text
}

function deployment(name) {
  const containers = [
    { name: 'c', image: 'nginx:0', env: [{ name: 'A', value: 'b' }], ports: [{ containerPort: 80 }] },
    { name: 'side', image: 'busybox:1' },
  ]
  const template = { metadata: { labels: { app: name } }, spec: { containers } }
  return { metadata: { name }, spec: { replicas: 1, selector: { matchLabels: { app: name } }, template } }
}

const image = (tag) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: `nginx:${tag}` }] } } } })

/** Median of interleaved batches: [ms a patch, ms a JSON round trip]. */
async function patches(cluster) {
  const object = JSON.parse(await call(cluster, 'POST', deployments, deployment('web')))
  const times = { patch: [], json: [] }
  let tag = 0
  for (let round = -10; round < 60; round += 1) {
    const patch = await timed(50, () => call(cluster, 'PATCH', `${deployments}/web`, image((tag += 1)), strategic))
    const json = await timed(50, () => JSON.parse(JSON.stringify(object)))
    if (round < 0) continue
    times.patch.push(patch)
    times.json.push(json)
  }
  return [median(times.patch), median(times.json)]
}

async function timed(count, act) {
  const start = performance.now()
  for (let index = 0; index < count; index += 1) await act(index)
  return (performance.now() - start) / count
}

/** How many times faster 32 durable writes at once are than one after the other. */
async function durable(cluster) {
  const ratios = []
  let count = 0
  const write = () => call(cluster, 'POST', configMaps, { metadata: { name: `m${(count += 1)}` }, data: { a: 'b' } })
  for (let round = -2; round < 15; round += 1) {
    const single = await timed(32, write)
    const together = (await timed(4, () => Promise.all(Array.from({ length: 32 }, write)))) / 32
    if (round >= 0) ratios.push(single / together)
  }
  return median(ratios)
}

async function rolls(cluster, count) {
  const names = Array.from({ length: count }, (_, index) => `d${index}`)
  const before = process.cpuUsage()
  await Promise.all(names.map((name) => call(cluster, 'POST', deployments, deployment(name))))
  for (const name of names) await rolled(cluster, name, 'nginx:0')
  await Promise.all(names.map((name) => call(cluster, 'PATCH', `${deployments}/${name}`, image(1), strategic)))
  for (const name of names) await rolled(cluster, name, 'nginx:1')
  const { user, system } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6, megabytes: process.memoryUsage().rss / 1e6 }
}

async function rolled(cluster, name, tag) {
  for (;;) {
    const { metadata, spec, status } = JSON.parse(await call(cluster, 'GET', `${deployments}/${name}`))
    const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status
    const done = [replicas, updatedReplicas, availableReplicas].every((one) => one === 1)
    if (done && observedGeneration === metadata.generation && spec.template.spec.containers[0].image === tag) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function inCluster(options, use) {
  const cluster = await openCluster(options)
  try {
    return await use(cluster)
  } finally {
    await cluster[Symbol.asyncDispose]()
  }
}

const count = Number(process.argv[2] ?? 1000)
const { seconds, megabytes } = await inCluster({}, (cluster) => rolls(cluster, count))
const [patch, json] = await inCluster({ controllers: false }, patches)
const directory = mkdtempSync(join(tmpdir(), 'drover-bench-'))
const together = await inCluster({ directory, controllers: false }, durable)
rmSync(directory, { recursive: true, force: true })
console.log(`PATCH of a Deployment: ${patch.toFixed(3)} ms, ${(patch / json).toFixed(1)} JSON round trips of it`)
console.log(`durable writes, 32 at once to one by one: ${together.toFixed(1)}x (goal >= 3x)`)
console.log(`${count} Deployments created and rolled: ${seconds.toFixed(1)} s CPU, ${megabytes.toFixed(0)} MB`)
