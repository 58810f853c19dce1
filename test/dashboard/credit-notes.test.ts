import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { stripeCall, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Folder for pictures of the page. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

// Plus costs 20 dollars a month. The subscription begins on 15 January 2026.
describeUnless(noBrowser)('Credit notes in the dashboard', () => {
  let dashboard: DashboardServer
  let customer: Subscriber
  let ann: DashboardPage
  let ops: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    const { server } = dashboard
    customer = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const { latest_invoice: invoice } = await stripeObject<{ latest_invoice: string }>(
      server,
      `subscriptions/${customer.externalId}`,
    )
    const { lines } = await stripeObject<{ lines: { data: { id: string }[] } }>(server, `invoices/${invoice}`)
    await stripeCall(server, 'POST', 'credit_notes', {
      invoice,
      'lines[0][type]': 'invoice_line_item',
      'lines[0][invoice_line_item]': lines.data[0]!.id,
      'lines[0][amount]': '800',
      refund_amount: '500',
      credit_amount: '300',
      reason: 'product_unsatisfactory',
    })
    await eventually(
      () => server.query("select 1 from invoice where credit_notes <> '[]'"),
      (rows) => rows.length === 1,
      20_000,
    )
    ann = await dashboard.open('/', { width: 375 })
    await ann.signIn('Ann')
    ops = await dashboard.open('/')
    await ops.signIn('Ops')
  })
  afterAll(() => dashboard.close())

  const shown = async (view: DashboardPage, texts: readonly (string | RegExp)[], name: string) => {
    const steps = view.page.getByRole('dialog')
    for (const text of texts) await steps.getByText(text).waitFor()
    expect(await steps.getByRole('link').getAttribute('href')).toMatch(/^http.*\/pdf$/)
    expect(await view.axe()).toEqual([])
    expect(await view.scrollsSideways()).toBe(false)
    if (SCREENSHOTS) await view.page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true })
    await view.page.keyboard.press('Escape')
    await steps.waitFor({ state: 'detached' })
  }
  const TEXTS = [
    '$8.00 credited · $5.00 refunded · $3.00 added to the credit of the account · not satisfactory',
    /Credit note \w+-0001-CN-01/,
  ]

  it('are steps of the invoice, for the customer and for operators', async () => {
    await ann.page.goto(`${dashboard.server.url}/dashboard/a/${customer.accountId}/billing`)
    const row = ann.page.getByRole('table', { name: 'Payments' }).locator('tbody tr').first()
    await row.getByText('$8.00 credited').waitFor()
    await ann.act('Timeline', row)
    await shown(ann, TEXTS, 'credit-note')
    await ops.page.goto(`${dashboard.server.url}/dashboard/ops/accounts/${customer.accountId}?tab=money`)
    await ops.act('Timeline', ops.page.getByRole('table', { name: 'Invoices' }).locator('tbody tr').first())
    await shown(ops, TEXTS, 'credit-note-ops')
    expect([...ann.problems, ...ops.problems]).toEqual([])
  })
})
