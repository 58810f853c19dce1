import type { Browser, Page } from 'playwright-core'
import type { Stripe } from 'stripe'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { openCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { auditPage } from './support/page-audit.js'
import { customerWithCard, idIn, planPrice } from './support/catalog-helpers.js'

describeUnless(noBrowser)('Sandbox pages in a browser', () => {
  let bench: SandboxFixture
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    // Without scripts: everything must work by links and forms alone.
    page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  })
  afterEach(async () => {
    await page.context().close()
    await bench.close()
  })

  const typeCard = async (number: string) => {
    await page.getByLabel('Card number').fill(number)
    await page.getByLabel('Expiry').fill('12 / 34')
    await page.getByLabel('CVC').fill('123')
    await page.getByLabel('Name on card').fill('Ada Lovelace')
  }
  const back = () => `${bench.sandbox.url}/_sandbox`
  const completed = (session: Stripe.Checkout.Session) => bench.stripe.checkout.sessions.retrieve(session.id)
  const alert = (text: string) => page.getByRole('alert').getByText(text).waitFor()

  it('replaces a promotion code, declines a card, and charges the lower price after a challenge', async () => {
    const { stripe } = bench
    const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'once' })
    await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'SPRING' })
    const session = await openCheckout(bench, { allow_promotion_codes: true, success_url: back() })
    await page.goto(session.url ?? '')
    await page.getByText('Add a promotion code').click()
    await page.getByLabel('Promotion code').fill('winter')
    await page.getByRole('button', { name: 'Apply' }).click()
    await alert('This code is invalid.')
    await page.getByLabel('Promotion code').fill('spring')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('SPRING (25% off)').waitFor()
    expect(await page.locator('.total').innerText()).toBe('$14.99')
    await typeCard('4000000000000002')
    await page.getByRole('button', { name: 'Pay' }).click()
    await alert('Your card was declined.')
    expect(await page.getByLabel('Name on card').inputValue()).toBe('Ada Lovelace')
    expect(await page.getByLabel('Card number').inputValue()).toBe('')
    await typeCard('4000 0025 0000 3155')
    await page.getByRole('button', { name: 'Pay' }).click()
    await page.getByRole('button', { name: 'Complete authentication' }).click()
    await page.waitForURL(back())
    expect(await completed(session)).toMatchObject({ payment_status: 'paid', amount_total: 1499 })
  })

  it('accepts a payment by keyboard alone', async () => {
    const session = await openCheckout(bench, { success_url: back() })
    await page.goto(session.url ?? '')
    await page.getByLabel('Card number').focus()
    for (const text of ['4242424242424242', '12/34', '123', 'Ada']) {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await page.waitForURL(back())
    expect((await completed(session)).status).toBe('complete')
  })

  it('debits a bank account with a delayed result, and leaves by the link to the seller', async () => {
    const left = await openCheckout(bench, { cancel_url: back() })
    await page.goto(left.url ?? '')
    await page.getByRole('link', { name: 'Back to Stackgate sandbox' }).click()
    await page.waitForURL(back())
    expect((await completed(left)).status).toBe('open')
    const price = await bench.stripe.prices.create({
      currency: 'usd',
      unit_amount: 700,
      product_data: { name: 'Pack' },
    })
    const session = await bench.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 1 }],
      customer_email: 'a@example.com',
      success_url: back(),
    })
    await page.goto(session.url ?? '')
    await page.getByRole('heading', { name: 'Bank account' }).click()
    await page.getByLabel('It refuses the debit').check()
    await page.getByRole('button', { name: 'Debit this account' }).click()
    await page.waitForURL(back())
    expect(await completed(session)).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    await page.getByRole('button', { name: 'Bank pays' }).click()
    await page.getByText('The bank has answered.').waitFor()
    expect((await completed(session)).payment_status).toBe('paid')
  })

  it('switches, cancels and keeps a plan in the portal, and changes the card', async () => {
    const { stripe } = bench
    const [small, large] = [await planPrice(bench, 'Small', 1000), await planPrice(bench, 'Large', 2000)]
    const customer = await customerWithCard(bench)
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }] })
    const configuration = await stripe.billingPortal.configurations.create({
      features: {
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: { enabled: true },
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price'],
          proration_behavior: 'always_invoice',
          products: [small, large].map((price) => ({ product: idIn(price.product), prices: [price.id] })),
        },
      },
    })
    const portal = await stripe.billingPortal.sessions.create({
      customer: customer.id,
      configuration: configuration.id,
      return_url: back(),
    })
    await bench.moveTo('2026-04-16T00:00:00Z')
    await page.goto(portal.url)
    await page.getByLabel('Plan', { exact: true }).selectOption({ label: 'Large — $20.00 / month' })
    await page.getByRole('button', { name: 'Switch plan' }).click()
    await page.getByText('Due today').waitFor()
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('status').getByText('Your plan was switched.').waitFor()
    await page.getByRole('button', { name: 'Cancel plan' }).click()
    await page.getByRole('heading', { name: 'Cancel your plan?' }).waitFor()
    await page.getByRole('button', { name: 'Cancel plan' }).click()
    await page.getByText('Ends on May 1, 2026').waitFor()
    await page.getByRole('button', { name: 'Keep my plan' }).click()
    await page.getByText('Renews on May 1, 2026').waitFor()
    await typeCard('5555 5555 5555 4444')
    await page.getByRole('button', { name: 'Save card' }).click()
    await page.getByText('mastercard ending in 4444').waitFor()
    await page.getByRole('link', { name: /-0002$/ }).click()
    await page.getByRole('heading', { name: /^Invoice/ }).waitFor()
    expect(await page.getByText('Remaining time on Large').count()).toBe(1)
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(large.id)
    await page.goto(portal.url)
    await page.getByRole('link', { name: /^Return to/ }).click()
    await page.waitForURL(back())
  })

  it('advances the clock, fails the next payment, shows an object and resends its webhook in the inspector', async () => {
    const customer = await customerWithCard(bench)
    const price = await planPrice(bench, 'Plus', 1000)
    const { id } = await bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    await page.goto(back())
    await page.getByRole('button', { name: `Fail next payment: ${customer.id}` }).click()
    await page.getByText('next payment fails').waitFor()
    await page.getByRole('button', { name: 'Advance 1 month' }).click()
    await page.getByRole('button', { name: 'Advance 1 day' }).click()
    await page.getByRole('heading', { name: /^May 2, 2026/ }).waitFor()
    expect((await bench.stripe.subscriptions.retrieve(id)).status).toBe('past_due')
    await page.getByRole('link', { name: id }).first().click()
    await page.getByText('"status": "past_due"').waitFor()
    await page.getByRole('row').filter({ hasText: 'customer.subscription.updated' }).first().getByRole('link').click()
    const before = bench.receiver.requests
    await page.getByRole('button', { name: /^Resend/ }).click()
    await page.getByText('The delivery was sent again.').waitFor()
    expect(bench.receiver.requests).toBe(before + 1)
    await page
      .getByRole('button', { name: /^Dispute/ })
      .first()
      .click()
    await page.getByText('The owner of the card disputes').waitFor()
  })

  it.each(['light', 'dark'] as const)('are accessible in %s', async (colorScheme) => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const price = await planPrice(bench, 'Plus', 1000)
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const session = await openCheckout(bench, { allow_promotion_codes: true })
    const portal = await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: back() })
    const invoice = await stripe.invoices.create({ customer: customer.id })
    await stripe.invoiceItems.create({
      customer: customer.id,
      invoice: invoice.id,
      amount: 500,
      currency: 'usd',
      description: 'Help',
    })
    const { hosted_invoice_url } = await stripe.invoices.finalizeInvoice(invoice.id)
    const asks = await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: 'http://127.0.0.1:4000/back',
    })
    const context = await browser.newContext({ colorScheme, viewport: { width: 400, height: 800 } })
    const reader = await context.newPage()
    const object = `${back()}/objects/customer/${customer.id}`
    for (const url of [
      session.url,
      portal.url,
      hosted_invoice_url,
      asks.next_action?.redirect_to_url?.url,
      back(),
      object,
    ]) {
      await reader.goto(url ?? '')
      expect({ url, problems: await auditPage(reader) }).toEqual({ url, problems: [] })
      const overflow = await reader.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      expect({ url, overflow: Math.max(0, overflow) }).toEqual({ url, overflow: 0 })
    }
    await context.close()
  })
})
