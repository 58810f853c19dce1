import { noBrowser } from '#test/support/browser.js'
import { startDashboard, type DashboardPage, type DashboardServer } from '#test/support/dashboard-page.js'
import { stripeCall } from '#test/support/subscribers.js'
import { describeUnless } from '#test/support/skip.js'

/** Folder for pictures of the pages. Default: none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS']

describeUnless(noBrowser)('The first purchase in the dashboard', () => {
  let dashboard: DashboardServer
  let ann: DashboardPage

  beforeAll(async () => {
    dashboard = await startDashboard()
  })
  afterAll(() => dashboard.close())
  afterEach(() => ann.close())

  it('names an invalid promotion code at its field, and takes a valid one to the payment page', async () => {
    ann = await dashboard.open('/', { width: 375 })
    const { server } = dashboard
    const coupon = await stripeCall<{ id: string }>(server, 'POST', 'coupons', { percent_off: '25', duration: 'once' })
    await stripeCall(server, 'POST', 'promotion_codes', {
      code: 'SPRING',
      'promotion[type]': 'coupon',
      'promotion[coupon]': coupon.id,
    })
    const { page, problems } = ann
    await ann.signIn('Ann')
    await page.getByRole('button', { name: 'Enter a promotion code' }).click()
    const field = page.getByLabel('Promotion code')
    await field.fill('NONE')
    await page.getByRole('button', { name: 'Choose Plus' }).click()
    await page.getByText("Promotion code 'NONE' not found.").waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.evaluate((input) => input === input.ownerDocument.activeElement)).toBe(true)
    expect(await ann.axe()).toEqual([])
    expect(await ann.scrollsSideways()).toBe(false)
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/promotion-code.png` })
    await field.fill('SPRING')
    await page.getByRole('button', { name: 'Choose Plus' }).click()
    await page.waitForURL((url) => !url.href.startsWith(server.url))
    await page.getByText('15.00').first().waitFor()
    expect(await server.query(`select promotion_code from checkout`)).toEqual([{ promotion_code: 'SPRING' }])
    expect(problems).toEqual([])
  })

  it('signs in with one click, buys a plan with a test card, and shows it without a reload', async () => {
    ann = await dashboard.open('/')
    const { page, problems } = ann
    await ann.signIn('Ann')
    await page.getByText('Your plan is Free.').waitFor()
    await page.getByRole('button', { name: 'Choose Plus' }).click()
    await ann.pay('4242424242424242')
    await page.getByText('Paid. You have Plus.').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('button', { name: 'Open billing' }).click()
    await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
    await page.getByText('Renews on').waitFor()
    await ann.live()
    expect(problems).toEqual([])
  })

  it('shows a change that is made elsewhere, and keeps the person over a reload', async () => {
    ann = await dashboard.open('/')
    const { page, problems } = ann
    await ann.signIn('Ann')
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByText('Renews on').waitFor()
    await page.reload()
    await ann.live()
    const token = await dashboard.server.token('ann@example.com')
    const { errors } = await dashboard.server.graphql(
      `mutation { cancelSubscription(key: "elsewhere") { denial { code } } }`,
      {},
      token,
    )
    expect(errors).toBeUndefined()
    await page.getByText('Ends on').waitFor()
    expect(problems).toEqual([])
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)(
    'has no accessibility violations in %s at %i pixels, and nothing scrolls sideways',
    async (colorScheme, width) => {
      ann = await dashboard.open('/', { colorScheme, width })
      const { page, problems } = ann
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await ann.axe()).toEqual([])
      await ann.signIn('Ann')
      for (const name of ['plans', 'billing', 'usage', 'activity']) {
        await page.waitForURL('**/plans')
        await page.goto(page.url().replace(/plans$/, name))
        await ann.live()
        await ann.loaded()
        expect([name, await ann.axe()]).toEqual([name, []])
        expect([name, await ann.scrollsSideways()]).toEqual([name, false])
        await page.goto(page.url().replace(new RegExp(`${name}$`), 'plans'))
      }
      expect(problems).toEqual([])
    },
  )
})
