import { startBadProxy, type BadProxy } from '#test/support/bad-proxy.js'
import { noBrowser } from '#test/support/browser.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { openPage, startDashboard, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

/** Time in which a change must be shown. */
const LIMIT_MS = 5_000

describeUnless(noBrowser)('Pages behind a proxy that passes no WebSockets and holds responses back', () => {
  let dashboard: DashboardServer
  let proxy: BadProxy
  beforeAll(async () => {
    dashboard = await startDashboard()
    proxy = await startBadProxy(dashboard.server.url, { upgrade: 'reject', collects: true })
  })
  afterAll(async () => {
    proxy.close()
    await dashboard.close()
  })

  it('show a payment within five seconds, and need no new attempts after a reload', async () => {
    const { server, browser } = dashboard
    const window = await openPage(browser, `${proxy.url}/dashboard/`)
    const { page } = window
    const polls: string[] = []
    page.on('request', (request) => {
      const body = request.postData() ?? ''
      if (body.includes('pollSeconds')) polls.push(body)
    })
    const sockets: string[] = []
    page.on('websocket', (socket) => sockets.push(socket.url()))
    await page.getByRole('button', { name: 'Sign in as Ann' }).click()
    await window.live()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
    const plan = page.getByText('Plus', { exact: true }).first()
    expect(await plan.isVisible()).toBe(false)
    await buyPlan(server, await server.token('ann@example.com'), 'plus')
    await plan.waitFor({ timeout: LIMIT_MS })
    expect([polls.length > 0, sockets.length]).toEqual([true, 2])
    await page.reload()
    await window.live()
    expect(sockets).toHaveLength(2)
    await window.close()
  })
})
