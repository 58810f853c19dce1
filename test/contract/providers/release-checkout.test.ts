import { variablesOf } from '#test/support/mutations.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { BuyerBy, pricedTemplate, PROVIDERS } from './provider.js'

interface Page {
  id: string
  providerReference: string
}

describe.each(PROVIDERS)('releaseCheckout ($name)', (provider) => {
  let server: TestServer
  let operator: string
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
  })
  afterAll(() => server.close())

  const release = async (input: object) => {
    const { data, errors } = await server.graphql<{ releaseCheckout: object }>(
      `mutation ($id: ID!, $key: String!, $reason: String!) { releaseCheckout(id: $id, key: $key, reason: $reason) { checkout { __typename id status } denial { __typename code } } }`,
      variablesOf('releaseCheckout', input),
      operator,
    )
    expect(errors).toBeUndefined()
    return data.releaseCheckout
  }

  it(`grants what a contradicting payment paid for, once, and records it (${provider.name})`, async () => {
    const buyer = await BuyerBy.of(server, provider)('released@example.com')
    const page = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    await server.query(`update checkout set amount_minor = 1 where id = $1`, [page.id])
    const open = await release({ checkoutId: page.id, reason: 'too early', idempotencyKey: 'early' })
    expect(open).toMatchObject({ code: 'INVALID_TRANSITION' })
    await buyer.pay(page.providerReference)
    const { data } = await eventually(
      () =>
        server.graphql<{ checkouts: { nodes: { id: string; statusReason: string }[] } }>(
          `{ checkouts(filter: { statuses: [QUARANTINED] }) { nodes { id statusReason } } }`,
          {},
          operator,
        ),
      ({ data: { checkouts } }) => checkouts.nodes.length === 1,
    )
    expect(data.checkouts.nodes).toEqual([
      { id: page.id, statusReason: 'expected $0.01, but the provider reports $30.00' },
    ])
    const input = { checkoutId: page.id, reason: 'the price was changed by hand', idempotencyKey: 'release' }
    const released = await release(input)
    expect(released).toMatchObject({ id: page.id, status: 'COMPLETED' })
    expect(await release(input)).toEqual(released)
    expect(await buyer.account()).toMatchObject({
      purchases: { totalCount: 1, nodes: [{ status: 'PAID' }] },
      purchasedTemplates: [{ slug: 'static-site' }],
    })
    const entries = await server.query<{ details: { reason: string } }>(
      `select details from audit_entry where action = 'checkout.released'`,
    )
    expect(entries.map(({ details }) => details.reason)).toEqual(['the price was changed by hand'])
  })

  it(`begins a subscription that contradicts its checkout, once (${provider.name})`, async () => {
    const buyer = await BuyerBy.of(server, provider)('subscriber@example.com')
    const page = await buyer.start<Page>('startSubscription', { plan: 'plus' })
    await server.query(`update checkout set amount_minor = 1 where id = $1`, [page.id])
    await buyer.pay(page.providerReference)
    await eventually(
      () => server.query<{ status: string }>(`select status from checkout where id = $1`, [page.id]),
      ([row]) => row!.status === 'QUARANTINED',
    )
    expect(await buyer.account()).toMatchObject({ plan: { plan: { code: 'free' } } })
    const input = {
      checkoutId: page.id,
      reason: 'the price was changed by hand',
      idempotencyKey: 'release-subscription',
    }
    const released = await release(input)
    expect(released).toMatchObject({ id: page.id, status: 'COMPLETED' })
    expect(await release(input)).toEqual(released)
    const account = await buyer.buyerWhen(
      ({ plan, purchases }) => plan.plan.code === 'plus' && purchases.totalCount === 1,
    )
    expect(account).toMatchObject({ purchases: { nodes: [{ status: 'PAID', product: { code: 'plus' } }] } })
    // Later events change the subscription like any other.
    await server.advanceTo('2026-04-11T09:00:00Z')
    await buyer.buyerWhen(({ purchases }) => purchases.totalCount === 2)
    expect((await buyer.account()).plan.plan.code).toBe('plus')
    expect(await server.query(`select type, state_reason from inbox_event where state = 'DEAD'`)).toEqual([])
  })
})
