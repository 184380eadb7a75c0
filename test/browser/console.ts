import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { article } from '../../src/cli/sample/article.ts'
import { sampleNamed } from '../../src/cli/sample/samples.ts'
import { registryTags } from '../../src/cli/serve/registry-tags.ts'
import { startServer, type RunningServer } from '../../src/cli/serve/start-server.ts'
import { openCluster } from '../../src/cluster/index.ts'
import { connect, type KubeClient } from '../../src/kube/index.ts'
import { openBrowser } from './browser.ts'
import { articleTags, registryOf, type RegistryTags } from './registry.ts'

/** A server with the article's sample data, a browser in front of it and the cluster behind it. */
export interface Console extends AsyncDisposable {
  url: string
  caFile: string
  project: string
  server: RunningServer['server']
  kube: KubeClient
  /** Contents of the registries. */
  registry: RegistryTags
  browser: Browser
  /** A page in a fresh browser context: no cookies, no storage. */
  open(
    options?: Parameters<Browser['newContext']>[0],
  ): Promise<{ page: Page; context: BrowserContext; errors: string[] }>
  /** The same, signed in, on the list of workloads. */
  signedIn(options?: Parameters<Browser['newContext']>[0]): ReturnType<Console['open']>
}

export const adminPassword = 'a password for tests'

export async function openConsole(): Promise<Console> {
  const directory = await mkdtemp(join(tmpdir(), 'drover-browser-'))
  const cluster = await openCluster()
  const registry = articleTags()
  const running = await startServer({
    listen: { host: '127.0.0.1', port: 0 },
    cluster: { kube: cluster.fetch, directory },
    tls: 'own',
    sample: sampleNamed('article'),
    adminPassword,
    askForTags: registryTags({ fetch: registryOf(registry), now: Date.now }),
    onFailure: () => undefined,
    now: Date.now,
  })
  const browser = await openBrowser()
  const { url, server } = running
  const open: Console['open'] = async (options) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB', ...options })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) errors.push(message.text())
    })
    return { page, context, errors }
  }
  return {
    url,
    caFile: running.ca?.file ?? '',
    project: `${article.clusterId}:${article.projectId}`,
    server,
    kube: connect({ fetch: cluster.fetch }),
    registry,
    browser,
    open,
    async signedIn(options) {
      const opened = await open(options)
      await opened.page.goto(url)
      await signIn(opened.page)
      // postpones the password change
      await opened.page.locator('dialog footer button').first().click()
      return opened
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await running[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** In the browser's preferred language. */
export async function signIn(page: Page, password = adminPassword, username = 'admin'): Promise<void> {
  await page.locator('[autocomplete=username]').fill(username)
  await page.locator('[autocomplete=current-password]').fill(password)
  await page.locator('form button[type=submit]').click()
}
