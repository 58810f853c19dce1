import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'

const OFFLINE = 'You are offline. Trying again…'

describeUnless(noBrowser)('Pages without a connection', () => {
  let dashboard: DashboardServer
  let window: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterAll(() => dashboard.close())
  beforeEach(async () => {
    window = await dashboard.open('/')
    await window.signIn('Ann')
    await window.loaded()
  })
  afterEach(() => window.close())

  it('stay when a page cannot be loaded, and open it after the connection is back', async () => {
    const { page } = window
    await page.getByRole('heading', { level: 1, name: 'Plans' }).waitFor()
    await page.context().setOffline(true)
    await page.getByRole('link', { name: 'Team', exact: true }).click()
    await page.getByText(OFFLINE).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Plans' }).waitFor()
    await page.context().setOffline(false)
    await page.getByRole('heading', { level: 1, name: 'Team' }).waitFor()
    await page.getByText('You are the only member').waitFor()
    expect(await page.getByText(OFFLINE).count()).toBe(0)
  })

  it('stay when a dialog cannot be loaded, and open it after the connection is back', async () => {
    const { page } = window
    await window.follow('Settings', 'Settings')
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Delete the account' }).first().click()
    await page.getByText(OFFLINE).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    await page.context().setOffline(false)
    await page.getByRole('dialog').waitFor()
    expect(await page.getByText(OFFLINE).count()).toBe(0)
  })

  it('load the document again once when a deployment removed the code of a page', async () => {
    const { page } = window
    let loads = 0
    page.on('domcontentloaded', () => (loads += 1))
    await page.route('**/assets/team-*.js', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('link', { name: 'Team', exact: true }).click()
    await page.getByText('This part of the page could not be loaded.').waitFor()
    expect(loads).toBe(1)
  })
})
