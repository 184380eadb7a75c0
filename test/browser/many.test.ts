import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

/** One image of many workloads, changed in waves. */
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

const path = '/apis/apps/v1/namespaces/default/deployments'

/** `breaks`: no image can be pulled for its pods. */
async function create(name: string, repository: string, breaks = false): Promise<void> {
  const labels = { app: name }
  const annotations = breaks ? { 'drover.dev/pod-life': 'pull-not-found' } : {}
  const spec = { containers: [{ name: 'app', image: `registry.example/${repository}:1` }] }
  const selector = { matchLabels: labels }
  const template = { metadata: { labels, annotations }, spec }
  const metadata = { name, namespace: 'default' }
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, selector, template } }
  await place.kube.create(path, object)
}

async function images(prefix: string): Promise<Record<string, string>> {
  const { items } = await place.kube.list(path)
  const entries = items
    .filter(({ metadata }) => metadata.name?.startsWith(prefix))
    .map(({ metadata, spec }) => [metadata.name, /"image":"[^"]*:(\w+)"/.exec(JSON.stringify(spec))?.[1]])
  return Object.fromEntries(entries) as Record<string, string>
}

test('changes one first, then the others, and leaves unselected workloads alone', async () => {
  for (const name of ['good-1', 'good-2', 'good-3', 'good-4']) await create(name, 'good')
  const { page } = await place.signedIn()
  await page.goto(`${place.url}/p/${place.project}/images`)
  await page.getByRole('row').filter({ hasText: 'registry.example/good' }).getByText('4 workloads').waitFor()
  await page.getByRole('button', { name: 'registry.example/good' }).click()
  await page.getByRole('checkbox', { name: 'Change deployment:default:good-4' }).uncheck()
  await page.getByLabel('New tag').fill('2')
  await page.getByRole('button', { name: 'Change 3 workloads' }).click()
  await expect.poll(() => page.getByText('1 new pod ready').count(), { timeout: 60_000 }).toBe(3)
  expect(await images('good')).toEqual({ 'good-1': '2', 'good-2': '2', 'good-3': '2', 'good-4': '1' })
})

test('starts nothing more after a failure', async () => {
  await create('bad-1', 'bad', true)
  for (const name of ['bad-2', 'bad-3']) await create(name, 'bad')
  const { page } = await place.signedIn()
  await page.goto(`${place.url}/p/${place.project}/images`)
  await page.getByRole('button', { name: 'registry.example/bad' }).click()
  await page.getByLabel('New tag').fill('2')
  await page.getByRole('button', { name: 'Change 3 workloads' }).click()
  await page.getByRole('row').filter({ hasText: 'bad-1' }).locator('.state-bad').waitFor({ timeout: 60_000 })
  await expect.poll(() => page.getByText('not started').count()).toBe(2)
  expect(await images('bad')).toEqual({ 'bad-1': '2', 'bad-2': '1', 'bad-3': '1' })
})

test('rejects an invalid tag before anything happens', async () => {
  await create('other', 'other')
  const { page } = await place.signedIn()
  await page.goto(`${place.url}/p/${place.project}/images`)
  await page.getByRole('button', { name: 'registry.example/other' }).click()
  await page.getByLabel('New tag').fill('not a tag')
  await page.locator('.field-problem').waitFor()
  expect(await page.getByRole('button', { name: 'Change 1 workload' }).isDisabled()).toBe(true)
})
