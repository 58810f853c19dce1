import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'

const CATALOG = `business: intervals
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0, features: { calls: 10 } }
  team:
    name: Team
    rank: 1
    prices: { week: 5.00, month: 20.00, quarter: 50.00, year: 180.00, lifetime: 300.00 }
    features: { calls: 100 }
`
const SCREENSHOTS = process.env['SCREENSHOTS']

describe('plans with many intervals', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-interval-pages-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    dashboard = await startDashboard({ env: { CATALOG: path } })
  })
  afterAll(() => dashboard.close())

  it('offer each interval, and a lifetime that is paid once', async () => {
    for (const [width, locale, words] of [
      [1280, 'en-US', ['Weekly', 'Monthly', 'Every 3 months', 'Yearly, save 25%', 'Once']],
      [375, 'de-DE', ['Wöchentlich', 'Monatlich']],
    ] as const) {
      const { page, axe, close, loaded, problems, scrollsSideways } = await dashboard.open('/plans', { width, locale })
      await loaded()
      for (const word of words) await page.getByText(word, { exact: true }).first().waitFor()
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/intervals-${width}.png`, fullPage: true })
      expect([await axe(), await scrollsSideways(), problems]).toEqual([[], false, []])
      await close()
    }
    const { page, pay, signIn, loaded, close, problems } = await dashboard.open('/')
    await signIn('Ann')
    await page.goto(`${dashboard.server.url}/dashboard/plans`)
    await loaded()
    await page.getByText('$20.00').first().waitFor()
    await page.getByText('Once', { exact: true }).click()
    await page.getByText('$300.00').first().waitFor()
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/lifetime.png`, fullPage: true })
    await page.getByRole('button', { name: 'Choose Team' }).click()
    await pay('4242424242424242')
    await page.getByText('Paid. You have Team.').waitFor()
    await page.goto(`${dashboard.server.url}/dashboard/plans`)
    await loaded()
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/lifetime-after.png`, fullPage: true })
    await page.getByText('Your plan is Team.').waitFor()
    expect(problems).toEqual([])
    await close()
  })
})
