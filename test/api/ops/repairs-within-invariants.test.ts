import { randomUUID } from 'node:crypto'
import { change, stripeCall, stripeObject, subscribe } from '#test/support/subscribers.js'
import { expectInvariants } from '#test/support/invariants.js'
import { disputedSale } from '#test/support/disputed-sale.js'
import { reconcile, withDrift, withoutReconciliation, type Selected } from '#test/support/reconciliation-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Repairs of a subscription that the provider no longer renews', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    await withoutReconciliation(server)
  })
  afterAll(() => server.close())

  it('write nothing that breaks a rule of the account, and mend what can be mended', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const who = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await change(server, who, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })
    const { phases } = (
      await stripeObject<{ data: { phases: { items: { price: string }[] }[] }[] }>(
        server,
        `subscription_schedules?customer=${who.customerId}`,
      )
    ).data[0]!
    const next = phases.at(-1)!.items[0]!.price
    await stripeCall(server, 'POST', `prices/${next}`, { active: 'false' })
    await server.advanceTo('2026-02-18T10:00:00Z')
    const rows = async () =>
      (await server.query(`select 1 from plan_assignment where account_id = $1`, [who.accountId])).length
    const before = await rows()
    for (const _ of [1, 2]) {
      await reconcile(server, operator, true)
      await expectInvariants(server)
    }
    expect((await rows()) - before).toBeLessThanOrEqual(1)
    await stripeCall(server, 'POST', `prices/${next}`, { active: 'true' })
    await server.advanceTo('2026-02-20T10:00:00Z')
    expect((await reconcile(server, operator, true)).error).toBeNull()
    await expectInvariants(server)
  })
})

/** Damage to each kind of object that is repaired, with the table that its repair writes. */
const DAMAGED = [
  ['subscription', 'billing_subscription', `update billing_subscription set quantity = 7`],
  ['lost subscription item', 'subscription_item', `delete from subscription_item`],
  ['invoice', 'invoice', `update invoice set total_minor = 1`],
  ['lost invoice', 'invoice', `delete from invoice`],
  ['dispute', 'dispute', `update dispute set amount_minor = 1`],
  ['lost dispute', 'dispute', `delete from dispute`],
  ['amount of a purchase', 'purchase', `update purchase set amount_minor = 1`],
] as const

describe('Repairs of any object', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await disputedSale(server)
    await server.query(
      `create function spoil() returns trigger language plpgsql as $$ begin
         update plan_assignment set ended_at = since - interval '1 second' where account_id = new.account_id; return new;
       end $$`,
    )
  })
  afterAll(() => server.close())

  interface Found {
    readonly drift: readonly { readonly id: string; readonly action: string | null }[]
  }
  const findDrift = async (heal: boolean) => {
    const { data } = await server.graphql<{ reconcile: Selected<Found> }>(
      `mutation ($heal: Boolean!, $key: String!) { reconcile(input: { provider: STRIPE, heal: $heal }, key: $key) { reconciliationRun { drift { nodes { id action } } } } }`,
      { heal, key: randomUUID() },
      operator,
    )
    return withDrift(data.reconcile).drift.filter(({ action }) => action === 'APPLY')
  }
  /** Repairs one difference. Returns the message of the denial. */
  const healOne = async (id: string) => {
    const { data } = await server.graphql<{ healDrift: { message?: string } }>(
      `mutation ($id: ID!) { healDrift(id: $id, reason: "test") { drift { healed } denial { message } } }`,
      { id },
      operator,
    )
    return data.healDrift.message ?? ''
  }

  it.each(DAMAGED)('write nothing if they would break a rule of the account: %s', async (_object, table, damage) => {
    await server.query(damage)
    const found = await findDrift(false)
    expect(found).not.toEqual([])
    const messages: string[] = []
    await server.query(`create trigger spoil before insert or update on ${table} for each row execute function spoil()`)
    try {
      for (const { id } of found) messages.push(await healOne(id))
    } finally {
      await server.query(`drop trigger spoil on ${table}`)
    }
    expect(messages).toContainEqual(expect.stringContaining(`would break the rule 'assignments_end_after_they_start'`))
    expect(await server.query(`select id from plan_assignment where ended_at < since`)).toEqual([])
    await eventually(
      async () => {
        for (const { id } of await findDrift(true)) await healOne(id)
        return findDrift(false)
      },
      (left) => left.length === 0,
    )
    await expectInvariants(server)
  })
})
