// `npm run bench`: Drover against its peers, each part in a process of its own. Prints tables; --write puts them into
// docs/benchmarks.md. The part against kubectl runs on the cluster of KUBECONFIG, or on a control plane that is already
// built (`npm run test:kubernetes -- --build`).
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cleanEnvironment, tableOf, writeSection } from './measure.mjs'

const here = import.meta.dirname
const parts = ['commands', 'servers', 'rancher', 'many-workloads', 'cluster', 'long-run', 'watch']
const writing = process.argv.includes('--write')

function rowsOf(part, env = cleanEnvironment) {
  const start = performance.now()
  const args = [join(here, `${part}.mjs`), '--json']
  const output = execFileSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 1e8 })
  console.error(`${part}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  return JSON.parse(output.trim().split('\n').at(-1))
}

function tell(title, rows) {
  console.log(`${title}\n\n${tableOf(rows)}\n`)
  if (writing) writeSection(title, rows)
}

/** A control plane that is built already; undefined without one. It lives until this process ends. */
async function startControlPlane() {
  const root = join(here, '..')
  const args = [join(root, 'scripts/run.mjs'), 'test/kubernetes/main.ts', '--hold', '--built']
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: cleanEnvironment,
  })
  for await (const line of createInterface(child.stdout)) {
    const kubeconfig = /^ready: export KUBECONFIG=(.*)$/.exec(line)?.[1]
    if (kubeconfig) return { kubeconfig, stop: () => child.kill() }
    console.error(line)
  }
  return undefined
}

tell(
  'Last run',
  parts.flatMap((part) => rowsOf(part)),
)
const { KUBECONFIG } = process.env
const cluster = KUBECONFIG ? { kubeconfig: KUBECONFIG, stop() {} } : await startControlPlane()
if (cluster) {
  try {
    tell('On Kubernetes', rowsOf('kubernetes', { ...cleanEnvironment, KUBECONFIG: cluster.kubeconfig }))
  } finally {
    cluster.stop()
  }
} else console.log('left out: the part on Kubernetes, as there is no KUBECONFIG and no control plane is built')
