import type { Locator, Page } from 'playwright-core'
import { noBrowser } from '#test/support/browser.js'
import { Buyer } from '#test/support/buyer.js'
import { cutTexts } from '#test/support/cut-texts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { requestDeployment } from '#test/support/deployments.js'
import { interceptOperations } from '#test/support/intercepted-operations.js'
import { MAX_LAYOUT_SHIFT, WATCH_LAYOUT_SHIFT } from '#test/support/layout-shift.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

const WIDTHS = [1280, 1024, 375] as const
const placeOf = async (element: Locator) => (await element.boundingBox())!

async function openAs(
  dashboard: DashboardServer,
  email: string,
  path: string,
  locale?: string,
): Promise<DashboardPage> {
  const window = await dashboard.open('/', locale === undefined ? {} : { locale })
  await signInAs(dashboard, window.page, email)
  await goTo(dashboard, window, path)
  return window
}

async function signInAs({ server }: DashboardServer, page: Page, email: string): Promise<void> {
  const session = JSON.stringify({ token: await server.token(email), email, roles: [] })
  await page.evaluate(`sessionStorage.setItem('stackgate.sandbox-session', ${JSON.stringify(session)})`)
}

async function goTo({ server }: DashboardServer, window: DashboardPage, path: string): Promise<void> {
  await window.page.goto(`${server.url}/dashboard${path}`)
  await window.page.getByRole('heading', { level: 1 }).waitFor()
  await window.loaded()
}

describeUnless(noBrowser)('Pages of an account', () => {
  let dashboard: DashboardServer
  let quinn: Subscriber
  let pia: Subscriber
  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    quinn = await subscribe(server, 'quinn@example.com', { plan: 'basic', card: '4000000000000341' })
    await server.advanceTo('2026-02-16T12:00:00Z')
    pia = await subscribe(server, 'pia@example.com', { plan: 'plus' })
    await eventually(
      () => server.query(`select id from billing_subscription where status = 'PAST_DUE'`),
      (rows) => rows.length === 1,
    )
  })
  afterAll(() => dashboard.close())

  it('begin with an overdue invoice, which covers and moves nothing', async () => {
    const window = await openAs(dashboard, quinn.email, `/a/${quinn.accountId}`)
    const { page } = window
    await page.addInitScript(WATCH_LAYOUT_SHIFT)
    const found: string[] = []
    for (const width of [1280, 375])
      for (const path of ['', '/billing', '/plans', '/usage', '/team', '/keys', '/settings', '/activity']) {
        await page.setViewportSize({ width, height: 900 })
        await goTo(dashboard, window, `/a/${quinn.accountId}${path}`)
        const notice = page.getByRole('alert').filter({ hasText: '$10.00 for Basic is overdue.' })
        await notice.waitFor()
        const { y, height } = await placeOf(notice)
        const heading = await placeOf(page.getByRole('heading', { level: 1 }))
        const shift = await page.evaluate<number>('window.layoutShift')
        if (y + height > heading.y || shift > MAX_LAYOUT_SHIFT)
          found.push(
            `${width} ${path}: ${y} + ${height} before ${heading.y}, moved ${shift}: ${await page.evaluate<string>('window.moved.join()')}`,
          )
      }
    expect(found).toEqual([])
    await window.close()
  })

  it('are seen although the notice of an overdue invoice does not arrive', async () => {
    const window = await dashboard.open('/')
    const { page } = window
    await signInAs(dashboard, page, quinn.email)
    let held = 0
    await page.route(/past-due-[^/]+\.js$/, () => void held++)
    await page.goto(`${dashboard.server.url}/dashboard/a/${quinn.accountId}/billing`)
    const below = page.locator('.below-notice')
    await eventually(
      () => below.evaluate((each) => getComputedStyle(each).opacity).catch(() => ''),
      (opacity) => opacity === '1',
    )
    expect(held).toBeGreaterThan(0)
    await page.getByRole('heading', { level: 1, name: 'Billing' }).waitFor()
    await window.close()
  })

  it('say one thing about an overdue invoice: on the home page, its row and its dates', async () => {
    const window = await openAs(dashboard, quinn.email, `/a/${quinn.accountId}`)
    const { page } = window
    const red = await color(page.getByRole('main').getByText('Payment failed'))
    expect(red).not.toBe(await color(page.getByRole('main').getByText('Plan', { exact: true }).first()))
    await goTo(dashboard, window, `/a/${quinn.accountId}/billing`)
    const next = page.getByRole('region', { name: 'Next invoice' })
    expect(await color(next.getByText('Past due since February 15, 2026.'))).toBe(red)
    expect(await next.getByRole('link', { name: 'Pay now' }).getAttribute('href')).toMatch(/^http/)
    await page.getByRole('row').filter({ hasText: 'February 15, 2026' }).getByText('Past due').waitFor()
    expect(await page.getByText('is due', { exact: false }).allInnerTexts()).toEqual([
      'After that, $10.00 is due on March 15, 2026.',
    ])
    await window.close()
  })

  it('have one plan that is offered first, a foot in every card, and equal columns to compare', async () => {
    const window = await openAs(dashboard, pia.email, `/a/${pia.accountId}/plans`)
    const { page } = window
    const cards = page.locator('.plan-card')
    expect(await cards.count()).toBeGreaterThan(2)
    for (const card of await cards.all()) expect(await card.getByRole('button').count()).toBe(1)
    expect(await page.locator('.plan-card [data-variant=filled]').count()).toBe(1)
    await page.getByRole('region', { name: 'Basic' }).getByText('The plan changes on March 16, 2026.').waitFor()
    const columns = await page.getByRole('table', { name: 'Compare plans' }).getByRole('columnheader').all()
    const widths = await Promise.all(columns.map(async (column) => Math.round((await placeOf(column)).width)))
    expect(new Set(widths).size).toBe(1)
    expect(await page.getByRole('columnheader', { name: 'Plus Current plan' }).count()).toBe(1)

    await page.getByRole('button', { name: 'Change to Free' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change to Free' })
    await dialog.getByText('You can use Plus until March 16, 2026.').waitFor()
    await dialog.getByText('1 deployment').waitFor()
    await isCentered(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Upgrade to Individual' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Pay \$\d+\.\d\d now$/ })
      .waitFor()
    await isCentered(page)
    await window.close()
  })

  it('name each purchase once, with its time', async () => {
    const window = await openAs(dashboard, pia.email, `/a/${pia.accountId}/activity`)
    const rows = window.page.getByRole('row')
    const texts = (await rows.allInnerTexts()).join('\n')
    expect(texts).toMatch(/payment of \$20\.00 for Plus\.\s+February 16, 2026, 12:\d\d PM/)
    expect(texts).not.toMatch(/checkout/)
    await window.close()
  })

  it('are the start of a person who is signed in', async () => {
    const window = await openAs(dashboard, pia.email, '/')
    await window.page.waitForURL(`**/a/${pia.accountId}`)
    await window.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
    await goTo(dashboard, window, `/a/${pia.accountId}/settings`)
    expect(await window.page.getByRole('region', { name: 'Name' }).count()).toBe(0)
    await window.close()
  })

  it('say once that the server failed, and keep a way to read each panel again', async () => {
    const window = await openAs(dashboard, pia.email, `/a/${pia.accountId}/keys`)
    const { page } = window
    const operations = await interceptOperations(page)
    operations.fail()
    await page.goto(`${dashboard.server.url}/dashboard/a/${pia.accountId}/billing`)
    await page.getByRole('button', { name: 'Try again' }).nth(2).waitFor()
    await window.loaded()
    const alert = page.getByRole('main').getByRole('alert')
    expect(await alert.count()).toBe(1)
    await alert.getByText('For developers: INTERNAL_SERVER_ERROR').waitFor()
    await operations.end()
    await window.close()
  })

  it('tell developers the code, the steps and the field of a refusal, in the page, the console and the log', async () => {
    const { server } = dashboard
    const token = await server.token('zoe@example.com')
    await requestDeployment(server, token)
    const window = await openAs(dashboard, 'zoe@example.com', '/')
    const { page } = window
    const warnings: string[] = []
    page.on('console', (line) => void (line.type() === 'warning' && warnings.push(line.text())))
    await goTo(dashboard, window, '/market/uptime-kuma')
    const details = await page
      .getByRole('alert')
      .getByText(/^For developers:/)
      .innerText()
    const [, code] = /^For developers:\s+([A-Z_]+) · → \w+/.exec(details)!
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^stackgate: ${code!} · → `))])
    await requestDeployment(server, token)
    const logged = server.logLines.filter((line) => line.includes('"operation":"startDeployment"'))
    expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
      { code, fields: [], remedies: expect.arrayContaining([expect.any(String)]), message: expect.any(String) },
    ])
    await window.close()
  })

  it('keep their name while the next page cannot be loaded', async () => {
    const window = await openAs(dashboard, pia.email, `/a/${pia.accountId}/plans`)
    const { page } = window
    await page.context().setOffline(true)
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click()
    await page.getByText('You are offline. Trying again…').waitFor()
    expect(await page.getByRole('navigation', { name: 'Place of this page' }).innerText()).toMatch(/Plans$/)
    expect(await page.locator('.nav-link[data-current]').innerText()).toBe('Plans')
    expect(await page.title()).toMatch(/^Plans/)
    await window.close()
  })
})

declare const getComputedStyle: (
  element: unknown,
) => Readonly<Record<'color' | 'fontSize' | 'fontWeight' | 'opacity', string>>
const color = (element: Locator) => element.evaluate((each) => getComputedStyle(each).color)

/** The dialog is in the middle of the window, and its title is larger than its text. */
async function isCentered(page: Page): Promise<void> {
  const frame = page.getByRole('dialog')
  const middle = await eventually(
    async () => {
      const { y, height } = await placeOf(frame)
      return Math.round(y + height / 2)
    },
    (value) => Math.abs(value - 450) < 4,
  )
  expect(Math.abs(middle - 450)).toBeLessThan(4)
  const sizes = await frame
    .getByRole('heading')
    .first()
    .evaluate((title) => {
      const { fontSize, fontWeight } = getComputedStyle(title)
      return [fontSize, fontWeight]
    })
  expect(sizes).toEqual(['16px', '600'])
}

describeUnless(noBrowser)('Pages with credits', () => {
  it('cut no number, in any width and language', async () => {
    const dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    const { server } = dashboard
    const { accountId } = await subscribe(server, 'cleo@example.com', { plan: 'scale' })
    const buyer = await Buyer.named(server, 'cleo@example.com')
    for (const pack of ['credits_10k', 'credits_100k']) await buyer.buy('purchasePackage', { package: pack })
    const found: string[] = []
    for (const locale of ['en-US', 'de-DE']) {
      const window = await openAs(dashboard, 'cleo@example.com', `/a/${accountId}`, locale)
      for (const width of WIDTHS)
        for (const path of ['', '/billing', '/usage', '/plans']) {
          await window.page.setViewportSize({ width, height: 900 })
          await goTo(dashboard, window, `/a/${accountId}${path}`)
          for (const text of await cutTexts(window.page)) found.push(`${locale} ${width} ${path}: ${text}`)
          if (await window.scrollsSideways()) found.push(`${locale} ${width} ${path}: sideways`)
        }
      await window.close()
    }
    expect(found).toEqual([])
    await dashboard.close()
  })
})
