import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { variablesOf } from '../support/mutations.js'
import { expectInvariants } from '../support/invariants.js'
import { untilQuiet } from '../support/money-runs.js'
import { accountOf, change, subscribe, type Subscriber } from '../support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

const CATALOG = `business: interrupted_refunds
currency: USD
features:
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0, features: { seats: 1 } }
  team:
    name: Team
    rank: 1
    prices: { month: 10.00, per: seat }
    features: { seats: { amount: 1, per: seat } }
packages:
  more_seats: { name: More seats, type: addon, prices: { month: 5.00 }, grants: { seats: 5 } }
`
/** A card whose refunds fail days later. */
const REFUND_FAILS = '4000000000005126'
const REFUND = `mutation ($id: ID!, $key: String!, $reason: String!) { refundPurchase(id: $id, key: $key, reason: $reason) { purchase { id } denial { code } } }`

describe('Refunds whose change of the subscription has no answer', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-interrupted-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-03-02T09:00:00Z', env: { CATALOG: path } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await untilQuiet(server)
    await expectInvariants(server)
    await server.close()
  })

  const unitsWhen = (who: Subscriber, product: string, units: number) =>
    eventually(
      async () =>
        (await accountOf(server, who)).subscription?.items.find((item) => item.product.code === product)?.quantity ?? 0,
      (seen) => seen === units,
      20_000,
    )

  it.each([
    ['changePlan', { plan: 'team', quantity: 9, at: 'NOW' }, 'team', 2, 9],
    ['addAddon', { package: 'more_seats', quantity: 3 }, 'more_seats', 0, 3],
  ] as const)('restore what they revoked when they fail: %s', async (act, input, product, before, after) => {
    const who = await subscribe(server, `${product}@example.com`, { plan: 'team', quantity: 2, card: REFUND_FAILS })
    await change(server, who, act, input)
    const [added] = await eventually(
      () =>
        server.query<{ id: string }>('select id from purchase where account_id = $1 and step is not null', [
          who.accountId,
        ]),
      (rows) => rows.length === 1,
    )
    const revertedWhen = (reverted: boolean) =>
      eventually(
        () => server.query('select from purchase where id = $1 and reverted = $2', [added!.id, reverted]),
        (rows) => rows.length === 1,
        30_000,
      )
    expect(await unitsWhen(who, product, after)).toBe(after)
    const path = `/v1/subscriptions/${who.externalId}`
    await server.sandboxControl('POST', 'faults', { match: { method: 'POST', path }, action: 'drop_after' })
    const refund = { purchaseId: added!.id, reason: 'asked for', idempotencyKey: product }
    await server.graphql(REFUND, variablesOf('refundPurchase', refund), operator)
    // The provider has the line, and the webhook reports it before the attempt is repeated.
    expect(await unitsWhen(who, product, before)).toBe(before)
    await eventually(
      () =>
        server.query(
          `select from outbox_event where type = 'purchase.refunded' and payload ->> 'purchaseId' = $1 and last_error is not null`,
          [added!.id],
        ),
      (rows) => rows.length === 1,
      30_000,
    )
    await server.sandboxControl('DELETE', 'faults')
    await revertedWhen(true)
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 10 * 86_400_000).toISOString())
    await revertedWhen(false)
    expect(await unitsWhen(who, product, after)).toBe(after)
  })
})
