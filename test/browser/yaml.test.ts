import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

/** Editing a workload's YAML. */
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

const deployment = (name: string) => `/apis/apps/v1/namespaces/default/deployments/${name}`

async function edit(page: Page, name: string) {
  await page.goto(`${place.url}/p/${place.project}/workload/deployment:default:${name}`)
  await page.getByRole('tab', { name: 'YAML' }).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  const text = page.getByRole('textbox', { name: 'YAML' })
  await text.waitFor()
  return async (from: string, to: string) => text.fill((await text.inputValue()).replace(from, to))
}

test('sends only the changes, shows them first and follows the rollout', async () => {
  const { page, errors } = await place.signedIn()
  const replace = await edit(page, 'gateway')
  await page.getByText('No changes yet.').waitFor()
  await replace('gateway:17', 'gateway:18')
  await page.getByText('One change will be sent:').waitFor()
  await page.getByText('replace /spec/template/spec/containers/0/image').waitFor()
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await page.getByRole('button', { name: 'Save' }).click()
  expect((await sent).postDataJSON()).toMatchObject([{ op: 'test' }, { op: 'replace' }])
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  expect(JSON.stringify((await place.kube.get(deployment('gateway'))).spec)).toContain('gateway:18')
  expect(errors).toEqual([])
})

test('shows a concurrent change and merges both', async () => {
  const { page } = await place.signedIn()
  const replace = await edit(page, 'portal')
  await replace('portal:2.4.1', 'portal:2.5.0')
  const operations = [{ op: 'replace' as const, path: '/spec/replicas', value: 3 }]
  await place.kube.patch(deployment('portal'), { type: 'json', operations })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('cell', { name: 'spec.replicas' }).waitFor()
  await page.getByRole('button', { name: 'Continue with the latest' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  const { spec } = await place.kube.get(deployment('portal'))
  expect(spec?.['replicas']).toBe(3)
  expect(JSON.stringify(spec)).toContain('portal:2.5.0')
})

test('does not send another object or invalid YAML', async () => {
  const { page } = await place.signedIn()
  const replace = await edit(page, 'redis')
  await replace('name: redis', 'name: other')
  await page.getByText('metadata.name identifies the object').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await replace('name: other', 'name: [')
  await page.getByText('This is not YAML').waitFor()
})
