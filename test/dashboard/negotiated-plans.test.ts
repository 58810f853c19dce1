import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { subscribe } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

// Business costs 18.00 a month.
describeUnless(noBrowser)('Negotiated plans in the dashboard', () => {
  let dashboard: DashboardServer
  let ops: DashboardPage
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'agileforge' } })
    await subscribe(dashboard.server, 'ann@example.com', { plan: 'professional', trialDays: 0 })
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
    await ops.page.waitForURL('**/ops')
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/accounts`)
  })
  afterAll(() => dashboard.close())

  it('are offered and withdrawn by operators, and accepted by the customer after a preview', async () => {
    const { page, problems } = ops
    await page.getByRole('searchbox', { name: 'Search for an account' }).fill('ann@')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /ann/i }).first().click()
    await page.getByText('Your visit is logged.').waitFor()
    const dialog = page.getByRole('dialog')
    const offer = async (amount: string) => {
      await ops.act('Create custom offer')
      await dialog.getByLabel('Plan').selectOption('business')
      await dialog.getByLabel('Price of one unit and period in USD').fill(amount)
      await dialog.getByLabel('Number of periods').fill('3')
      await dialog.getByLabel('Terms of features').fill('{ "storage_gb": }')
      await dialog.getByText('This is not JSON.').waitFor()
      await dialog.getByLabel('Terms of features').fill('{ "storage_gb": 500 }')
      await dialog.getByLabel('Reason').fill('agreed by phone')
      expect(await ops.axe()).toEqual([])
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/negotiated-dialog.png` })
      await dialog.getByRole('button', { name: 'Create custom offer' }).click()
    }
    await offer('0.01')
    await dialog.getByText('the smallest charge', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await offer('12.50')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Subscription' }).getByText('Business at $12.50').waitFor()

    await ann.follow('Plans', 'Plans')
    const card = ann.page.getByRole('region', { name: 'Offered to you' })
    await card.getByText('Then it costs $18.00', { exact: false }).waitFor()
    await card.getByText(/500/).waitFor()
    if (SCREENSHOTS) await ann.page.screenshot({ path: `${SCREENSHOTS}/negotiated-card.png` })
    await ops.act('Withdraw the offer')
    await dialog.getByLabel('Reason').fill('a wrong amount')
    await dialog.getByRole('button', { name: 'Withdraw the offer' }).click()
    await dialog.waitFor({ state: 'detached' })
    await card.waitFor({ state: 'detached' })

    await offer('15.00')
    await dialog.waitFor({ state: 'detached' })
    await card.getByText('Business at $15.00', { exact: false }).waitFor()
    await card.getByText('agreed by phone').waitFor()
    await ann.page.setViewportSize({ width: 375, height: 900 })
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    if (SCREENSHOTS) await ann.page.screenshot({ path: `${SCREENSHOTS}/negotiated-offer-375.png` })
    await ann.page.setViewportSize({ width: 1280, height: 900 })
    await card.getByRole('button', { name: 'Accept the offer' }).click()
    const preview = ann.page.getByRole('dialog')
    await preview.getByText('Due today: $5.00').waitFor()
    await preview.getByText('Next invoice: $15.00', { exact: false }).waitFor()
    await preview.getByRole('button', { name: 'Pay $5.00 now' }).click()
    await preview.waitFor({ state: 'detached' })
    await ann.page.getByText(/You pay a negotiated price, \$15\.00/).waitFor()
    await page.getByText('Negotiated price', { exact: true }).waitFor()
    expect([...problems, ...ann.problems]).toEqual([])
  })
})
