import { mkdtemp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serverCertificates } from '../../src/cli/serve/certificates.ts'
import type { CiForm } from '../../src/model/requests/ci-jobs.ts'
import { caVariable, keyVariable, type RequestForm } from '../../src/model/requests/described-request.ts'
import { sendHttpFile } from './http-file.ts'
import { drover, droverEnv, run, serve, type Served } from './served.ts'

const repository = '10.212.82.86:1180/java/admin-master'
const workload = 'deployment/admin-master'
const require = createRequire(import.meta.url)

let served: Served
let folder: string
let anotherCa: string

beforeAll(async () => {
  served = await serve()
  folder = await mkdtemp(join(tmpdir(), 'drover-requests-'))
  anotherCa = join(folder, 'another-ca.crt')
  await serverCertificates({ caFile: anotherCa }, ['127.0.0.1'], Date.now())
})
afterAll(() => served[Symbol.asyncDispose]())

/** Whether the request succeeded from the runner's point of view, and the output. */
interface Ran {
  ok: boolean
  output: string
}

/** Runs each format of `drover request --as` with the tool it is meant for, trusting that CA. */
const runners: Record<RequestForm | CiForm, (text: string, caFile: string) => Promise<Ran>> = {
  curl: (text, caFile) => runFile('sh', text, caFile),
  http: async (text, caFile) => {
    const answer = await sendHttpFile(text, { [keyVariable]: served.ready.key }, caFile)
    return { ok: answer.status === 200, output: `${answer.status} ${answer.text}` }
  },
  python: (text, caFile) => runFile(process.env['PYTHON'] ?? 'python3', text, caFile),
  javascript: (text, caFile) => runFile(process.execPath, text, caFile, 'request.mjs'),
  postman: runNewman,
  github: (text, caFile) => {
    const { jobs } = load(text) as { jobs: { 'set-image': { steps: { run: string }[] } } }
    return runFile('bash', jobs['set-image'].steps[0]?.run ?? '', caFile)
  },
  gitlab: (text, caFile) => {
    const { 'set-image': job } = load(text) as { 'set-image': { script: string[] } }
    return runFile('sh', job.script.join('\n'), caFile)
  },
  jenkins: (text, caFile) => {
    const shell = /sh '''\n([\s\S]*?)\n\s*'''/.exec(text)?.[1] ?? ''
    return runFile('sh', shell.replaceAll(/\\(.)/g, '$1'), caFile)
  },
}

async function runFile(program: string, text: string, caFile: string, name = 'request'): Promise<Ran> {
  const env = { [keyVariable]: served.ready.key, [caVariable]: caFile, NODE_EXTRA_CA_CERTS: caFile }
  const { code, out, err } = await run(program, [await keep(name, text)], { env })
  return { ok: code === 0, output: out + err }
}

async function keep(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

/** The key comes from a Postman environment like the one of the API & Keys page. */
async function runNewman(text: string, caFile: string): Promise<Ran> {
  const values = [{ key: 'drover_key', value: served.ready.key, type: 'secret', enabled: true }]
  const environment = await keep('environment.json', JSON.stringify({ name: 'Drover', values }))
  const collection = await keep('collection.json', text)
  const args = ['run', collection, '--environment', environment, '--ssl-extra-ca-certs', caFile]
  const { code, out, err } = await run(process.execPath, [require.resolve('newman/bin/newman.js'), ...args])
  return { ok: code === 0, output: out + err }
}

async function imageNow(): Promise<string | undefined> {
  const { out } = await drover(['status', workload], droverEnv(served.ready))
  return /admin-master: (\S+)/.exec(out)?.[1]
}

async function written(form: string, image: string): Promise<string> {
  const { out, err } = await drover(
    ['request', workload, `admin-master=${image}`, '--as', form],
    droverEnv(served.ready),
  )
  expect(err).toBe('')
  return out
}

describe.each(Object.keys(runners) as (keyof typeof runners)[])('the request as %s', (form) => {
  test('makes the change, and not twice', async () => {
    const image = `${repository}:as-${form}`
    const text = await written(form, image)
    const { caFile, key } = served.ready
    expect(text).not.toContain(key.split(':')[1])
    const { ok, output } = await runners[form](text, caFile)
    expect(ok, output).toBe(true)
    expect(await imageNow()).toBe(image)
    // the expected image is gone
    const again = await runners[form](text, caFile)
    expect({ ok: again.ok, refused: again.output.includes('422') }, again.output).toEqual({ ok: false, refused: true })
  })

  test('does not reach a server with an untrusted certificate', async () => {
    const text = await written(form, `${repository}:untrusted-${form}`)
    const { ok } = await runners[form](text, anotherCa).catch(() => ({ ok: false }))
    expect(ok).toBe(false)
    expect(await imageNow()).not.toContain('untrusted')
  })
})
