import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { createSandboxControl } from '#services/ops/advance-clock/sandbox-control.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { openBrowser } from './browser.js'
import { builtDashboard } from './built-dashboard.js'
import { GIVE_UP_MS, SANDBOX_TOKEN, startTestServer, type TestServer } from './test-server.js'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

export interface PageOptions {
  /** Width of the window in pixels. Default 1280. */
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
  /** Origins of pages that are not ours, for example of an identity provider. Their errors are no problems. */
  readonly foreign?: readonly string[]
}

/** One window of the dashboard, with its own storage. */
export interface DashboardPage {
  readonly page: Page
  /** Errors of the page and of its console, and requests to other machines. */
  readonly problems: readonly string[]
  /** Waits for the stream of the account. */
  readonly live: () => Promise<void>
  /** Waits until nothing of the page is loading. */
  readonly loaded: () => Promise<void>
  /** Rules of axe-core that the page breaks, each with the first element. */
  readonly axe: () => Promise<string[]>
  readonly scrollsSideways: () => Promise<boolean>
  /** Pays on the page of the sandbox's provider. */
  readonly pay: (card: string) => Promise<void>
  /** Signs in on the first page. */
  readonly signIn: (name: 'Ann' | 'Vera' | 'Ops') => Promise<void>
  readonly close: () => Promise<void>
}

export interface DashboardServer {
  readonly server: TestServer
  readonly browser: Browser
  /** Opens a page of the dashboard, for example `/plans`. */
  readonly open: (path: string, options?: PageOptions) => Promise<DashboardPage>
  readonly close: () => Promise<void>
}

/** A server with the built dashboard, and a browser. The build and the start take seconds: once for each test file. */
export async function startDashboard(options: Parameters<typeof startTestServer>[0] = {}): Promise<DashboardServer> {
  const server: TestServer = await startTestServer({
    ...options,
    env: { DASHBOARD: await builtDashboard(), ...options.env },
    app: {
      signSandboxToken: ({ email, roles }) => server.token(email, { roles: roles as never }),
      sandboxControl: (method, path, body) =>
        createSandboxControl(new URL(server.sandbox.url), SANDBOX_TOKEN, systemTimers)(method, path, body),
      ...options.app,
    },
  })
  const browser = await openBrowser()
  return {
    server,
    browser,
    open: (path, page) => openPage(browser, `${server.url}/dashboard${path}`, page),
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<DashboardPage> {
  const { width = 1280, colorScheme = 'light', foreign = [] } = options
  const isForeign = (address: string) => foreign.some((origin) => address.startsWith(origin))
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale: 'en-US' })
  context.setDefaultTimeout(GIVE_UP_MS)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error' && !isForeign(line.location().url)) problems.push(line.text())
  })
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url()) && !isForeign(request.url()))
      problems.push(request.url())
  })
  await page.goto(url)
  return {
    page,
    problems,
    live: () => page.getByText('Live', { exact: true }).waitFor(),
    loaded: () => page.locator('[aria-busy=true], [aria-label=Loading]').first().waitFor({ state: 'detached' }),
    axe: () => violationsOf(page),
    scrollsSideways: () => page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth'),
    pay: (card) => pay(page, card),
    signIn: (name) => page.getByRole('button', { name: `Sign in as ${name}` }).click(),
    close: () => context.close(),
  }
}

/** Colors change gradually: waits until every transition has ended, also one that begins with the next frames. */
const ANIMATIONS_ENDED = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const running = () => document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity && each.playState === 'running')
  for (let quietFrames = 0; quietFrames < 5; quietFrames = running().length ? 0 : quietFrames + 1) {
    await Promise.allSettled(running().map((each) => each.finished))
    await frame()
  }
})()`

/** Evaluated by the debugger, so that the policy of the page stays in force. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(ANIMATIONS_ENDED)
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: AXE })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes[0].html)))`,
    awaitPromise: true,
  })
  await session.detach()
  return JSON.parse(String(result.value)) as string[]
}

async function pay(page: Page, card: string): Promise<void> {
  await page.getByLabel('Card number').fill(card)
  await page.getByLabel('Expiry').fill('12 / 34')
  await page.getByLabel('CVC').fill('123')
  await page.getByLabel('Name on card').fill('Ann Example')
  await page.getByRole('button', { name: 'Pay' }).click()
}
