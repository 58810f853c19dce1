import { SetChargingTerms, StartSubscription, UpdateBillingDetails } from '@stackgate/client/documents'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { describeUnless } from '#test/support/skip.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('A plan by invoice in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage
  let accountId: string

  beforeAll(async () => {
    dashboard = await startDashboard({})
    const { server } = dashboard
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    const [account] = await server.query<{ id: string }>(
      `select m.account_id as id from member m join app_user u on u.id = m.user_id where u.email = 'ann@example.com'`,
    )
    accountId = account!.id
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const input = { accountId, daysUntilDue: 30, invoiceAccess: 'FROM_PAYMENT', reason: 'Contract 12' } as const
    await server.graphql(SetChargingTerms, { input }, operator)
    const token = await server.token('ann@example.com')
    await server.graphql(UpdateBillingDetails, { input: { accountId, purchaseOrder: 'PO-17' } }, token)
  })
  afterAll(() => dashboard.close())

  const picture = async (name: string) => {
    expect([name, await ann.axe(), await ann.scrollsSideways()]).toEqual([name, [], false])
    if (SCREENSHOTS) await ann.page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true })
  }

  it('says that it begins with its payment, links to the invoice, and begins', async () => {
    const { page } = ann
    await page.goto(`${dashboard.server.url}/dashboard/a/${accountId}/plans`)
    await ann.loaded()
    await page.getByRole('button', { name: /Plus/ }).first().click()
    await page.getByText('The plan begins when its first invoice is paid.').waitFor()
    await picture('plan-by-invoice-return')
    const invoice = await page.getByRole('link', { name: 'Open the invoice' }).getAttribute('href')
    expect(await (await fetch(invoice!)).text()).toContain('Purchase order: PO-17')

    await page.goto(`${dashboard.server.url}/dashboard/a/${accountId}/billing`)
    await ann.loaded()
    await page.getByText('Purchase order: PO-17').waitFor()
    await page.getByText('An open invoice is due').waitFor()
    expect(await page.getByText('is overdue').count()).toBe(0)
    await picture('plan-by-invoice-billing')
    const paid = await fetch(invoice!, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ann' }),
    })
    expect(paid.status).toBe(303)
    await page.getByText('Paid by invoice within 30 days').waitFor()
    await picture('plan-by-invoice-paid')
    expect(ann.problems).toEqual([])
  })
})

describeUnless(noBrowser)('A plan by invoice after its trial in the dashboard', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => dashboard.close())

  it('says what is awaited and until when, and links to the invoice', async () => {
    const { server } = dashboard
    const ann = await dashboard.open('/')
    const { page } = ann
    await ann.signIn('Ann')
    const token = await server.token('ann@example.com')
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, token)
    const accountId = data.account.id
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const input = { accountId, daysUntilDue: 10, invoiceAccess: 'FROM_PAYMENT', reason: 'Contract 13' } as const
    await server.graphql(SetChargingTerms, { input }, operator)
    await server.graphql(
      StartSubscription,
      { input: { provider: 'STRIPE', plan: 'professional' }, key: 'trial-by-invoice' },
      token,
    )
    await untilQuiet(server)
    const pass = async (days: number) => {
      await server.advanceTo(new Date(server.app.context.clock.now().getTime() + days * 86_400_000).toISOString())
      await untilQuiet(server)
    }
    await pass(14.02)
    await page.goto(`${server.url}/dashboard/a/${accountId}/billing`)
    await ann.loaded()
    const notice = page.getByRole('status').filter({ hasText: 'begins when its first invoice is paid.' })
    await notice.waitFor()
    await pass(1)
    await page.reload()
    await ann.loaded()
    await page
      .getByRole('status')
      .filter({ hasText: /begins when \$[\d.]+ is paid\. Payable until/ })
      .waitFor()
    expect(await page.getByText('Renews on').count()).toBe(0)
    expect([await ann.axe(), await ann.scrollsSideways()]).toEqual([[], false])
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/plan-by-invoice-awaited.png`, fullPage: true })
    const invoice = await page.getByRole('link', { name: /^Pay \$[\d.]+ now$/ }).getAttribute('href')
    const paid = await fetch(invoice!, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ann' }),
    })
    expect(paid.status).toBe(303)
    await page
      .getByText(/Renews on/)
      .first()
      .waitFor()
    expect(await page.getByText('begins when').count()).toBe(0)
    expect(ann.problems).toEqual([])
  })
})
