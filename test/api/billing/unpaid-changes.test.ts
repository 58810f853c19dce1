import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetChargingTerms } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { accountOf, change, limitOf, stripeCall } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: unpaid_changes
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0, features: { calls: 10 } }
  team:
    name: Team
    rank: 1
    prices: { month: 10.00, per: seat }
    features: { calls: { amount: 90, per: seat }, seats: { amount: 1, per: seat } }
  scale:
    name: Scale
    rank: 2
    prices: { month: 40.00, per: seat }
    features: { calls: { amount: 400, per: seat }, seats: { amount: 1, per: seat } }
packages:
  more_calls: { name: More calls, type: addon, prices: { month: 5.00 }, grants: { calls: 50 } }
  more_seats: { name: More seats, type: addon, prices: { month: 5.00 }, grants: { seats: 5 } }
`

/** Acts that raise what a running period has, and what they raise. */
const RAISES = [
  ['changePlan', { plan: 'team', quantity: 50, at: 'NOW' }],
  ['changePlan', { plan: 'scale', at: 'NOW' }],
  ['changePlan', { plan: 'scale', quantity: 3, at: 'NOW' }],
  ['addAddon', { package: 'more_calls', quantity: 2 }],
] as const
const WAYS = ['void', 'mark_uncollectible', 'mark_uncollectible, then pay'] as const
const CASES = RAISES.flatMap(([act, input]) => WAYS.map((way) => ({ act, input, way })))

describe('Changes whose invoice brings no money', () => {
  let server: TestServer
  let operator: string
  let serial = 0
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-unpaid-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { CATALOG: path } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await untilQuiet(server)
    await expectInvariants(server)
    await server.close()
  })

  const openInvoice = async (accountId: string): Promise<string> => {
    const [row] = await eventually(
      () =>
        server.query<{ external_id: string }>(
          `select external_id from invoice where account_id = $1 and status = 'OPEN'`,
          [accountId],
        ),
      (rows) => rows.length === 1,
    )
    return row!.external_id
  }
  /** Reads the plan, lines and limits of an account as its owner. */
  const entitlementsOf = async (buyer: Buyer) => {
    const account = await accountOf(server, buyer)
    const { subscription, plan } = account
    return {
      plan: plan.plan.code,
      status: subscription!.status,
      lines: subscription!.items
        .map(({ quantity, product }) => [product.code, quantity] as const)
        .toSorted(([left], [right]) => left.localeCompare(right)),
      calls: limitOf(account, 'calls'),
      seats: limitOf(account, 'seats'),
    }
  }

  async function payByCard(invoice: string): Promise<void> {
    const [row] = await server.query<{ url: string }>('select hosted_url as url from invoice where external_id = $1', [
      invoice,
    ])
    const card = { number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ada' }
    await fetch(row!.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(card) })
  }

  /** An account with terms by invoice, whose first invoice is paid. */
  async function paidByInvoice(plan: { plan: string; quantity: number }, isByCard = false) {
    const buyer = await Buyer.named(server, `unpaid-${++serial}@example.com`)
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, buyer.token)
    const accountId = data.account.id
    await server.graphql(SetChargingTerms, { input: { accountId, reason: 'Contract', daysUntilDue: 30 } }, operator)
    await buyer.start('startSubscription', plan)
    const pay = (invoice: string) => stripeCall(server, 'POST', `invoices/${invoice}/pay`, { paid_out_of_band: 'true' })
    if (isByCard) await payByCard(await openInvoice(accountId))
    else await pay(await openInvoice(accountId))
    const [purchase] = await eventually(
      () =>
        server.query<{ id: string }>(`select id from purchase where account_id = $1 and status = 'PAID'`, [accountId]),
      (rows) => rows.length === 1,
    )
    return { buyer, accountId, pay, purchaseId: purchase!.id }
  }

  it.each(CASES)('end what they granted: $act $input, $way', async ({ act, input, way }) => {
    const { buyer, accountId, pay } = await paidByInvoice({ plan: 'team', quantity: 1 })
    const before = await entitlementsOf(buyer)
    await change(server, buyer, act, input)
    const raised = await entitlementsOf(buyer)
    expect(raised).not.toEqual(before)
    const invoice = await openInvoice(accountId)
    await stripeCall(server, 'POST', `invoices/${invoice}/${way.split(',')[0]}`)
    await eventually(
      () => entitlementsOf(buyer),
      (held) => JSON.stringify(held) === JSON.stringify(before),
    )
    const { data: previewed } = await server.graphql<{
      previewCancellation: { credit: { amountMinor: number } | null }
    }>('{ previewCancellation(at: NOW) { credit { amountMinor } denial { code } } }', {}, buyer.token)
    expect(previewed.previewCancellation.credit?.amountMinor ?? 0).toBeLessThanOrEqual(1_000)
    if (!way.endsWith('pay')) return
    await pay(invoice)
    await eventually(
      () => entitlementsOf(buyer),
      (held) => JSON.stringify(held) === JSON.stringify(raised),
    )
  })

  it('are removed when their invoice is voided after a refund of the payment before it', async () => {
    const { buyer, accountId, purchaseId } = await paidByInvoice({ plan: 'team', quantity: 2 }, true)
    await change(server, buyer, 'changePlan', { plan: 'team', quantity: 50, at: 'NOW' })
    const invoice = await openInvoice(accountId)
    await server.graphql(
      'mutation ($id: ID!) { refundPurchase(id: $id, key: "first", reason: "asked") { denial { code } } }',
      { id: purchaseId },
      operator,
    )
    await eventually(
      () => accountOf(server, buyer),
      ({ subscription }) => subscription?.quantity === 48,
    )
    await stripeCall(server, 'POST', `invoices/${invoice}/void`)
    await eventually(
      () => accountOf(server, buyer),
      ({ plan }) => plan.plan.code === 'free',
    )
  })

  it('do not pay for a period whose payment is disputed', async () => {
    const { buyer, accountId, purchaseId } = await paidByInvoice({ plan: 'team', quantity: 2 }, true)
    await change(server, buyer, 'changePlan', { plan: 'team', quantity: 4, at: 'NOW' })
    const [paid] = await server.query<{ payment_id: string }>('select payment_id from purchase where id = $1', [
      purchaseId,
    ])
    await server.sandboxControl('POST', 'disputes', { payment: paid!.payment_id, status: 'needs_response' })
    const plan = async () => (await accountOf(server, buyer)).plan.plan.code
    await eventually(plan, (code) => code === 'free')
    await server.sandboxControl('POST', 'disputes', { payment: paid!.payment_id, status: 'won' })
    await eventually(plan, (code) => code === 'team')
    await stripeCall(server, 'POST', `invoices/${await openInvoice(accountId)}/void`)
    await eventually(
      () => accountOf(server, buyer),
      ({ subscription }) => subscription?.quantity === 2,
    )
  })

  it('stay while only the payment of another add-on is disputed', async () => {
    const { buyer, accountId } = await paidByInvoice({ plan: 'team', quantity: 1 })
    await change(server, buyer, 'addAddon', { package: 'more_seats' })
    await payByCard(await openInvoice(accountId))
    const [paid] = await eventually(
      () =>
        server.query<{ payment_id: string }>(
          `select payment_id from purchase where account_id = $1 and step is not null and payment_id is not null`,
          [accountId],
        ),
      (rows) => rows.length === 1,
    )
    await change(server, buyer, 'addAddon', { package: 'more_calls' })
    await openInvoice(accountId)
    await server.sandboxControl('POST', 'disputes', { payment: paid!.payment_id, status: 'needs_response' })
    const { calls } = await eventually(
      () => entitlementsOf(buyer),
      ({ seats }) => seats === 1,
    )
    expect(calls).toBe(140)
  })
})
