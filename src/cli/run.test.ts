import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from './run.ts'
import { testingTerminal } from './testing-terminal.ts'

const key = 'token-abcde:9z8y7x6w5v4u3t2s1r'
const env = { RANCHER_TOKEN: key, DROVER_SERVER: 'https://127.0.0.1:9' }

async function drover(argv: string[], given: { env?: Record<string, string>; input?: string } = {}) {
  const terminal = testingTerminal({ env: given.env ?? env, readInput: () => Promise.resolve(given.input ?? '') })
  const code = await run(argv, terminal)
  return { code, ...terminal.written }
}

const setImage = ['set', 'image', 'deployment/web']

test.each([
  ['an empty tag', 'web=nginx:'],
  ['upper case', 'web=UPPER/case'],
  ['a space', 'web=a b'],
  ['an address', 'web=https://registry.example/web'],
  ['a command', 'web=docker pull x'],
  ['no image', 'web='],
])('rejects %s as an image before any request', async (_, change) => {
  const { code, err, out } = await drover([...setImage, change])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^error: /)
})

test.each([
  [['set', 'image', 'web', 'a=b'], /not a workload: "web"/],
  [['set', 'image', 'thing/web', 'a=b'], /no kind with a pod template/],
  [[...setImage, 'a=b', 'a=c'], /container a is given two images/],
  [[...setImage, 'a=b', '--timeout', 'soon'], /a duration/],
  [[...setImage], /missing required argument/],
  [['set', 'image', 'deployment:shop:web', 'a=b', '-n', 'other'], /contradicts/],
  [
    [
      'set',
      'image',
      'https://one.example/p/c-a:p-b/workload/deployment:shop:web',
      'a=b',
      '--server',
      'https://two.example',
    ],
    /contradicts/,
  ],
  [['frobnicate'], /unknown command/],
  [['status', 'deployment/web', '--frobnicate'], /unknown option/],
  [['serve', '--listen', 'nowhere'], /expected HOST:PORT/],
  [['serve', '--in-memory', '--data', 'x'], /--in-memory keeps nothing/],
  [['serve', '--tls-cert', 'x'], /go together/],
  [['serve', '--sample', 'novel'], /no such sample; available: article/],
  [['keys', 'revoke', key], /never paste a whole key/],
])('%j is a usage error with an explanation', async (argv, message) => {
  const { code, err } = await drover(argv)
  expect(code).toBe(2)
  expect(err).toMatch(message)
  expect(err).not.toContain(key)
})

test.each([
  ['no server', {}, 2, /no server is given: pass --server/],
  ['an address without a scheme', { ...env, DROVER_SERVER: 'rancher.example' }, 2, /must start with https:\/\//],
  ['a key in the address', { DROVER_SERVER: `https://${key}@rancher.example` }, 2, /must not contain a user or key/],
  ['no credentials', { DROVER_SERVER: env.DROVER_SERVER }, 4, /no credentials: set RANCHER_ACCESS_KEY/],
  [
    'half a key',
    { DROVER_SERVER: env.DROVER_SERVER, RANCHER_ACCESS_KEY: 'token-a' },
    4,
    /half a key: RANCHER_SECRET_KEY/,
  ],
  ['a key of the wrong form', { ...env, RANCHER_TOKEN: 'zzz-secret' }, 2, /does not contain a key of the form/],
  ['a bad pin', { ...env, DROVER_PIN: 'sha256:12' }, 2, /a pin is sha256:/],
  [
    'a CA file that is not there',
    { ...env, DROVER_CA_FILE: '/nonexistent/ca.crt' },
    2,
    /cannot read CA file \/nonexistent\/ca.crt: no such file/,
  ],
])('with %s explains what to do', async (_, environment, code, message) => {
  const answer = await drover([...setImage, 'web=nginx:2'], { env: environment })
  expect(answer.code).toBe(code)
  expect(answer.err).toMatch(message)
  expect(answer.err).not.toMatch(/zzz-secret|9z8y7x6w5v4u3t2s1r/)
})

test('reports that nothing is listening', async () => {
  const { code, err } = await drover([...setImage, 'web=nginx:2', '--cluster', 'local', '--insecure'])
  expect(code).toBe(4)
  expect(err).toContain('cannot reach 127.0.0.1:9: nothing listens there')
})

test('reads a key from a file and from standard input', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'drover-key-')), 'key')
  await writeFile(file, `${key}\n`)
  for (const keyFile of [file, '-']) {
    const argv = [...setImage, 'web=nginx:2', '--cluster', 'local', '--insecure', '--key-file', keyFile]
    const { err } = await drover(argv, { env: { DROVER_SERVER: env.DROVER_SERVER }, input: key })
    expect(err).toContain('nothing listens there')
  }
})

test.each([
  ['deployment/web web=a:1\ndeployment/api api=\n', /changes:2: not an image reference/],
  ['deployment/web web=a:1\n# a comment\nthing/api api=b:1\n', /changes:3: not a workload: "thing\/api"/],
  ['workload: deployment/web\nimage: a:1\n---\nworkload: deployment/api\n', /changes, change 2: exactly one of images/],
  ['workload: [\n', /changes contains neither lines nor YAML/],
  ['', /changes contains no changes/],
])('apply names the wrong place in the file: %j', async (text, message) => {
  const file = join(await mkdtemp(join(tmpdir(), 'drover-apply-')), 'changes')
  await writeFile(file, text)
  const { code, err } = await drover(['apply', '-f', file])
  expect(code).toBe(2)
  expect(err).toMatch(message)
})

test('the hint fits what is missing', async () => {
  const none = await drover([...setImage, 'web=nginx:2'], { env: { DROVER_SERVER: env.DROVER_SERVER } })
  expect(none.err).toMatch(/^hint: `drover keys create --username NAME` creates a key/m)
  const half = { DROVER_SERVER: env.DROVER_SERVER, RANCHER_ACCESS_KEY: 'token-a' }
  const { err } = await drover([...setImage, 'web=nginx:2'], { env: half })
  expect(err).toMatch(/^hint: set RANCHER_SECRET_KEY as well$/m)
})

test('every command has help with its flags and exits with 0', async () => {
  for (const words of [
    [],
    ['set', 'image'],
    ['status'],
    ['get', 'workloads'],
    ['keys', 'create'],
    ['serve'],
    ['demo'],
  ]) {
    const { code, out } = await drover([...words, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^Usage: drover/)
  }
})

test('help lists no flag that takes a key', async () => {
  const { out } = await drover(['set', 'image', '--help'])
  expect(out).not.toMatch(/--(token|secret|key|password)\b(?!-file)/)
})

test.each([[['help', 'set', 'image']], [['help', 'keys', 'create']], [['help', 'serve']]])(
  '%j prints the help of that command only',
  async (argv) => {
    const asked = await drover(argv)
    expect(asked).toEqual(await drover([...argv.slice(1), '--help']))
    expect(asked).toMatchObject({ code: 0, err: '' })
  },
)
