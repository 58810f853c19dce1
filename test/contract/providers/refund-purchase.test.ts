import { existingSubscriptions } from '#services/billing/reconciliation/money/load-local-state.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, pricedTemplate, itWith, PROVIDERS } from './provider.js'

const REFUND = `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) {
  refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) {
    purchase { __typename id status refunded { amountMinor } }
    denial { __typename code issues { path } message }
  }
}`

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

describe.each(PROVIDERS)('Refunds and disputes ($name)', (provider) => {
  const it = itWith(provider)
  let server: TestServer
  let operator: string
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    operator = await server.token('operator@example.com', { roles: ['admin'] })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  let serial = 0
  const refund = async (purchaseId: string, input: object = {}, token = operator) => {
    const key = `refund-${++serial}`
    return server.graphql<{
      refundPurchase: { __typename: string; code?: string; status?: string; refunded?: { amountMinor: number } }
    }>(REFUND, { id: purchaseId, reason: 'asked for', key: key, ...input }, token)
  }
  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const owner = async (email: string) => {
    const buyer = await named(email)
    await buyer.buy('purchaseTemplate', { templateId: template })
    const [purchase] = (await buyer.account()).purchases.nodes
    return { buyer, purchase: purchase! }
  }
  const owns = async (buyer: BuyerBy) => (await buyer.account()).purchasedTemplates.length === 1
  const refundsThere = async (purchaseId: string, buyer: BuyerBy) =>
    provider.refundsOf(server, await buyer.paymentOf(purchaseId))

  it('keeps the template after a partial refund and revokes it after a full one, once per key', async () => {
    const { buyer, purchase } = await owner('part@example.com')
    const first = await refund(purchase.id, { amount: usd(1000), key: 'part' })
    expect(first.data.refundPurchase).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amountMinor: 1000 } })
    const again = await refund(purchase.id, { amount: usd(1000), key: 'part' })
    expect(again.data.refundPurchase).toEqual(first.data.refundPurchase)
    expect(await owns(buyer)).toBe(true)
    const rest = await refund(purchase.id)
    expect(rest.data.refundPurchase).toMatchObject({ status: 'REFUNDED', refunded: { amountMinor: 3000 } })
    expect(await owns(buyer)).toBe(false)
    expect(new Set(await refundsThere(purchase.id, buyer))).toEqual(new Set([1000, 2000]))
    expect((await refund(purchase.id)).data.refundPurchase).toMatchObject({ code: 'INVALID_TRANSITION' })
    const refunds = await server.query(
      `select status, amount_minor::int as amount from refund where purchase_id = $1 order by id`,
      [purchase.id],
    )
    expect(refunds).toEqual([
      { status: 'SUCCEEDED', amount: 1000 },
      { status: 'SUCCEEDED', amount: 2000 },
    ])
  })

  it('refunds once for twenty equal calls', async () => {
    const { buyer, purchase } = await owner('crowd@example.com')
    await Promise.all(Array.from({ length: 20 }, () => refund(purchase.id, { key: 'crowd' })))
    const repeated = await refund(purchase.id, { key: 'crowd' })
    expect(repeated.data.refundPurchase).toMatchObject({ status: 'REFUNDED', refunded: { amountMinor: 3000 } })
    expect(await refundsThere(purchase.id, buyer)).toEqual([3000])
  })

  it.each([
    ['nothing', { amount: usd(0) }, 'INVALID_AMOUNT'],
    ['less than nothing', { amount: usd(-5) }, 'INVALID_AMOUNT'],
    ['more than was paid', { amount: usd(3001) }, 'INVALID_AMOUNT'],
  ])('denies a refund of %s without calling the provider', async (what, input, code) => {
    const { buyer, purchase } = await owner(`${what.replaceAll(' ', '-')}@example.com`)
    expect((await refund(purchase.id, input)).data.refundPurchase).toMatchObject({ __typename: 'Denial', code })
    expect(await refundsThere(purchase.id, buyer)).toEqual([])
  })

  it('lets only operators refund, and at most the amount paid', async () => {
    const { buyer, purchase } = await owner('own@example.com')
    expect((await refund(purchase.id, {}, buyer.token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await refund('pur_unknown')).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect((await refund(purchase.id, { reason: ' ' })).data.refundPurchase).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_PARAMETERS',
    })
    const stranger = await server.token('stranger@example.com')
    const { data } = await server.graphql<{ node: null }>(
      `query ($id: ID!) { node(id: $id) { id } }`,
      { id: purchase.id },
      stranger,
    )
    expect(data.node).toBeNull()
  })

  it('applies a refund made in the provider’s dashboard by its event', async () => {
    const { buyer, purchase } = await owner('dashboard@example.com')
    await provider.refundThere(server, await buyer.paymentOf(purchase.id))
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'REFUNDED')
    expect(records.purchasedTemplates).toEqual([])
  })

  it('blocks new purchases and deployments during a dispute, and restores everything when it is won', async () => {
    const { buyer, purchase } = await owner('won@example.com')
    await buyer.dispute(purchase.id, 'needs_response')
    await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'DISPUTED')
    expect(await owns(buyer)).toBe(false)
    expect(await buyer.start('startSubscription', { plan: 'plus' })).toMatchObject({ code: 'PAYMENT_FAILED' })
    const gate = await server.graphql<{ template: { eligibility: { denials: { code: string }[] } } }>(
      `query ($id: ID!) { template(by: { id: $id }) { eligibility { denials { code } } } }`,
      { id: template },
      buyer.token,
    )
    expect(gate.data.template.eligibility.denials[0]).toEqual({ code: 'PAYMENT_FAILED' })
    await buyer.dispute(purchase.id, 'won')
    await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'PAID')
    expect(await owns(buyer)).toBe(true)
    expect(await buyer.start('startSubscription', { plan: 'plus' })).toMatchObject({ __typename: 'Checkout' })
  })

  it('reverses once when a dispute is lost after a refund', async () => {
    const { buyer, purchase } = await owner('lost@example.com')
    await refund(purchase.id, { amount: usd(1000) })
    await buyer.dispute(purchase.id, 'needs_response')
    await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'DISPUTED')
    await buyer.dispute(purchase.id, 'lost')
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'CHARGED_BACK')
    expect(records.purchases.nodes[0]!.refunded).toEqual({ amountMinor: 1000 })
    expect(records.purchasedTemplates).toEqual([])
    const [row] = await server.query<{ reversed_minor: string }>(`select reversed_minor from purchase where id = $1`, [
      purchase.id,
    ])
    expect(Number(row!.reversed_minor)).toBeLessThanOrEqual(3000)
    expect((await refund(purchase.id)).data.refundPurchase).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('ends a plan after a full refund of the current period, but not after a partial one', async () => {
    const buyer = await named('plan@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    const [purchase] = (await buyer.account()).purchases.nodes
    expect(purchase).toMatchObject({
      status: 'PAID',
      product: { code: 'plus', type: 'PLAN' },
      money: { amountMinor: 2000 },
    })
    await refund(purchase!.id, { amount: usd(500) })
    expect((await buyer.account()).plan.plan.code).toBe('plus')
    await refund(purchase!.id)
    const records = await buyer.buyerWhen(({ plan }) => plan.plan.code === 'free')
    expect(records.purchases.nodes[0]!.status).toBe('REFUNDED')
  })

  it('reports a refund without a provider response, and executes it once', async () => {
    const { buyer, purchase } = await owner('away@example.com')
    const path = provider.refundPath(await buyer.paymentOf(purchase.id))
    await server.sandboxControl('POST', 'faults', { match: { method: 'POST', path }, action: '500', times: 3 })
    const refused = await refund(purchase.id, { key: 'away' })
    expect(refused.data.refundPurchase).toMatchObject({ __typename: 'Denial', code: 'PROVIDER_UNAVAILABLE' })
    await server.sandboxControl('DELETE', 'faults')
    const again = await refund(purchase.id, { key: 'away' })
    expect(again.data.refundPurchase).toMatchObject({ status: 'REFUNDED' })
    expect(await refundsThere(purchase.id, buyer)).toEqual([3000])
  })

  it('publishes one event per change with its amount', async () => {
    const { buyer, purchase } = await owner('told@example.com')
    await refund(purchase.id, { amount: usd(1) })
    await refund(purchase.id)
    const { data } = await eventually(
      () =>
        server.graphql<{
          account: { billing: { events: { nodes: { type: string; subject: { id: string }; summary: string }[] } } }
        }>(
          `{ account { billing { events(types: ["purchase.paid", "purchase.refunded"]) { nodes { type summary subject { id } } } } } }`,
          {},
          buyer.token,
        ),
      ({ data: { account } }) => account.billing.events.nodes.length === 3,
    )
    expect(data.account.billing.events.nodes.map(({ type, summary }) => [type, summary])).toEqual([
      ['purchase.refunded', '$30.00 of $30.00 for Static Site was refunded.'],
      ['purchase.refunded', '$0.01 of $30.00 for Static Site was refunded.'],
      ['purchase.paid', 'The payment of $30.00 for Static Site was confirmed.'],
    ])
    expect(new Set(data.account.billing.events.nodes.map(({ subject }) => subject.id))).toEqual(new Set([purchase.id]))
  })
})

describe.each(PROVIDERS)('Two paid pages ($name)', (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
  })
  afterAll(() => server.close())

  it('result in one subscription and one automatic refund', async () => {
    const buyer = await BuyerBy.of(server, provider)('racer@example.com')
    const first = await buyer.start('startSubscription', { plan: 'plus' })
    // State after a lost race: expired here, and still payable at the provider.
    await server.query(`update checkout set status = 'EXPIRED' where id = $1`, [first.id])
    const second = await buyer.start('startSubscription', { plan: 'basic' })
    await Promise.all([buyer.pay(first.providerReference), buyer.pay(second.providerReference)])
    await Promise.all([buyer.confirm(first.providerReference), buyer.confirm(second.providerReference)])
    const records = await buyer.buyerWhen(
      ({ purchases }) => purchases.nodes.length === 2 && purchases.nodes.some(({ status }) => status === 'REFUNDED'),
    )
    expect(records.purchases.nodes.map(({ status }) => status).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'PAID',
      'REFUNDED',
    ])
    const kept = records.purchases.nodes.find(({ status }) => status === 'PAID')!
    expect(records.plan.plan.code).toBe(kept.product.code)
    const running = await eventually(
      async () => {
        let count = 0
        for await (const { status } of server.app.context.providers[provider.name]!.listSubscriptions(
          existingSubscriptions(server.app.context.database, provider.name),
        ))
          if (status === 'ACTIVE') count += 1
        return count
      },
      (count) => count === 1,
      10_000,
    )
    expect(running).toBe(1)
    const refunds = await server.query(`select reason, status from refund`)
    expect(refunds).toEqual([{ reason: 'paid twice', status: 'SUCCEEDED' }])
    await server.advanceTo('2026-04-20T09:00:00Z')
    expect((await buyer.account()).plan.plan.code).toBe(kept.product.code)
  })

  it.each(provider.takesByItself)('of a template (%s) result in one payment', async (interval) => {
    const slug = interval === 'MONTH' ? 'uptime-kuma' : 'static-site'
    const templateId = await pricedTemplate(server, slug, {
      amountMinor: 700,
      interval: interval === 'MONTH' ? { unit: 'MONTH', count: 1 } : null,
    })
    const buyer = await BuyerBy.of(server, provider)(`twice-${slug}@example.com`)
    const first = await buyer.start('purchaseTemplate', { templateId })
    await server.query(`update checkout set status = 'EXPIRED' where id = $1`, [first.id])
    const second = await buyer.start('purchaseTemplate', { templateId })
    expect(second.id).not.toBe(first.id)
    await Promise.all([buyer.pay(first.providerReference), buyer.pay(second.providerReference)])
    await Promise.all([buyer.confirm(first.providerReference), buyer.confirm(second.providerReference)])
    const records = await buyer.buyerWhen(
      ({ purchases }) => purchases.nodes.length === 2 && purchases.nodes.some(({ status }) => status === 'REFUNDED'),
    )
    expect(records.purchases.nodes.map(({ status }) => status).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'PAID',
      'REFUNDED',
    ])
    expect(records.purchasedTemplates).toEqual([{ slug }])
  })
})
