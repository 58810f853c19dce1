import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { describeUnless } from '#test/support/skip.js'
import { batchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'

describeUnless(noBrowser)('Batches of past usage in the dashboard', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => dashboard.close())

  it('shows the effect of a batch, closes it and reverts it with a reason', async () => {
    const { server } = dashboard
    const batches = batchClient(server, (await entitlementService(server)).key)
    const accountId = await newAccount(server)
    const id = await batches.with([
      { accountId, feature: FEATURE, amount: 250, key: 'run-1' },
      { accountId, feature: FEATURE, amount: 5_000, key: 'run-2' },
    ])
    const ops = await dashboard.open('/')
    const { page, problems } = ops
    await ops.signIn('Ops')
    await ops.follow('Usage imports', 'Usage imports')
    await page.getByRole('link', { name: 'March' }).click()
    await page.waitForURL(`**/ops/usage-batches/${id}`)
    const preview = page.getByRole('region', { name: 'Effect of closing it now', exact: true })
    await preview.getByText('2 lines, 1 of them would be denied.').waitFor()
    await preview.getByText('250 of Free').waitFor()
    await preview.getByText(/^run-2: /).waitFor()
    expect(await ops.axe()).toEqual([])

    await page.getByRole('button', { name: 'Close', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Apply the lines' }).waitFor()
    expect(await ops.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Apply the lines' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Closed', { exact: true }).waitFor()
    const lines = page.getByRole('region', { name: 'Lines', exact: true })
    await lines.getByText('Applied', { exact: true }).waitFor()
    await lines.getByText('Denied', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Revert', exact: true }).click()
    await dialog.getByLabel('Reason').fill('The wrong month')
    await dialog.getByRole('button', { name: 'Return the units' }).click()
    await dialog.waitFor({ state: 'detached' })
    await lines.getByText('Reverted', { exact: true }).waitFor()
    await page.getByText('The wrong month').waitFor()
    expect(await ops.axe()).toEqual([])
    await page.setViewportSize({ width: 375, height: 900 })
    expect(await ops.scrollsSideways()).toBe(false)
    expect(problems).toEqual([])
  })
})
