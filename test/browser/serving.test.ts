import type { Response } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsole, signIn, type Console } from './console.ts'

let place: Console

beforeAll(async () => {
  place = await openConsole()
})

afterAll(() => place[Symbol.asyncDispose]())

test('the first load is below 100 kB, from this server only, and cacheable forever', async () => {
  const { page } = await place.open()
  const responses: Response[] = []
  page.on('response', (response) => responses.push(response))
  await page.goto(place.url)
  await signIn(page)
  await page.locator('.list-row').first().waitFor()
  expect(responses.filter((response) => !response.url().startsWith(place.url))).toEqual([])
  const files = responses.filter((response) => !/\/(v3|v3-public|k8s)\//.test(response.url()))
  const sizes = await Promise.all(files.map(async (response) => (await response.request().sizes()).responseBodySize))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(100_000)
  const assets = files.filter((response) => response.url().includes('/assets/'))
  const caching = new Set(assets.map((response) => response.headers()['cache-control']))
  expect(caching).toEqual(new Set(['public, max-age=31536000, immutable']))
})

test('pages run only our own files and cannot be framed', async () => {
  const { page } = await place.open()
  for (const path of ['/', '/apikeys', '/v3/projects', '/v3/nosuch']) {
    const policy = (await page.goto(place.url + path))?.headers()['content-security-policy']
    expect(policy).toContain("default-src 'none'; script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  }
})

test('every v3 address is a page for browsers and JSON for programs, sign-in included', async () => {
  const { page } = await place.open()
  const path = `${place.url}/v3/project/${place.project}/workloads?limit=2`
  const answer = await page.goto(path)
  expect(answer?.status()).toBe(401)
  await signIn(page)
  await page.getByRole('button', { name: 'Later' }).click()
  await page.getByText('6 in all').waitFor()
  await page.getByRole('link', { name: 'Next' }).click()
  await page.getByRole('link', { name: 'Previous' }).waitFor()
  const key = await place.server.issueKey()
  const program = await page.request.get(path, { headers: { authorization: `Bearer ${key}`, 'user-agent': 'curl/8' } })
  expect(program.headers()['content-type']).toBe('application/json')
})

test('a session needs a CSRF token at the Kubernetes door, too', async () => {
  const { page } = await place.signedIn()
  const path = `/k8s/clusters/${place.project.split(':')[0]}/api/v1/namespaces/default/configmaps`
  const status = (csrf: boolean) =>
    page.evaluate(
      async ([address, shown]) => {
        const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'x-' } })
        const token = /CSRF=([^;]*)/.exec(document.cookie)?.[1] ?? ''
        const headers = { 'content-type': 'application/json', ...(shown && { 'x-api-csrf': token }) }
        return (await fetch(address, { method: 'POST', headers, body })).status
      },
      [path, csrf] as const,
    )
  expect(await status(false)).toBe(422)
  expect(await status(true)).toBe(201)
})
