import { CreateWebhookEndpoint } from '@stackgate/client/documents'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { person } from '#test/support/members.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe } from '#test/support/subscribers.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

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

  it('finds objects of all accounts for operators, also by their IDs at the provider', async () => {
    const { server } = dashboard
    const { accountId } = await subscribe(server, 'bo@example.com', { plan: 'plus' })
    const [bo] = await server.query<Record<'number' | 'subscription' | 'payment' | 'template' | 'slug', string>>(
      `select i.number, s.external_id as subscription, p.payment_id as payment, t.name as template, t.slug
       from invoice i join billing_subscription s using (account_id) join purchase p using (account_id),
         (select name, slug from template limit 1) t
       where account_id = $1`,
      [accountId],
    )
    window = await dashboard.open('/')
    const { page } = window
    await window.signIn('Ops')
    await window.loaded()
    const palette = page.getByRole('dialog')
    const find = async (text: string, name: string | RegExp) => {
      await page.keyboard.press('/')
      await palette.getByLabel('Go to…').fill(text)
      const row = palette.getByRole('button', { name })
      await row.waitFor()
      return row
    }
    const isOpen = async (tab: string | null) => {
      await page.getByRole('heading', { name: 'bo@example.com', level: 1 }).waitFor()
      expect(new URL(page.url()).searchParams.get('tab')).toBe(tab)
      await window.loaded()
    }
    await find(bo!.number, new RegExp(`^Invoice ${bo!.number}, \\$20.00 ?bo@example.com$`))
    for (const [colorScheme, width] of [
      ['dark', 375],
      ['light', 1280],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      expect(await window.axe()).toEqual([])
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/palette-${width}.png` })
    }
    await page.keyboard.press('Enter')
    await isOpen('money')
    await (await find(bo!.payment, /^Purchase, \$20.00/)).click()
    await isOpen('money')
    await (await find(bo!.subscription, /^Subscription to Plus/)).click()
    await isOpen(null)
    await (await find('bo@example', /^bo@example.com/)).click()
    await isOpen(null)
    await (await find(bo!.slug, new RegExp(`^${bo!.template} ?Template$`))).click()
    await page.getByRole('heading', { name: bo!.template, level: 1 }).waitFor()
    expect(window.problems).toEqual([])
  })
})
