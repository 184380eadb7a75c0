import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, nodeFetch, readKubeconfig, type KubeClient } from '../../src/kube/index.ts'
import type { Programs } from './programs.ts'
import { stages } from './stages.ts'

/** A genuine control plane on 127.0.0.1, with nodes and pods simulated by kwok. */
export interface ControlPlane extends AsyncDisposable {
  /** Contexts: `admin`, and `viewer` with read-only access. */
  kubeconfig: string
}

const components = ['etcd', 'apiserver', 'controller-manager', 'scheduler', 'kwok'] as const
type Component = (typeof components)[number]

/**
 * Starts everything in a new temporary folder and waits until a pod could run. Disposing stops and removes everything.
 */
export async function startControlPlane(programs: Programs, nodes: number): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-kubernetes-'))
  const running = new Map<Component, ChildProcess>()
  const abandon = () => {
    running.forEach((child) => child.kill('SIGKILL'))
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  const stop = async () => {
    // etcd last: the others write to it until they exit
    for (const component of [...components].reverse()) await end(running.get(component))
    process.off('exit', abandon)
    await rm(folder, { recursive: true, force: true })
  }
  const start = (component: Component, program: string, args: readonly string[]) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(join(folder, `${component}.log`))
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    child.on('error', (error) => log.write(error.message))
    running.set(component, child)
  }
  const kubeconfig = join(folder, 'kubeconfig')
  try {
    const [store, peers, api] = await freePorts(3)
    await writeSecrets(folder, `https://127.0.0.1:${api}`)
    start('etcd', programs.etcd, etcdArguments(store, peers))
    start('apiserver', programs.controlPlane, ['apiserver', ...apiArguments(store, api)])
    const client = await whenServing(kubeconfig, running)
    start('controller-manager', programs.controlPlane, ['controller-manager', ...controllerArguments])
    start('scheduler', programs.controlPlane, ['scheduler', ...schedulerArguments])
    await makeNodes(client, nodes)
    await writeFile(join(folder, 'stages.yaml'), stages.map((stage) => JSON.stringify(stage)).join('\n---\n'))
    start('kwok', programs.kwok, kwokArguments)
    await whenReady(client, nodes, running)
  } catch (error) {
    const logs = await lastWords(folder)
    await stop()
    throw new Error(`the control plane did not start: ${(error as Error).message}\n${logs}`, { cause: error })
  }
  return { kubeconfig, [Symbol.asyncDispose]: stop }
}

const loopback = (port: number | undefined) => `http://127.0.0.1:${port}`

const etcdArguments = (store: number | undefined, peers: number | undefined) => [
  '--data-dir=etcd',
  `--listen-client-urls=${loopback(store)}`,
  `--advertise-client-urls=${loopback(store)}`,
  `--listen-peer-urls=${loopback(peers)}`,
  `--initial-advertise-peer-urls=${loopback(peers)}`,
  `--initial-cluster=default=${loopback(peers)}`,
  // test data need not survive a crash
  '--unsafe-no-fsync',
]

const apiArguments = (store: number | undefined, port: number | undefined) => [
  `--etcd-servers=${loopback(store)}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${port}`,
  '--cert-dir=certificates',
  '--service-account-issuer=https://kubernetes.default.svc',
  '--service-account-key-file=service-accounts.pem',
  '--service-account-signing-key-file=service-accounts.pem',
  '--token-auth-file=tokens.csv',
  '--authorization-mode=RBAC',
  '--service-cluster-ip-range=10.43.0.0/16',
  // Debian's etcd is too old for it: kwok's watches would fail and be retried only seconds later
  '--feature-gates=WatchList=false',
]

/** The default of 20 a second would make parallel tests wait for each other. */
const eager = ['--kube-api-qps=500', '--kube-api-burst=1000']

const controllerArguments = [
  ...eager,
  '--kubeconfig=kubeconfig',
  '--service-account-private-key-file=service-accounts.pem',
  '--use-service-account-credentials=false',
  '--leader-elect=false',
  '--secure-port=0',
]

const schedulerArguments = [...eager, '--kubeconfig=kubeconfig', '--leader-elect=false', '--secure-port=0']

const kwokArguments = [
  '--kubeconfig=kubeconfig',
  '--config=stages.yaml',
  '--manage-all-nodes=true',
  // without a renewed lease a node counts as dead after 40 s and its pods as not ready
  '--node-lease-duration-seconds=40',
]

/** Keys and tokens for this run only. */
async function writeSecrets(folder: string, server: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [admin, viewer] = [0, 1].map(() => randomBytes(24).toString('hex'))
  await writeFile(join(folder, 'service-accounts.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(join(folder, 'tokens.csv'), `${admin},admin,1,"system:masters"\n${viewer},viewer,2\n`)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': 'certificates/apiserver.crt' } }],
    users: [
      { name: 'admin', user: { token: admin } },
      { name: 'viewer', user: { token: viewer } },
    ],
    contexts: ['admin', 'viewer'].map((user) => ({ name: user, context: { cluster: 'test', user } })),
    'current-context': 'admin',
  }
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(config, undefined, 2), { mode: 0o600 })
}

/** Creates the nodes, and read access for `viewer`. */
async function makeNodes(client: KubeClient, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const name = `node-${index}`
    const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' }
    await client.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
  }
  await client.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'test-viewer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: 'viewer' }],
  })
}

/** The API server creates its own certificate, which exists once `readyz` answers. */
async function whenServing(kubeconfig: string, running: ReadonlyMap<Component, ChildProcess>): Promise<KubeClient> {
  return until('the API server is ready', running, async () => {
    const { url, trust, headers } = await readKubeconfig(kubeconfig)
    const fetch = nodeFetch(trust)
    const client = connect({ fetch, url, headers })
    await client.get('/api/v1/namespaces/default')
    await client.get('/apis/rbac.authorization.k8s.io/v1/clusterroles/view')
    return client
  })
}

async function whenReady(client: KubeClient, nodes: number, running: ReadonlyMap<Component, ChildProcess>) {
  await until('nodes are ready and namespaces have their service account', running, async () => {
    const { items } = await client.list('/api/v1/nodes')
    const ready = items.filter(({ spec }) => !(spec as { taints?: unknown[] } | undefined)?.taints?.length)
    if (ready.length < nodes) throw new Error(`${ready.length} of ${nodes} nodes are ready`)
    await client.get('/api/v1/namespaces/default/serviceaccounts/default')
  })
}

async function until<T>(what: string, running: ReadonlyMap<Component, ChildProcess>, ask: () => Promise<T>) {
  const deadline = Date.now() + 120_000
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const dead = [...running].find(([, child]) => child.exitCode !== null)
      if (dead) throw new Error(`${dead[0]} ended with code ${dead[1].exitCode}`, { cause: error })
      if (Date.now() > deadline) throw new Error(`not so after two minutes: ${what}`, { cause: error })
      await delay(250)
    }
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(late)
}

async function lastWords(folder: string): Promise<string> {
  const logs = await Promise.all(
    components.map(async (component) => {
      const text = await readFile(join(folder, `${component}.log`), 'utf8').catch(() => '')
      return text.trim() && `${component}: ${text.trim().split('\n').slice(-5).join('\n')}`
    }),
  )
  return logs.filter(Boolean).join('\n')
}

/** Ports that are all free at the same time. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
