import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'

interface Money {
  amountMinor: number
  currency: string
}
interface Earnings {
  vendor: { id: string; name: string; verified: boolean }
  gross: Money[]
  share: Money[]
  clawedBack: Money[]
  paidOut: Money[]
  payable: Money[]
  entries: {
    nodes: {
      kind: string
      money: Money
      gross: Money | null
      templateName: string | null
      shareBasisPoints: number | null
    }[]
  }
}

const EARNINGS = `query ($id: ID, $from: DateTime, $to: DateTime) { vendorEarnings(vendorId: $id, from: $from, to: $to) {
  vendor { id name verified } gross { amountMinor currency } share { amountMinor currency } clawedBack { amountMinor currency }
  paidOut { amountMinor currency } payable { amountMinor currency }
  entries { nodes { kind money { amountMinor currency } gross { amountMinor currency } templateName shareBasisPoints } } } }`

describe('Vendor earnings', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  let adminToken: string
  let vendorId: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' } })
    adminToken = await server.token('admin@example.com', { roles: ['admin'] })
    admin = new MarketplaceClient(server, adminToken)
    vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
  })
  afterAll(() => server.close())

  const earnings = async (token = vendor.token, variables: object = {}) =>
    (await server.graphql<{ vendorEarnings: Earnings }>(EARNINGS, { ...variables }, token)).data.vendorEarnings
  const earningsWhen = (until: (records: Earnings) => boolean) => eventually(() => earnings(), until, 20_000)
  const only = (amounts: Money[]) => amounts.map(({ amountMinor, currency }) => `${amountMinor} ${currency}`)
  const payOut = async (input: object, token: string | null = adminToken) => {
    const { data, errors } = await server.graphql<{
      payOutVendor: { id: string; status: string; code: string; field: string; money: Money }
    }>(
      `mutation ($input: PayOutVendorInput!) { payOutVendor(input: $input) { __typename ... on VendorPayout { id status method reference money { amountMinor currency } } ... on Refused { code message field } } }`,
      { input: { vendorId, currency: 'USD', ...input } },
      token,
    )
    return errors ? ({ code: errors[0]!.extensions.code } as (typeof data)['payOutVendor']) : data.payOutVendor
  }
  const stripe = async (path: string, form: Record<string, string>) => {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox_server', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    })
    return (await response.json()) as { id: string }
  }

  it('are a share of each sale, published immediately, clawed back with a refund, and held during a dispute [MK22]', async () => {
    const { id } = await publishTemplate(vendor, admin, { name: 'Sold Stack' })
    await vendor.price(id, 9999)
    const ann = await Buyer.named(server, 'ann@example.com')
    await ann.buy('purchaseTemplate', { templateId: id })
    let records = await earningsWhen(({ share }) => share.length > 0)
    vendorId = records.vendor.id
    expect([records.gross, records.share, records.payable].map(only)).toEqual([
      ['9999 USD'],
      ['7999 USD'],
      ['7999 USD'],
    ])
    expect(records.entries.nodes).toEqual([
      {
        kind: 'SALE',
        money: { amountMinor: 7999, currency: 'USD' },
        gross: { amountMinor: 9999, currency: 'USD' },
        templateName: 'Sold Stack',
        shareBasisPoints: 8000,
      },
    ])
    const { data } = await server.graphql<{
      account: { events: { nodes: { type: string; summary: string; data: object }[] } }
    }>(`{ account { events(first: 50, types: ["template.sold"]) { nodes { type summary data } } } }`, {}, vendor.token)
    expect(data.account.events.nodes).toMatchObject([{ summary: 'Sold Stack was sold: your share is 79.99 USD.' }])
    expect(JSON.stringify(data)).not.toContain('ann@')

    const [purchase] = (await ann.account()).purchases.nodes
    await ann.dispute(purchase!.id, 'needs_response')
    records = await earningsWhen(({ payable }) => payable[0]?.amountMinor === 0)
    expect(only(records.clawedBack)).toEqual(['7999 USD'])
    await ann.dispute(purchase!.id, 'won')
    await earningsWhen(({ payable }) => payable[0]?.amountMinor === 7999)
    const { errors } = await server.graphql(
      `mutation ($id: ID!) { refundPurchase(input: { purchaseId: $id, amountMinor: 5000, reason: "half", idempotencyKey: "half" }) { __typename } }`,
      { id: purchase!.id },
      adminToken,
    )
    expect(errors).toBeUndefined()
    records = await earningsWhen(({ payable }) => payable[0]?.amountMinor !== 7999)
    // 80 percent of what stayed: 4,999 of 9,999.
    expect([records.gross, records.share, records.clawedBack, records.payable].map(only)).toEqual([
      ['9999 USD'],
      ['7999 USD'],
      ['4000 USD'],
      ['3999 USD'],
    ])
    expect(records.entries.nodes.map(({ kind }) => kind)).toEqual(['CLAWBACK', 'CLAWBACK_REVERSED', 'CLAWBACK', 'SALE'])
  })

  it("are visible to the vendor's publishers and operators; others get null", async () => {
    const ask = (token: string | null) => server.graphql(EARNINGS, { id: vendorId }, token)
    for (const roles of [['user'], ['vendor'], ['developer']] as const) {
      const stranger = await server.token(`stranger-${roles[0]}@example.com`, { roles: [...roles] })
      expect((await ask(stranger)).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
      const file = await server.rest('GET', `/api/v1/marketplace/statement.csv?vendor=${vendorId}`, { token: stranger })
      expect(file.status).toBe(404)
      expect((await server.rest('GET', '/api/v1/marketplace/payouts.csv', { token: stranger })).status).toBe(403)
    }
    expect((await ask(adminToken)).errors).toBeUndefined()
    expect((await ask(null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('are listed by dates, by template, and as a file', async () => {
    const before = await earnings(vendor.token, { to: '2026-03-01T00:00:00Z' })
    expect([before.gross, before.payable]).toEqual([[], []])
    const after = await earnings(vendor.token, { from: '2026-03-03T00:00:00Z' })
    expect([only(after.gross), only(after.payable), after.entries.nodes]).toEqual([['0 USD'], ['3999 USD'], []])
    const { data } = await server.graphql<{
      vendorAnalytics: { sales: number; installs: number; gross: Money[]; share: Money[]; template: { name: string } }[]
    }>(
      `{ vendorAnalytics { sales installs gross { amountMinor currency } share { amountMinor currency } template { name viewCount rating } } }`,
      {},
      vendor.token,
    )
    expect(data.vendorAnalytics).toMatchObject([
      {
        sales: 1,
        installs: 0,
        gross: [{ amountMinor: 9999 }],
        share: [{ amountMinor: 3999 }],
        template: { name: 'Sold Stack' },
      },
    ])
    const file = await server.rest('GET', '/api/v1/marketplace/statement.csv', { token: vendor.token })
    expect(file.headers.get('content-type')).toContain('text/csv')
    const lines = (file.body as string).trim().split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[1]).toMatch(/^2026-03-02T09:00:00\.000Z,sale,stack-\d+,Sold Stack,pur_\w+,,99\.99,79\.99,USD,80\.00$/)
    expect(lines[2]).toContain(',0.00,(79.99),USD,80.00')
  })

  it('are paid out manually once, and a recorded payout is no longer payable', async () => {
    const file = await server.rest('GET', '/api/v1/marketplace/payouts.csv', { token: adminToken })
    expect(file.body as string).toContain(`${vendorId},vera,`)
    expect(file.body as string).toContain(',39.99,USD')
    expect(await payOut({ idempotencyKey: 'mine' }, vendor.token)).toMatchObject({ code: 'FORBIDDEN' })
    const paid = await payOut({ idempotencyKey: 'march', reference: 'SEPA 1' })
    expect(paid).toMatchObject({ status: 'PAID', money: { amountMinor: 3999, currency: 'USD' } })
    expect(await payOut({ idempotencyKey: 'march', reference: 'SEPA 1' })).toMatchObject({ id: paid.id })
    expect(await payOut({ idempotencyKey: 'again' })).toMatchObject({ code: 'INVALID_AMOUNT', field: 'currency' })
    const records = await earnings()
    expect([only(records.paidOut), only(records.payable)]).toEqual([['3999 USD'], ['0 USD']])
  })

  it('are sent to a connected account once; a rejected payout stays payable', async () => {
    const { id } = await publishTemplate(vendor, admin, { name: 'Second Stack' })
    await vendor.price(id, 1000)
    await (await Buyer.named(server, 'bob@example.com')).buy('purchaseTemplate', { templateId: id })
    await earningsWhen(({ payable }) => payable[0]?.amountMinor === 800)
    const setPayee = async (payoutAccountId: string | null) =>
      (
        await server.graphql<{ setVendorPayoutAccount: { code: string; field: string; id: string } }>(
          `mutation ($id: ID!, $payee: String) { setVendorPayoutAccount(vendorId: $id, payoutAccountId: $payee) { ... on Vendor { id } ... on Refused { code field } } }`,
          { id: vendorId, payee: payoutAccountId },
          adminToken,
        )
      ).data.setVendorPayoutAccount
    expect(await payOut({ method: 'STRIPE', idempotencyKey: 'none' })).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      field: 'vendorId',
    })
    expect(await setPayee('acct_nobody')).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'payoutAccountId' })
    const express = await stripe('accounts', { type: 'express', 'capabilities[transfers][requested]': 'true' })
    expect(await setPayee(express.id)).toMatchObject({ id: vendorId })
    expect(await payOut({ method: 'STRIPE', idempotencyKey: 'early' })).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    const custom = await stripe('accounts', { type: 'custom', 'capabilities[transfers][requested]': 'true' })
    await setPayee(custom.id)
    // The response is lost. A repeated call under the same key pays nothing twice.
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/transfers' },
      action: 'drop_after',
      times: 1,
    })
    const sent = await payOut({ method: 'STRIPE', idempotencyKey: 'april' })
    expect(sent).toMatchObject({ status: 'PAID', money: { amountMinor: 800, currency: 'USD' } })
    const list = await fetch(`${server.sandbox.url}/v1/transfers?destination=${custom.id}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const { data } = (await list.json()) as { data: { amount: number; metadata: object; transfer_group: string }[] }
    expect(data).toMatchObject([{ amount: 800, metadata: { payout_id: sent.id }, transfer_group: sent.id }])
    expect(only((await earnings()).payable)).toEqual(['0 USD'])
  })

  it('belong to a profile with a unique name; a new name is verified again', async () => {
    const change = async (token: string | null, input: object) =>
      (
        await server.graphql<{
          updateVendorProfile: { code?: string; field?: string; name?: string; verified?: boolean }
        }>(
          `mutation ($input: UpdateVendorProfileInput!) { updateVendorProfile(input: $input) { ... on Vendor { name verified description website } ... on Refused { code field } } }`,
          { input },
          token,
        )
      ).data?.updateVendorProfile
    const verify = `mutation ($id: ID!) { verifyVendor(vendorId: $id, verified: true) { ... on Vendor { verified } } }`
    await server.graphql(verify, { id: vendorId }, adminToken)
    expect(await change(vendor.token, { description: 'Stacks.', website: 'https://vera.example' })).toEqual({
      name: 'vera',
      verified: true,
      description: 'Stacks.',
      website: 'https://vera.example',
    })
    expect(await change(vendor.token, { name: 'TryDirect' })).toEqual({ code: 'INVALID_PARAMETERS', field: 'name' })
    expect(await change(vendor.token, { website: 'javascript:alert(1)' })).toEqual({
      code: 'INVALID_URL',
      field: 'website',
    })
    expect(await change(vendor.token, { name: 'Vera Works' })).toMatchObject({ name: 'Vera Works', verified: false })
    const user = await server.token('user@example.com')
    expect(await change(user, { name: 'X' })).toBeUndefined()
    const forbidden = await server.graphql(verify, { id: vendorId }, vendor.token)
    expect(forbidden.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})
