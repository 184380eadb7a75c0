import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createTwoFilesPatch } from 'diff'
import { openCluster } from '../../src/cluster/index.ts'
import { serveFaulty } from '../conformance/faulty-server.ts'

const container = (name: string, image: string) => ({ containers: [{ name, image }] })
const labelled = (name: string, image: string) => ({
  selector: { matchLabels: { app: name } },
  template: { metadata: { labels: { app: name } }, spec: container(name, image) },
})
const workloads = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 3, ...labelled('web', 'nginx:1.19') } },
    { kind: 'StatefulSet', metadata: { name: 'db' }, spec: { serviceName: 'db', ...labelled('db', 'redis:6') } },
    { kind: 'DaemonSet', metadata: { name: 'agent' }, spec: labelled('agent', 'agent:6') },
  ].map((item) => ({ apiVersion: 'apps/v1', ...item })),
}

/** Commands to run in order in a namespace of its own. A number is a pause in ms. */
const script: readonly (string | number)[] = [
  'apply -f workloads.json',
  'rollout status deployment/web',
  'rollout status statefulset/db',
  'get deployments,replicasets,statefulsets,daemonsets -o wide',
  'get deployment web -o yaml',
  'get statefulset db -o yaml',
  'set image deployment/web web=nginx:1.20',
  'rollout status deployment/web',
  'describe deployment web',
  'set image deployment/web web=registry.example/missing:1',
  4000,
  'get deployment web -o yaml',
  'get pods',
  'rollout undo deployment/web',
  'rollout status deployment/web',
  'rollout history deployment/web',
  'get replicasets -o yaml',
  'create job task --image=busybox',
  'create cronjob nightly --image=busybox --schedule=@daily',
  'wait job/task --for=condition=Complete --timeout=30s',
  'get job task -o yaml',
  'get jobs,cronjobs',
  'set image job/task task=busybox:2',
  'set image deployment/web nobody=nginx',
  'patch deployment web -p {"spec":{"replicas":"many"}}',
  'patch deployment web --type=merge -p {"spec":{"selector":{"matchLabels":{"a":"b"}}}}',
  'get deployment nobody',
  'get events -o custom-columns=TYPE:.type,REASON:.reason,KIND:.involvedObject.kind,MESSAGE:.message',
  'delete deployment web',
]

/** What differs between any two runs: names and times. Sets in random order are sorted. */
const chance: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID'],
  [/\b(web|db|task)-[0-9a-f]{6,10}-[0-9a-z]{5}\b/g, '$1-POD'],
  [/\b(web|db|agent)-[0-9a-f]{6,10}\b/g, '$1-HASH'],
  [/\b(agent|task)-[0-9a-z]{5}\b/g, '$1-POD'],
  [/(pod-template-hash[:=] ?"?)[0-9a-f]+"?/g, '$1HASH'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z|\w{3}, \d\d \w{3} \d{4} [\d:]+ \+0000/g, 'TIME'],
  [/resourceVersion: "\d+"/g, 'resourceVersion: N'],
  [/\b10\.\d+\.\d+\.\d+/g, 'ADDRESS'],
  [/\b\d+(\.\d+)?m?s\b/g, 'AGE'],
  [/[ \t]+/g, ' '],
]

/**
 * Runs the same kubectl commands on the cluster of a kubeconfig and on the embedded one; returns the differences as
 * text.
 */
export async function compareWithEmbedded(kubeconfig: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-compare-'))
  await using cluster = await openCluster()
  await using server = await serveFaulty(cluster.fetch)
  try {
    await writeFile(join(folder, 'workloads.json'), JSON.stringify(workloads))
    const [genuine, embedded] = await Promise.all([
      runScript(folder, [`--kubeconfig=${kubeconfig}`]),
      runScript(folder, [`--server=${server.url}`, '--kubeconfig=/dev/null']),
    ])
    return genuine
      .map((said, index) => [
        script.filter((step) => typeof step === 'string')[index] ?? '',
        said,
        embedded[index] ?? '',
      ])
      .filter(([, one, other]) => one !== other)
      .map(([step = '', one = '', other = '']) => createTwoFilesPatch('genuine', 'embedded', one, other, step, step))
      .join('\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runScript(folder: string, connection: readonly string[]): Promise<string[]> {
  const kubectl = (args: readonly string[]) =>
    new Promise<string>((resolve) => {
      execFile('kubectl', [...connection, ...args], { cwd: folder }, (_, stdout, stderr) => resolve(stdout + stderr))
    })
  await kubectl(['create', 'namespace', 'compared'])
  const said: string[] = []
  for (const step of script) {
    if (typeof step === 'number') await delay(step)
    else said.push(withoutChance(await kubectl(['--namespace=compared', ...step.split(' ')])))
  }
  return said
}

/** Sorts the lines of an unordered response and drops duplicates. */
function withoutChance(text: string): string {
  const plain = chance.reduce((sofar, [what, instead]) => sofar.replace(what, instead), text)
  return plain.startsWith('TYPE REASON') ? `${[...new Set(plain.trim().split('\n'))].sort().join('\n')}\n` : plain
}
