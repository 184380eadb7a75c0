import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { testingTerminal } from '../../src/cli/testing-terminal.ts'
import { droverEnv, serve, type Served } from '../clients/served.ts'

const repository = '10.212.82.86:1180/java/admin-master'
const workload = 'deployment/admin-master'
const names = ['staging', 'prod'] as const

let served: Served[]
let folder: string
let kubeconfig: string

/** Two servers, each with a cluster, as two contexts of one kubeconfig. */
beforeAll(async () => {
  served = await Promise.all(names.map(() => serve()))
  folder = await mkdtemp(join(tmpdir(), 'drover-several-'))
  kubeconfig = join(folder, 'config')
  const ready = served.map((one) => one.ready)
  const config = {
    'current-context': 'staging',
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    clusters: names.map((name, index) => ({
      name,
      cluster: {
        server: `${ready[index]?.url}/k8s/clusters/${ready[index]?.clusterId}`,
        'certificate-authority': ready[index]?.caFile,
      },
    })),
    users: names.map((name, index) => ({ name, user: { token: ready[index]?.key } })),
  }
  await writeFile(kubeconfig, JSON.stringify(config))
})
afterAll(() => Promise.all(served.map((one) => one[Symbol.asyncDispose]())))

async function ask(args: readonly string[]) {
  const terminal = testingTerminal({ env: { KUBECONFIG: kubeconfig } })
  const code = await run(args, terminal)
  return { code, ...terminal.written }
}

const tagsNow = () =>
  Promise.all(
    names.map(async (name) => {
      const { out } = await ask(['status', workload, '--context', name])
      return /admin-master: \S+:(\S+)/.exec(out)?.[1]
    }),
  )

beforeEach(async () => {
  await ask(['set', 'image', workload, 'admin-master', '--tag', '32', '--context', 'staging,prod'])
  expect(await tagsNow()).toEqual(['32', '32'])
})

test('changes a workload in each cluster, in order, and names the cluster', async () => {
  const args = ['set', 'image', workload, 'admin-master', '--tag', '33', '--context', 'staging', '--context', 'prod']
  const { code, out } = await ask([...args, '--wave-size', '1'])
  expect(code).toBe(0)
  const ends = out.split('\n').filter((line) => /^\[\d\/2\]/.test(line))
  expect(ends).toEqual([
    expect.stringMatching(/^\[1\/2\] deployment\/admin-master in default on staging: succeeded/),
    expect.stringMatching(/^\[2\/2\] deployment\/admin-master in default on prod: succeeded/),
  ])
  expect(out).toMatch(/^2 workloads: 2 succeeded$/m)
  expect(await tagsNow()).toEqual(['33', '33'])
})

test('a failure in the first cluster leaves the next unchanged', async () => {
  const args = ['set', 'image', workload, 'admin-master', '--tag', '33-missing', '--rollback-on-failure']
  const { code, out } = await ask([...args, '--context', 'staging,prod', '--wave-size', '1', '-o', 'json'])
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    items: [
      { workload: { cluster: 'staging' }, verdict: { verdict: 'failed', undo: { verdict: 'succeeded' } } },
      { workload: { cluster: 'prod' }, skipped: true },
    ],
  })
  expect(await tagsNow()).toEqual(['32', '32'])
})

test('evaluates a selector in each cluster', async () => {
  const args = ['set', 'image', 'deployments', '-A', '--match', repository, '--tag', '34']
  const { code, out } = await ask([...args, '--context', 'prod,staging', '-o', 'junit'])
  expect(code).toBe(0)
  expect(out.match(/classname="[^"]*"/g)).toEqual(['classname="prod/default"', 'classname="staging/default"'])
  expect(await tagsNow()).toEqual(['34', '34'])
})

test('a file names a cluster per change; several changes of one workload are merged', async () => {
  const file = join(folder, 'changes.yaml')
  const change = (context: string, tag: string) =>
    `- { workload: ${workload}, context: ${context}, images: { admin-master: "${repository}:${tag}" } }\n`
  await writeFile(file, change('staging', '35') + change('prod', '36') + change('prod', '36'))
  const { code, out } = await ask(['apply', '-f', file])
  expect({ code, counts: /^2 workloads: 2 succeeded$/m.test(out) }).toEqual({ code: 0, counts: true })
  expect(await tagsNow()).toEqual(['35', '36'])
})

test.each([
  [
    '- { workload: deployment/admin-master, contxt: prod, image: "a:1" }',
    /wrong\.yaml, change 2: unknown field "contxt"/,
  ],
  [
    '- { workload: deployment/admin-master, context: prod, cluster: b, image: "a:1" }',
    /change 2: cluster and context exclude each other/,
  ],
  [
    '- { workload: deployment/admin-master, context: gone, image: "a:1" }',
    /no context "gone"; there are prod, staging|no context "gone"; there are staging, prod/,
  ],
  ['- { workload: deployment/admin-master, cluster: c-1, image: "a:1" }', /--cluster c-1 needs a server/],
  ['- { workload: deployment/admin-master, images: [a] }', /change 2: images must map containers to images/],
  ['- { image: "a:1" }', /change 2: workload is missing/],
])('refuses %s before anything is changed', async (change, message) => {
  const file = join(folder, 'wrong.yaml')
  const good = `- { workload: ${workload}, context: staging, images: { admin-master: "${repository}:99" } }\n`
  await writeFile(file, `${good}${change}\n`)
  const { code, err } = await ask(['apply', '-f', file])
  expect(code).toBe(2)
  expect(err).toMatch(message)
  expect(await tagsNow()).toEqual(['32', '32'])
})

test('reports an unreachable cluster and optionally continues with the others', async () => {
  const config = JSON.parse(await readFile(kubeconfig, 'utf8')) as {
    clusters: { name: string; cluster: { server: string } }[]
  }
  for (const { name, cluster } of config.clusters) if (name === 'staging') cluster.server = 'https://127.0.0.1:9'
  const broken = join(folder, 'broken')
  await writeFile(broken, JSON.stringify(config))
  const args = ['set', 'image', workload, 'admin-master', '--tag', '37', '--context', 'staging,prod']
  const terminal = testingTerminal({ env: { KUBECONFIG: broken } })
  expect(await run([...args, '--no-stop-on-failure'], terminal)).toBe(4)
  expect(terminal.written.out).toMatch(/on staging: error: .*nothing listens there/)
  expect(terminal.written.out).toMatch(/on prod: succeeded/)
  expect(await tagsNow()).toEqual(['32', '37'])
})

test('addresses a server’s clusters by name or id; an unknown one stops everything', async () => {
  const [one] = served
  if (!one) throw new Error('no server')
  const env = droverEnv(one.ready)
  const both = ['set', 'image', workload, 'admin-master', '--tag', '38']
  const terminal = testingTerminal({ env })
  expect(await run([...both, '--cluster', `${one.ready.clusterId},nowhere`], terminal)).toBe(3)
  expect(terminal.written.err).toContain(`there is no cluster "nowhere"; there are ${one.ready.clusterId}`)
  expect((await tagsNow())[0]).toBe('32')
})

test('sends a key to one server only', async () => {
  const addresses = served.map(
    ({ ready: { url, projectId } }) => `${url}/p/${projectId}/workload/deployment:default:admin-master`,
  )
  const { code, err } = await ask(['set', 'image', ...addresses, `${repository}:39`])
  expect(code).toBe(2)
  expect(err).toMatch(/on several servers .*give each its own command/)
})
