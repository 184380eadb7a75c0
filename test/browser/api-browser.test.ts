import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, type Console } from './console.ts'

/** Create, Edit, Delete and action buttons, as schema and permissions offer them. */
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

const v3 = (path: string) => `${place.url}/v3/project/${place.project}/${path}`
const deployment = (name: string) => `/apis/apps/v1/namespaces/default/deployments/${name}`

test('creates, changes and deletes a workload with form fields only', async () => {
  const { page, errors } = await place.signedIn()
  await page.goto(v3('workloads'))
  await page.getByRole('button', { name: 'Create workload' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('name (required)').fill('made')
  await dialog.getByLabel('namespaceId (required)').fill('default')
  await dialog.getByRole('button', { name: 'Add: containers' }).click()
  const container = dialog.getByRole('group', { name: 'containers 1' })
  await container.getByLabel(/^name/).fill('made')
  await container.getByLabel(/^image( |$)/).fill('registry.example/made:1')
  expect(await dialog.locator('textarea').count()).toBe(0)
  await dialog.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="201"]').waitFor()
  expect(JSON.stringify((await place.kube.get(deployment('made'))).spec)).toContain('registry.example/made:1')

  await page.goto(v3('workloads/deployment:default:made'))
  await page.getByRole('button', { name: 'Edit' }).click()
  await dialog.getByLabel('scale').fill('2')
  await dialog.getByRole('button', { name: 'Show Request' }).click()
  // only the changed fields
  await dialog.getByRole('tab', { name: 'HTTP' }).click()
  const sent = (await dialog.locator('[data-form=http]').textContent())?.split('\n\n')[1] ?? ''
  expect(JSON.parse(sent)).toEqual({ scale: 2 })
  await dialog.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="200"]').waitFor()
  expect((await place.kube.get(deployment('made'))).spec?.['replicas']).toBe(2)

  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('This cannot be undone.').waitFor()
  await dialog.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="204"]').waitFor()
  await expect(place.kube.get(deployment('made'))).rejects.toThrow(/not found/)
  expect(errors).toEqual([])
})

test('actions are buttons that show their request before sending it', async () => {
  const { page } = await place.signedIn()
  await page.goto(v3('workloads/deployment:default:portal'))
  await page.getByRole('button', { name: 'pause' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Show Request' }).click()
  await page.locator('[data-form=curl]').getByText('action=pause').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="200"]').waitFor()
  expect((await place.kube.get(deployment('portal'))).spec?.['paused']).toBe(true)
})

test('shows a rejection at the field it names', async () => {
  const { page } = await place.signedIn()
  await page.goto(v3('workloads'))
  await page.getByRole('button', { name: 'Create workload' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('namespaceId (required)').fill('default')
  await dialog.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="422"]').waitFor()
  expect(await dialog.getByLabel('name (required)').first().getAttribute('aria-invalid')).toBe('true')
})

test('filters, sorting and paging follow the schema', async () => {
  const { page } = await place.signedIn()
  await page.goto(v3('workloads?limit=2'))
  await page.getByText('6 in all').waitFor()
  await page.getByLabel('Filters').first().selectOption('name')
  await page.getByLabel('Value').fill('redis')
  await page.getByRole('button', { name: 'Add filter' }).click()
  await page.getByText('1 in all').waitFor()
  expect(new URL(page.url()).searchParams.get('name')).toBe('redis')
  await page.getByRole('button', { name: 'Remove: name eq redis' }).click()
  await page.getByText('6 in all').waitFor()
  await page.getByLabel('Order').selectOption('desc')
  await expect.poll(() => new URL(page.url()).searchParams.get('order')).toBe('desc')
})

test('creates, edits and deletes other types the same way', async () => {
  const { page } = await place.signedIn()
  await page.goto(v3('configMaps'))
  await page.getByRole('button', { name: 'Create configMap' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('name', { exact: true }).fill('greeting')
  await dialog.getByLabel(/^namespaceId/).fill('default')
  await dialog.getByText(/unset fields/).click()
  await dialog.locator('summary', { hasText: /^data/ }).click()
  await dialog.getByRole('button', { name: 'Add: data' }).click()
  await dialog.getByLabel('Name', { exact: true }).fill('word')
  await dialog.getByLabel('Value: word').fill(`it's "hello" $HOME`)
  await dialog.getByRole('button', { name: 'Send Request' }).click()
  await page.locator('[data-status="201"]').waitFor()
  const made = await place.kube.get('/api/v1/namespaces/default/configmaps/greeting')
  expect(made['data']).toEqual({ word: `it's "hello" $HOME` })
})
