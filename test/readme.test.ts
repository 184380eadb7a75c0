import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bin, run, serve, type Served } from './clients/served.ts'

const root = join(import.meta.dirname, '..')

/** The fenced code blocks of one language, in order. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)
}

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  let served: Served
  let text: string

  beforeAll(async () => {
    served = await serve()
    text = await readFile(join(root, file), 'utf8')
  })
  afterAll(() => served[Symbol.asyncDispose]())

  test('every command of the CI job works with only address and key filled in', async () => {
    const [job = ''] = blocks(text, 'sh')
    const { url, caFile, key } = served.ready
    const [access, secret] = key.split(':')
    const script = job
      .replace('https://rancher.example', url)
      .replace('rancher-ca.pem', caFile)
      .replace('RANCHER_ACCESS_KEY=token-xxxxx', `RANCHER_ACCESS_KEY=${access}`)
      .replace('RANCHER_SECRET_KEY=…', `RANCHER_SECRET_KEY=${secret}`)
    const command = `drover() { '${process.execPath}' '${bin}' "$@"; }\nset -e\n${script}`
    const { code, out, err } = await run('bash', ['-c', command])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^succeeded/m)
    expect(out).toMatch(/deployment:default:admin-master/)
  })

  /** Every `drover …` in running text and code blocks, as a user would type it. */
  function commands(): string[] {
    const inText = [...text.matchAll(/`drover ([^`]+)`/g)].map(([, words = '']) => words)
    const inBlocks = blocks(text, 'sh').flatMap((block) =>
      [...block.matchAll(/^drover (.+)$/gm)].map(([, words = '']) => words),
    )
    return [...new Set([...inText, ...inBlocks])]
  }

  test('every command it mentions works and runs to its end', async () => {
    const { url, caFile, key, clusterId } = served.ready
    const folder = await mkdtemp(join(tmpdir(), 'drover-readme-'))
    const kubeconfig = join(folder, 'config')
    const cluster = { server: `${url}/k8s/clusters/${clusterId}`, 'certificate-authority': caFile }
    const config = {
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      clusters: [{ name: 'x', cluster }],
      users: [{ name: 'x', user: { token: key } }],
    }
    await writeFile(kubeconfig, JSON.stringify(config))
    const env = { DROVER_SERVER: url, DROVER_CA_FILE: caFile, RANCHER_TOKEN: key }
    for (const command of commands()) {
      const words = command.replace('FILE', kubeconfig).split(' ')
      if (words[0] === 'serve') {
        // a data folder of its own; `serve` is stopped once it is ready
        const place = words.includes('--kubeconfig') ? ['--data', join(folder, 'data')] : ['--in-memory']
        await (await serve([...words.slice(1), ...place]))[Symbol.asyncDispose]()
        continue
      }
      const { code, err } = await run(process.execPath, [bin, ...words], { env })
      expect({ command, code, err }).toEqual({ command, code: 0, err: '' })
    }
  }, 120_000)

  test('the library’s example runs unchanged', async () => {
    const [example = ''] = blocks(text, 'ts')
    const folder = await mkdtemp(join(tmpdir(), 'drover-readme-'))
    const prepared = example
      .replace("'drover'", `'${join(root, 'dist/index.js')}'`)
      .replace("'drover/cluster'", `'${join(root, 'dist/cluster.js')}'`)
      .replace("'drover/server'", `'${join(root, 'dist/server.js')}'`)
      .replace('const { workload }', `${createWeb}\nconst { workload }`)
    await writeFile(join(folder, 'example.ts'), prepared)
    const { build } = await import('esbuild')
    const outfile = join(folder, 'example.mjs')
    // `await using` has to be transpiled for Node 20; nothing else is changed
    await build({
      entryPoints: [join(folder, 'example.ts')],
      outfile,
      format: 'esm',
      target: 'node20',
      bundle: false,
      logLevel: 'silent',
    })
    const { code, out, err } = await run(process.execPath, [outfile])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain("verdict: 'succeeded'")
  })

  test('its links lead somewhere', async () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => target)
    for (const target of links) {
      const names = await import('node:fs/promises').then(({ stat }) => stat(join(dirname(join(root, file)), target)))
      expect(names).toBeTruthy()
    }
  })
})

/** The workload that the example changes. */
const createWeb = `
const own = connect({ fetch: cluster.fetch })
await own.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
await own.create('/apis/apps/v1/namespaces/shop/deployments', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'web', image: 'shop/web:32' }] } } },
})`
