import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

let place: Console
const count = 10_000

beforeAll(async () => {
  place = await openConsole()
  for (let index = 0; index < count; index += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, at) => create(index + at)))
  }
}, 120_000)

afterAll(() => place[Symbol.asyncDispose]())

test('ten thousand workloads need only a few dozen rows in the DOM and are filtered while typing', async () => {
  const { page, errors } = await place.signedIn()
  await page.getByText(`${count + 6} workloads`).waitFor({ timeout: 60_000 })
  const rows = page.locator('.list-row')
  expect(await rows.count()).toBeLessThan(80)
  const scroller = page.locator('.list-scroll')
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await scroller.evaluate((element, share) => {
      element.scrollTop = element.scrollHeight * share
    }, part)
    await expect
      .poll(() => rows.first().getAttribute('data-index').then(Number), { timeout: 10_000 })
      .toBeGreaterThan(count * part - 60)
    expect(await rows.count()).toBeLessThan(80)
  }
  await page.getByRole('searchbox').fill('scaled-09876')
  await page.getByText(`1 of ${count + 6} workloads`).waitFor()
  expect(errors).toEqual([])
})

async function create(index: number): Promise<void> {
  const name = `scaled-${String(index).padStart(5, '0')}`
  const labels = { app: name }
  await place.kube.create('/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: `registry.example/app-${index}:1` }] },
      },
    },
  })
}
