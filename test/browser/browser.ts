import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/** Launches the bundled browser, which ignores certificate errors. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // its default arguments are for a single page in one process
    args: [...chromium.args.filter((arg) => arg !== '--single-process'), '--ignore-certificate-errors'],
    headless: true,
  })
}
