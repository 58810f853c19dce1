import { noBrowser } from '#test/support/browser.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { rolloverCatalog } from '#test/support/rollover-catalog.js'
import { describeUnless } from '#test/support/skip.js'
import { startUsagePage, type UsagePage } from '#test/support/usage-page.js'

describeUnless(noBrowser)('Units that rolled over in the dashboard', () => {
  let usage: UsagePage
  beforeAll(async () => {
    usage = await startUsagePage(rolloverCatalog(['month']))
    const { dashboard, account, service } = usage
    await assignTestPlan(dashboard.server, account, 'pro')
    await service.consume({ accountId: account, feature: 'calls_month', amount: 20_000 })
    const now = dashboard.server.app.context.clock.now()
    await dashboard.server.advanceTo(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 2)).toISOString())
  })
  afterAll(() => usage.dashboard.close())

  it('are shown as a source with its end', async () => {
    const { page, problems, axe, follow } = usage.ann
    await follow('Usage and limits', 'Usage and limits')
    const row = page.getByRole('region', { name: 'Calls', exact: true })
    await row.getByText('80,000').first().waitFor()
    await row.getByRole('button', { name: /^Actions for / }).click()
    await page.getByRole('menuitem', { name: 'Sources' }).click()
    await row.getByText(/^Rolled over from Pro 30,000 until /).waitFor()
    expect(await axe()).toEqual([])
    expect(problems).toEqual([])
  })
})
