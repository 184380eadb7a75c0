import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drover, droverEnv, serve, type Served } from '../clients/served.ts'

const repository = '10.212.82.86:1180/java/admin-master'
const workload = 'deployment/admin-master'

let served: Served
let folder: string

beforeAll(async () => {
  served = await serve()
  folder = await mkdtemp(join(tmpdir(), 'drover-cli-'))
})
afterAll(() => served[Symbol.asyncDispose]())

const ask = (args: readonly string[], env: Record<string, string> = {}) =>
  drover(args, { ...droverEnv(served.ready), ...env })
const imageNow = async () => /admin-master: (\S+)/.exec((await ask(['status', workload])).out)?.[1]

test('changes a tag, shows the history and undoes the change', async () => {
  expect((await ask(['set', 'image', workload, 'admin-master', '--tag', '33'])).code).toBe(0)
  const { out } = await ask(['history', workload])
  expect(out.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^2 \*.*drover.*:33/),
    expect.stringMatching(/^1 .*:32/),
  ])
  expect((await ask(['undo', workload, '--to-image', `${repository}:32`])).code).toBe(0)
  expect(await imageNow()).toBe(`${repository}:32`)
})

test('reports a failure once, briefly, and rolls back', async () => {
  const summary = join(folder, 'summary.md')
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
  const { code, out } = await ask(['set', 'image', workload, `${repository}:34-missing`, '--rollback-on-failure'], env)
  expect(code).toBe(1)
  expect(out).toMatch(/^FAILED after .*: image not found: .*:34-missing$/m)
  expect(out).toMatch(/putting the images back:\n.*34-missing → .*:32$/m)
  expect(out).toMatch(/^::error title=failed/m)
  expect(out).not.toContain('rpc error')
  expect(await imageNow()).toBe(`${repository}:32`)
})

test('scales, pauses, resumes and restarts', async () => {
  const scaled = (await ask(['scale', workload, '2'])).out
  expect(scaled).toMatch(/^deployment\/admin-master in default: 1 → 2 pods\n/)
  expect(scaled).toMatch(/^succeeded in .*: 2 pods ready$/m)
  expect((await ask(['pause', workload])).code).toBe(0)
  expect((await ask(['resume', workload])).code).toBe(0)
  expect((await ask(['restart', workload])).code).toBe(0)
  expect((await ask(['scale', workload, 'many'])).code).toBe(2)
})

test('changes and reports every workload that a selector matches', async () => {
  const { code, out } = await ask([
    'set',
    'image',
    'deployments',
    '-A',
    '--match',
    repository,
    '--tag',
    '35',
    '-o',
    'json',
  ])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    version: 1,
    kind: 'Verdicts',
    items: [{ verdict: { verdict: 'succeeded' } }],
  })
})

test('applies a file of changes and writes JUnit', async () => {
  const file = join(folder, 'changes.yaml')
  await writeFile(
    file,
    `workload: ${workload}\nimages: { admin-master: "${repository}:36" }\n---\nworkload: deployment/nobody\nimage: nginx:1\n`,
  )
  const { code, out } = await ask(['apply', '-f', file, '--no-stop-on-failure', '-o', 'junit'])
  expect(code).toBe(3)
  expect(out).toContain('tests="2" failures="0" errors="1"')
  expect(await imageNow()).toBe(`${repository}:36`)
})

test('refuses an unexpected image and one the registry does not have', async () => {
  const expected = await ask(['set', 'image', workload, 'admin-master', '--tag', '37', '--expect', `${repository}:1`])
  expect(expected).toMatchObject({ code: 3 })
  const image = '127.0.0.1:9/java/admin-master:1'
  const checked = await ask(['set', 'image', workload, `admin-master=${image}`, '--image-check', 'require'])
  expect(checked.code).toBe(3)
  expect(checked.out).toMatch(/^refused.*nothing listens there; nothing was changed$/m)
})

test('diagnoses the connection', async () => {
  const { code, out } = await ask(['doctor', '-o', 'json'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ version: 1, kind: 'Diagnosis', healthy: true })
  const { url, pin, key } = served.ready
  const stranger = await drover(['doctor', '--server', url], { RANCHER_TOKEN: key })
  expect(stranger.code).toBe(4)
  expect(stranger.out).toMatch(new RegExp(`--pin|${pin}`))
})

test('warns of a key file that others may read', async () => {
  const file = join(folder, 'drover.key')
  await writeFile(file, served.ready.key, { mode: 0o644 })
  const examined = async () => (await ask(['doctor', '--key-file', file])).out
  expect(await examined()).toContain(`key file: ${file} can be read by other users of this machine; chmod 600 ${file}`)
  await chmod(file, 0o600)
  expect(await examined()).not.toContain('key file')
})
