import type { Browser, Page } from 'playwright-core'
import { describeUnless } from '#test/support/skip.js'
import { noBrowser, openBrowser } from '#test/support/browser.js'
import { auditPage } from '../support/page-audit.js'
import { activeSubscription, capturedOrder, fixed, orderOf, planOf, subscriptionOf } from './catalog-helpers.js'
import { startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

describeUnless(noBrowser)('PayPal pages of the sandbox in a browser', () => {
  let bench: PayPalFixture
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    bench = await startPayPalFixture()
    // Without scripts: everything must work by links and forms alone.
    page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    // The shop that payers return to does not exist. Only the redirect target matters.
    await page.route('https://shop.example.com/**', (route) => route.fulfill({ body: 'the shop' }))
  })
  afterEach(async () => {
    await page.context().close()
    await bench.close()
  })

  const audited = async (url: string) => {
    const context = await browser.newContext()
    const reader = await context.newPage()
    await reader.goto(url)
    const found = await auditPage(reader)
    await context.close()
    return found
  }
  const linkOf = async (path: string, rel: string) => {
    const { body } = await bench.call('GET', path)
    return (body['links'] as { rel: string; href: string }[]).find((one) => one.rel === rel)!.href
  }

  it('cancels an order, then approves one with a labeled form, and returns the payer with its id', async () => {
    const id = await orderOf(bench, '500', 'HUF')
    const url = await linkOf(`/v2/checkout/orders/${id}`, 'approve')
    expect(await audited(url)).toEqual([])
    await page.goto(url)
    expect(await page.locator('.total').innerText()).toMatch(/500$/)
    await page.getByRole('link', { name: 'Cancel' }).click()
    await page.waitForURL(`https://shop.example.com/no?token=${id}`)
    await page.goto(url)
    await page.getByLabel('Email').fill('grace@example.com')
    await page.getByLabel('PayPal balance').check()
    await page.getByRole('button', { name: 'Pay' }).click()
    await page.waitForURL(new RegExp(`^https://shop\\.example\\.com/back\\?token=${id}&PayerID=`))
    const { body } = await bench.call('GET', `/v2/checkout/orders/${id}`)
    expect(body).toMatchObject({ status: 'APPROVED', payer: { email_address: 'grace@example.com' } })
    await page.goto(url)
    await page.getByRole('heading', { name: 'This order is approved' }).waitFor()
  })

  it('are in the language of the order or subscription, and a locale must be a language tag', async () => {
    const context = { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/no' }
    const order = (locale: string) =>
      bench.call('POST', '/v2/checkout/orders', {
        intent: 'CAPTURE',
        purchase_units: [{ amount: { currency_code: 'EUR', value: '9.90' } }],
        application_context: { ...context, locale },
      })
    const { body } = await order('de-DE')
    const url = await linkOf(`/v2/checkout/orders/${body['id']}`, 'approve')
    await page.goto(url)
    await page.getByRole('heading', { name: 'Ihr PayPal-Konto' }).waitFor()
    expect((await page.locator('.pay').innerText()).replaceAll('\u00a0', ' ')).toBe('9,90 € bezahlen')
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    expect(await audited(url)).toEqual([])
    expect((await order('German')).status).toBe(400)
    const id = await subscriptionOf(bench, await planOf(bench), {
      application_context: { ...context, locale: 'es-ES' },
    })
    const agree = await linkOf(`/v1/billing/subscriptions/${id}`, 'approve')
    await page.goto(agree)
    await page.getByRole('heading', { name: 'Suscribirse a Plus monthly' }).waitFor()
    await page.getByText('Por mes').waitFor()
    expect(await audited(agree)).toEqual([])
  })

  it('declines a subscription, then starts it, and approves a change', async () => {
    const plan = await planOf(bench, '10', {
      quantity_supported: true,
      billing_cycles: [
        { frequency: { interval_unit: 'WEEK' }, tenure_type: 'TRIAL', sequence: 1 },
        {
          frequency: { interval_unit: 'MONTH' },
          tenure_type: 'REGULAR',
          sequence: 2,
          total_cycles: 0,
          pricing_scheme: fixed('10'),
        },
      ],
    })
    const id = await subscriptionOf(bench, plan)
    const path = `/v1/billing/subscriptions/${id}`
    const url = await linkOf(path, 'approve')
    expect(await audited(url)).toEqual([])
    await page.goto(url)
    await page.getByText('Every month').waitFor()
    await page.getByLabel('Email').fill('grace@example.com')
    await page.getByLabel('A card that will be declined').check()
    await page.getByRole('button', { name: 'Pay' }).click()
    await page.getByRole('alert').getByText('Your card was declined.').waitFor()
    expect(await page.getByLabel('Email').inputValue()).toBe('grace@example.com')
    await page.getByLabel('A card that pays now and fails at renewals').check()
    await page.getByRole('button', { name: 'Pay' }).click()
    await page.waitForURL(/^https:\/\/shop\.example\.com\/back\?subscription_id=I-/)
    expect((await bench.call('GET', path)).body['status']).toBe('ACTIVE')
    const revised = await bench.call('POST', `${path}/revise`, { quantity: '4' })
    await page.goto(revised.body['links'][0].href as string)
    await page.getByRole('button', { name: 'Agree' }).click()
    await page.waitForURL(/subscription_id=I-/)
    expect((await bench.call('GET', path)).body['quantity']).toBe('4')
  })

  it('shows PayPal objects in the inspector with actions for banks, payers and failures', async () => {
    const pending = await capturedOrder(bench, '10.00', 'async_paid')
    const paid = await capturedOrder(bench, '20.00')
    const subscription = await activeSubscription(bench, await planOf(bench))
    const inspector = `${bench.sandbox.url}/_sandbox`
    expect(await audited(inspector)).toEqual([])
    const status = async (id: string) => (await bench.call('GET', `/v2/payments/captures/${id}`)).body['status']
    await page.goto(inspector)
    await page.getByRole('button', { name: `Bank refuses: ${pending}` }).click()
    await page.getByRole('status').waitFor()
    expect(await status(pending)).toBe('DECLINED')
    await page.getByRole('button', { name: `Dispute: ${paid}` }).click()
    await page.getByRole('status').waitFor()
    expect((await bench.call('GET', '/v1/customer/disputes')).body['items'].length).toBe(1)
    await page.getByRole('button', { name: `Fail next payment: ${subscription}` }).click()
    await page.getByRole('status').waitFor()
    await bench.moveTo('2026-03-01T00:00:00Z')
    expect(bench.types()).toContain('BILLING.SUBSCRIPTION.PAYMENT.FAILED')
    await page.goto(inspector)
    await page.getByRole('link', { name: subscription }).first().click()
    await page.getByRole('heading', { name: subscription }).waitFor()
    await page.getByText('BILLING.SUBSCRIPTION.ACTIVATED').waitFor()
  })
})
