import { readFileSync } from 'node:fs'
import type { Browser, Locator, Page, Request } from 'playwright-core'
import { createSandboxControl } from '#services/ops/advance-clock/sandbox-control.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { openShell } from './browser.js'
import { watchPlaces } from './moved-elements.js'
import { builtDashboard } from './built-dashboard.js'
import { eventually, GIVE_UP_MS, SANDBOX_TOKEN, startTestServer, type TestServer } from './test-server.js'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

export interface PageOptions {
  /** Width of the window in pixels. Default 1280. */
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
  /** Language of the browser. Default `en-US`. */
  readonly locale?: string
  /** Origins of pages that are not ours, for example of an identity provider. Their errors are no problems. */
  readonly foreign?: readonly string[]
  /** True to watch the places of buttons, for `movedElements`. */
  readonly watchesPlaces?: boolean
}

/** Lines of the browser about a busy server, which the client requests again. */
const BUSY = /responded with a status of (?:429|503)\b/

/** One window of the dashboard, with its own storage. */
export interface DashboardPage {
  readonly page: Page
  /** Errors of the page and of its console, and requests to other machines. */
  readonly problems: readonly string[]
  /** Waits for the stream of the page; a page of operators without one says when it reads again. */
  readonly live: () => Promise<void>
  /** Waits until the page of the address is shown, and nothing of it is loading. */
  readonly loaded: () => Promise<void>
  /** Follows a link, and waits until its page with this heading is shown and nothing of it is loading. */
  readonly follow: (link: string, heading: string) => Promise<void>
  /** Chooses an act from the menu of a row, or an act of an operator from that of an account. */
  readonly act: (name: string, row?: Locator) => Promise<void>
  /** Waits until an element with this label or text has the focus: after a dialog the focus returns a moment later. */
  readonly focused: (text: RegExp) => Promise<void>
  /** Moves the focus with the tab key to an element with this label or text. */
  readonly tabTo: (text: RegExp) => Promise<void>
  /** Rules of axe-core that the page breaks, each with the first element. */
  readonly axe: () => Promise<string[]>
  readonly scrollsSideways: () => Promise<boolean>
  /** Pays on the page of the sandbox's provider. */
  readonly pay: (card: string) => Promise<void>
  /** Signs in on the first page, and waits for the page that follows. */
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
  const browser = await openShell()
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
  const { width = 1280, colorScheme = 'light', locale = 'en-US', foreign = [], watchesPlaces = false } = options
  const isForeign = (address: string) => foreign.some((origin) => address.startsWith(origin))
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale })
  context.setDefaultTimeout(GIVE_UP_MS)
  const page = await context.newPage()
  if (watchesPlaces) await watchPlaces(page)
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error' && !isForeign(line.location().url) && !BUSY.test(line.text()))
      problems.push(line.text())
  })
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url()) && !isForeign(request.url()))
      problems.push(request.url())
  })
  const requests = openRequests(page)
  await page.goto(url)
  const isQuiet = () => page.evaluate<boolean>(IS_QUIET).catch(falseWhileLeaving)
  const loaded = async () => void (await eventually(async () => requests.size === 0 && (await isQuiet()), Boolean))
  return {
    page,
    problems,
    live: () =>
      page
        .locator('.connection[data-state=live]')
        .or(page.getByText(/^Updated /))
        .first()
        .waitFor(),
    loaded,
    follow: async (link, heading) => {
      await page.getByRole('link', { name: link, exact: true }).click()
      await page.getByRole('heading', { name: heading, level: 1, exact: true }).waitFor()
      await loaded()
    },
    act: async (name, row) => {
      const button =
        row?.getByRole('button', { name: /^Actions for / }) ?? page.getByRole('button', { name: /^Actions$/ })
      await button.click()
      await page.getByRole('menuitem', { name, exact: true }).click()
    },
    focused: async (text) =>
      void (await eventually(
        () => focusedText(page),
        (found) => text.test(found),
      )),
    tabTo: (text) => tabTo(page, text),
    axe: () => violationsOf(page),
    scrollsSideways: () => page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth'),
    pay: (card) => pay(page, card),
    signIn: async (name) => {
      await loaded()
      await page.getByRole('button', { name: `Sign in as ${name}` }).click()
      await page.waitForURL(({ pathname }) => !pathname.endsWith('/dashboard/'))
    },
    close: () => context.close(),
  }
}

/** Requests of the page for code and data that have no answer yet. */
function openRequests(page: Page): ReadonlySet<Request> {
  const open = new Set<Request>()
  page.on('request', (request) => {
    // A new document abandons the requests of the one before.
    if (request.isNavigationRequest()) open.clear()
    else if (['fetch', 'xhr', 'script'].includes(request.resourceType())) open.add(request)
  })
  page.on('requestfinished', (request) => void open.delete(request))
  page.on('requestfailed', (request) => void open.delete(request))
  return open
}

/** A document that is replaced ends what is evaluated in it. */
function falseWhileLeaving(error: Error): boolean {
  if (/context was destroyed|navigation/i.test(error.message)) return false
  throw error
}

/** A browser without a display can draw no frame for a long time. */
const FRAME = `() => Promise.race([new Promise((resolve) => requestAnimationFrame(resolve)), new Promise((resolve) => setTimeout(resolve, 1000))])`

/** True if a page is shown and nothing of it is loading, in several frames one after the other: a panel can begin when another one ends. */
const IS_QUIET = `(async () => {
  const frame = ${FRAME}
  for (let frames = 0; frames < 3; frames += 1) {
    if (!document.querySelector('main h1') || document.querySelector('[aria-busy=true], [role=progressbar]:not([aria-valuenow])')) return false
    await frame()
  }
  return true
})()`

/** More elements than a page has that take the focus. */
const MAX_TABS = 150

const focusedText = (page: Page): Promise<string> =>
  page.evaluate<string>(
    `(({ activeElement: { ariaLabel, textContent, name } }) => ariaLabel || textContent || name || '')(document)`,
  )

async function tabTo(page: Page, text: RegExp): Promise<void> {
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    if (text.test(await focusedText(page))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${text} has no focus: ${await focusedText(page)}`)
}

/** Colors change gradually: waits until every transition has ended, also one that begins with the next frames. */
const ANIMATIONS_ENDED = `(async () => {
  const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
  // Without frames no animation ends either.
  const frame = ${FRAME}
  const begin = performance.now()
  const running = () => document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity && each.playState === 'running')
  for (let quietFrames = 0; quietFrames < 5; quietFrames = running().length ? 0 : quietFrames + 1) {
    await Promise.race([Promise.allSettled(running().map((each) => each.finished)), sleep(5000)])
    if (performance.now() - begin > 60_000)
      throw new Error('these animations do not end: ' + running().map((each) => each.effect.target.outerHTML.slice(0, 100)).join(', '))
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
