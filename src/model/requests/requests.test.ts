import { execFileSync } from 'node:child_process'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { curlRequest } from './curl.ts'
import type { DescribedRequest } from './described-request.ts'
import { javascriptRequest } from './javascript.ts'
import { postmanCollection } from './postman.ts'
import { pythonRequest } from './python.ts'
import { shellQuote } from './shell-quote.ts'
import { requestForms, writeRequest } from './write-request.ts'

/** Characters that are special to shells, templates and programming languages. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/[\ud800-\udfff]/u.test(text)),
  fc.constantFrom(
    "it's",
    '"',
    '\\',
    '$HOME',
    '`id`',
    '$(id)',
    '!!',
    '-x',
    '@file',
    'a\nb',
    '{{drover_key}}',
    "'; id; '",
  ),
  fc.constantFrom(
    '${x}',
    '%s%n',
    '\u2028',
    '😀',
    '</script>',
    '__proto__',
    '&|<>;*?[]~#',
    '\r\n',
    '\\u0041',
    '=x',
    "''",
  ),
)
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostile,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(hostile, tie('value'), { maxKeys: 3 }),
  ),
})).value

const url = 'https://127.0.0.1:8443/v3/project/c-l5nxb:p-dghs7/workloads/deployment:default:admin-master'

test('a quoted word survives the shell unchanged', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (words) => {
      const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 40 },
  )
})

test('rejects NUL, which no argument can carry', () => {
  expect(() => shellQuote('a\0b')).toThrow(RangeError)
})

test('curl gets body and URL unchanged, and the key on standard input only', () => {
  fc.assert(
    fc.property(json, (body) => {
      const script = `curl() { cat; for one in "$@"; do printf '%s\\0' "$one"; done; }\n${curlRequest({ method: 'PUT', url, body })}`
      const env = { ...process.env, RANCHER_TOKEN: 'token-x:secret', DROVER_CA_FILE: '/with a blank/ca.crt' }
      const [config = '', ...args] = split(execFileSync('sh', ['-c', script], { encoding: 'utf8', env }))
      expect(config).toBe('header = "Authorization: Bearer token-x:secret"\n')
      expect(JSON.parse(after(args, '--data-raw'))).toEqual(JSON.parse(JSON.stringify(body)))
      expect(after(args, '--cacert')).toBe('/with a blank/ca.crt')
      expect(args.at(-1)).toBe(url)
      expect(args.join(' ')).not.toContain('secret')
    }),
    { numRuns: 40 },
  )
})

/** The configuration ends with the first line; arguments end with NUL. */
function split(output: string): string[] {
  const end = output.indexOf('\n') + 1
  return [output.slice(0, end), ...output.slice(end).split('\0').slice(0, -1)]
}

function after(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? ''
}

test('without a CA file curl uses its default trust store', () => {
  const script = `curl() { cat > /dev/null; printf '%s\\n' "$@"; }\n${curlRequest({ method: 'GET', url })}`
  const env = { PATH: process.env['PATH'] ?? '', RANCHER_TOKEN: 'k' }
  const args = execFileSync('sh', ['-c', script], { encoding: 'utf8', env }).trimEnd().split('\n')
  expect(args).not.toContain('--cacert')
  expect(args).not.toContain('')
})

test('Python sends the body unchanged', () => {
  const bodies = fc.sample(json, 60)
  const programs = bodies.map((body) => pythonRequest({ method: 'PUT', url, body }))
  const harness = `
import json, os, sys, urllib.request
os.environ["RANCHER_TOKEN"] = "token-x:secret"
class Answer:
    status = 200
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def read(self): return b""
seen = []
urllib.request.urlopen = lambda request, context=None: (seen.append([request.method, request.full_url, request.data.decode(), request.headers["Authorization"]]), Answer())[1]
out, sys.stdout = sys.stdout, open(os.devnull, "w")
for program in json.load(sys.stdin):
    exec(program, {})
json.dump(seen, out)
`
  const output = execFileSync('python3', ['-c', harness], { encoding: 'utf8', input: JSON.stringify(programs) })
  const seen = JSON.parse(output) as [string, string, string, string][]
  expect(seen.map(([, , body]) => JSON.parse(body))).toEqual(bodies.map((body) => JSON.parse(JSON.stringify(body))))
  expect(new Set(seen.map(([method, address, , key]) => [method, address, key].join(' ')))).toEqual(
    new Set([`PUT ${url} Bearer token-x:secret`]),
  )
})

test('JavaScript sends the body unchanged', () => {
  fc.assert(
    fc.property(json, (body) => {
      const program = javascriptRequest({ method: 'PUT', url, body }).replaceAll('await ', '')
      let sent: RequestInit | undefined
      const take = (_: string, init: RequestInit) => {
        sent = init
        return { status: 200, ok: true, text: () => '' }
      }
      const environment = { env: { RANCHER_TOKEN: 'token-x:secret' } }
      runInNewContext(program, { fetch: take, process: environment, console: { log: () => undefined } })
      expect(JSON.parse(sent?.body as string)).toEqual(JSON.parse(JSON.stringify(body)))
      expect((sent?.headers as Record<string, string> | undefined)?.['Authorization']).toBe('Bearer token-x:secret')
    }),
  )
})

test('the Postman collection has no variable but the key, and the body is unchanged', () => {
  fc.assert(
    fc.property(json, (body) => {
      const text = postmanCollection({ method: 'PUT', url: `${url}?name={{x}}`, body }, 'one')
      const { item } = JSON.parse(text) as { item: [{ request: { url: { raw: string }; body: { raw: string } } }] }
      const { request } = item[0]
      expect(JSON.parse(request.body.raw)).toEqual(JSON.parse(JSON.stringify(body)))
      expect(request.body.raw + request.url.raw).not.toContain('{{')
    }),
  )
})

test.each(requestForms)('%s: a request without a body has none, and no format contains a key', (form) => {
  const request: DescribedRequest = { method: 'DELETE', url }
  const text = writeRequest(form, request)
  expect(text).toContain('DELETE')
  expect(text).toMatch(/RANCHER_TOKEN|drover_key/)
  expect(text).not.toMatch(/Content-Type|--data/)
})
