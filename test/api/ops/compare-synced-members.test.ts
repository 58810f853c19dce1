import { sql } from 'kysely'
import { nextFence } from '#services/billing/model/fetch-fence.js'
import { compareSync } from '#services/billing/subscriptions/compare-sync.js'
import { SYNCED_TABLES } from '#services/billing/book/synced-tables.js'
import { applyUpdate, ownedUpdate } from '#services/billing/subscriptions/sync-subscription.js'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { waitingStatements } from '#test/support/lock-waits.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { differences, loseWebhooks, reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import {
  change,
  changeAtStripe,
  stripeCall,
  stripeObject,
  subscribe,
  type Purchase,
  type Subscriber,
} from '#test/support/subscribers.js'

interface Item {
  readonly id: string
  readonly quantity: number
  readonly price: { readonly id: string }
}

const START = Date.parse('2026-01-15T10:00:00Z')
const seconds = (days: number) => String(START / 1000 + days * 86_400)

/** Changes of each synced member of a subscription at the provider, whose events are all lost. */
const CHANGES: readonly {
  readonly member: string
  readonly plan?: Purchase
  readonly before?: (server: TestServer, who: Subscriber) => Promise<unknown>
  readonly there: (server: TestServer, who: Subscriber, items: { plan: Item; addon: Item }) => Promise<unknown>
}[] = [
  {
    member: 'the quantity of an add-on',
    there: (server, { externalId }, { addon }) =>
      changeAtStripe(server, externalId, { 'items[0][id]': addon.id, 'items[0][quantity]': '9' }),
  },
  {
    member: 'the price of an add-on',
    there: async (server, { externalId }, { addon }) => {
      const [row] = await server.query<{ external_id: string }>(
        `select pp.external_id from provider_price pp join price p on p.id = pp.price_id join package k on k.product_id = p.product_id
         join price own on own.currency = p.currency and own.interval = p.interval join provider_price op on op.price_id = own.id
         where k.type = 'ADDON' and pp.provider = 'STRIPE' and op.external_id = $1 and pp.external_id <> $1 limit 1`,
        [addon.price.id],
      )
      return changeAtStripe(server, externalId, { 'items[0][id]': addon.id, 'items[0][price]': row!.external_id })
    },
  },
  {
    member: 'the presence of an add-on',
    there: (server, { externalId }, { addon }) =>
      changeAtStripe(server, externalId, { 'items[0][id]': addon.id, 'items[0][deleted]': 'true' }),
  },
  {
    member: 'the quantity of the plan',
    there: (server, { externalId }, { plan }) =>
      changeAtStripe(server, externalId, { 'items[0][id]': plan.id, 'items[0][quantity]': '3' }),
  },
  {
    member: 'a scheduled end',
    there: (server, { externalId }) => changeAtStripe(server, externalId, { cancel_at_period_end: 'true' }),
  },
  {
    member: 'the end at another date',
    before: (server, who) => change(server, who, 'cancelSubscription', { at: 'PERIOD_END' }),
    there: (server, { externalId }) => changeAtStripe(server, externalId, { cancel_at: seconds(200) }),
  },
  {
    member: 'a removed end',
    before: (server, who) => change(server, who, 'cancelSubscription', { at: 'PERIOD_END' }),
    there: (server, { externalId }) => changeAtStripe(server, externalId, { cancel_at: '' }),
  },
  {
    member: 'the end of a trial',
    plan: { plan: 'professional' },
    there: (server, { externalId }) => changeAtStripe(server, externalId, { trial_end: seconds(20) }),
  },
  {
    member: 'discounts',
    there: async (server, { externalId }) => {
      const coupon = await stripeCall<{ id: string }>(server, 'POST', 'coupons', {
        percent_off: '10',
        duration: 'forever',
      })
      return changeAtStripe(server, externalId, { 'discounts[0][coupon]': coupon.id })
    },
  },
  {
    member: 'the payment method',
    there: async (server, { externalId, customerId }) => {
      const method = await stripeCall<{ id: string }>(server, 'POST', 'payment_methods/pm_card_mastercard/attach', {
        customer: customerId,
      })
      return changeAtStripe(server, externalId, { default_payment_method: method.id })
    },
  },
  {
    member: 'the status',
    there: (server, { externalId }) => stripeCall(server, 'DELETE', `subscriptions/${externalId}`),
  },
]

/** Tables that a sync writes and that are no copy of the provider's state, with the reason. */
const RECORDS: Readonly<Record<string, string>> = {
  account: 'the version of the account counts its events',
  billing_notice: 'a cause about which a mail was sent, so that it is sent once',
  mail_message: 'a mail about the change',
  outbox_event: 'a message about the change',
  scheduled_job: 'work that the change causes',
  stream_event: 'an event about the change',
  trial_record: 'a trial that began, which no later read takes back',
}

/** Tables of which a sync of a subscription writes rows, by PostgreSQL's own count. The sync is not committed. */
async function writtenBySync(server: TestServer, externalId: string): Promise<string[]> {
  const { context } = server.app
  const fetched = await context.providers.STRIPE!.fetchSubscription(externalId)
  const update = await ownedUpdate(context, {
    port: context.providers.STRIPE!,
    fence: await nextFence(context.database),
    fetched: fetched!,
  })
  let written: string[] = []
  const rolledBack = new Error('not committed')
  await context.database
    .transaction(async (transaction) => {
      // The counts of a session begin with those of earlier transactions that are not reported yet.
      const counts = async () => {
        const { rows } = await sql<{ table: string; writes: string }>`
          select relname as table, n_tup_ins + n_tup_upd + n_tup_del as writes from pg_stat_xact_user_tables
          where schemaname = current_schema()`.execute(transaction.query)
        return new Map(rows.map(({ table, writes }) => [table, Number(writes)]))
      }
      const before = await counts()
      await applyUpdate(context, transaction, update, { repairs: true })
      written = [...(await counts())].flatMap(([table, writes]) => (writes > (before.get(table) ?? 0) ? [table] : []))
      throw rolledBack
    })
    .catch((error: unknown) => {
      if (error !== rolledBack) throw error
    })
  return written
}

describe('Comparison of synced members', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const foundBy = (heal: boolean) => differences(server, operator, heal)

  const written = new Set<string>()
  let changed = 0
  it.each(CHANGES.map(({ member, ...one }, index) => [member, one, index] as const))(
    'finds and heals %s',
    async (_member, { plan, before, there }, index) => {
      const who = await subscribe(server, `member-${index}@example.com`, {
        trialDays: 0,
        interval: { unit: 'YEAR', count: 1 },
        plan: 'professional',
        ...plan,
      })
      await change(server, who, 'addAddon', { package: 'extra_storage', quantity: 2 })
      await before?.(server, who)
      await untilDelivered(server)
      await untilQuiet(server)
      expect(await foundBy(false)).toEqual([])
      const { items } = await stripeObject<{ items: { data: Item[] } }>(server, `subscriptions/${who.externalId}`)
      await loseWebhooks(server)
      await there(server, who, { plan: items.data[0]!, addon: items.data[1]! })
      for (const table of await writtenBySync(server, who.externalId)) written.add(table)
      changed++
      const found = await foundBy(false)
      expect(found.map(({ object }) => object)).toContain(`subscription:${who.externalId}`)
      expect((await foundBy(true)).filter(({ healed }) => !healed)).toEqual([])
      expect(await foundBy(false)).toEqual([])
    },
  )

  it('concerns every table that a sync writes, unless the table only records what happened', async () => {
    await loseWebhooks(server)
    const purchased = await Buyer.named(server, 'purchased@example.com')
    const { providerReference } = await purchased.start('startSubscription', { plan: 'professional', trialDays: 0 })
    await purchased.pay(providerReference)
    const { subscription } = await stripeObject<{ subscription: string }>(
      server,
      `checkout/sessions/${providerReference}`,
    )
    for (const table of await writtenBySync(server, subscription)) written.add(table)
    expect([...written]).toEqual(
      expect.arrayContaining(['billing_subscription', 'subscription_item', 'plan_assignment']),
    )
    const records = [...written].filter((table) => !(table in SYNCED_TABLES))
    const excused = Object.keys(RECORDS)
    expect(excused).toEqual(expect.arrayContaining(records))
    // A sample does not make every change.
    if (changed === CHANGES.length) expect(records.toSorted()).toEqual(excused.toSorted())
    await purchased.confirm(providerReference)
  })

  it('finds no difference in a member that a concurrent event corrects', async () => {
    const { externalId, accountId } = await subscribe(server, 'meanwhile@example.com', {
      trialDays: 0,
      plan: 'professional',
    })
    await untilDelivered(server)
    await untilQuiet(server)
    const { context } = server.app
    const fetched = await context.providers.STRIPE!.fetchSubscription(externalId)
    const setEnd = `update billing_subscription set cancel_at = $2 where external_id = $1`
    await server.query(setEnd, [externalId, '2026-02-01T00:00:00Z'])
    // The event has the account's lock, and corrects the end.
    const event = await context.database.pool.connect()
    await event.query('begin')
    await event.query('select 1 from account where id = $1 for update', [accountId])
    const compared = compareSync(context, context.providers.STRIPE!, fetched!)
    await eventually(
      () => server.query(waitingStatements('select "version" from "account"')),
      (waits) => waits.length === 1,
    )
    await event.query(setEnd, [externalId, null])
    await event.query('commit')
    event.release()
    expect(await compared).toEqual([])
  })

  it('continues after an unexpected error of one subscription, and ends with the error', async () => {
    const [broken, other] = [
      await subscribe(server, 'broken@example.com', { trialDays: 0, plan: 'professional' }),
      await subscribe(server, 'other@example.com', { trialDays: 0, plan: 'professional' }),
    ]
    await untilDelivered(server)
    await untilQuiet(server)
    expect(await foundBy(false)).toEqual([])
    await loseWebhooks(server)
    for (const { externalId } of [broken, other])
      await changeAtStripe(server, externalId, { cancel_at_period_end: 'true' })
    await server.query(
      `create function fail() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$`,
    )
    await server.query(
      `create trigger planted before update on billing_subscription for each row
       when (old.external_id = '${broken.externalId}') execute function fail()`,
    )
    const { error, drift } = await reconcile(server, operator)
    await server.query(`drop trigger planted on billing_subscription`)
    await server.query(`drop function fail`)
    expect(error).toBe(`Subscription ${broken.externalId} could not be compared: planted`)
    const objects = drift.map(({ object }) => object)
    expect(objects).toContain(`subscription:${other.externalId}`)
    expect(objects).not.toContain(`subscription:${broken.externalId}`)
    expect(drift.map(({ kind }) => kind)).toContain('MISSING_EVENT')
    expect((await foundBy(true)).filter(({ healed }) => !healed)).toEqual([])
  })
})
