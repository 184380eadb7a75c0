// Drover's commands against node, kubectl and the article's script, with one `drover serve`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost, compareCommands, report } from './measure.mjs'
import { bin, serve } from './serve.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 21)
const repository = '10.212.82.86:1180/java/admin-master'
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'))

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

/** A new tag each round, so that every call is a change. */
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

const { node, version } = compareCommands(
  { node: { command: [process.execPath, '-e', '0'] }, version: { command: [process.execPath, bin, '--version'] } },
  rounds,
)
const { child, ...ready } = await serve('--in-memory')
const { pinned, ca, kubectl, python: article } = compareCommands(setImageSubjects(ready), rounds)
child.kill()
rmSync(folder, { recursive: true, force: true })

const beside = (one, other, name) => `${one.toFixed(0)} ms to ${name} ${other.toFixed(0)} ms`
report([
  atMost('`drover --version` to `node -e 0`', version / node, 'x', 1.35, beside(version, node, 'node')),
  atMost('`set image --no-wait`, pinned, to kubectl', pinned / kubectl, 'x', 1, beside(pinned, kubectl, 'kubectl')),
  atMost('the same to Python requests, GET and PUT', pinned / article, 'x', 0.45, beside(pinned, article, 'Python')),
  atMost('`set image --no-wait`, CA file, to kubectl', ca / kubectl, 'x', 1.3, beside(ca, kubectl, 'kubectl')),
])
