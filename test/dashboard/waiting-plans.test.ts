import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('A plan whose payment takes days, in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage
  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterAll(() => dashboard.close())

  const picture = async (name: string) => {
    expect([name, await ann.axe(), await ann.scrollsSideways()]).toEqual([name, [], false])
    if (SCREENSHOTS) await ann.page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true })
  }
  const WAITING = 'The payment for Plus takes a few days. You need not do anything.'

  it('is waiting on Plans and after the payment, and active without a reload', async () => {
    const { server } = dashboard
    ann = await dashboard.open('/')
    const { page, problems } = ann
    await ann.signIn('Ann')
    await page.getByText('Your plan is Free.').waitFor()
    const returned = await dashboard.open('/')
    await returned.signIn('Ann')
    const { data } = await server.graphql<{ startSubscription: { providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "by-bank") { checkout { providerReference } } }`,
      {},
      await server.token('ann@example.com'),
    )
    const { providerReference } = data.startSubscription
    await page.reload()
    await page.getByText('Plus begins when you have paid.').waitFor()
    await ann.live()
    expect(await page.getByRole('link', { name: 'Continue to the payment' }).count()).toBe(1)
    await picture('waiting-plan-unpaid')

    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {
      outcome: 'async_paid',
      settle: 'later',
    })
    await returned.page.goto(`${server.url}/dashboard/return?session_id=${providerReference}`)
    await returned.page.getByText('takes a few days').or(returned.page.getByText('This can take some days.')).waitFor()
    await page.reload()
    await page.getByText(WAITING).waitFor()
    await ann.live()
    expect(await page.getByRole('link', { name: 'Continue to the payment' }).count()).toBe(0)
    await page.getByText('Your plan is Free.').waitFor()
    expect(await page.getByText('Paid until').count()).toBe(0)
    await page.getByRole('button', { name: 'Payment in progress' }).waitFor()
    expect(
      await page
        .locator('button:enabled')
        .filter({ hasText: /^Choose / })
        .count(),
    ).toBe(0)
    await picture('waiting-plan')
    await page.setViewportSize({ width: 375, height: 900 })
    await picture('waiting-plan-375')

    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 7 * 86_400_000).toISOString())
    await page.getByText('Your plan is Plus.').waitFor()
    await page.getByText(WAITING).waitFor({ state: 'detached' })
    await picture('waiting-plan-active-375')
    await returned.page.getByText('Paid. You have Plus.').waitFor()
    expect([...problems, ...returned.problems]).toEqual([])
    await returned.close()
    await ann.close()
  })
})
