import { noBrowser } from '#test/support/browser.js'
import { readViewer } from '#test/support/accounts.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('Usage alerts in the dashboard', () => {
  let dashboard: DashboardServer
  let service: EntitlementService
  let ann: DashboardPage
  let account: string

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(dashboard.server)
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.live()
    account = (await readViewer(dashboard.server, await dashboard.server.token('ann@example.com')))!.account.id
  })
  afterAll(() => dashboard.close())

  it('sets, changes and removes levels and the forecast, and shows their basis live [DB67]', async () => {
    const { page, problems } = ann
    await ann.follow('Usage and limits', 'Usage and limits')
    const panel = page.getByRole('region', { name: 'Usage alerts', exact: true })
    await panel.getByText('No alert is set.').waitFor()
    await panel.getByRole('button', { name: 'Set alerts' }).click()
    const dialog = page.getByRole('dialog')
    const levels = dialog.getByLabel('Levels, in percent of the allowance')
    expect(await ann.axe()).toEqual([])
    // The server refuses what is too much.
    await levels.fill('50, 120')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await dialog.getByText('percents must be at most 5 integers between 1 and 100.').waitFor()
    await levels.fill('50, 90')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await dialog.waitFor({ state: 'detached' })
    const alerts = panel.getByRole('region', { name: 'Usage alerts of AI credits' })
    await alerts.getByText('Alerts at 50%, 90%').waitFor()
    await alerts.getByText('Alert on the forecast').waitFor()
    await alerts.getByText('0 of 1,000 of the allowance used').waitFor()

    await service.consume({ accountId: account, feature: 'ai_credits', amount: 600 })
    await alerts.getByText('600 of 1,000 of the allowance used').waitFor()
    await page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    await page.setViewportSize({ width: 1280, height: 900 })

    await alerts.getByRole('button', { name: 'Change the usage alerts: AI credits' }).click()
    await dialog.getByLabel('Also when the forecast').uncheck()
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await alerts.getByText('Alert on the forecast').waitFor({ state: 'detached' })
    await alerts.getByRole('button', { name: 'Change the usage alerts: AI credits' }).click()
    await levels.fill('')
    await dialog.getByRole('button', { name: 'Set the alerts' }).click()
    await panel.getByText('No alert is set.').waitFor()
    expect(problems).toEqual([])
  })
})
