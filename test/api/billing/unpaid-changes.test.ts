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

  it.each(CASES)('end what they granted: $act $input, $way', async ({ act, input, way }) => {
    const buyer = await Buyer.named(server, `unpaid-${++serial}@example.com`)
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, buyer.token)
    const accountId = data.account.id
    await server.graphql(SetChargingTerms, { input: { accountId, reason: 'Contract', daysUntilDue: 30 } }, operator)
    await buyer.start('startSubscription', { plan: 'team', quantity: 1 })
    const pay = (invoice: string) => stripeCall(server, 'POST', `invoices/${invoice}/pay`, { paid_out_of_band: 'true' })
    await pay(await openInvoice(accountId))
    await eventually(
      () => server.query(`select from purchase where account_id = $1 and status = 'PAID'`, [accountId]),
      (rows) => rows.length === 1,
    )
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
})
