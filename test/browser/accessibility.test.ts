import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

const visits: [string, (page: Page, path: (path: string) => string) => Promise<void>][] = [
  ['workloads', async (page, path) => void (await page.goto(path('/p/PROJECT/workloads')))],
  [
    'a workload',
    async (page, path) => void (await page.goto(path('/p/PROJECT/workload/deployment:default:admin-master'))),
  ],
  [
    'changing an image',
    async (page, path) => {
      await page.goto(path('/p/PROJECT/workload/deployment:default:admin-master?change'))
      await page.getByRole('combobox', { name: 'Image of admin-master' }).fill('10.212.82.86:1180/java/admin-master:40')
    },
  ],
  [
    'editing YAML',
    async (page, path) => {
      await page.goto(path('/p/PROJECT/workload/deployment:default:admin-master'))
      await page.getByRole('tab', { name: 'YAML' }).click()
      await page.getByRole('button', { name: 'Edit' }).click()
      await page.getByRole('textbox', { name: 'YAML' }).fill('a: [')
    },
  ],
  [
    'many workloads',
    async (page, path) => {
      await page.goto(path('/p/PROJECT/images'))
      await page.getByRole('button', { name: /admin-master/ }).click()
    },
  ],
  ['images', async (page, path) => void (await page.goto(path('/p/PROJECT/images')))],
  ['clusters', async (page, path) => void (await page.goto(path('/clusters')))],
  ['keys', async (page, path) => void (await page.goto(path('/apikeys')))],
  [
    'adding a key',
    async (page, path) => {
      await page.goto(path('/apikeys'))
      await page.getByRole('button', { name: 'Add key' }).click()
    },
  ],
  [
    'a key that is shown once',
    async (page, path) => {
      await page.goto(path('/apikeys'))
      await page.getByRole('button', { name: 'Add key' }).click()
      await page.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('dialog', { name: 'This key is shown only once' }).waitFor()
    },
  ],
  ['the API browser', async (page, path) => void (await page.goto(path('/v3/project/PROJECT/workloads')))],
  [
    'editing in the API browser',
    async (page, path) => {
      await page.goto(path('/v3/project/PROJECT/workloads/deployment:default:admin-master'))
      await page.getByRole('button', { name: 'Edit' }).click()
      await page.getByLabel('image', { exact: true }).fill('other:1')
      await page.getByRole('dialog').getByRole('button', { name: 'Show Request' }).click()
    },
  ],
]

test.each(['light', 'dark'] as const)('axe has no serious findings on any page, %s', async (colorScheme) => {
  const { page } = await place.signedIn({ colorScheme, bypassCSP: true })
  const found: string[] = []
  for (const [name, visit] of visits) {
    await visit(page, (path) => place.url + path.replace('PROJECT', place.project))
    await page.waitForTimeout(700)
    found.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`))
  }
  expect(found).toEqual([])
})

test('no page overflows a phone', async () => {
  const { page } = await place.signedIn({ viewport: { width: 390, height: 800 } })
  for (const [name, visit] of visits) {
    await visit(page, (path) => place.url + path.replace('PROJECT', place.project))
    await page.waitForTimeout(500)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect([name, wide]).toEqual([name, 0])
  }
})

test('a change works by keyboard alone', async () => {
  const { page } = await place.signedIn()
  await page.locator('.list-row').first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('stock')
  await page.getByText('1 of 6').waitFor()
  const link = page.getByRole('link', { name: 'stock' })
  for (let press = 0; press < 12 && !(await link.evaluate((one) => one === document.activeElement)); press++) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  const button = page.getByRole('button', { name: 'Change image' })
  await button.waitFor()
  for (let press = 0; press < 20 && !(await button.evaluate((one) => one === document.activeElement)); press++) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Image of stock' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.type('13')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
})

test('switches to Chinese and remembers it', async () => {
  const { page } = await place.signedIn()
  await page.getByLabel('Account').click()
  await page.getByLabel('Language').selectOption('zh')
  await page.getByRole('heading', { name: '工作负载' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: '工作负载' }).waitFor()
})

test("reports a failed change in Chinese, next to the cluster's own words", async () => {
  const { page } = await place.signedIn({ locale: 'zh-CN' })
  await page.goto(`${place.url}/p/${place.project}/workload/deployment:default:gateway?change`)
  await page.locator('dialog input:focus').waitFor()
  await page.keyboard.type('missing')
  await page.getByText('逐步替换 2 个 Pod').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '发布失败' }).waitFor()
  await page.getByText('镜像仓库中没有此镜像。').waitFor()
  await page.getByText('已恢复原来的镜像。').waitFor()
  await page.locator('.said', { hasText: 'not found' }).waitFor()
})

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}
