import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendHttpFile } from '../clients/http-file.ts'
import { openConsole, type Console } from './console.ts'

/** Copies the request from the page in every format and runs each, since the article's "Show Request" did not work. */
let place: Console
let directory: string
let env: Record<string, string>

beforeAll(async () => {
  place = await openConsole()
  directory = await mkdtemp(join(tmpdir(), 'drover-requests-'))
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    RANCHER_TOKEN: await place.server.issueKey(),
    DROVER_CA_FILE: place.caFile,
    NODE_EXTRA_CA_CERTS: place.caFile,
  }
})

afterAll(async () => {
  await place[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const run = promisify(execFile)

const runners: Record<string, (text: string) => Promise<unknown>> = {
  curl: (text) => run('sh', ['-c', text], { env }),
  HTTP: async (text) => expect(await sendHttpFile(text, env, place.caFile)).toMatchObject({ status: 200 }),
  Python: async (text) => run('python3', [await keep('request.py', text)], { env }),
  JavaScript: async (text) => run(process.execPath, [await keep('request.mjs', text)], { env }),
  Postman: async (text) => {
    const newman = join(createRequire(import.meta.url).resolve('newman/package.json'), '../bin/newman.js')
    const key = ['--env-var', `drover_key=${env['RANCHER_TOKEN']}`]
    const collection = await keep('collection.json', text)
    return run(process.execPath, [newman, 'run', collection, '--ssl-extra-ca-certs', place.caFile, ...key], { env })
  },
}

test.each(Object.keys(runners))('Edit, Show Request, copied as %s and run', async (form) => {
  const { page } = await place.signedIn()
  const tag = `from-${form.toLowerCase()}`
  await page.goto(`${place.url}/v3/project/${place.project}/workloads/deployment:default:admin-master`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('image', { exact: true }).fill(`10.212.82.86:1180/java/admin-master:${tag}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Show Request' }).click()
  await page.getByRole('tab', { name: form, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  expect(text).not.toContain(env['RANCHER_TOKEN'])
  await runners[form]?.(text)
  const { spec } = await place.kube.get('/apis/apps/v1/namespaces/default/deployments/admin-master')
  expect(JSON.stringify(spec)).toContain(`admin-master:${tag}`)
})

test('Send Request shows the response and follows the rollout to its verdict', async () => {
  const { page } = await place.signedIn()
  await page.goto(`${place.url}/v3/project/${place.project}/workloads/deployment:default:gateway`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('image', { exact: true }).fill('10.212.82.86:1180/java/gateway:20')
  await page.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="200"]').waitFor()
  await page.locator('[data-verdict="succeeded"]').waitFor({ timeout: 20_000 })
})

test('a concurrent edit shows both sides and merges both changes', async () => {
  const { page } = await place.signedIn()
  const path = '/apis/apps/v1/namespaces/default/deployments/portal'
  await page.goto(`${place.url}/v3/project/${place.project}/workloads/deployment:default:portal`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('image', { exact: true }).fill('10.212.82.86:1180/web/portal:3')
  await place.kube.patch(path, { type: 'json', operations: [{ op: 'replace', path: '/spec/replicas', value: 3 }] })
  await page.getByRole('button', { name: 'Send Request' }).click()
  await page.getByText('This object changed while you were editing it').waitFor()
  await page.getByRole('button', { name: 'Continue with the latest' }).click()
  await page.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="200"]').waitFor()
  const { spec } = await place.kube.get(path)
  expect(spec?.['replicas']).toBe(3)
  expect(JSON.stringify(spec)).toContain('portal:3')
})

async function keep(name: string, text: string): Promise<string> {
  const file = join(directory, name)
  await writeFile(file, text)
  return file
}
