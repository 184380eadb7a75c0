// The embedded cluster: a PATCH of a Deployment against parsing and stringifying its JSON once, 32 concurrent durable
// writes against sequential SQLite commits, 1,000 Deployments created and rolled out, and opening a folder of 100,000
// objects.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { openCluster } from '../dist/cluster.js'
import { copyObjects } from './copies.mjs'
import { call, post } from './door.mjs'
import { atLeast, atMost, median, report, timed } from './measure.mjs'

const deployments = '/apis/apps/v1/namespaces/default/deployments'
const configMaps = '/api/v1/namespaces/default/configmaps'
const strategic = { 'content-type': 'application/strategic-merge-patch+json' }

function deployment(name) {
  const containers = [
    { name: 'c', image: 'nginx:0', env: [{ name: 'A', value: 'b' }], ports: [{ containerPort: 80 }] },
    { name: 'side', image: 'busybox:1' },
  ]
  const template = { metadata: { labels: { app: name } }, spec: { containers } }
  return { metadata: { name }, spec: { replicas: 1, selector: { matchLabels: { app: name } }, template } }
}

const image = (tag) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: `nginx:${tag}` }] } } } })

/** Medians of interleaved batches, in ms. */
async function patches(cluster) {
  const object = JSON.parse(await post(cluster, deployments, deployment('web')))
  const times = { patch: [], json: [] }
  let tag = 0
  for (let round = -10; round < 60; round += 1) {
    const patch = await timed(50, () => call(cluster, 'PATCH', `${deployments}/web`, image((tag += 1)), strategic))
    const json = await timed(50, () => JSON.parse(JSON.stringify(object)))
    if (round < 0) continue
    times.patch.push(patch)
    times.json.push(json)
  }
  return { patch: median(times.patch), json: median(times.json) }
}

/** 32 concurrent writes through the API against sequential commits of the same row in SQLite. */
async function durable(cluster, directory) {
  const database = new Database(join(directory, 'floor.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec('create table log (revision integer primary key, value text not null) strict')
  const insert = database.prepare('insert into log (value) values (?)')
  let count = 0
  const write = () =>
    post(cluster, configMaps, { metadata: { name: `m${(count += 1)}` }, data: { a: 'b'.repeat(3000) } })
  const value = await write()
  const times = { commit: [], single: [], together: [] }
  for (let round = -2; round < 15; round += 1) {
    const commit = await timed(64, () => insert.run(value))
    const single = await timed(32, write)
    const together = (await timed(8, () => Promise.all(Array.from({ length: 32 }, write)))) / 32
    if (round < 0) continue
    times.commit.push(commit)
    times.single.push(single)
    times.together.push(together)
  }
  database.close()
  return { commit: median(times.commit), single: median(times.single), together: median(times.together) }
}

async function rolls(count) {
  const cluster = await openCluster()
  const names = Array.from({ length: count }, (_, index) => `d${index}`)
  const before = process.cpuUsage()
  await Promise.all(names.map((name) => post(cluster, deployments, deployment(name))))
  for (const name of names) await rolled(cluster, name, 'nginx:0')
  await Promise.all(names.map((name) => call(cluster, 'PATCH', `${deployments}/${name}`, image(1), strategic)))
  for (const name of names) await rolled(cluster, name, 'nginx:1')
  const { user, system } = process.cpuUsage(before)
  await cluster[Symbol.asyncDispose]()
  return { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1e3 }
}

async function rolled(cluster, name, tag) {
  for (;;) {
    const { metadata, spec, status = {} } = JSON.parse(await call(cluster, 'GET', `${deployments}/${name}`))
    const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status
    const done = [replicas, updatedReplicas, availableReplicas].every((one) => one === 1)
    if (done && observedGeneration === metadata.generation && spec.template.spec.containers[0].image === tag) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function opening(directory) {
  const start = performance.now()
  const cluster = await openCluster({ directory })
  const seconds = (performance.now() - start) / 1000
  await cluster[Symbol.asyncDispose]()
  return { seconds }
}

async function inFolder(use) {
  const directory = mkdtempSync(join(tmpdir(), 'drover-bench-'))
  try {
    return await use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
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

/** Measurements that run in a process of their own, by first argument. */
const alone = { '--rolls': (count) => rolls(Number(count)), '--opening': opening }

function inProcess(flag, argument) {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), flag, String(argument)])
  return JSON.parse(output.toString().trim().split('\n').at(-1))
}

async function measure() {
  const rolling = inProcess('--rolls', 1000)
  const { patch, json } = await inCluster({ controllers: false }, patches)
  const writes = await inFolder((directory) =>
    inCluster({ directory, controllers: false }, (cluster) => durable(cluster, directory)),
  )
  const { seconds } = await inFolder(async (directory) => {
    await inCluster({ directory, controllers: false }, (cluster) =>
      post(cluster, configMaps, { metadata: { name: 'many' }, data: { a: 'b'.repeat(3500) } }),
    )
    copyObjects(directory, ['configmaps'], 'many', 100_000)
    return inProcess('--opening', directory)
  })
  const single = `one at a time ${writes.single.toFixed(2)} ms, of which SQLite's commit ${writes.commit.toFixed(2)} ms`
  report([
    atMost('embedded PATCH of a Deployment', patch, 'ms', 0.15, `${(patch / json).toFixed(1)} JSON round trips of it`),
    atLeast(
      'embedded durable writes, 32 at once, to one-by-one commits',
      writes.commit / writes.together,
      'x',
      3,
      single,
    ),
    atMost('1,000 Deployments created and rolled', rolling.seconds, 's CPU', 5),
    atMost('memory of that', rolling.megabytes, 'MB', 250),
    atMost('embedded cluster of 100,000 objects opened', seconds, 's', 1.5),
  ])
}

const [, , flag, argument] = process.argv
if (flag && flag in alone) console.log(JSON.stringify(await alone[flag](argument)))
else await measure()
