import { RefundPurchase } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { templateId } from '#test/support/deployments.js'

interface Session {
  readonly id: string
  readonly customer: string
  readonly payment_intent: string | null
  readonly invoice: string | null
}

describe('Two paid pages of one checkout', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const stripe = async <Found>(path: string, body?: Record<string, string>): Promise<Found> => {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const found = (await response.json()) as Found & { error?: unknown }
    if (found.error) throw new Error(JSON.stringify(found.error))
    return found
  }
  /** Another page for the same checkout, as a crash between two calls could have left it. */
  const secondPage = async (checkoutId: string, providerReference: string, mode: 'payment' | 'subscription') => {
    const first = await stripe<Session>(`checkout/sessions/${providerReference}`)
    const { data } = await stripe<{ data: { price: { id: string } }[] }>(
      `checkout/sessions/${providerReference}/line_items`,
    )
    const page = await stripe<Session>('checkout/sessions', {
      mode,
      customer: first.customer,
      'line_items[0][price]': data[0]!.price.id,
      'line_items[0][quantity]': '1',
      success_url: 'https://example.com/ok',
      'metadata[checkout_id]': checkoutId,
      [mode === 'payment' ? 'payment_intent_data[metadata][checkout_id]' : 'subscription_data[metadata][checkout_id]']:
        checkoutId,
    })
    await server.sandboxControl('POST', `checkouts/${page.id}/pay`, {})
    return page.id
  }
  const paymentOf = async (providerReference: string) => {
    const session = await stripe<Session>(`checkout/sessions/${providerReference}`)
    if (session.payment_intent) return session.payment_intent
    const paid = await stripe<{ data: [{ payment: { payment_intent: string } }] }>(
      `invoice_payments?invoice=${session.invoice}`,
    )
    return paid.data[0].payment.payment_intent
  }
  const returned = async (paymentId: string) =>
    (await stripe<{ data: { amount: number }[] }>(`refunds?payment_intent=${paymentId}`)).data.map(
      ({ amount }) => amount,
    )
  const returnedWhen = (paymentId: string, amounts: string) =>
    eventually(
      () => returned(paymentId),
      (seen) => seen.join() === amounts,
      20_000,
    )
  const mails = (email: string) =>
    server.query<{ subject: string }>(`select subject from mail_message where recipient = $1`, [email])

  it('records and refunds a second payment for a plan, ends its subscription, and notifies its payer', async () => {
    const buyer = await Buyer.named(server, 'twice@example.com')
    const { id, providerReference } = await buyer.buy('startSubscription', { plan: 'plus' })
    const second = await secondPage(id, providerReference, 'subscription')
    await returnedWhen(await paymentOf(second), '2000')
    expect(await returned(await paymentOf(providerReference))).toEqual([])
    const records = await buyer.buyerWhen(({ purchases }) =>
      purchases.nodes.some(({ status }) => status === 'REFUNDED'),
    )
    expect(records.plan.plan.code).toBe('plus')
    expect(records.purchases.nodes.map(({ status }) => status).toSorted()).toEqual(['PAID', 'REFUNDED'])
    expect((await mails('twice@example.com')).map(({ subject }) => subject)).toContain(
      'Your payment for Plus is returned',
    )
  })

  it('records and refunds a second payment for a one-time package', async () => {
    const buyer = await Buyer.named(server, 'twice-once@example.com')
    const template = await templateId(server, 'static-site')
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    await setTemplatePrice(server, operator, template, {
      amountMinor: 3000,
      currency: 'USD',
      interval: null,
    })
    const { id, providerReference } = await buyer.buy('purchaseTemplate', { templateId: template })
    const second = await secondPage(id, providerReference, 'payment')
    await returnedWhen(await paymentOf(second), '3000')
    const records = await buyer.buyerWhen(({ purchases }) =>
      purchases.nodes.some(({ status }) => status === 'REFUNDED'),
    )
    expect(records.purchases.nodes.map(({ status }) => status).toSorted()).toEqual(['PAID', 'REFUNDED'])
    expect(records.purchasedTemplates).toHaveLength(1)
    expect(await returned(await paymentOf(providerReference))).toEqual([])
  })
})

describe('Currencies with other minor units at the provider', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it.each([
    ['ISK', 5000, 500_000],
    ['UGX', 90_000, 9_000_000],
    ['MGA', 2_000_000, 20_000],
  ])(
    '%s: requests %d minor units as %d, records them unchanged, and refunds them',
    async (currency, amountMinor, amount) => {
      const operator = await server.token('operator@example.com', { roles: ['admin'] })
      const { data } = await server.graphql<{ template: { id: string } }>(
        `{ template(by: { slug: "static-site" }) { id } }`,
      )
      await setTemplatePrice(server, operator, data.template.id, { amountMinor, currency, interval: null })
      const buyer = await Buyer.named(server, `${currency}@example.com`)
      await buyer.buy('purchaseTemplate', { templateId: data.template.id, currency })
      const [purchase] = (await buyer.account()).purchases.nodes
      expect(purchase!.money).toEqual({ amountMinor, currency })
      const charged = (id: string) =>
        fetch(`${server.sandbox.url}/v1/payment_intents/${id}`, {
          headers: { authorization: 'Bearer sk_test_sandbox_server' },
        }).then((response) => response.json() as Promise<{ amount: number }>)
      expect((await charged(await buyer.paymentOf(purchase!.id))).amount).toBe(amount)
      const refunded = await server.graphql(
        RefundPurchase,
        { id: purchase!.id, reason: 'asked for', key: currency },
        operator,
      )
      expect(refunded.data.refundPurchase).toMatchObject({ status: 'REFUNDED' })
    },
  )
})
