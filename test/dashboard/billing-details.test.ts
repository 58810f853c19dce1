import { COUNTRIES } from '#services/kernel/text/countries.js'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe } from '#test/support/subscribers.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Billing details in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard({ env: { CATALOG: 'ai-platform' } })
    await subscribe(dashboard.server, 'ann@example.com', { plan: 'pro' })
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.live()
  })
  afterAll(() => dashboard.close())

  it('are changed in a form, which names a mistake and keeps what was entered', async () => {
    const { page, problems } = ann
    const dialog = page.getByRole('dialog')
    const picture = async (name: string) => {
      if (!SCREENSHOTS) return
      for (const [scheme, width] of [
        ['light', 1280],
        ['dark', 375],
      ] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.setViewportSize({ width, height: 900 })
        await page.screenshot({ path: `${SCREENSHOTS}/details-${name}-${width}.png`, fullPage: true })
      }
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    await ann.follow('Billing', 'Billing')
    await page.getByText('No name or address for invoices yet.').waitFor()
    await picture('empty')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await dialog.getByLabel('Name or company').fill('Linden GmbH')
    const offered = await dialog.getByLabel('Country').locator('option:not([value=""])').allTextContents()
    expect([offered.length, new Set(offered).size]).toEqual([COUNTRIES.length, COUNTRIES.length])
    await dialog.getByLabel('Country').selectOption({ label: 'Germany' })
    await dialog.getByLabel('Street and number').fill('Unter den Linden 1')
    await dialog.getByLabel('Postal code').fill('10117')
    await dialog.getByLabel('City').fill('Berlin')
    await dialog.getByLabel('Type of the tax ID').selectOption({ label: 'European Union VAT' })
    await dialog.getByLabel(/^Tax ID/).fill('DE12')
    expect(await ann.axe()).toEqual([])
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('for example DE123456789', { exact: false }).waitFor()
    await picture('mistake')
    await dialog.getByLabel(/^Tax ID/).fill('DE123456789')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('10117 Berlin').waitFor()
    await page.getByText('European Union VAT: DE123456789 (Being verified)').waitFor()
    expect(await ann.axe()).toEqual([])
    await picture('given')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    expect(await dialog.getByLabel('City').inputValue()).toBe('Berlin')
    await dialog.getByLabel('Country').selectOption({ label: 'No address' })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('10117 Berlin').waitFor({ state: 'detached' })
    expect(problems).toEqual([])
  })
})
