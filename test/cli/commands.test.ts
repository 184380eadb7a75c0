import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caVariable, keyVariable } from '../../src/model/requests/described-request.ts'
import { drover, droverEnv, run, serve, type Served } from '../clients/served.ts'

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

test('changes a tag, tells the history, and undoes it', async () => {
  expect((await ask(['set', 'image', workload, 'admin-master', '--tag', '33'])).code).toBe(0)
  const { out } = await ask(['history', workload])
  expect(out.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^2 \*.*drover.*:33/),
    expect.stringMatching(/^1 .*:32/),
  ])
  expect((await ask(['undo', workload, '--to-image', `${repository}:32`])).code).toBe(0)
  expect(await imageNow()).toBe(`${repository}:32`)
})

test('says a failure once, in few words, and puts the image back', async () => {
  const summary = join(folder, 'summary.md')
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
  const { code, out } = await ask(['set', 'image', workload, `${repository}:34-missing`, '--rollback-on-failure'], env)
  expect(code).toBe(1)
  expect(out).toMatch(/^FAILED after .*: image not found: .*:34-missing$/m)
  expect(out).toMatch(/^::error title=failed/m)
  expect(out).not.toContain('rpc error')
  expect(await imageNow()).toBe(`${repository}:32`)
})

test('scales, pauses, resumes and restarts', async () => {
  expect((await ask(['scale', workload, '2'])).out).toContain('2 new pods ready')
  expect((await ask(['pause', workload])).code).toBe(0)
  expect((await ask(['resume', workload])).code).toBe(0)
  expect((await ask(['restart', workload])).code).toBe(0)
  expect((await ask(['scale', workload, 'many'])).code).toBe(2)
})

test('changes those that a selection fits, and tells each', async () => {
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

test('applies a file of changes, as JUnit', async () => {
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

test('refuses what is not as expected, and an image that the registry does not show', async () => {
  const expected = await ask(['set', 'image', workload, 'admin-master', '--tag', '37', '--expect', `${repository}:1`])
  expect(expected).toMatchObject({ code: 3 })
  const image = '127.0.0.1:9/java/admin-master:1'
  const checked = await ask(['set', 'image', workload, `admin-master=${image}`, '--image-check', 'require'])
  expect(checked.code).toBe(3)
  expect(checked.out).toMatch(/^refused.*nothing listens there; nothing was changed$/m)
})

test('examines the way to a change', async () => {
  const { code, out } = await ask(['doctor', '-o', 'json'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ version: 1, kind: 'Diagnosis', healthy: true })
  const { url, pin, key } = served.ready
  const stranger = await drover(['doctor', '--server', url], { RANCHER_TOKEN: key })
  expect(stranger.code).toBe(4)
  expect(stranger.out).toMatch(new RegExp(`--pin|${pin}`))
})

/** How each form is executed: the file it goes into, and the command that runs it. */
const forms = [
  ['curl', 'request.sh', ['sh']],
  ['python', 'request.py', [process.env['PYTHON'] ?? 'python3']],
  ['javascript', 'request.mjs', [process.execPath]],
  ['github', 'github.sh', ['bash']],
  ['gitlab', 'gitlab.sh', ['bash']],
  ['jenkins', 'jenkins.sh', ['bash']],
] as const

test.each(forms)('the request as %s makes the change', async (form, name, [program]) => {
  const image = `${repository}:as-${form}`
  const written = await ask(['request', workload, `admin-master=${image}`, '--as', form])
  expect(written.err).toBe('')
  expect(written.out).not.toContain(served.ready.key)
  const file = join(folder, name)
  await writeFile(file, programIn(form, written.out))
  const { caFile, key } = served.ready
  const env = { [keyVariable]: key, [caVariable]: caFile, NODE_EXTRA_CA_CERTS: caFile }
  const { code, out, err } = await run(program, [file], { env })
  expect({ code, err, changed: out.includes(image) }).toEqual({ code: 0, err: '', changed: true })
  expect(await imageNow()).toBe(image)
})

/** A CI file's own lines of shell, as that system reads them. */
function programIn(form: string, text: string): string {
  if (form === 'jenkins') {
    const shell = /sh '''\n([\s\S]*?)\n\s*'''/.exec(text)?.[1] ?? ''
    return shell.replaceAll(/\\(.)/g, '$1')
  }
  if (form === 'github') {
    const { jobs } = load(text) as { jobs: { 'set-image': { steps: { run: string }[] } } }
    return jobs['set-image'].steps[0]?.run ?? ''
  }
  if (form === 'gitlab') return (load(text) as { 'set-image': { script: string[] } })['set-image'].script.join('\n')
  return text
}
