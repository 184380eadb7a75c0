// `npm run screenshots`: recreates docs/screenshots from the built console with the article's sample data.
import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { article } from '../../src/cli/sample/article.ts'
import { openConsole, type Console } from './console.ts'

const folder = 'docs/screenshots'

/** File name, browser options, and the steps to the picture. */
const pictures: [string, Parameters<Console['open']>[0], (page: Page, place: Console) => Promise<void>][] = [
  ['workloads', {}, async (page) => page.locator('.list-row').first().waitFor()],
  ['change-image', {}, (page, place) => chooseTag(page, place, 'shop:orders', 'java/orders:10')],
  [
    'rollout',
    {},
    async (page, place) => {
      await page.goto(`${place.url}/p/${place.project}/workload/deployment:shop:orders?change`)
      await page.getByRole('combobox', { name: 'Image of orders' }).fill('10.212.82.86:1180/java/orders:10')
      await page.keyboard.press('Enter')
      await page.getByText('1 of 3 new pods ready').or(page.getByText('2 of 3 new pods ready')).first().waitFor()
    },
  ],
  [
    'rollout-failed',
    {},
    async (page, place) => {
      await page.goto(`${place.url}/p/${place.project}/workload/deployment:default:portal?change`)
      await page.getByRole('combobox', { name: 'Image of portal' }).fill('10.212.82.86:1180/web/portal:missing')
      await page.keyboard.press('Enter')
      await page.getByText('The old images were restored').waitFor()
    },
  ],
  [
    'add-key',
    {},
    async (page, place) => {
      await page.goto(`${place.url}/apikeys`)
      await page.getByRole('button', { name: 'Add key' }).click()
      await page.getByLabel('Description').fill('Jenkins, job shop-deploy')
      await page.getByText('One project').click()
    },
  ],
  [
    'api-browser',
    {},
    async (page, place) => {
      await page.goto(`${place.url}/v3/project/${place.project}/workloads/deployment:default:admin-master`)
      await page.locator('.json-list').first().waitFor()
    },
  ],
  [
    'show-request',
    {},
    async (page, place) => {
      await page.goto(`${place.url}/v3/project/${place.project}/workloads/deployment:default:admin-master`)
      await page.getByRole('button', { name: 'Edit' }).click()
      await page.getByLabel('image', { exact: true }).fill('10.212.82.86:1180/java/admin-master:33')
      await page.getByRole('dialog').getByRole('button', { name: 'Show Request' }).click()
      await page.locator('.request-text').scrollIntoViewIfNeeded()
    },
  ],
  ['images', {}, async (page, place) => void (await page.goto(`${place.url}/p/${place.project}/images`))],
  [
    'workload-dark',
    { colorScheme: 'dark' },
    async (page, place) =>
      void (await page.goto(`${place.url}/p/${place.project}/workload/deployment:default:admin-master`)),
  ],
  [
    'rollout-chinese',
    { locale: 'zh-CN' },
    async (page, place) => {
      await chooseTag(page, place, 'default:portal', 'web/portal:2.5.0')
      await page.keyboard.press('Enter')
      await page.getByText('2 个新 Pod 中 1 个就绪').waitFor()
    },
  ],
  [
    'change-image-chinese',
    { locale: 'zh-CN' },
    (page, place) => chooseTag(page, place, 'default:gateway', 'java/gateway:20'),
  ],
  [
    'workload-phone',
    { viewport: { width: 390, height: 720 } },
    async (page, place) => void (await page.goto(`${place.url}/p/${place.project}/workload/deployment:shop:orders`)),
  ],
  [
    'workloads-phone',
    { viewport: { width: 390, height: 720 } },
    async (page) => page.locator('.list-row').first().waitFor(),
  ],
]

async function chooseTag(page: Page, place: Console, workload: string, image: string): Promise<void> {
  await page.goto(`${place.url}/p/${place.project}/workload/deployment:${workload}?change`)
  await page.getByRole('listbox').getByRole('option').first().waitFor()
  await page.getByRole('dialog').getByRole('combobox').fill(`${article.registry}/${image}`)
}

await mkdir(folder, { recursive: true })
await using place = await openConsole()
const wanted = process.argv.slice(2)
for (const [name, options, show] of pictures) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { page, context } = await place.signedIn({ viewport: { width: 1200, height: 760 }, ...options })
  await show(page, place)
  await page.waitForTimeout(600)
  await page.screenshot({ path: `${folder}/${name}.png` })
  await context.close()
}
