import { validateStep } from '#services/kernel/money/charge-rules.js'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import { stripeCall } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

const CATALOG = `business: claims
currency: KWD
taxes: automatic
features:
  calls: { name: Calls, kind: quota, unit: call, window: month }
plans:
  free: { name: Free, rank: 0 }
  grow:
    name: Grow
    rank: 1
    prices: { year: 100.000 }
    features:
      calls: { amount: 0, overage: { price: 0.0123, cap: 100000 } }
`

describe('Claims of use in KWD after a lost dispute', () => {
  let accounts: BilledAccounts
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    await accounts.server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterAll(() => accounts.close())

  interface Invoice {
    readonly external_id: string
    readonly status: string
    readonly total: number
    readonly tax: number
    readonly lines: readonly { readonly amountMinor: number; readonly description: string }[]
  }
  const invoicesOf = (accountId: string) =>
    accounts.server.query<Invoice>(
      `select external_id, status, total_minor::int as total, tax_minor::int as tax, lines from invoice
       where account_id = $1 and subscription_id is null or account_id = $1 and exists (
         select from jsonb_array_elements(lines) line where line ->> 'description' like '%beyond the allowance%'
       ) order by created_at, id`,
      [accountId],
    )
  const inSteps = (amountMinor: number) => validateStep({ amountMinor, currency: 'KWD' }) === null

  // 101 × 0.0123 = 1.2423 is charged as 1.240, with 20 % of tax as 1.490.
  it.each([
    ['all of it', null, 1_240],
    // 0.500 was returned: 1.240 × 0.990 / 1.490 = 0.8239.
    ['what was not refunded before', '500', 820],
  ])('are charged again in steps of 0.010: %s', async (_what, refund, claimed) => {
    const { server, service } = accounts
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow', interval: { unit: 'YEAR' } })
    await service.consume({ accountId, feature: 'calls', amount: 101 })
    await accounts.passDays(32)
    const [use] = await eventually(
      () => invoicesOf(accountId),
      (found) => found.some(({ status }) => status === 'PAID'),
      20_000,
    )
    expect(use).toMatchObject({ total: 1_490, tax: 250, lines: [{ amountMinor: 1_240 }] })
    const [purchase] = await server.query<{ id: string; payment_id: string }>(
      `select id, payment_id from purchase where account_id = $1 and overage`,
      [accountId],
    )
    if (refund) await stripeCall(server, 'POST', 'refunds', { payment_intent: purchase!.payment_id, amount: refund })
    await buyer.dispute(purchase!.id, 'lost')
    const open = await eventually(
      async () => (await invoicesOf(accountId)).filter(({ status }) => status === 'OPEN'),
      (found) => found.length === 1,
      20_000,
    )
    expect(open.map(({ lines }) => lines.map(({ amountMinor }) => amountMinor))).toEqual([[claimed]])
    expect(open.map(({ total }) => inSteps(total))).toEqual(open.map(() => true))
    for (const { external_id: id } of open) await stripeCall(server, 'POST', `invoices/${id}/pay`)
    await eventually(
      () => invoicesOf(accountId),
      (found) => found.every(({ status }) => status === 'PAID'),
      20_000,
    )
    await accounts.expectNoDrift()
  })
})
