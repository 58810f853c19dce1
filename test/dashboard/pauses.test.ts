import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { subscribe } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

// Pro costs 20.00 a month, and can be paused for 90 days. The server starts on 15 January 2026.
describeUnless(noBrowser)('Pauses in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    await subscribe(dashboard.server, 'ann@example.com', { plan: 'pro' })
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.live()
  })
  afterAll(() => dashboard.close())

  it('are made and ended by their customer, who sees dates and charges before', async () => {
    const { page, problems } = ann
    const dialog = page.getByRole('dialog')
    const picture = (name: string) => SCREENSHOTS && page.screenshot({ path: `${SCREENSHOTS}/pause-${name}.png` })
    await ann.follow('Billing', 'Billing')
    await page.getByRole('button', { name: 'Pause' }).click()
    await dialog.getByText('Nothing is charged from February 15, 2026 until May 16, 2026.', { exact: false }).waitFor()
    await dialog.getByText('The plan is suspended in this time.').waitFor()
    expect(await ann.axe()).toEqual([])
    await picture('dialog')
    await dialog.getByRole('button', { name: 'Pause' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Paused until May 16, 2026.', { exact: true }).waitFor()
    await page.getByText('You can use the plan until February 15, 2026.').waitFor()
    await page.getByText('No invoice is due.').waitFor()
    expect(await ann.axe()).toEqual([])
    await picture('paid')

    await dashboard.server.advanceTo('2026-03-01T10:00:00Z')
    await page.getByText('You can use the plan until', { exact: false }).waitFor({ state: 'detached' })
    await picture('suspended')
    await page.getByRole('button', { name: 'Resume' }).click()
    await dialog.getByText('$20.00 is charged now.').waitFor()
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Resume' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Renews on April 1, 2026.').waitFor()
    expect(problems).toEqual([])
  })
})
