import { revokeGrant } from '#services/entitlements/credits/revoke-grant.js'
import { aggregateAccounts } from '#services/entitlements/analytics/aggregate-accounts.js'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { billingRows } from '#test/support/billing-rows.js'

/** A small generator of chance that a seed repeats. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Rows of the daily tables, and the same computed from the raw rows. */
const COMPARED: readonly (readonly [string, string, string])[] = [
  [
    'sales',
    `select day::text, product_id, currency, purchases::int, gross_minor::int, reversed_minor::int, checkouts_started::int, checkouts_completed::int from sales_daily order by 1, 2, 3`,
    `select day, product_id, currency, sum(purchases)::int as purchases, sum(gross)::int as gross_minor, sum(taken)::int as reversed_minor,
       sum(begun)::int as checkouts_started, sum(paid)::int as checkouts_completed
     from (select to_char(purchased_at at time zone 'UTC', 'YYYY-MM-DD') as day, product_id, currency, 1 as purchases, amount_minor as gross,
         reversed_minor as taken, 0 as begun, 0 as paid from purchase where status <> 'PENDING'
       union all select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD'), product_id, currency, 0, 0, 0, 1, (status = 'COMPLETED')::int from checkout) raw
     group by 1, 2, 3 order by 1, 2, 3`,
  ],
  [
    'credits that end',
    `select day::text, feature, granted::int, expired::int from credit_daily where granted <> 0 or expired <> 0 order by 1, 2`,
    `select to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD') as day, feature, sum(amount - revoked)::int as granted, sum(expired)::int as expired
     from credit_grant where expires_at is not null group by 1, 2 having sum(amount - revoked) <> 0 or sum(expired) <> 0 order by 1, 2`,
  ],
  [
    'use',
    `select day::text, feature, sum(used)::int as used from usage_daily group by 1, 2 order by 1, 2`,
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, feature, sum(used)::int as used from (
       -- What each operation took, unless it was the grant that did: that paid for what had been used before.
       select min(at) as at, feature, -sum(amount) filter (where kind = 'CONSUME') as used from ledger_entry
       group by account_id, version, operation_no, feature having not bool_or(kind = 'GRANT')) operation
     where used is not null group by 1, 2 order by 1, 2`,
  ],
  [
    'subscribers',
    `select * from subscriber_period order by 1, 2`,
    // Periods of plans that overlap or touch are merged: a period starts where no other plan is held.
    `with held as (
       select a.id, a.account_id, greatest(a.since, s.trial_end) as since, coalesce(a.ended_at, 'infinity') as until
       from plan_assignment a join billing_subscription s on s.id = a.source_id and s.account_id = a.account_id
       where a.source_type = 'subscription' and (a.ended_at is null or a.ended_at > greatest(a.since, s.trial_end))
     ), start as (
       select distinct account_id, since from held h
       where not exists (select from held o where o.account_id = h.account_id and o.since < h.since and o.until >= h.since)
     )
     select account_id, since as started_at, (
       select nullif(max(h.until), 'infinity') from held h where h.account_id = start.account_id and h.since >= start.since
         and not exists (select from start later where later.account_id = h.account_id and later.since > start.since and later.since <= h.since)
     ) as ended_at from start order by 1, 2`,
  ],
]

describe('Analytics equal the raw rows', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-01-01T00:00:00Z' })
  })
  afterAll(() => server.close())

  it.each([7, 2026])('in any order and with repeated aggregation (seed %d)', async (seed) => {
    const next = chance(seed)
    const pick = <Item>(items: readonly Item[]): Item => items[next(items.length)]!
    const { database, catalog, clock } = server.app.context
    const trade = billingRows(server)
    const service = await entitlementService(server)
    const accounts = await Promise.all(Array.from({ length: 5 }, () => newAccount(server)))
    const made: {
      purchases: [string, string, number][]
      checkouts: [string, string][]
      subscriptions: [string, string][]
    } = {
      purchases: [],
      checkouts: [],
      subscriptions: [],
    }
    const start = clock.now().getTime()
    const moment = () => new Date(start - next(40 * 24) * 3_600_000)
    /** Revokes a grant that is partly used. The used units become a debt, which the next grant repays. */
    const takeBackUsed = async (accountId: string) => {
      const [grant] = await server.query<{ id: string }>(
        `select id from credit_grant where account_id = $1 and revoked_at is null and used > 0 limit 1`,
        [accountId],
      )
      if (!grant) return
      await database.transaction((transaction) =>
        revokeGrant(transaction, { catalog: catalog.current(), accountId, at: clock.now(), grant, reference: 'test' }),
      )
    }
    // At least one debt: the allowance and half a pack are used, the pack is revoked, and the next pack repays the
    // debt.
    await grantTestCredits(server, accounts[0]!, 'ai_stories', 40)
    for (let used = 0; used < 3; used++)
      await service.consume({ accountId: accounts[0]!, feature: 'ai_stories', amount: 15 })
    await takeBackUsed(accounts[0]!)
    await grantTestCredits(server, accounts[0]!, 'ai_stories', 40)
    const acts: (() => Promise<unknown>)[] = [
      async () => {
        const [accountId, amountMinor] = [pick(accounts), 1 + next(5000)]
        const status = pick(['PAID', 'PAID', 'PENDING'])
        const sold = {
          product: pick(['stories_50', 'stories_100', 'professional']),
          currency: pick(['GBP', 'USD']),
          amountMinor,
          at: moment(),
          status,
        }
        made.purchases.push([accountId, await trade.purchase(accountId, sold), amountMinor])
      },
      async () => {
        if (!made.purchases.length) return
        const [accountId, id, amount] = pick(made.purchases)
        await trade.takeBack(accountId, id, next(amount + 1))
      },
      async () => {
        const accountId = pick(accounts)
        made.checkouts.push([
          accountId,
          await trade.checkout(accountId, { product: 'stories_50', currency: 'GBP', amountMinor: 500, at: moment() }),
        ])
      },
      async () => made.checkouts.length && trade.moveCheckout(...pick(made.checkouts), pick(['COMPLETED', 'EXPIRED'])),
      async () => {
        const accountId = pick(accounts)
        const since = moment()
        const trial = next(3) === 0 ? new Date(since.getTime() + next(20) * 86_400_000) : null
        made.subscriptions.push([
          accountId,
          await trade.subscribe(accountId, pick(['professional', 'business']), since, trial),
        ])
      },
      async () => made.subscriptions.length && trade.unsubscribe(...pick(made.subscriptions), clock.now()),
      async () =>
        grantTestCredits(server, pick(accounts), 'ai_stories', 1 + next(50), {
          expiresAt: next(4) ? new Date(clock.now().getTime() + next(60) * 86_400_000) : null,
        }),
      async () => takeBackUsed(pick(accounts)),
      async () => service.consume({ accountId: pick(accounts), feature: 'ai_stories', amount: 1 + next(12) }),
      async () =>
        aggregateAccounts(
          server.app.context,
          accounts.filter(() => next(2) === 0),
          next(5) === 0,
        ),
      // Two concurrent runs for the same accounts, as by workers on two machines.
      async () => Promise.all([1, 2].map(() => aggregateAccounts(server.app.context, accounts))),
    ]
    for (let step = 0; step < 60; step++) {
      await pick(acts)()
      if (step % 20 === 19)
        await server.advanceTo(new Date(clock.now().getTime() + (1 + next(20)) * 86_400_000).toISOString())
    }
    await aggregateAll(server.app.context)
    await aggregateAll(server.app.context)
    for (const [name, kept, raw] of COMPARED)
      expect([name, await server.query(kept)]).toEqual([name, await server.query(raw)])
    const [paid] = await server.query<{ debts: number }>(
      `select count(*)::int as debts from ledger_entry where kind = 'ADJUST' and amount > 0`,
    )
    expect(paid!.debts).toBeGreaterThan(0)
    expect(
      (await server.query<{ total: number }>(`select count(*)::int as total from sales_daily`))[0]!.total,
    ).toBeGreaterThan(10)
  })

  it('aggregate the whole history of an installation without them', async () => {
    const tables = [
      'analytics_checkpoint',
      'counted_purchase',
      'counted_checkout',
      'sales_daily',
      'subscriber_period',
      'usage_daily',
      'usage_rollup',
      'credit_daily',
    ]
    const contents = async () => Promise.all(COMPARED.map(([, kept]) => server.query(kept)))
    const before = await contents()
    await server.query(`truncate ${tables.join(', ')}`)
    await aggregateAll(server.app.context)
    expect(await contents()).toEqual(before)
  })

  it('aggregate a busy account in portions without losses', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, 'ai_stories', 300)
    await aggregateAll(server.app.context)
    for (let used = 0; used < 250; used++) await service.consume({ accountId, feature: 'ai_stories', amount: 1 })
    const marks = async () =>
      (
        await server.query<{ behind: number }>(
          `select a.version - m.version as behind from account a join analytics_checkpoint m on m.account_id = a.id where a.id = $1`,
          [accountId],
        )
      )[0]!.behind
    await aggregateAll(server.app.context)
    expect(await marks()).toBe(0)
    for (const [name, kept, raw] of COMPARED)
      expect([name, await server.query(kept)]).toEqual([name, await server.query(raw)])
  })

  it('include a purchase that changed without its event', async () => {
    const [row] = await server.query<{
      id: string
    }>(`update purchase set reversed_minor = amount_minor, status = 'REFUNDED'
      where id = (select id from purchase where status = 'PAID' limit 1) returning id`)
    expect(row).toBeDefined()
    await aggregateAll(server.app.context)
    for (const [name, kept, raw] of COMPARED)
      expect([name, await server.query(kept)]).toEqual([name, await server.query(raw)])
  })
})
