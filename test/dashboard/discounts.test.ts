import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { createPromotion } from '#test/support/promotions.js'
import { stripeCall, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'

// Plus costs 20 dollars a month. The subscription begins on 15 January 2026.
describeUnless(noBrowser)('Discounts in the dashboard', () => {
  let dashboard: DashboardServer
  let customer: Subscriber
  let ann: DashboardPage
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    await createPromotion(dashboard.server, 'SPRING', {
      percent_off: '25',
      duration: 'repeating',
      duration_in_months: '3',
    })
    customer = await subscribe(dashboard.server, 'ann@example.com', { plan: 'plus', promotionCode: 'SPRING' })
    ann = await dashboard.open('/', { width: 375 })
    await ann.signIn('Ann')
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
  })
  afterAll(() => dashboard.close())

  it('are shown to the customer and to operators until they end', async () => {
    const text = 'SPRING: 25% off every invoice until April 15, 2026'
    await ann.page.goto(`${dashboard.server.url}/dashboard/a/${customer.accountId}/billing`)
    await ann.page.getByText(text).waitFor()
    const invoices = ann.page.getByRole('region', { name: 'Invoices and payments', exact: true })
    await invoices.getByText('after a discount of $5.00').first().waitFor()
    const lines = ann.page.getByRole('table', { name: 'Lines of the next invoice' }).getByRole('row')
    expect(await lines.allInnerTexts()).toEqual([
      expect.stringMatching(/\$20\.00$/),
      expect.stringMatching(/-\$5\.00$/),
      expect.stringMatching(/^Due\s+\$15\.00$/),
    ])
    expect(await ann.axe()).toEqual([])
    expect(await ann.scrollsSideways()).toBe(false)
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/accounts/${customer.accountId}`)
    await ops.page.getByText(text).waitFor()
    expect(await ops.axe()).toEqual([])
    await ann.live()
    await stripeCall(dashboard.server, 'DELETE', `subscriptions/${customer.externalId}/discount`)
    await ann.page.getByText(text).waitFor({ state: 'detached' })
    await ops.page.getByText(text).waitFor({ state: 'detached' })
    expect([ann.problems, ops.problems]).toEqual([[], []])
  })

  it('are added by a code in the dialog of a plan change, which names an invalid one at its field', async () => {
    await createPromotion(dashboard.server, 'HALF', { percent_off: '50', duration: 'forever' })
    const { page, problems } = ann
    await page.goto(`${dashboard.server.url}/dashboard/a/${customer.accountId}/plans`)
    const dialog = page.getByRole('dialog')
    const field = dialog.getByLabel('Promotion code')
    // A lower plan begins later, and redeems the code then.
    await page.getByRole('button', { name: /to Basic/ }).click()
    await dialog.getByText('Due today').waitFor()
    await field.fill('HALF')
    await field.press('Enter')
    await dialog.getByText('$5.00', { exact: false }).first().waitFor()
    await dialog.getByRole('button', { name: 'Confirm the change' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Basic starts on February 15, 2026. Promotion code HALF is redeemed then.').waitFor()
    expect(await ann.axe()).toEqual([])

    await page.getByRole('button', { name: /to Individual/ }).click()
    await dialog.getByText('Due today').waitFor()
    await dialog.getByText('The plan changes on January 15, 2026.').waitFor()
    await field.fill('NONE')
    await field.press('Enter')
    await dialog.getByText("Promotion code 'NONE' not found.").waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await dialog.getByRole('button', { name: 'Confirm the change' }).isDisabled()).toBe(true)
    expect(await ann.axe()).toEqual([])
    await field.fill('HALF')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await dialog.getByText('$20.00', { exact: false }).first().waitFor()
    await dialog.getByRole('button', { name: /^Pay .* now$/ }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.goto(`${dashboard.server.url}/dashboard/a/${customer.accountId}/billing`)
    await page.getByText('HALF: 50% off every invoice').waitFor()
    // A lower plan begins later, and the dialog says when.
    await page.goto(`${dashboard.server.url}/dashboard/a/${customer.accountId}/plans`)
    await page.getByRole('button', { name: /to Plus/ }).click()
    await dialog.getByText('The plan changes on February 15, 2026.').waitFor()
    expect(problems).toEqual([])
  })
})
