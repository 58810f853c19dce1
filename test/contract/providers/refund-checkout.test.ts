import { variablesOf } from '#test/support/mutations.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { askPayPal } from '#test/support/paypal.js'
import { reconcileMoney } from '#test/support/money-runs.js'
import { BuyerBy, pricedTemplate, PROVIDERS } from './provider.js'

interface Page {
  id: string
  providerReference: string
}

describe.each(PROVIDERS)('refundCheckout ($name)', (provider) => {
  let server: TestServer
  let operator: string
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
  })
  afterAll(() => server.close())

  const refund = async (input: object) => {
    const { data, errors } = await server.graphql<{ refundCheckout: object }>(
      `mutation ($id: ID!, $key: String!, $reason: String!) { refundCheckout(id: $id, key: $key, reason: $reason) { checkout { __typename id status statusReason } denial { __typename code } } }`,
      variablesOf('refundCheckout', input),
      operator,
    )
    expect(errors).toBeUndefined()
    return data.refundCheckout
  }
  const quarantined = async (email: string, mutation: 'purchaseTemplate' | 'startSubscription', input: object) => {
    const buyer = await BuyerBy.of(server, provider)(email)
    const page = await buyer.start<Page>(mutation, input as never)
    await server.query(`update checkout set amount_minor = 1 where id = $1`, [page.id])
    await buyer.pay(page.providerReference)
    await eventually(
      () => server.query<{ status: string }>(`select status from checkout where id = $1`, [page.id]),
      ([row]) => row!.status === 'QUARANTINED',
    )
    return { buyer, page }
  }

  it(`returns the payment once, grants nothing, and leaves no difference (${provider.name})`, async () => {
    const { buyer, page } = await quarantined('refunded@example.com', 'purchaseTemplate', { templateId: template })
    const input = { checkoutId: page.id, reason: 'not offered', idempotencyKey: 'refund' }
    const refunded = await refund(input)
    expect(refunded).toMatchObject({ status: 'FAILED', statusReason: 'refunded by an operator: not offered' })
    expect(await refund(input)).toEqual(refunded)
    expect(await refund({ ...input, idempotencyKey: 'again' })).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await buyer.account()).toMatchObject({ purchases: { nodes: [] }, purchasedTemplates: [] })
    const run = await reconcileMoney(server, operator, { provider: provider.name })
    expect(run.drift.filter(({ kind }) => kind === 'MISSING_PURCHASE')).toEqual([])
    const entries = await server.query(`select 1 from audit_entry where action = 'checkout.refunded'`)
    expect(entries).toHaveLength(1)
  })

  it(`returns the payment of a subscription, ends it at the provider, and leaves no dead event (${provider.name})`, async () => {
    const { buyer, page } = await quarantined('subscriber@example.com', 'startSubscription', { plan: 'plus' })
    const input = { checkoutId: page.id, reason: 'not offered', idempotencyKey: 'refund-subscription' }
    const refunded = await refund(input)
    expect(refunded).toMatchObject({ status: 'FAILED', statusReason: 'refunded by an operator: not offered' })
    expect(await refund(input)).toEqual(refunded)
    const payment = await provider.paymentOfPage(server, page.providerReference)
    // PayPal lists no refunds of a subscription's payment, but its state.
    if (provider.name === 'STRIPE') expect(await provider.refundsOf(server, payment)).toEqual([2000])
    else
      expect(await askPayPal(server.sandbox.url, 'GET', `/v1/payments/sale/${payment}`)).toMatchObject({
        state: 'refunded',
      })
    await inboxIsQuiet()
    expect(await buyer.account()).toMatchObject({ plan: { plan: { code: 'free' } } })
    expect(await server.query(`select 1 from billing_subscription`)).toEqual([])
    expect(await server.query(`select 1 from recurring_period`)).toEqual([])
    const run = await reconcileMoney(server, operator, { provider: provider.name })
    expect(run.drift.filter(({ kind }) => kind === 'MISSING_PURCHASE')).toEqual([])
    // The buyer can subscribe again as offered.
    const again = await buyer.start<Page>('startSubscription', { plan: 'plus' })
    await buyer.pay(again.providerReference)
    await buyer.buyerWhen(({ plan }) => plan.plan.code === 'plus')
    await inboxIsQuiet()
    expect(await server.query(`select type, state_reason from inbox_event where state = 'DEAD'`)).toEqual([])
  })

  /** Waits until every event is processed, or waits for an operator. */
  const inboxIsQuiet = () =>
    eventually(
      () => server.query<{ open: number }>(`select count(*)::int as open from inbox_object where pending`),
      ([row]) => row!.open === 0,
    )
})
