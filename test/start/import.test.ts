import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stripe } from 'stripe'
import { parseImportMapping } from '#services/billing/adoption/import-mapping.js'
import { importSubscriptions, type ImportReport } from '#services/billing/imports/import-subscriptions.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { expectInvariants } from '#test/support/invariants.js'
import { oldStripe, subscribeBefore } from '#test/support/old-billing.js'
import { withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { retryNow } from '#test/support/retry-now.js'
import { runCommand } from '#test/support/run-command.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const MAPPING = `
prices:
  old_pro: { plan: pro, interval: month }
  old_pro_early: { plan: pro, interval: month }
  old_scale: { plan: scale, interval: year }
customers:
  metadata: user_id
  create: true
  email: true
balances:
  - { feature: ai_credits, metadata: credits_left }
`

/** `stackgate import stripe` records the subscribers of another system in its Stripe account. */
describe('stackgate import stripe', () => {
  let server: TestServer
  let stripe: Stripe
  let folder: string
  const ids: Record<string, { customer: string; subscription: string }> = {}
  const prices: Record<string, string> = {}

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-import-'))
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    await withoutReconciliation(server)
    stripe = oldStripe(server)
    // The first request of a user creates the account.
    await server.graphql('{ account { id } }', {}, await server.token('mia@example.com'))
    await createOldSubscribers()
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const price = async (name: string, amount: number, interval: 'month' | 'year', more = {}) => {
    const product = await stripe.products.create({ name })
    const created = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: amount,
      recurring: { interval },
      lookup_key: name,
      ...more,
    })
    prices[name] = created.id
  }

  async function createOldSubscribers(): Promise<void> {
    await price('old_pro', 2000, 'month')
    await price('old_pro_early', 1200, 'month')
    await price('old_scale', 180_000, 'year')
    await price('old_support', 5000, 'month')
    await price('old_quarter', 5000, 'month', { recurring: { interval: 'month', interval_count: 3 } })
    const old = async (name: string, of: string, more: Partial<Parameters<typeof subscribeBefore>[1]> = {}) => {
      ids[name] = await subscribeBefore(stripe, {
        name,
        price: prices[of]!,
        metadata: { user_id: `${name}@example.com` },
        ...more,
      })
    }
    await old('ann', 'old_pro', { metadata: { user_id: 'ann@example.com', credits_left: '12000' } })
    await old('ben', 'old_pro_early', { metadata: { user_id: 'ben@example.com', credits_left: '75000' } })
    await old('cid', 'old_scale', { balance: -1500 })
    await old('dee', 'old_pro', { subscription: { trial_period_days: 14 } })
    await old('eve', 'old_pro', { metadata: { user_id: 'eve@example.com', credits_left: '-5' } })
    await stripe.subscriptions.update(ids['eve']!.subscription, { cancel_at_period_end: true })
    await old('flo', 'old_pro', { subscription: { metadata: { checkout_id: 'of another system' } } })
    await old('mia', 'old_pro', { metadata: {} })
    await old('nobody', 'old_pro', { metadata: {} })
    await old('sue', 'old_support')
    await old('qui', 'old_quarter')
    await old('max', 'old_pro', { metadata: { user_id: 'max@example.com', credits_left: 'many' } })
    ids['twice'] = await subscribeBefore(stripe, {
      name: 'ann2',
      price: prices['old_pro']!,
      metadata: { user_id: 'ann@example.com' },
    })
    const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'forever', name: 'Early adopters' })
    await stripe.subscriptions.update(ids['flo']!.subscription, { discounts: [{ coupon: coupon.id }] })
    // One that has ended, and a payment that is no subscription.
    await old('gus', 'old_pro')
    await stripe.subscriptions.cancel(ids['gus']!.subscription)
    await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      customer: ids['ann']!.customer,
      payment_method: 'pm_card_visa',
      confirm: true,
      off_session: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
  }

  const mappingFile = () => {
    const path = join(folder, 'mapping.yaml')
    writeFileSync(path, MAPPING)
    return path
  }
  const env = () => ({
    DATABASE_URL: server.databaseUrl,
    DATA_DIR: join(folder, 'data'),
    CATALOG: 'ai-platform',
    STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
    STRIPE_API_URL: server.sandbox.url,
    STRIPE_WEBHOOK_SECRET: server.webhookSecret,
    SECRETS_KEY: 'a secrets key of the tests',
    DASHBOARD: 'off',
    DOCS: 'off',
  })
  const importNow = (): Promise<ImportReport> => {
    const { context } = server.app
    const port = context.providers.STRIPE!
    const mapping = parseImportMapping(MAPPING, 'mapping.yaml', context.catalog.current())
    return importSubscriptions(
      context,
      { ...port, adoption: port.adoption! },
      { mapping, dryRun: false, concurrency: 3, onProgress: () => undefined },
    )
  }
  const newestEvent = async () => (await stripe.events.list({ limit: 1 })).data[0]!.id
  const rows = async () =>
    (
      await server.query<Record<string, number>>(
        `select (select count(*)::int from billing_subscription) as subscriptions, (select count(*)::int from purchase) as purchases,
           (select count(*)::int from plan_assignment) as assignments, (select count(*)::int from credit_grant) as grants,
           (select count(*)::int from ledger_entry) as entries, (select count(*)::int from mail_message) as mails,
           (select count(*)::int from refund) as refunds, (select count(*)::int from checkout) as checkouts,
           (select count(*)::int from credit_adjustment where status = 'CREATING') as adjustments`,
      )
    )[0]!
  const remaining = async (name: string) => {
    const token = await server.token(`${name}@example.com`)
    const { data } = await server.graphql<{
      account: { plan: { plan: { code: string } }; usage: { entitlement: { remaining: number } } }
    }>(`{ account { plan { plan { code } } usage { entitlement(feature: "ai_credits") { remaining } } } }`, {}, token)
    return [data.account.plan.plan.code, data.account.usage.entitlement.remaining]
  }
  const debts = () =>
    server.query<{ account: string; amount: number }>(
      `select a.external_id as account, d.amount::int as amount from credit_debt d join account a on a.id = d.account_id`,
    )
  const problems = [
    ['customer:nobody', 'no user has the address nobody@example.com'],
    ['price:old_support', 'the mapping does not contain it (lookup key old_support, $50.00 a month)'],
    ['price:old_quarter', 'the mapping does not contain it (lookup key old_quarter, $50.00 every 3 months)'],
    ['customer:max', 'its metadata credits_left is "many"'],
  ] as const
  const idOf = (object: string) => {
    const [kind, name] = object.split(':') as [string, string]
    return `${kind}:${kind === 'price' ? prices[name] : ids[name]!.customer}`
  }

  it('prints what it would import, and each object that it cannot import with its remedy', async () => {
    const before = await rows()
    const newest = await newestEvent()
    const { code, stdout, stderr } = await runCommand(
      'import',
      ['stripe', '--mapping', mappingFile(), '--dry-run', '--json'],
      env(),
    )
    expect([code, stderr]).toEqual([1, '12 subscriptions read\n'])
    const report = JSON.parse(stdout) as ImportReport
    expect(report).toMatchObject({ dryRun: true, found: 12, known: 0, imported: 7, refused: 5, pricesLinked: 3 })
    expect(report.accountsCreated).toBe(6)
    for (const [object, reason] of problems)
      expect(report.problems).toContainEqual(
        expect.objectContaining({ object: idOf(object), reason, remedy: expect.stringMatching(/\w/) as string }),
      )
    // The list is newest first, so the older of two customers of one account is the one that is refused.
    expect(report.problems.filter(({ reason }) => reason.includes('its account has'))).toHaveLength(1)
    expect([await rows(), await newestEvent()]).toEqual([before, newest])
  })

  it('continues after kill -9, records everything once, changes nothing at Stripe, and ends without a difference', async () => {
    await stripe.subscriptions.cancel(ids['twice']!.subscription)
    for (const name of ['nobody', 'sue', 'qui', 'max']) await stripe.subscriptions.cancel(ids[name]!.subscription)
    const newest = await newestEvent()
    await killedImport()
    const report = await importNow()
    expect(report.problems).toEqual([])
    expect(report.reconciliation).toMatchObject({ found: 0, error: null, differences: [] })
    expect(report.imported + report.known).toBe(7)
    expect(await newestEvent()).toBe(newest)

    // Webhooks about the old objects were waiting for their customers, and find nothing to do.
    await quiet()
    const done = await rows()
    expect(done).toMatchObject({ subscriptions: 7, assignments: 7, mails: 0, refunds: 0, checkouts: 0, adjustments: 0 })
    expect(await remaining('ann')).toEqual(['pro', 12_000])
    expect(await remaining('ben')).toEqual(['pro', 75_000])
    expect(await remaining('cid')).toEqual(['scale', 600_000])
    expect(await remaining('mia')).toEqual(['pro', 50_000])
    expect(await remaining('eve')).toEqual(['pro', 0])
    expect(await debts()).toEqual([{ account: 'eve@example.com', amount: 5 }])

    expect(
      await server.query(`select discounts from billing_subscription where external_id = $1`, [
        ids['flo']!.subscription,
      ]),
    ).toMatchObject([{ discounts: [{ code: null, name: 'Early adopters', percentOff: 20, duration: 'FOREVER' }] }])

    const again = await importNow()
    expect(again).toMatchObject({ imported: 0, known: 7, invoicesRecorded: 0, balancesApplied: 0, problems: [] })
    expect(again.reconciliation).toMatchObject({ found: 0, error: null })
    expect([await rows(), await newestEvent()]).toEqual([done, newest])
  })

  it('keeps what subscribers pay, and renews them by webhooks', async () => {
    const [early] = await server.query(
      `select p.amount_minor, p.active, s.status from billing_subscription s join subscription_item i on i.subscription_id = s.id
         join price p on p.id = i.price_id where s.external_id = $1`,
      [ids['ben']!.subscription],
    )
    expect(early).toEqual({ amount_minor: 1200, active: false, status: 'ACTIVE' })
    await server.advanceTo('2026-02-16T10:00:00Z')
    await quiet()
    const renewed = await server.query<{ name: string; status: string; paid: number }>(
      `select a.external_id as name, s.status, (select count(*)::int from purchase p where p.account_id = a.id) as paid
       from billing_subscription s join account a on a.id = s.account_id order by a.external_id`,
    )
    expect(renewed.map(({ name, status, paid }) => `${name} ${status} ${paid}`)).toEqual([
      'ann@example.com ACTIVE 2',
      'ben@example.com ACTIVE 2',
      'cid@example.com ACTIVE 1',
      'dee@example.com ACTIVE 1',
      'eve@example.com CANCELED 1',
      'flo@example.com ACTIVE 2',
      'mia@example.com ACTIVE 2',
    ])
    const { reconciliation } = await importNow()
    expect(reconciliation).toMatchObject({ found: 0, error: null, differences: [] })
  })

  /** Waits until every event about an imported customer is processed. The others are about customers that are not imported. */
  const quiet = () =>
    eventually(
      async () => {
        await retryNow(server)
        return server.query(
          `select e.type from inbox_event e join billing_customer c on e.payload::text like '%' || c.customer_id || '%'
           where e.state in ('RECEIVED', 'DEFERRED', 'RETRYING')
           union all select type from outbox_event where state = 'PENDING'`,
        )
      },
      (open) => open.length === 0,
      60_000,
    )

  /** Runs the command, and kills it when the first subscription is imported. The rate leaves seconds of work after that. */
  function killedImport(): Promise<void> {
    const args = ['stripe', '--mapping', mappingFile(), '--concurrency', '1', '--rate', '4']
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/cli/stackgate.js'), 'import', ...args], {
      env: { ...childEnvironment, ...env() },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let printed = ''
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.includes('subscriptions imported')) child.kill('SIGKILL')
    })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      // On a very slow machine it can end before the signal: then it is only repeated.
      child.on('close', (code) => (code === 2 ? reject(new Error(`the import failed: ${printed}`)) : resolve()))
    })
  }
})
