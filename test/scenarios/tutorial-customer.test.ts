import type { Browser } from 'playwright-core'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { describeUnless } from '#test/support/skip.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describeUnless(noBrowser)('The customer of the tutorial without an application', () => {
  let server: TestServer
  let browser: Browser
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  it('sees a page in the place of the application after a payment and at the link of a denial', async () => {
    const token = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
    const customer = { account_id: 'customer:42' }
    const denial = await server.rest('POST', '/api/v1/entitlements/check', {
      token,
      body: { ...customer, feature: 'exports' },
    })
    const link = new URL((denial.body as { denial: { upgrade_url: string } }).denial.upgrade_url, server.url)
    const page = await browser.newPage()
    await page.goto(link.href)
    await page.getByRole('heading', { name: 'Choose a plan' }).waitFor()
    const sale = { ...customer, plan: 'scale', provider: 'stripe', user_email: 'ann@example.com', idempotency_key: 's' }
    const { body } = await server.rest('POST', '/api/v1/billing/start-subscription', { token, body: sale })
    await page.goto((body as { url: string }).url)
    await page.getByLabel('Card number').fill('4242424242424242')
    await page.getByLabel('Expiry').fill('12 / 34')
    await page.getByLabel('CVC').fill('123')
    await page.getByLabel('Name on card').fill('Ann Example')
    await page.getByRole('button', { name: 'Pay' }).click()
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/admin/attribution')
    await page.getByText('Your application goes here (return_urls, APP_URL)').waitFor()
    // Programs get the page too.
    expect((await server.rest('GET', link.pathname)).status).toBe(200)
  })
})
