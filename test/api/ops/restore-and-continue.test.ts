import { StartSubscription, ConnectVendor, PayOutVendor } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allMigrations } from '#migrations/all-migrations.js'
import { createSources } from '#services/kernel/context/sources.js'
import { restoreBackup } from '#services/kernel/backup/restore-backup.js'
import { writeBackup } from '#services/kernel/backup/write-backup.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { untilDelivered } from '#test/support/money-runs.js'
import { withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { createPromotion } from '#test/support/promotions.js'
import { FOUND, METHODS, TAKEN, type PortMethod } from '#test/support/outgoing-calls.js'
import { change, stripeCall, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'
import { accountIdOf } from '#test/support/accounts.js'
import { ofType } from '#test/support/of-type.js'

const DAY_MS = 86_400_000

/** Made by a catalog push, which reads the objects at the provider first. */
const OF_CATALOG: readonly PortMethod[] = ['createProduct', 'createPrice', 'createMeter']
/** Made by `stackgate go-live`, which lists the endpoints at the provider first (go-live.test.ts). */
const OF_GO_LIVE: readonly PortMethod[] = ['createEndpoint']
const MIGRATIONS = allMigrations.map(({ name }) => name)

interface Listed {
  readonly data: readonly {
    readonly id: string
    readonly metadata: Record<string, string>
    readonly billing_reason?: string
    readonly invoice?: string
  }[]
}

// A backup is made, each kind of call to the provider follows, and ten days later the backup is restored and the work continues.
describe('Restored backup', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-restore-'))
  const file = join(folder, 'day.stackgate')
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-05T09:00:00Z',
      env: { CATALOG: 'ai-platform', VENDOR_PAYOUTS: 'stripe' },
    })
    await withoutReconciliation(server)
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const now = () => server.app.context.clock.now().getTime()
  const daysLater = (days: number) => server.advanceTo(new Date(now() + days * DAY_MS).toISOString())
  /** Calls of a path end with an error until `work` is done. */
  const withoutAnswer = async (path: string, work: () => Promise<unknown>) => {
    await server.sandboxControl('POST', 'faults', { match: { method: 'POST', path }, action: '500' })
    await work()
  }
  const payOut = async (vendorId: string) => {
    const { data, errors } = await server.graphql(
      PayOutVendor,
      { input: { vendorId, currency: 'USD', method: 'PROVIDER', reason: 'Due.' }, key: randomUUID() },
      operator,
    )
    expect(errors).toBeUndefined()
    return data.payOutVendor
  }
  const startCheckout = async (token: string) => {
    const { data, errors } = await server.graphql(
      StartSubscription,
      { input: { provider: 'STRIPE', plan: 'pro' }, key: randomUUID() },
      token,
    )
    expect(errors).toBeUndefined()
    return ofType(data.startSubscription, 'Checkout').providerReference!
  }
  const listed = async (path: string) => (await stripeObject<Listed>(server, path)).data
  const restore = async () => {
    await server.whileStopped(async () => {
      const { default: pg } = await import('pg')
      const client = new pg.Client(server.databaseUrl)
      await client.connect()
      await client.query('drop schema public cascade; create schema public')
      await client.end()
      await restoreBackup({
        ...createSources(),
        file,
        databaseUrl: server.databaseUrl,
        migrations: MIGRATIONS,
        business: 'ai-platform',
      })
    })
  }

  it('creates nothing twice, by any call that creates objects', async () => {
    // Before the backup: accounts, and intents whose calls have no result yet.
    for (const unit of ['MONTH', 'YEAR']) {
      const overage = await Buyer.named(server, `overage-${unit}@example.com`)
      await overage.buy('startSubscription', { plan: 'scale', interval: { unit, count: 1 } })
      const ownAccountId = await accountIdOf(server, overage.token)
      await service.consume({ accountId: ownAccountId, feature: 'ai_credits', amount: 600_000 })
      await service.consume({ accountId: ownAccountId, feature: 'ai_credits', amount: 51_250 })
    }
    const spender = await Spender.subscribed(server, service.key)
    await spender.set()
    const refunded = await subscribe(server, 'refunded@example.com', { plan: 'pro' })
    const credited = await subscribe(server, 'credited@example.com', { plan: 'scale' })
    const scheduled = await subscribe(server, 'scheduled@example.com', { plan: 'scale' })
    const changed = await subscribe(server, 'changed@example.com', { plan: 'pro' })
    const discounted = await subscribe(server, 'discounted@example.com', { plan: 'pro' })
    await createPromotion(server, 'HALF', { percent_off: '50', duration: 'once' })
    const [promotion] = await listed('promotion_codes?code=HALF')
    await stripeCall(server, 'POST', `subscriptions/${discounted.externalId}`, {
      'discounts[0][promotion_code]': promotion!.id,
    })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: discounted.customerId })
    const newVendor = await subscribe(server, 'vendor@example.com', { plan: 'pro' })
    const payee = await stripeCall<{ id: string }>(server, 'POST', 'accounts', {
      type: 'custom',
      'capabilities[transfers][requested]': 'true',
    })
    await server.query(
      `insert into vendor (id, name, account_id, payout_account_id) values ('ven_1', 'Vera', $1, $2)`,
      [refunded.accountId, payee.id],
    )
    await server.query(
      `insert into earnings_entry (id, account_id, vendor_id, kind, amount_minor, currency, at) values ('vet_1', $1, 'ven_1', 'SALE', 500, 'USD', now())`,
      [refunded.accountId],
    )
    await server.advanceTo('2026-04-02T09:00:00Z')
    await withoutAnswer('/v1/refunds', () => refundOf(refunded))
    await withoutAnswer('/v1/customers/', () => change(server, credited, 'changePlan', { plan: 'pro', at: 'NOW' }))
    await change(server, scheduled, 'changePlan', { plan: 'pro' })
    const upgrade = () => change(server, changed, 'changePlan', { plan: 'scale', at: 'NOW', idempotencyKey: 'upgrade' })
    await withoutAnswer('/v1/subscriptions/', upgrade)
    await server.query(`insert into vendor (id, name, account_id) values ('ven_2', 'Vito', $1)`, [newVendor.accountId])
    await untilDelivered(server)
    await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file, keyIds: [] })
    await server.sandboxControl('DELETE', 'faults')

    // After the backup: every call is made.
    expect(await upgrade()).toMatchObject({ __typename: 'PlanChangePayload' })
    await connect(newVendor)
    const late = await server.token('late@example.com')
    await startCheckout(late)
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await payOut('ven_1')).toMatchObject({ status: 'PAID' })
    await daysLater(5)
    const [unpaid] = await listed(`invoices?customer=${discounted.customerId}&status=open`)
    await stripeCall(server, 'POST', `invoices/${unpaid!.id}/void`)
    const customersAtProvider = async () => (await listed('customers?email=late%40example.com')).map(({ id }) => id)
    const overageInvoices = async () =>
      (await listed('invoices?limit=100')).filter(({ metadata }) => metadata['usage_report']).map(({ id }) => id)
    const overageLines = async () => {
      const own = await overageInvoices()
      const items = await listed('invoiceitems?limit=100')
      return items.filter(({ invoice, metadata }) => metadata['charge'] && !own.includes(invoice!)).map(({ id }) => id)
    }
    const topUps = async () =>
      (await listed('payment_intents?limit=100')).filter(({ metadata }) => metadata['top_up_id']).map(({ id }) => id)
    const refunds = async () => (await listed('refunds?limit=100')).map(({ id }) => id)
    const credits = async () =>
      (await listed(`customers/${credited.customerId}/balance_transactions?limit=100`))
        .filter(({ metadata }) => metadata['cause'])
        .map(({ id }) => id)
    const schedules = async () => (await listed('subscription_schedules?limit=100')).map(({ id }) => id)
    const upgrades = async () =>
      (await listed(`invoices?customer=${changed.customerId}&limit=100`))
        .filter(({ billing_reason }) => billing_reason === 'subscription_update')
        .map(({ id }) => id)
    const payees = async () =>
      (await listed('accounts?limit=100')).filter(({ metadata }) => metadata['vendor_id']).map(({ id }) => id)
    const discounts = async () =>
      (await stripeObject<{ discounts: string[] }>(server, `subscriptions/${discounted.externalId}`)).discounts
    const transfers = async () => (await listed('transfers?limit=100')).map(({ id }) => id)
    /** Objects by the method of the port that creates them. */
    const made = async () => ({
      createCustomer: await customersAtProvider(),
      draftInvoice: await overageInvoices(),
      addToDraft: await overageLines(),
      chargeSaved: await topUps(),
      refundPayment: await refunds(),
      changeCredit: await credits(),
      changeLines: [...(await schedules()), ...(await upgrades())],
      transfer: await transfers(),
      createPayee: await payees(),
      restoreDiscounts: await discounts(),
    })
    const first = await eventually(made, (found) => Object.values(found).every(({ length }) => length > 0))
    expect(Object.values(first).map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1, 2, 1, 1, 1])
    const creating = Object.entries(METHODS).filter(([, reason]) => reason === FOUND || reason === TAKEN)
    expect([...Object.keys(first), ...OF_CATALOG, ...OF_GO_LIVE].toSorted()).toEqual(
      creating.map(([name]) => name).toSorted(),
    )
    await daysLater(5)

    await restore()
    // The same work again.
    await daysLater(1)
    expect(await upgrade()).toMatchObject({ __typename: 'PlanChangePayload' })
    await connect(newVendor)
    await startCheckout(await server.token('late@example.com'))
    // The whole allowance of the first period has rolled over: the backup does not have its use.
    await spender.use((await spender.balance()) - 7_000)
    await spender.topUpsWhen(({ topUps: rows }) => rows.some(({ status }) => status === 'PAID'))
    expect(await payOut('ven_1')).toMatchObject({ code: 'INVALID_AMOUNT' })
    await daysLater(6)
    await eventually(
      () =>
        server.query(
          `select id from usage_report where state <> 'SENT' union all select id from refund where status = 'CREATING'
           union all select id from credit_adjustment where status = 'CREATING'`,
        ),
      (open) => open.length === 0,
    )
    expect(await made()).toEqual(first)
    // Payments of the meantime are recorded, and the pack is granted.
    expect(await server.query(`select status from top_up`)).toEqual([{ status: 'PAID' }])
    expect(await server.query(`select external_id from refund`)).toEqual(
      first.refundPayment.map((id) => ({ external_id: id })),
    )
    const charged = await server.query<{ invoice_id: string }>(`select distinct invoice_id from usage_report`)
    expect(charged).toHaveLength(2)
    expect(charged).toEqual(expect.arrayContaining(first.draftInvoice.map((id) => ({ invoice_id: id }))))
  })

  async function connect({ email }: Subscriber): Promise<void> {
    const { data, errors } = await server.graphql(
      ConnectVendor,
      { key: randomUUID() },
      await server.token(email, { roles: ['vendor'] }),
    )
    expect([errors, data.connectVendor.__typename]).toEqual([undefined, 'ProviderPagePayload'])
  }

  async function refundOf({ accountId }: Subscriber): Promise<void> {
    const [purchase] = await server.query<{ id: string }>(`select id from purchase where account_id = $1`, [accountId])
    await server.graphql(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code } } }`,
      {
        id: purchase!.id,
        amount: { amountMinor: 500, currency: 'USD' },
        reason: 'asked for it',
        key: randomUUID(),
      },
      operator,
    )
  }
})
