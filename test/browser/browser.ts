import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/** The browser that comes with the tests. What the server's own certificate signs it takes on trust. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // its own arguments are for one page in one process
    args: [...chromium.args.filter((arg) => arg !== '--single-process'), '--ignore-certificate-errors'],
    headless: true,
  })
}
