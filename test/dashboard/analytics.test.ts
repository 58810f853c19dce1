import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

const DAY_MS = 86_400_000
/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Analytics in the dashboard', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage

  /** Two sales, two more after 40 days, and one after 70. */
  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    const { clock } = server.app.context
    const sell = (name: string, plan: string) => subscribe(server, `${name}@example.com`, { plan })
    const pass = (days: number) => server.advanceTo(new Date(clock.now().getTime() + days * DAY_MS).toISOString())
    await sell('ann', 'plus')
    await sell('bo', 'basic')
    await pass(40)
    await sell('cem', 'plus')
    await sell('dee', 'plus')
    await pass(30)
    await sell('eva', 'basic')
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
  })
  afterAll(() => dashboard.close())

  const openFigures = async (search: string) => {
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/figures${search}`)
    await ops.loaded()
    return ops.page
  }
  const looksRight = async (name: string) => {
    const { page } = ops
    for (const width of [1280, 375])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        expect([name, width, colorScheme, await ops.axe()]).toEqual([name, width, colorScheme, []])
        expect([width, await ops.scrollsSideways()]).toEqual([width, false])
        if (SCREENSHOTS)
          await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true })
      }
    await page.setViewportSize({ width: 1280, height: 900 })
  }

  it('draws the last 30 days in the tiles that have a series', async () => {
    const { page, problems } = ops
    await page.goto(`${dashboard.server.url}/dashboard/ops`)
    await ops.loaded()
    const tile = (name: string) => page.getByRole('link', { name: new RegExp(`^${name}`) })
    const line = (name: string) => tile(name).locator('svg.sparkline[aria-hidden] polyline')
    for (const name of ['Recurring revenue', 'Net new this month', 'Paying accounts'])
      expect((await line(name).getAttribute('points'))!.split(' ')).toHaveLength(30)
    expect(await line('Past due').count()).toBe(0)
    // Three accounts were paying at the start of the 30 days, and one more since their end.
    const heights = (await line('Paying accounts').getAttribute('points'))!.split(' ').map((each) => each.split(',')[1])
    expect([heights[0], heights.at(-1), new Set(heights).size]).toEqual(['30.0', '2.0', 2])
    await looksRight('overview-lines')
    expect(problems).toEqual([])
  })

  it('compares revenue with the period before, in words, in the chart and in the file', async () => {
    const page = await openFigures('?tab=revenue&range=30d')
    const figures = page.getByRole('radiogroup')
    const revenue = figures.locator('label').filter({ hasText: /^Revenue/ })
    const text = await revenue.innerText()
    expect(text).toMatch(/^Revenue\s+\$[\d,.]+\s+[+−]\$[\d,.]+ \([+−][\d.,]+%\) from \$[\d,.]+$/)
    const chart = page.getByRole('slider', { name: /^Revenue in USD\./ })
    // The values before are behind the bars, and dashes mean only what is not over.
    expect(await chart.locator('.chart-before rect').count()).toBeGreaterThan(0)
    expect(await page.locator('.chart-legend').allInnerTexts()).toEqual([
      expect.stringMatching(/^Revenue in USD\s+[A-Z][a-z]+ \d+ – /),
    ])
    await chart.focus()
    await page.keyboard.press('End')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /, so far, Revenue in USD \$[\d,.]+, [A-Z][a-z]+ \d+, \d{4} \$[\d,.]+, Difference [+−±]\$/,
    )
    await looksRight('revenue')
    const [request] = await Promise.all([
      page.waitForRequest(/revenue\.csv/),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    const { searchParams } = new URL(request.url())
    expect(searchParams.get('by')).toBe('day')
    expect(Date.parse(searchParams.get('to')!) - Date.parse(searchParams.get('from')!)).toBe(30 * DAY_MS)
    expect(ops.problems).toEqual([])
  })

  it('draws the chosen figure of the chosen range, which are in the address', async () => {
    const page = await openFigures('')
    await page.getByRole('slider', { name: /^MRR in USD\./ }).waitFor()
    await looksRight('recurring')
    await page.setViewportSize({ width: 375, height: 900 })
    const steps = page
      .getByRole('slider', { name: /^What changed the MRR in USD\./ })
      .locator('svg > text:not([data-value])')
    await eventually(
      () => steps.allTextContents(),
      (names) => names.join() === 'Start,New,End',
    )
    // Each bar has its value.
    const values = page.getByRole('slider', { name: /^What changed the MRR in USD\./ }).locator('[data-value]')
    expect(await values.allTextContents()).toEqual([
      '$0',
      expect.stringMatching(/^\+\$\d/),
      expect.stringMatching(/^\$\d/),
    ])
    await page
      .locator('.chart-legend')
      .getByText(/^No data for /)
      .waitFor()
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.getByRole('radiogroup').getByText('Accounts', { exact: true }).click()
    await page.getByRole('slider', { name: /^Accounts in USD\./ }).waitFor()
    await page.getByLabel('Range').selectOption('90d')
    await page.getByLabel('Compare with').selectOption('none')
    await page.waitForURL(/metric=PAYING_ACCOUNTS&range=90d&compare=none/)
    await ops.loaded()
    expect(await page.locator('.chart-before').count()).toBe(0)
    await page.getByLabel('Range').selectOption('custom')
    await page.getByLabel('From').fill('2026-01-01')
    await page.getByRole('button', { name: /^Show/ }).click()
    await page.waitForURL(/from=2026-01-01/)
    await ops.loaded()
    await page.getByText(/^Jan 1 –/).waitFor()
    expect(ops.problems).toEqual([])
  })

  it('explains the chosen figure next to its name, by keyboard and by touch', async () => {
    const page = await openFigures('')
    const about = page.getByRole('button', { name: 'About MRR in USD' })
    const text = page.locator('.hint:popover-open')
    await about.press('Enter')
    await text.getByText(/^Monthly /).waitFor()
    expect(await ops.axe()).toEqual([])
    await page.keyboard.press('Escape')
    await text.waitFor({ state: 'detached' })
    await ops.focused(/^About MRR in USD$/)
    await page.setViewportSize({ width: 375, height: 900 })
    const { width, height } = (await about.boundingBox())!
    expect([width, height]).toEqual([40, 40])
    await about.click()
    await text.waitFor()
    const box = (await text.boundingBox())!
    expect(box.x >= 0 && box.x + box.width <= 375).toBe(true)
    await looksRight('figure-explained')
    await page.locator('h1').click()
    await text.waitFor({ state: 'detached' })
    await openFigures('?tab=packages&range=90d')
    await page.getByRole('button', { name: 'About Sales of each product' }).click()
    await text.getByText('Revenue', { exact: true }).waitFor()
    expect(ops.problems).toEqual([])
  })

  it('shows how many accounts of each month still pay, and what is left of their revenue', async () => {
    const page = await openFigures('?tab=cohorts')
    await page.getByRole('table', { name: 'Accounts that still pay' }).waitFor()
    const rows = page.locator('.cohorts tbody tr')
    expect(await rows.first().locator('th, td').allInnerTexts()).toEqual(['Jan 26', '2', '100%', '100%', '100%'])
    expect(await rows.allInnerTexts()).toHaveLength(3)
    expect((await page.locator('.cohorts tfoot :is(th, td)').allInnerTexts()).slice(0, 2)).toEqual(['All', '5'])
    await looksRight('cohorts')
    await page.getByRole('radiogroup', { name: 'Figure of the table' }).getByText('Recurring revenue').click()
    await page.getByRole('table', { name: 'Share of the first recurring revenue' }).waitFor()
    await page.waitForURL(/measure=revenue/)
    await looksRight('cohorts-revenue')
    const [request] = await Promise.all([
      page.waitForRequest(/cohorts\.csv/),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ])
    expect(new URL(request.url()).searchParams.get('from')).toMatch(/-01T00:00:00\.000Z$/)
    await openFigures('?tab=cohorts&range=custom&from=2020-01-01&to=2020-03-31')
    await page.getByText('No account paid recurringly for the first time in this range.').waitFor()
    expect(ops.problems).toEqual([])
  })

  it.each(['churn', 'conversion', 'packages', 'credits', 'journal'])('shows the tab %s', async (tab) => {
    await openFigures(`?tab=${tab}&range=90d`)
    await looksRight(tab)
    expect(ops.problems).toEqual([])
  })
})
