// `npm run bench`: Drover beside its peers in one run. Prints ratios, and writes them with --write into docs/benchmarks.md.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment, compareCommands } from './measure.mjs'
import { compareServers } from './servers.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'dist/bin/drover.cjs')
const rounds = Number(process.env.BENCH_ROUNDS ?? 21)
const repository = '10.212.82.86:1180/java/admin-master'
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'))

async function serve(...args) {
  const argv = [
    bin,
    'serve',
    '--in-memory',
    '--sample',
    'article',
    '--listen',
    '127.0.0.1:0',
    '-o',
    'json',
    '--show-secrets',
  ]
  const child = spawn(process.execPath, [...argv, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: cleanEnvironment,
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  return { ready: JSON.parse(line), child }
}

function python() {
  return ['python3', '/usr/bin/python3'].find((one) => spawnSync(one, ['-c', 'import requests']).status === 0)
}

const script = `
import requests, sys
url, key, tag = sys.argv[1:4]
requests.packages.urllib3.disable_warnings()
session = requests.Session()
session.headers.update({'Authorization': 'Bearer ' + key, 'Content-Type': 'application/json'})
workload = session.get(url, verify=False).json()
workload['containers'][0]['image'] = '${repository}:' + tag
sys.exit(0 if session.put(url, json=workload, verify=False).status_code == 200 else 1)
`

function kubeconfig({ url, caFile, clusterId, key }) {
  const file = join(folder, 'kubeconfig')
  const cluster = { server: `${url}/k8s/clusters/${clusterId}`, 'certificate-authority': caFile }
  const config = {
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    clusters: [{ name: 'x', cluster }],
    users: [{ name: 'x', user: { token: key } }],
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}

/** Each round another tag, so that every call is a change. */
function setImageSubjects(ready) {
  writeFileSync(join(folder, 'deploy.py'), script)
  const image = (who) => (round) => `admin-master=${repository}:${who}${round + 100}`
  const env = {
    DROVER_SERVER: ready.url,
    RANCHER_TOKEN: ready.key,
    HOME: folder,
    KUBECONFIG: '',
    no_proxy: '127.0.0.1',
  }
  const set = ['set', 'image', 'deployment/admin-master']
  const own = [process.execPath, bin, ...set]
  const tail = ['--no-wait', '--cluster', ready.clusterId]
  const address = `${ready.url}/v3/project/${ready.projectId}/workloads/deployment:default:admin-master`
  return {
    pinned: { command: [...own, image('p'), ...tail, '--pin', ready.pin], env },
    ca: { command: [...own, image('c'), ...tail, '--ca-file', ready.caFile], env },
    kubectl: { command: ['kubectl', ...set, image('k')], env: { ...env, KUBECONFIG: kubeconfig(ready) } },
    python: { command: [python(), join(folder, 'deploy.py'), address, ready.key, (round) => `y${round + 100}`], env },
  }
}

function row(what, ratio, goal) {
  const good = ratio <= goal
  return { what, ratio: `${ratio.toFixed(2)}x`, goal: `<= ${goal}x`, good }
}

function atLeast(what, ratio, goal) {
  return { what, ratio: `${ratio.toFixed(2)}x`, goal: `>= ${goal}x`, good: ratio >= goal }
}

const starts = compareCommands(
  { node: { command: [process.execPath, '-e', '0'] }, version: { command: [process.execPath, bin, '--version'] } },
  rounds,
)
const { ready, child } = await serve()
const changes = compareCommands(setImageSubjects(ready), rounds)
child.kill()
const http = await serve('--http')
const { get, put } = await compareServers(http.ready)
http.child.kill()

const rows = [
  row('`drover --version` to `node -e 0`', starts.version / starts.node, 1.35),
  row('`set image --no-wait`, pinned, to `kubectl set image`', changes.pinned / changes.kubectl, 1),
  row('the same to Python requests, GET and PUT', changes.pinned / changes.python, 0.45),
  row('`set image --no-wait`, CA file, to `kubectl set image`', changes.ca / changes.kubectl, 1.3),
  atLeast('server GET of one workload to bare node:http, requests per second', get, 0.5),
  atLeast('server PUT of one workload to bare node:http, requests per second', put, 0.35),
]
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
const table = [
  '| what | ratio | goal | |',
  '| --- | --- | --- | --- |',
  ...rows.map(({ what, ratio, goal, good }) => `| ${what} | ${ratio} | ${goal} | ${good ? 'met' : '**missed**'} |`),
].join('\n')
const medians = Object.entries({ ...starts, ...changes }).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`)
console.log(`${table}\n\n${medians.join(', ')}`)

if (process.argv.includes('--write')) {
  const file = join(root, 'docs/benchmarks.md')
  const [head] = readFileSync(file, 'utf8').split('## Last run')
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(
    file,
    `${head}## Last run\n\n${date}, ${machine}.\n\n${table}\n\nMedians of ${rounds}: ${medians.join(', ')}.\n`,
  )
  execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', file])
}
