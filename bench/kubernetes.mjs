// `node bench/kubernetes.mjs`: Drover against kubectl on the cluster of KUBECONFIG. It needs a test cluster whose pods
// become ready, such as the one of `npm run test:kubernetes -- --hold`. Measures a single change, the delay between the
// last pod becoming ready and the report, and many workloads in one call against a shell loop of kubectl (`node
// bench/kubernetes.mjs 200`; default 200). Requires `npm run build`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect, listThenWatch, nodeFetch, readKubeconfig } from '../dist/index.js'
import { atMost, cleanEnvironment, compareCommands, median, report, told, writeSection } from './measure.mjs'

const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin/drover.cjs')
const drover = [process.execPath, bin]
const { KUBECONFIG } = process.env
if (!KUBECONFIG) throw new Error('set KUBECONFIG to a cluster for tests')
const env = { ...cleanEnvironment, KUBECONFIG }
const many = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 200)
/** Looping over all would take minutes. */
const looped = Math.min(many, 100)
const rounds = Number(process.env.BENCH_ROUNDS ?? 15)

const { url, trust, headers } = await readKubeconfig(KUBECONFIG)
// a control plane with a thousand rollouts on two cores may take seconds to accept a connection
const fetch = nodeFetch({ ...trust, connectTimeout: 60_000 })
const client = connect({ fetch, url, headers })
const namespace = `drover-bench-${Date.now().toString(36)}`
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`

const makeDeployment = (name, replicas) =>
  client.create(deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { bench: 'many' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: image(0) }] } },
    },
  })

const image = (tag) => `registry.example/app:${tag}`

function isDone({ metadata, spec, status = {} }) {
  const { observedGeneration, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
  const all = [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas)
  return all && observedGeneration >= metadata.generation
}

/** Lists every 200 ms until all have the image and are done: the minimum for anyone to know. */
async function whenDone(tag) {
  for (;;) {
    const { items } = await client.list(deployments)
    if (items.every((one) => isDone(one) && one.spec.template.spec.containers[0].image === image(tag))) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Wall time in ms and, where /proc exists, CPU seconds and peak memory in MB. */
async function measured(command) {
  const [program, ...args] = command
  const start = performance.now()
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const seen = { megabytes: 0, seconds: 0 }
  const timer = setInterval(() => look(child.pid, seen), 50)
  const [code] = await once(child, 'exit')
  clearInterval(timer)
  if (code !== 0) throw new Error(`${command.join(' ')} exited with ${code}: ${stderr}`)
  return { wall: performance.now() - start, ...seen }
}

function look(pid, seen) {
  try {
    const most = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    // a process that has just ended has none
    if (most) seen.megabytes = Number(most[1]) / 1024
    // after the name in parentheses, utime and stime are fields 12 and 13, in hundredths of a second
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
    seen.seconds = (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    // the process has just ended, or there is no /proc
  }
}

function changes() {
  const set = (who) => [
    'set',
    'image',
    'deployment/one',
    (round) => `app=${image(`${who}${round + 100}`)}`,
    '-n',
    namespace,
  ]
  return compareCommands(
    {
      drover: { command: [...drover, ...set('d'), '--no-wait'], env },
      kubectl: { command: ['kubectl', ...set('k')], env },
    },
    rounds,
  )
}

/** Milliseconds between the last new pod becoming ready and the end of the command. */
async function latencies() {
  const readyAt = new Map()
  const stop = new AbortController()
  const watching = watchReady(readyAt, stop.signal)
  const times = { drover: [], kubectl: [] }
  const commands = {
    drover: (tag) => [...drover, 'set', 'image', 'deployment/one', `app=${image(tag)}`, '-n', namespace],
    kubectl: (tag) => [
      'sh',
      '-c',
      `kubectl set image deployment/one app=${image(tag)} -n ${namespace} && kubectl rollout status deployment/one -n ${namespace}`,
    ],
  }
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(commands)) {
      const tag = `${name}${round + 300}`
      await measured(command(tag))
      const took = performance.now() - (readyAt.get(image(tag)) ?? Number.NaN)
      if (round >= 0) times[name].push(took)
    }
  }
  stop.abort()
  await watching
  return { drover: median(times.drover), kubectl: median(times.kubectl), worst: Math.max(...times.drover) }
}

async function watchReady(readyAt, signal) {
  const path = `/api/v1/namespaces/${namespace}/pods`
  try {
    for await (const event of listThenWatch(client, path, { signal, query: { labelSelector: 'app=one' } })) {
      const { spec, status } = event.object ?? {}
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
      if (ready && event.type !== 'DELETED') {
        const name = `${spec.containers[0].image} ${event.object.metadata.uid}`
        if (seenReady.has(name)) continue
        seenReady.add(name)
        readyAt.set(spec.containers[0].image, performance.now())
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
const seenReady = new Set()

async function together() {
  await client.remove(`${deployments}/one`)
  for (let made = 0; made < many; made += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, many - made) }, (_, index) => makeDeployment(`w${made + index}`, 1)),
    )
  }
  await whenDone(0)
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image: image('floor') }] } } } }
  const start = performance.now()
  await Promise.all(
    Array.from({ length: many }, (_, index) =>
      client.patch(`${deployments}/w${index}`, { type: 'strategic', body: patch }),
    ),
  )
  await whenDone('floor')
  const floor = performance.now() - start
  const command = [
    ...drover,
    'set',
    'image',
    'deployments',
    '-l',
    'bench=many',
    `*=${image('drover')}`,
    '-n',
    namespace,
  ]
  const ours = await measured(command)
  const loop =
    `set -e; for i in $(seq 0 ${looped - 1}); do kubectl set image deployment/w$i app=${image('kubectl')} -n ${namespace}; done; ` +
    `for i in $(seq 0 ${looped - 1}); do kubectl rollout status deployment/w$i -n ${namespace}; done`
  const shell = await measured(['sh', '-c', loop])
  return { floor, ours, shell }
}

const ms = (value) => `${value.toFixed(0)} ms`
await client.create('/api/v1/namespaces', { metadata: { name: namespace } })
try {
  await makeDeployment('one', 3)
  await whenDone(0)
  const change = changes()
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const late = await latencies()
  const { floor, ours, shell } = await together()
  const beside = `${ms(change.drover)} to kubectl ${ms(change.kubectl)}`
  const rollouts = `${ms(ours.wall)} to ${ms(floor)}`
  const loop = `${ms(ours.wall)} to ${ms(shell.wall)}`
  const rows = [
    atMost('`set image --no-wait` by kubeconfig to kubectl', change.drover / change.kubectl, 'x', 1.3, beside),
    atMost('verdict after the last pod is ready', late.drover, 'ms', 200, `kubectl rollout status ${ms(late.kubectl)}`),
    told('the same, worst round', late.worst, 'ms'),
    atMost(`${many} workloads in one call to the rollouts themselves`, ours.wall / floor, 'x', 2, rollouts),
    atMost('its memory', ours.megabytes, 'MB', 150),
    told('its CPU', ours.seconds, 's'),
    told(`its wall time to a loop of kubectl over ${looped} of them`, ours.wall / shell.wall, 'x', loop),
  ]
  report(rows)
  if (process.argv.includes('--write')) writeSection('On Kubernetes', rows)
} finally {
  await client.remove(`/api/v1/namespaces/${namespace}`)
  fetch[Symbol.dispose]()
}
