import { CreateWebhookEndpoint } from '@stackgate/client/documents'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'

describeUnless(noBrowser)('The command palette and the menu', () => {
  let dashboard: DashboardServer
  let window: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterEach(() => window.close())
  afterAll(() => dashboard.close())

  it('opens pages by the command palette, and closes the menu of a phone by Escape', async () => {
    window = await dashboard.open('/')
    const { page } = window
    await window.signIn('Ann')
    await window.loaded()
    await page.keyboard.press('/')
    await page.getByRole('dialog').getByLabel('Go to…').fill('team')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
    await window.loaded()
    await page.setViewportSize({ width: 375, height: 812 })
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('link', { name: 'Settings' }).waitFor()
    expect(await window.axe()).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Settings' }).waitFor({ state: 'hidden' })
    await window.focused(/Menu/)
    expect(window.problems).toEqual([])
  })

  it('finds what the account has, and begins acts of the open page', async () => {
    const { server } = dashboard
    const { accountId, token } = await person(server, 'ann@example.com')
    const input = { accountId, url: 'https://hooks.example/orders', types: ['*'] }
    const { data } = await server.graphql(CreateWebhookEndpoint, { input, key: 'palette' }, token)
    expect(data.createWebhookEndpoint).toMatchObject({ secret: expect.any(String) })
    window = await dashboard.open('/')
    const { page } = window
    await window.signIn('Ann')
    await window.loaded()
    await page.keyboard.press('/')
    const palette = page.getByRole('dialog')
    await palette.getByLabel('Go to…').fill('orders')
    await palette.getByRole('button', { name: 'https://hooks.example/orders' }).click()
    await page.getByRole('heading', { name: 'https://hooks.example/orders', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Send a test' }).waitFor()
    await page.keyboard.press('/')
    await palette.getByLabel('Go to…').fill('roll')
    await palette.getByRole('button', { name: 'Roll secret' }).waitFor()
    expect(await window.axe()).toEqual([])
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Roll the secret of this endpoint?' }).waitFor()
    expect(window.problems).toEqual([])
  })
})
