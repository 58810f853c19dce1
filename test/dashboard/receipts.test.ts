import { readFileSync } from 'node:fs'
import { Buyer } from '#test/support/buyer.js'
import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { pdfText } from '#test/support/pdf-text.js'
import { describeUnless } from '#test/support/skip.js'

/** Folder for pictures of the page. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('Receipts of payments by PayPal in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
    const buyer = await Buyer.named(dashboard.server, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    ann = await dashboard.open('/')
    await ann.signIn('Ann')
    await ann.live()
  })
  afterAll(() => dashboard.close())

  it('are downloaded from the billing page, once for each payment', async () => {
    const { page, problems } = ann
    await ann.follow('Billing', 'Billing')
    const row = page.getByRole('table', { name: 'Payments' }).getByRole('row', { name: /^Plus/ })
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/receipts.png`, fullPage: true })
    const [number] = /\w{10}-0001/.exec(await row.innerText())!
    const [download] = await Promise.all([page.waitForEvent('download'), ann.act('Download', row)])
    expect(download.suggestedFilename()).toBe(`receipt-${number}.pdf`)
    const { lines } = await pdfText(new Uint8Array(readFileSync(await download.path())).buffer)
    expect(lines).toEqual(expect.arrayContaining(['Receipt', `Number ${number}`, 'Total $20.00']))
    expect(await row.getByText('Receipt').count()).toBe(0)
    expect(await ann.axe()).toEqual([])
    expect(problems).toEqual([])
  })
})
