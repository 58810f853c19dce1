import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { builtDashboard } from '#test/support/built-dashboard.js'
import { describeUnless } from '#test/support/skip.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

describeUnless(noBrowser)('The first purchase in the dashboard', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    server = await startTestServer({
      env: { DASHBOARD: await builtDashboard() },
      app: { signSandboxToken: ({ email, roles }) => server.token(email, { roles: roles as never }) },
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const open = async (path: string, options: { width?: number; colorScheme?: 'light' | 'dark' } = {}) => {
    const { width = 1280, colorScheme = 'light' } = options
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale: 'en-US' })
    page = await context.newPage()
    problems = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()))
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) problems.push(request.url())
    })
    await page.goto(`${server.url}/dashboard${path}`)
  }
  afterEach(() => page.context().close())

  /** Evaluated by the debugger, so that the policy of the page stays in force. */
  const axe = async () => {
    const session = await page.context().newCDPSession(page)
    await session.send('Runtime.evaluate', { expression: AXE })
    const { result } = await session.send('Runtime.evaluate', {
      expression: `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes[0].html)))`,
      awaitPromise: true,
    })
    return JSON.parse(String(result.value)) as string[]
  }

  const live = () => page.getByText('Live', { exact: true }).waitFor()

  const pay = async (card: string) => {
    await page.getByLabel('Card number').fill(card)
    await page.getByLabel('Expiry').fill('12 / 34')
    await page.getByLabel('CVC').fill('123')
    await page.getByLabel('Name on card').fill('Ann Example')
    await page.getByRole('button', { name: 'Pay' }).click()
  }

  it('signs in with one click, buys a plan with a test card, and shows it without a reload [DB4]', async () => {
    await open('/')
    await page.getByRole('button', { name: 'Sign in: Ann' }).click()
    await page.getByText('Your plan is Free.').waitFor()
    await page.getByRole('button', { name: 'Choose Plus' }).click()
    await pay('4242424242424242')
    await page.getByText('Paid. You have Plus.').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('button', { name: 'Open billing' }).click()
    await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
    await page.getByText('Renews on').waitFor()
    await live()
    expect(problems).toEqual([])
  })

  it('shows a change that is made elsewhere, and keeps the person over a reload [DB4]', async () => {
    await open('/')
    await page.getByRole('button', { name: 'Sign in: Ann' }).click()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByText('Renews on').waitFor()
    await page.reload()
    await live()
    const token = await server.token('ann@example.com')
    const { errors } = await server.graphql(
      `mutation { cancelSubscription(input: { idempotencyKey: "elsewhere" }) { __typename } }`,
      {},
      token,
    )
    expect(errors).toBeUndefined()
    await page.getByText('Ends on').waitFor()
    expect(problems).toEqual([])
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)(
    'has no accessibility violations in %s at %i pixels, and nothing scrolls sideways [DB5]',
    async (colorScheme, width) => {
      await open('/', { colorScheme, width })
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await axe()).toEqual([])
      await page.getByRole('button', { name: 'Sign in: Ann' }).click()
      for (const name of ['plans', 'billing', 'usage', 'activity']) {
        await page.waitForURL('**/plans')
        await page.goto(page.url().replace(/plans$/, name))
        await live()
        await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
        expect([name, await axe()]).toEqual([name, []])
        const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth')
        expect([name, scrolls]).toEqual([name, false])
        await page.goto(page.url().replace(new RegExp(`${name}$`), 'plans'))
      }
      expect(problems).toEqual([])
    },
  )
})
