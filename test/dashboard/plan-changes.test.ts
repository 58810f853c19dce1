import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { accountOf, subscribe } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'
import { eventually } from '#test/support/test-server.js'

/** Card whose bank requires authentication each time. */
const ASKS_EACH_TIME = '4000002760003184'
const { SCREENSHOTS } = process.env

describeUnless(noBrowser)('Plan changes in the dashboard', () => {
  let dashboard: DashboardServer
  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterAll(() => dashboard.close())

  it('open the page of the bank if it requires a confirmation, and take effect after that', async () => {
    const { server } = dashboard
    const person = await subscribe(server, 'ann@example.com', { plan: 'plus', card: ASKS_EACH_TIME })
    const ann = await dashboard.open('/')
    const { page } = ann
    await ann.signIn('Ann')
    await page.goto(`${server.url}/dashboard/a/${person.accountId}/plans`)
    await page.getByRole('button', { name: 'Upgrade to Individual' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Due today').waitFor()
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await ann.axe()).toEqual([])
      expect(await ann.scrollsSideways()).toBe(false)
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/plan-change-${width}.png` })
    }
    await dialog.getByRole('button', { name: 'Confirm the change' }).click()
    await page.waitForURL((url) => url.href.startsWith(server.sandbox.url))
    await ann.pay(ASKS_EACH_TIME)
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await eventually(
      () => accountOf(server, person),
      ({ plan }) => plan.plan.code === 'individual',
    )
    expect(ann.problems).toEqual([])
  })
})
