import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, signIn, type Console } from './console.ts'

/** The article's scenario: sign in, create a key, change an image, see the pods replaced. */
let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

test('from sign-in to replaced pods', async () => {
  const { page, errors } = await place.open()
  await page.goto(place.url)
  await signIn(page, 'not the password')
  await page.getByText('is wrong').waitFor()
  await signIn(page)
  await page.getByText('Choose your own').waitFor()
  await page.getByRole('button', { name: 'Later' }).click()
  await page.getByRole('searchbox').fill('admin-m')
  await page.getByText('1 of 6 workloads').waitFor()
  await page.getByRole('link', { name: 'admin-master' }).click()
  await expect.poll(() => page.title()).toBe('admin-master · Workloads · Drover')
  const oldPod = await page.getByRole('cell', { name: /^admin-master-/ }).textContent()
  await page.getByRole('button', { name: 'Change image' }).click()
  // the tag is selected, so typing replaces it
  await page.getByRole('combobox', { name: 'Image of admin-master' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.type('33')
  expect(await page.getByRole('combobox', { name: 'Image of admin-master' }).inputValue()).toBe(
    '10.212.82.86:1180/java/admin-master:33',
  )
  await page.getByText('Replaces its 1 pod step by step').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  const pods = page.getByRole('cell', { name: /^admin-master-/ })
  await expect.poll(() => pods.allTextContents(), { timeout: 10_000 }).not.toContain(oldPod)
  const { spec } = await place.kube.get('/apis/apps/v1/namespaces/default/deployments/admin-master')
  expect(JSON.stringify(spec)).toContain('admin-master:33')
  expect(errors).toEqual([])
})

test('undo restores the images of a revision', async () => {
  const { page } = await place.signedIn()
  await page.getByRole('link', { name: 'gateway' }).click()
  await page.getByRole('button', { name: 'Change image' }).click()
  await page.locator('dialog input:focus').waitFor()
  await page.keyboard.type('18')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByRole('button', { name: 'Go back to these images' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Go back to these images' }).click()
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
  const image = async () => JSON.stringify((await place.kube.get(deployment('gateway'))).spec)
  await expect.poll(image, { timeout: 10_000 }).toContain('gateway:17')
})

test('a missing image fails, says why and is rolled back', async () => {
  const { page } = await place.signedIn()
  await page.getByRole('link', { name: 'redis' }).click()
  await page.getByRole('button', { name: 'Change image' }).click()
  await page.locator('dialog input:focus').waitFor()
  await page.keyboard.type('missing')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The rollout failed' }).waitFor()
  await page.getByText('The old images were restored').waitFor()
  await page.getByText('Evidence').waitFor()
  expect(JSON.stringify((await place.kube.get(deployment('redis'))).spec)).toContain('redis:5.0.9')
})

test('does not overwrite a concurrent change', async () => {
  const { page } = await place.signedIn()
  await page.getByRole('link', { name: 'portal' }).click()
  await page.getByRole('button', { name: 'Change image' }).click()
  await page.locator('dialog input:focus').waitFor()
  await page.keyboard.type('2.5.0')
  await setImage('portal', '10.212.82.86:1180/web/portal:2.4.9')
  await page.getByText('Somebody else changed this image').waitFor()
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Change image' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Start over from theirs' }).click()
  expect(await page.getByRole('combobox', { name: 'Image of portal' }).inputValue()).toContain(':2.4.9')
})

test('an expired session is renewed over the page and pending work continues', async () => {
  const { page, context } = await place.signedIn()
  await page.getByRole('link', { name: 'orders' }).click()
  await page.getByRole('button', { name: 'Change image' }).click()
  await page.locator('dialog input:focus').waitFor()
  await page.keyboard.type('10')
  await context.clearCookies({ name: 'R_SESS' })
  await page.getByText('Your session has expired').waitFor()
  await page.getByRole('dialog', { name: 'Sign in' }).getByLabel('Password').fill('a password for tests')
  await page.getByRole('dialog', { name: 'Sign in' }).getByRole('button').click()
  await page.getByRole('dialog', { name: 'Sign in' }).waitFor({ state: 'detached' })
  expect(await page.getByRole('combobox', { name: 'Image of orders' }).inputValue()).toContain('orders:10')
  await page.getByRole('dialog').getByRole('button', { name: 'Change image' }).click()
  await page.getByRole('heading', { name: 'The new image is running' }).waitFor()
})

test('while the server is down, the page shows the age of its data', async () => {
  const { page } = await place.signedIn()
  await page.locator('.list-row').first().waitFor()
  await page.route('**/v3/project/**', (route) => route.abort())
  await page.getByText('The server is not responding').waitFor()
  expect(await page.locator('.list-row').count()).toBe(6)
  await page.unroute('**/v3/project/**')
  await page.getByText('The server is not responding').waitFor({ state: 'detached' })
})

test('a project without access is not shown as one without workloads', async () => {
  const { page } = await place.signedIn()
  await page.goto(`${place.url}/p/c-l5nxb:p-nosuch/workloads`)
  await page.getByText('Project not found').waitFor()
})

test('signing out ends the session on the server', async () => {
  const { page, context } = await place.signedIn()
  const cookies = await context.cookies()
  const session = cookies.find(({ name }) => name === 'R_SESS')?.value ?? ''
  await page.getByLabel('Account').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('User name').waitFor()
  const answer = await page.request.get(`${place.url}/v3/projects`, { headers: { authorization: `Bearer ${session}` } })
  expect(answer.status()).toBe(401)
})

function deployment(name: string): string {
  return `/apis/apps/v1/namespaces/default/deployments/${name}`
}

async function setImage(name: string, image: string): Promise<void> {
  const operations = [{ op: 'replace' as const, path: '/spec/template/spec/containers/0/image', value: image }]
  await place.kube.patch(deployment(name), { type: 'json', operations })
}
