import { noBrowser } from '#test/support/browser.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { delayFirstResult, holdSockets, receivedMessage } from '#test/support/intercepted-operations.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

describeUnless(noBrowser)('Pages while something changes', () => {
  let dashboard: DashboardServer
  let window: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterAll(() => dashboard.close())
  afterEach(() => window.close())

  it('show what changes while they are read for the first time', async () => {
    window = await dashboard.open('/')
    const { page, problems } = window
    const arrived = receivedMessage(page, 'subscription.activated')
    await window.signIn('Ann')
    await window.live()
    const { server } = dashboard
    await delayFirstResult(page, 'Invoices', async () => {
      await buyPlan(server, await server.token('ann@example.com'), 'plus')
      await arrived
      // The page reads again after a quarter of a second. If it is slower, the test is easier to pass.
      await page.waitForTimeout(1_000)
    })
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('region', { name: 'Invoices and payments', exact: true }).getByText('$20.00').first().waitFor()
    expect(problems).toEqual([])
  })

  it('show what changed before the stream of operators began', async () => {
    const { server } = dashboard
    window = await dashboard.open('/')
    const { page, problems } = window
    const release = await holdSockets(page)
    await window.signIn('Ops')
    await page.getByRole('link', { name: 'Held payments', exact: true }).click()
    await page.getByText('No payment is held.').waitFor()
    const { data } = await server.graphql<{ startSubscription: { id: string; providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "basic" }, key: "early") { checkout { id providerReference } } }`,
      {},
      await server.token('bo@example.com'),
    )
    const { id, providerReference } = data.startSubscription
    await server.query(`update checkout set amount_minor = 1 where id = $1`, [id])
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await eventually(
      () => server.query(`select id from checkout where id = $1 and status = 'QUARANTINED'`, [id]),
      (rows) => rows.length > 0,
    )
    release()
    await page.getByText(/^Expected \$0\.01/).waitFor()
    expect(problems).toEqual([])
  })
})
