import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminPassword, openConsole, signIn, type Console } from './console.ts'

/** Users, sessions and permissions. */
let place: Console
let key = ''

beforeAll(async () => {
  place = await openConsole()
  key = await place.server.issueKey()
})

afterAll(() => place[Symbol.asyncDispose]())

/** A user with one role in the project, or none. */
async function createUser(page: Page, username: string, roleTemplateId?: string): Promise<void> {
  // acts as a program, since browsers need a CSRF token for changes
  const headers = { authorization: `Bearer ${key}`, 'user-agent': 'tests' }
  const post = async (path: string, data: object) => {
    const answer = await page.request.post(place.url + path, { data, headers })
    expect(answer.status()).toBe(201)
    return (await answer.json()) as { id: string }
  }
  const { id: userId } = await post('/v3/users', { username, password: adminPassword, name: username })
  await post('/v3/globalRoleBindings', { userId, globalRoleId: 'user-base' })
  const projectId = place.project
  if (roleTemplateId) await post('/v3/projectRoleTemplateBindings', { userId, projectId, roleTemplateId })
}

test('requires a new password at the first sign-in, once', async () => {
  const { page } = await place.open()
  await page.goto(place.url)
  await signIn(page)
  await page.getByText('Choose your own').waitFor()
  await page.getByLabel('Current password').fill(adminPassword)
  await page.getByLabel('New password', { exact: true }).fill('a password of my own')
  await page.getByLabel('Repeat new password').fill('a password of my won')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The new passwords differ.').waitFor()
  await page.getByLabel('Repeat new password').fill('a password of my own')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  const again = await place.open()
  await again.page.goto(place.url)
  await signIn(again.page)
  await again.page.getByText('is wrong').waitFor()
  await signIn(again.page, 'a password of my own')
  await again.page.locator('.list-row').first().waitFor()
  expect(await again.page.getByRole('dialog').count()).toBe(0)
})

test('changing a password requires the current one', async () => {
  const { page } = await place.open()
  await createUser(page, 'ann', 'project-member')
  await page.goto(place.url)
  await signIn(page, adminPassword, 'ann')
  await page.getByLabel('Account').click()
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByLabel('Current password').fill('guessed')
  await page.getByLabel('New password', { exact: true }).fill('another password')
  await page.getByLabel('Repeat new password').fill('another password')
  const submit = page.getByRole('dialog').getByRole('button', { name: 'Change password' })
  await submit.click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.getByLabel('Current password').fill(adminPassword)
  await submit.click()
  await page.getByText('Password changed.').waitFor()
})

test('a member of one project sees only that project and changes an image in it', async () => {
  const { page, errors } = await place.open()
  await createUser(page, 'ben', 'project-member')
  await page.goto(place.url)
  await signIn(page, adminPassword, 'ben')
  await page.getByText('6 workloads').waitFor()
  // no choice of projects
  expect(await page.getByLabel('Project').count()).toBe(0)
  await page.getByRole('link', { name: 'stock' }).click()
  await page.getByRole('button', { name: 'Change image' }).click()
  await page.locator('dialog input:focus').waitFor()
  await page.keyboard.type('13')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  await page.getByRole('link', { name: 'Clusters' }).click()
  await page.getByRole('cell', { name: 'Default', exact: true }).waitFor()
  expect(await page.getByRole('cell', { name: 'System', exact: true }).count()).toBe(0)
  expect(errors).toEqual([])
})

test('a reader is told so and offered no changes', async () => {
  const { page } = await place.open()
  await createUser(page, 'eve', 'read-only')
  await page.goto(`${place.url}/p/${place.project}/workload/deployment:default:portal?change`)
  await signIn(page, adminPassword, 'eve')
  await page.getByText('read-only').waitFor()
  const offered = () => page.getByRole('button', { name: /Change image|Restart|Pause|Edit/ }).count()
  expect(await offered()).toBe(0)
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.getByRole('tab', { name: 'YAML' }).click()
  await page.getByRole('button', { name: 'Copy', exact: true }).waitFor()
  expect(await offered()).toBe(0)
  await page.getByRole('link', { name: 'View in API' }).click()
  await page.getByText('read-only').waitFor()
  expect(await page.getByRole('button', { name: /Edit|Delete|redeploy/ }).count()).toBe(0)
})

test('a user without projects is told whom to ask', async () => {
  const { page } = await place.open()
  await createUser(page, 'zoe')
  await page.goto(place.url)
  await signIn(page, adminPassword, 'zoe')
  await page.getByText('You have no access to any project').waitFor()
})
