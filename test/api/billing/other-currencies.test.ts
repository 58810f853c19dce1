import { pricedTemplate } from '#test/contract/providers/provider.js'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// The template costs 30 euros a month; plans are sold in dollars.
describe('A page in another currency than the subscription that follows it', () => {
  let server: TestServer
  let templateId: string
  beforeAll(async () => {
    server = await startTestServer()
    const interval = { unit: 'MONTH', count: 1 }
    templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, currency: 'EUR', interval })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const statusOf = async (id: string) => {
    const [row] = await server.query<{ status: string; status_reason: string | null }>(
      `select status, status_reason from checkout where id = $1`,
      [id],
    )
    return row!
  }

  const openPage = async (provider: string) => {
    const buyer = await Buyer.named(server, `${provider.toLowerCase()}@example.com`)
    const page = await buyer.start('purchaseTemplate', { templateId, currency: 'EUR', provider })
    expect(page.__typename).toBe('Checkout')
    await buyer.buy('startSubscription', { plan: 'plus', provider })
    await eventually(
      () => statusOf(page.id),
      ({ status }) => status === 'EXPIRED',
    )
    await buyer.pay(page.providerReference).catch(() => {})
    await untilQuiet(server)
    const { purchases, purchasedTemplates, plan } = await buyer.account()
    expect(plan.plan.code).toBe('plus')
    const again = await buyer.start('purchaseTemplate', { templateId, currency: 'EUR', provider })
    return {
      again: again.code,
      payments: purchases.nodes.map(({ status, money: { currency } }) => [status, currency]),
      templates: purchasedTemplates.length,
    }
  }

  it('is closed at Stripe when the subscription is paid, so that it cannot be paid', async () => {
    expect(await openPage('STRIPE')).toEqual({
      again: 'INVALID_PRICE',
      payments: [['PAID', 'USD']],
      templates: 0,
    })
  })

  it('stays open at PayPal, which closes none: what is paid there is returned', async () => {
    const payments = [
      ['REFUNDED', 'EUR'],
      ['PAID', 'USD'],
    ]
    expect(await openPage('PAYPAL')).toEqual({ again: 'INVALID_PRICE', payments, templates: 0 })
    const mails = await server.query<{ body: string }>(
      `select body from mail_message where recipient = 'paypal@example.com' and subject like '%is returned%'`,
    )
    expect(mails).toMatchObject([{ body: expect.stringContaining('a subscription in another currency') as string }])
    const there = await server.query<{ status: string }>(
      `select s.status from product_subscription s join account a on a.id = s.account_id where a.external_id = 'paypal@example.com'`,
    )
    expect(there.filter(({ status }) => status !== 'CANCELED')).toEqual([])
  })

  it('stays open for a payment once', async () => {
    const buyer = await Buyer.named(server, 'once@example.com')
    const interval = { unit: 'MONTH', count: 1 }
    const once = await pricedTemplate(server, 'ghost', { amountMinor: 900, currency: 'EUR', interval: null })
    const page = await buyer.start('purchaseTemplate', { templateId: once, currency: 'EUR' })
    await buyer.buy('startSubscription', { plan: 'plus', interval })
    await untilQuiet(server)
    expect((await statusOf(page.id)).status).toBe('OPEN')
    await buyer.pay(page.providerReference)
    await buyer.buyerWhen(({ purchasedTemplates }) => purchasedTemplates.length === 1)
  })
})
