// What many changes leave behind: heap and data folder of a cluster after 10,000 changes to 50 config maps, and after
// 40,000 more. Both hold the history that watches need and should not grow further.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openCluster } from '../dist/cluster.js'
import { atMost, report } from './measure.mjs'

const configMaps = '/api/v1/namespaces/default/configmaps'
const objects = 50
const atOnce = 50

if (typeof globalThis.gc === 'function') await measure()
else {
  const again = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.stdout.write(execFileSync(process.execPath, ['--expose-gc', ...again], { encoding: 'utf8' }))
}

async function measure() {
  const directory = mkdtempSync(join(tmpdir(), 'drover-long-'))
  const cluster = await openCluster({ directory })
  for (let index = 0; index < objects; index += 1) await send(cluster, 'POST', configMaps, mapOf(index, 'first'))
  await change(cluster, 10_000)
  const early = weigh(directory)
  await change(cluster, 40_000)
  const late = weigh(directory)
  await cluster[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
  const beside = (name) => `${early[name].toFixed(0)} MB after 10,000, ${late[name].toFixed(0)} MB after 50,000`
  report([
    atMost('heap after 50,000 changes, to that after 10,000', late.heap / early.heap, 'x', 1.5, beside('heap')),
    atMost(
      'data folder after 50,000 changes, to that after 10,000',
      late.folder / early.folder,
      'x',
      1.5,
      beside('folder'),
    ),
  ])
}

function mapOf(index, text) {
  return { metadata: { name: `m${index}` }, data: { a: text.padEnd(1000, 'x') } }
}

async function change(cluster, count) {
  for (let done = 0; done < count; done += atOnce) {
    const writes = Array.from({ length: atOnce }, (_, one) =>
      send(cluster, 'PUT', `${configMaps}/m${(done + one) % objects}`, mapOf((done + one) % objects, `${done + one}`)),
    )
    await Promise.all(writes)
  }
}

async function send({ fetch }, method, path, body) {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(`http://cluster${path}`, { method, headers, body: JSON.stringify(body) })
  const response = await fetch(request)
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
  await response.text()
}

/** In MB. */
function weigh(directory) {
  for (let round = 0; round < 3; round += 1) globalThis.gc()
  const sizes = readdirSync(directory).map((file) => statSync(join(directory, file)).size)
  const folder = sizes.reduce((sum, size) => sum + size, 0) / 1e6
  return { heap: process.memoryUsage().heapUsed / 1e6, folder }
}
