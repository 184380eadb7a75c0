import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

/** API & Keys: a key per program, shown once and revocable. */
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

interface Wanted {
  expires?: string
  scope?: string
}

/** Creates a key on the page, up to the dialog that shows it. */
async function add(page: Page, description: string, { expires, scope }: Wanted = {}) {
  await page.goto(`${place.url}/apikeys`)
  await page.getByRole('button', { name: 'Add key' }).click()
  await page.getByLabel('Description').fill(description)
  if (expires !== undefined) await page.getByLabel('Expires').selectOption(expires)
  if (scope !== undefined) await page.getByRole('radio', { name: scope }).check()
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('dialog', { name: 'This key is shown only once' }).waitFor()
  return async (button: string) => {
    await page.getByRole('button', { name: button }).click()
    return page.evaluate(() => navigator.clipboard.readText())
  }
}

const row = (page: Page, description: string) => page.getByRole('row').filter({ hasText: description })

async function status(key: string, path: string, page: Page): Promise<number> {
  const answer = await page.request.get(place.url + path, { headers: { authorization: `Bearer ${key}` } })
  return answer.status()
}

test('a key is shown once, in several formats', async () => {
  const { page, errors } = await place.signedIn()
  const copy = await add(page, 'Jenkins, job shop-deploy')
  const key = await copy('Copy: Bearer token')
  expect(key).toMatch(/^token-\w{5}:\w{54}$/)
  expect(await copy('Copy: Secret key (password)')).toBe(key.split(':')[1])
  expect(await copy('Copy as .env')).toBe(`DROVER_SERVER=${place.url}\nRANCHER_TOKEN=${key}\n`)
  const environment = JSON.parse(await copy('Copy for Postman')) as { values: { key: string; value: string }[] }
  expect(Object.fromEntries(environment.values.map((one) => [one.key, one.value]))).toEqual({
    drover_url: place.url,
    drover_key: key,
  })
  const answer = await curlWith(await copy('Copy for curl'))
  expect(JSON.parse(answer)).toMatchObject({ type: 'apiRoot' })
  // cannot be dismissed by accident
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'I have stored it' }).click()
  expect(await page.content()).not.toContain(key.split(':')[1])
  await row(page, 'Jenkins').getByText('active').waitFor()
  expect(errors).toEqual([])
})

test('a key shows when it was last used and is refused at once after revocation', async () => {
  const { page } = await place.signedIn()
  const copy = await add(page, 'a pipeline')
  const key = await copy('Copy: Bearer token')
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await row(page, 'a pipeline').getByText('not yet').waitFor()
  expect(await status(key, '/v3/projects', page)).toBe(200)
  await page.reload()
  await row(page, 'a pipeline').getByText('not yet').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Revoke: a pipeline' }).click()
  await page.getByText('are refused at once').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await row(page, 'a pipeline').waitFor({ state: 'detached' })
  expect(await status(key, '/v3/projects', page)).toBe(401)
})

test('a key is limited to its scope', async () => {
  const { page } = await place.signedIn()
  const [cluster = ''] = place.project.split(':')
  const projects = {
    own: `/v3/project/${place.project}/workloads`,
    other: `/v3/project/${place.server.projects.system}/workloads`,
  }
  const kubernetes = `/k8s/clusters/${cluster}/api/v1/namespaces/default/pods`
  const reached = async (key: string) => {
    const found = []
    for (const path of [projects.own, projects.other, kubernetes]) found.push(await status(key, path, page))
    return found
  }
  const account = await (await add(page, 'of the account'))('Copy: Bearer token')
  expect(await reached(account)).toEqual([200, 200, 200])
  const ofCluster = await (await add(page, 'of the cluster', { scope: 'One cluster' }))('Copy: Bearer token')
  expect(await reached(ofCluster)).toEqual([401, 401, 200])
  const ofProject = await (await add(page, 'of the project', { scope: 'One project' }))('Copy: Bearer token')
  expect(await reached(ofProject)).toEqual([200, 403, 200])
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await row(page, 'of the cluster').getByText(cluster).waitFor()
  await row(page, 'of the project').getByText('Default').waitFor()
})

test('suggests 90 days, advises against never and warns about a key that expires soon', async () => {
  const { page } = await place.signedIn()
  await page.goto(`${place.url}/apikeys`)
  await page.getByRole('button', { name: 'Add key' }).click()
  expect(await page.getByLabel('Expires').inputValue()).toBe('90')
  await page.getByLabel('Expires').selectOption('never')
  await page.getByText('stays valid for whoever finds it').waitFor()
  await add(page, 'for a week', { expires: '7' })
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await page.getByText('for a week expires within 14 days.').waitFor()
  await row(page, 'for a week').getByText('expires soon').waitFor()
  await add(page, 'for ever', { expires: 'never' })
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await row(page, 'for ever').getByText('Never').waitFor()
})

/** `config` is a curl configuration, so that the key is in no process list. */
async function curlWith(config: string): Promise<string> {
  const curl = spawn('curl', ['--silent', '--show-error', '--cacert', place.caFile, '--config', '-'])
  curl.stdin.end(config)
  const [out, problem] = await Promise.all([text(curl.stdout), text(curl.stderr)])
  expect(problem).toBe('')
  return out
}
