import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
/** Chromium without windows: the same pages take a quarter less processor time. Navigation of frames differs. */
const SHELL_PATH = '/usr/bin/chromium-headless-shell'

/** Path of this machine's browser with windows. Null if there is none, and page tests are skipped. */
export const browserPath: string | null = PATHS.find((path) => existsSync(path)) ?? null

/** Why page tests are skipped; null where they can run. */
export const noBrowser = browserPath ? null : 'this machine has no chromium'

/** Headless browser that connects to this machine only. */
export const openBrowser = (): Promise<Browser> => launch(browserPath!)

/** The browser for pages without frames, which takes less processor time where the machine has it. */
export const openShell = (): Promise<Browser> => launch(existsSync(SHELL_PATH) ? SHELL_PATH : browserPath!)

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
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
