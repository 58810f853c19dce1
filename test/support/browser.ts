import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Path of this machine's browser. Null if there is none, and page tests are skipped. */
export const browserPath: string | null = PATHS.find((path) => existsSync(path)) ?? null

/** Why page tests are skipped; null where they can run. */
export const noBrowser = browserPath ? null : 'this machine has no chromium'

/** Headless browser that connects to this machine only. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
