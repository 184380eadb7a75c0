import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

/** Help with choosing an image. */
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

async function open(workload: string, page: Page) {
  await page.goto(`${place.url}/p/${place.project}/workload/${workload}?change`)
  const name = workload.split(':')[2] ?? ''
  const field = page.getByRole('combobox', { name: `Image of ${name}` })
  await field.and(page.locator(':focus')).waitFor()
  const options = page.getByRole('listbox').getByRole('option')
  return { field, options }
}

test("suggests the registry's tags, best match first, filtered while typing", async () => {
  const { page, errors } = await place.signedIn()
  const { field, options } = await open('deployment:default:admin-master', page)
  await options.first().waitFor()
  expect((await options.allTextContents()).slice(0, 3)).toEqual(['36', '35', '34'])
  await page.getByText('and 11 more').waitFor()
  await page.keyboard.type('1')
  await expect.poll(() => options.allTextContents()).toEqual(['31', '21', '19', '18'])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await field.inputValue()).toBe('10.212.82.86:1180/java/admin-master:21')
  await page.getByText('Replaces its 1 pod step by step').waitFor()
  expect(errors).toEqual([])
})

test('warns about a tag that the registry does not have but allows the change', async () => {
  const { page } = await place.signedIn()
  await open('deployment:default:portal', page)
  await page.getByRole('option', { name: '2.5.0' }).waitFor()
  await page.keyboard.type('2.4.2')
  await page.getByText('The registry has no such tag.').waitFor()
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Change image' }).isEnabled()).toBe(true)
  await page.getByRole('option', { name: '2.4.10' }).waitFor({ state: 'detached' })
})

test('Escape closes the choices first, then the dialog', async () => {
  const { page } = await place.signedIn()
  const { field, options } = await open('deployment:default:portal', page)
  await options.first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.locator('[role=option][aria-selected=true]').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('[role=option][aria-selected=true]').waitFor({ state: 'detached' })
  await field.waitFor()
  await page.keyboard.press('Escape')
  await field.waitFor({ state: 'detached' })
})

test('reports an unreachable registry without blocking anything', async () => {
  const { page } = await place.signedIn()
  place.registry.delete('10.212.82.86:1180/java/stock')
  const { field } = await open('deployment:shop:stock', page)
  await page.getByText('The registry has no such repository.').waitFor()
  await page.keyboard.type('13')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  await field.waitFor({ state: 'detached' })
})

test("offers the container's previous images", async () => {
  const { page } = await place.signedIn()
  await open('deployment:default:gateway', page)
  await page.keyboard.type('18')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  await page.getByRole('button', { name: 'Change image' }).click()
  await page.getByRole('group', { name: 'Used before' }).getByRole('option', { name: '17' }).click()
  await page.keyboard.press('Enter')
  const image = async () =>
    JSON.stringify((await place.kube.get('/apis/apps/v1/namespaces/default/deployments/gateway')).spec)
  await expect.poll(image, { timeout: 10_000 }).toContain('gateway:17')
})
