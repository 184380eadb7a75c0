import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const call = promisify(execFile)
const root = join(import.meta.dirname, '..')

/** npm's `node` package provides other versions than the one running the tests. */
const versions = ['20', '22', '24'] as const
const mostBytes = 30 * 1024 * 1024

let folder: string
let consumer: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-package-'))
  consumer = join(folder, 'consumer')
  await mkdir(consumer)
  // without scripts: dist/ is built already, and other tests are using it
  const { stdout } = await call('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await install(consumer, join(folder, filename))
  await Promise.all(versions.map(installNode))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

function install(directory: string, ...packages: string[]) {
  return call('npm', ['install', '--no-audit', '--no-fund', '--no-save', ...packages], { cwd: directory })
}

async function installNode(version: string): Promise<void> {
  if (process.versions.node.startsWith(`${version}.`)) return
  const directory = join(folder, `node-${version}`)
  await mkdir(directory)
  await writeFile(join(directory, 'package.json'), '{"private":true}')
  // npm may block install scripts; this one links the platform's binary
  await call('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts', `node@${version}`], {
    cwd: directory,
  })
}

async function nodeOf(version: string): Promise<string> {
  if (process.versions.node.startsWith(`${version}.`)) return process.execPath
  const modules = join(folder, `node-${version}`, 'node_modules')
  for (const name of [
    'node',
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ]) {
    const binary = join(modules, name, 'bin/node')
    if (await stat(binary).catch(() => undefined)) return binary
  }
  throw new Error(`no node ${version} in ${modules}: ${(await readdir(modules)).join(', ')}`)
}

const { NODE_EXTRA_CA_CERTS: _ca, NODE_OPTIONS: _options, ...env } = process.env

test('the package is small with everything it installs', async () => {
  expect(await bytesBelow(join(consumer, 'node_modules'))).toBeLessThan(mostBytes)
})

async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const script = `
import { connect, kubernetesTarget, parseTarget, parseWish, setImage } from 'drover'
import { openCluster } from 'drover/cluster'
import { openServer } from 'drover/server'
const cluster = await openCluster()
const server = await openServer({ kube: cluster.fetch })
const client = connect({ fetch: cluster.fetch })
await client.create('/apis/apps/v1/namespaces/default/deployments', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
})
const { workload } = parseTarget('deployment:default:web')
for await (const event of setImage(kubernetesTarget({ client }), workload, [parseWish('web=web:2')])) {
  if (event.step === 'verdict') console.log(event.verdict.verdict)
}
await server[Symbol.asyncDispose]()
await cluster[Symbol.asyncDispose]()
`

test.each(versions)(
  'command and library run on Node %s',
  async (version) => {
    const node = await nodeOf(version)
    const bin = join(consumer, 'node_modules/drover/dist/bin/drover.cjs')
    const { version: own } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    expect((await call(node, [bin, '--version'], { env })).stdout).toBe(`${own}\n`)
    expect((await call(node, [bin, 'version'], { env })).stdout).toContain(`node ${version}.`)
    expect((await call(node, [bin, 'demo'], { env })).stdout).toMatch(/^succeeded/m)
    await writeFile(join(consumer, 'use.mjs'), script)
    expect((await call(node, ['use.mjs'], { env, cwd: consumer })).stdout).toBe('succeeded\n')
  },
  60_000,
)

test('its types need only those of Node', async () => {
  const use = `
import { nodeFetch, rancherTarget, setImage, type Fetch, type Verdict } from 'drover'
import { openCluster } from 'drover/cluster'
import { openServer } from 'drover/server'
export const parts: [Fetch, Verdict['verdict']] = [nodeFetch(), 'succeeded']
export { openCluster, openServer, rancherTarget, setImage }
`
  await writeFile(join(consumer, 'use.ts'), use)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable,dom,dom.iterable,dom.asynciterable',
    '--types',
    'node',
    '--typeRoots',
    join(root, 'node_modules/@types'),
  ]
  const { stdout } = await call(process.execPath, [tsc, ...options, 'use.ts'], { cwd: consumer }).catch(
    (error: unknown) => error as { stdout: string },
  )
  expect(stdout).toBe('')
})
