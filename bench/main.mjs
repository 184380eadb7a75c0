// `npm run bench`: Drover against its peers, each part in a process of its own. Prints a table; --write puts it into
// docs/benchmarks.md.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment, tableOf } from './measure.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const parts = ['commands', 'servers', 'rancher', 'many-workloads', 'cluster', 'long-run', 'watch']

const rows = parts.flatMap((part) => {
  const start = performance.now()
  const args = [join(here, `${part}.mjs`), '--json']
  const output = execFileSync(process.execPath, args, { env: cleanEnvironment, encoding: 'utf8', maxBuffer: 1e8 })
  console.error(`${part}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  return JSON.parse(output.trim().split('\n').at(-1))
})
const table = tableOf(rows)
console.log(table)

if (process.argv.includes('--write')) {
  const root = join(here, '..')
  const file = join(root, 'docs/benchmarks.md')
  const [head] = readFileSync(file, 'utf8').split('## Last run')
  const date = new Date().toISOString().slice(0, 10)
  const processor = `${cpus().length} x ${cpus()[0]?.model.trim()}`
  const machine = `${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  writeFileSync(file, `${head}## Last run\n\n${date}, ${machine}.\n\n${table}\n`)
  execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', file])
}
