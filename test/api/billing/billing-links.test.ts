import { pricedTemplate } from '#test/contract/providers/provider.js'
import { Buyer } from '#test/support/buyer.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const MONEY = `{ decimal currency }`
const INVOICE = `id status total ${MONEY} tax ${MONEY} amountDue ${MONEY} amountPaid ${MONEY} dueAt periodStart periodEnd paymentUrl url provider`
const LINKS = `account { id } subscription { id } purchase { id }`

interface Money {
  readonly decimal: string
  readonly currency: string
}
interface InvoiceView {
  readonly id: string
  readonly status: string
  readonly amountDue: Money
  readonly paymentUrl: string | null
  readonly url: string | null
  readonly dueAt: string | null
  readonly account: { readonly id: string }
  readonly subscription: { readonly id: string } | null
  readonly purchase: { readonly id: string } | null
}
interface PurchaseView {
  readonly id: string
  readonly receiptUrl: string | null
  readonly account: { readonly id: string }
  readonly invoice: { readonly id: string } | null
  readonly subscription: { readonly id: string } | null
  readonly checkout: { readonly id: string } | null
  readonly refunds: { readonly id: string; readonly status: string; readonly money: Money }[]
}

const usd = (decimal: string) => ({ decimal, currency: 'USD' })

describe('Invoices, purchases and their links', () => {
  let server: TestServer
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
  })
  afterAll(() => server.close())

  const invoicesOf = async ({ token }: Pick<Subscriber, 'token'>, first = 20) => {
    const { data, errors } = await server.graphql<{ account: { billing: { invoices: { nodes: InvoiceView[] } } } }>(
      `query ($first: Int) { account { billing { invoices(first: $first) { nodes { ${INVOICE} ${LINKS} } } } } }`,
      { first },
      token,
    )
    expect(errors).toBeUndefined()
    return data.account.billing.invoices.nodes
  }
  const purchasesOf = async ({ token }: Pick<Subscriber, 'token'>, first = 20) => {
    const { data, errors } = await server.graphql<{ account: { billing: { purchases: { nodes: PurchaseView[] } } } }>(
      `query ($first: Int) { account { billing { purchases(first: $first) { nodes { id receiptUrl account { id } invoice { id } subscription { id }
         checkout { id purchase { id } startedSubscription { id } } refunds { id status money ${MONEY} } } } } } }`,
      { first },
      token,
    )
    expect(errors).toBeUndefined()
    return data.account.billing.purchases.nodes
  }
  const node = async (id: string, token: string) =>
    (await server.graphql<{ node: object | null }>(`query ($id: ID!) { node(id: $id) { id } }`, { id }, token)).data
      .node

  it('returns a paid invoice with its amounts, period and links, and the receipt of its purchase', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const [invoice] = await eventually(
      () => invoicesOf(ann),
      ([first]) => first?.purchase != null,
    )
    const [purchase] = await purchasesOf(ann)
    expect(invoice).toMatchObject({
      status: 'PAID',
      provider: 'STRIPE',
      total: usd('20.00'),
      tax: usd('0.00'),
      amountDue: usd('0.00'),
      amountPaid: usd('20.00'),
      dueAt: null,
      paymentUrl: null,
      periodStart: '2026-01-15T10:00:00.000Z',
      periodEnd: '2026-02-15T10:00:00.000Z',
      account: { id: ann.accountId },
      purchase: { id: purchase!.id },
    })
    expect(purchase).toMatchObject({
      account: { id: ann.accountId },
      invoice: { id: invoice!.id },
      subscription: invoice!.subscription,
      checkout: { purchase: { id: purchase!.id }, startedSubscription: invoice!.subscription },
      refunds: [],
    })
    const receipt = await fetch(purchase!.receiptUrl!)
    expect([receipt.status, await receipt.text()]).toEqual([200, expect.stringContaining('$20.00')])
    const { data } = await server.graphql<{ account: { billing: { subscription: object } } }>(
      `{ account { billing { subscription { id account { id } checkout { id } paymentMethod { kind label card { brand last4 expMonth expYear } } } } } }`,
      {},
      ann.token,
    )
    expect(data.account.billing.subscription).toEqual({
      id: invoice!.subscription!.id,
      account: { id: ann.accountId },
      checkout: { id: purchase!.checkout!.id },
      paymentMethod: {
        kind: 'CARD',
        label: 'Visa ending in 4242',
        card: { brand: 'visa', last4: '4242', expMonth: expect.any(Number), expYear: expect.any(Number) },
      },
    })
  })

  it('returns the receipt of a one-time product, which has no invoice, and links its refund', async () => {
    const bob = await Buyer.named(server, 'bob@example.com')
    const templateId = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
    await bob.buy('purchaseTemplate', { templateId })
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    const [template] = await purchasesOf(bob)
    expect(template).toMatchObject({ invoice: null, subscription: null, checkout: { purchase: { id: template!.id } } })
    expect((await fetch(template!.receiptUrl!)).status).toBe(200)
    const refund = (purchaseId: string) =>
      server.graphql(
        `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code } } }`,
        {
          id: purchaseId,
          amount: { amountMinor: 100, currency: 'USD' },
          reason: 'goodwill',
          key: purchaseId,
        },
        operator,
      )
    await refund(template!.id)
    const [refunded] = await eventually(
      () => purchasesOf(bob),
      ([first]) => first?.refunds[0]?.status === 'SUCCEEDED',
    )
    expect(refunded!.refunds).toEqual([{ id: expect.stringMatching(/^rfd_/), status: 'SUCCEEDED', money: usd('1.00') }])
    const id = refunded!.refunds[0]!.id
    expect(await node(id, bob.token)).toEqual({ id })
    expect(await node(id, await server.token('stranger@example.com'))).toBeNull()
  })

  it('shows what an unpaid invoice asks for, and the page where it is paid', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: carl.customerId, times: 10 })
    await server.advanceTo('2026-02-15T11:00:00Z')
    const [invoice] = await eventually(
      () => invoicesOf(carl),
      ([first]) => first?.dueAt != null,
    )
    expect(invoice).toMatchObject({
      status: 'OPEN',
      amountDue: usd('20.00'),
      amountPaid: usd('0.00'),
      // The provider tries again after three days.
      dueAt: '2026-02-18T11:00:00.000Z',
      paymentUrl: invoice!.url,
      purchase: null,
    })
    expect(await (await fetch(invoice!.paymentUrl!)).text()).toContain('Pay with card')
  })

  it('reads the billing summaries of several accounts with no statement per account', async () => {
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    const read = async () => {
      const { data, errors } = await server.graphql<{ accounts: { nodes: { billing: object }[] } }>(
        `{ accounts(first: 10) { nodes { plan { plan { code } } billing { portalAvailable subscription { status paymentMethod { label } } } } } }`,
        {},
        operator,
      )
      expect(errors).toBeUndefined()
      expect(data.accounts.nodes.length).toBeGreaterThanOrEqual(3)
    }
    expect(maxRepetitions(await statementsOf(seen, read))).toBeLessThanOrEqual(2)
  })

  it('reads links of a page with no statement per row', async () => {
    const ann = { token: await server.token('ann@example.com') }
    for (const month of ['03', '04', '05']) await server.advanceTo(`2026-${month}-15T12:00:00Z`)
    await eventually(
      () => purchasesOf(ann),
      (found) => found.length >= 5,
    )
    for (const read of [invoicesOf, purchasesOf]) {
      const statements = await statementsOf(seen, () => read(ann))
      expect(maxRepetitions(statements)).toBeLessThanOrEqual(2)
    }
  })

  it('lists invoices by status and creation time, with the number that matches', async () => {
    const ann = await server.token('ann@example.com')
    const list = async (filter: string) => {
      const { data } = await server.graphql<{
        account: { billing: { invoices: { totalCount: number; nodes: { status: string; createdAt: string }[] } } }
      }>(
        `{ account { billing { invoices(filter: { ${filter} }) { totalCount nodes { status createdAt } } } } }`,
        {},
        ann,
      )
      expect(data.account.billing.invoices.totalCount).toBe(data.account.billing.invoices.nodes.length)
      return data.account.billing.invoices.nodes
    }
    const all = await list('')
    expect(all.length).toBeGreaterThanOrEqual(3)
    const statuses = [...new Set(all.map(({ status }) => status))]
    expect(await list(`statuses: [${statuses.join(', ')}]`)).toEqual(all)
    expect(await list('statuses: [PAID]')).toEqual(all.filter(({ status }) => status === 'PAID'))
    expect(await list('statuses: [WRITTEN_OFF]')).toEqual([])
    const middle = all[1]!.createdAt
    expect(await list(`from: "${middle}"`)).toEqual(all.slice(0, 2))
    expect(await list(`to: "${middle}"`)).toEqual(all.slice(2))
  })
})
