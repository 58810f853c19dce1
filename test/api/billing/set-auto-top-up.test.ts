import { randomUUID } from 'node:crypto'
import { runTopUp } from '#services/billing/top-ups/run-top-up.js'
import { sweepAccount } from '#services/entitlements/sweep/sweep-account.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('setAutoTopUp', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscribed = () => Spender.subscribed(server, service.key)
  const fault = (action: string, times: number, more: object = {}) =>
    server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/payment_intents' },
      action,
      times,
      ...more,
    })
  const job = (accountId: string, key: string) => ({ key, accountId }) as ScheduledJobRow
  const keyOf = async (spender: Spender): Promise<string> => {
    const [row] = await server.query<{ key: string }>(
      `select c.alert_id || ':' || c.key as key from alert_crossing c join alert l on l.account_id = c.account_id and l.id = c.alert_id
       where c.account_id = $1 and l.action = 'TOP_UP' order by c.at desc, c.key::int desc limit 1`,
      [spender.accountId],
    )
    return row!.key
  }

  it('buys one pack for a fall below the threshold, under concurrent use and webhooks that repeat', async () => {
    const spender = await subscribed()
    expect(await spender.set()).toMatchObject({
      billing: { autoTopUps: [{ status: 'ACTIVE', threshold: 8000, thisMonthCount: 0 }] },
    })
    await server.sandboxControl('POST', 'faults', {
      match: { event: 'payment_intent.*' },
      action: 'webhook_duplicate',
      times: 20,
    })
    const statuses = await Promise.all(Array.from({ length: 40 }, () => spender.use(1100)))
    expect(statuses.filter((status) => status === 200)).toHaveLength(40)
    await spender.topUpsWhen(({ topUps }) => topUps.some(({ status }) => status === 'PAID'))
    // The job and the sweep run again, as after a crash behind each of their transactions.
    const key = await keyOf(spender)
    await Promise.all(Array.from({ length: 4 }, () => runTopUp(job(spender.accountId, key), server.app.context)))
    await sweepAccount(job(spender.accountId, spender.accountId), server.app.context)
    const [charge, ...others] = await spender.charges()
    expect(others).toEqual([])
    expect(charge).toMatchObject({ status: 'succeeded', amount: 500 })
    expect(await spender.balance()).toBe(50_000 - 44_000 + 10_000)
    // A webhook that arrives again after everything.
    const body = JSON.stringify(stripeEvent('payment_intent.succeeded', { ...charge, object: 'payment_intent' }))
    await fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, server.webhookSecret) },
      body,
    })
    await eventually(
      () => server.query('select 1 from inbox_object where pending'),
      (rows) => rows.length === 0,
    )
    expect(
      (await spender.account()).purchases.nodes.filter(({ product }) => product.code === 'credits_10k'),
    ).toMatchObject([{ status: 'PAID', money: { amountMinor: 500, currency: 'USD' } }])
    // At the threshold exactly nothing is bought; one unit less is the second fall.
    await spender.use(8000)
    expect(await spender.balance()).toBe(8000)
    expect(await spender.charges()).toHaveLength(1)
    await spender.use(1)
    await spender.topUpsWhen(({ topUps }) => topUps.filter(({ status }) => status === 'PAID').length === 2)
    expect(await spender.charges()).toHaveLength(2)
    expect(await spender.events('top_up.paid')).toHaveLength(2)
    expect((await spender.topUps()).autoTopUps).toEqual([{ status: 'ACTIVE', stopReason: null, thisMonthCount: 2 }])
  })

  it('buys one pack for a fall, also if its units repay debt and the balance stays below the threshold', async () => {
    const spender = await subscribed()
    expect(await spender.set({ maxPerMonth: 3 })).toMatchObject({ billing: { autoTopUps: [{ threshold: 8000 }] } })
    const { accountId } = spender
    const post = async (verb: string, body: object) =>
      (await server.rest('POST', `/api/v1/entitlements/${verb}`, { token: service.key, body })).body as { id: string }
    const overflow = async (tokens: number) => {
      const amount = await spender.balance()
      const held = await post('reserve', {
        account_id: accountId,
        feature: 'ai_credits',
        amount,
        idempotency_key: randomUUID(),
      })
      const work = { quantities: { output_tokens: tokens }, dimensions: { model: 'large' } }
      expect(await post('commit', { reservation_id: held.id, work, idempotency_key: randomUUID() })).toMatchObject({
        price: { overage: { policy: 'overflow' } },
      })
    }
    // 62,000 of 50,000: the pack repays 10,000 of the debt.
    await overflow(6_200_000)
    await spender.topUpsWhen(({ topUps }) => topUps.some(({ status }) => status === 'PAID'))
    await untilQuiet(server)
    expect(await spender.charges()).toHaveLength(1)
    expect(await spender.balance()).toBe(0)
    expect((await spender.topUps()).autoTopUps).toMatchObject([{ status: 'ACTIVE', thisMonthCount: 1 }])
  })

  it('finds its charge after a response that was lost and a restart, and charges once', async () => {
    const spender = await subscribed()
    await spender.set()
    await fault('drop_after', 3)
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps.length === 1)
    await server.whileStopped(() => Promise.resolve())
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await spender.charges()).toMatchObject([{ status: 'succeeded' }])
    expect(await spender.balance()).toBe(17_000)
  })

  it('charges once when the charge is stored and the server stops before it calls the provider', async () => {
    const spender = await subscribed()
    await spender.set()
    await fault('drop_before', 3)
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps.length === 1)
    await server.whileStopped(async () => {
      await server.sandboxControl('DELETE', 'faults')
    })
    const key = await keyOf(spender)
    // Several workers continue it at the same time.
    await Promise.allSettled(Array.from({ length: 5 }, () => runTopUp(job(spender.accountId, key), server.app.context)))
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await spender.charges()).toHaveLength(1)
    expect(await spender.balance()).toBe(17_000)
  })

  it('stops at a decline, says so, and charges nothing until it is set again', async () => {
    const spender = await subscribed()
    await spender.set()
    await server.sandboxControl('POST', 'payments/fail-next', { customer: await spender.customerId(), times: 1 })
    await spender.use(43_000)
    const stopped = await spender.topUpsWhen(({ autoTopUps }) => autoTopUps[0]?.status === 'STOPPED')
    expect(stopped).toEqual({
      topUps: [{ status: 'FAILED', failureReason: 'DECLINED' }],
      autoTopUps: [{ status: 'STOPPED', stopReason: 'DECLINED', thisMonthCount: 0 }],
    })
    // Canceled at the provider: it cannot be paid later.
    expect(await spender.charges()).toMatchObject([{ status: 'canceled' }])
    expect(await spender.events('auto_top_up.stopped')).toEqual([
      { data: { feature: 'ai_credits', package: 'credits_10k', reason: 'DECLINED' } },
    ])
    expect(
      await server.query('select recipient from mail_message where account_id = $1 and subject like $2', [
        spender.accountId,
        '%automatic top-up%stopped',
      ]),
    ).toHaveLength(1)
    await grantAndFall(spender)
    expect(await spender.charges()).toHaveLength(1)
    expect(await spender.set()).toMatchObject({ __typename: 'Account' })
    await spender.topUpsWhen(({ topUps }) => topUps.some(({ status }) => status === 'PAID'))
    expect((await spender.charges()).map(({ status }) => status)).toEqual(['canceled', 'succeeded'])
  })

  /** Raises the balance above the threshold and lets it fall below again. */
  const grantAndFall = async (spender: Spender) => {
    await spender.buy('purchasePackage', { package: 'credits_10k' })
    await spender.use(1)
    await spender.use(10_000)
    await eventually(
      () =>
        server.query('select 1 from alert_crossing where account_id = $1 and handled_at is null', [spender.accountId]),
      (rows) => rows.length === 0,
    )
    await eventually(
      () =>
        server.query(`select 1 from scheduled_job where kind = 'top_up.run' and account_id = $1`, [spender.accountId]),
      (rows) => rows.length === 0,
    )
  }

  it('stops at a request that the provider does not accept, without the word declined', async () => {
    const spender = await subscribed()
    await spender.set()
    await fault('400', 1)
    await spender.use(43_000)
    const stopped = await spender.topUpsWhen(({ autoTopUps }) => autoTopUps[0]?.status === 'STOPPED')
    expect(stopped).toMatchObject({
      topUps: [{ status: 'FAILED', failureReason: 'REQUEST_REJECTED' }],
      autoTopUps: [{ status: 'STOPPED', stopReason: 'REQUEST_REJECTED', thisMonthCount: 0 }],
    })
    expect(await spender.charges()).toEqual([])
    const [mail] = await server.query<{ text: string }>(
      'select * from mail_message where account_id = $1 and subject like $2',
      [spender.accountId, '%automatic top-up%stopped'],
    )
    expect(JSON.stringify(mail)).toContain('did not accept the request')
  })

  it('stops when the bank requires the customer, and cancels the payment', async () => {
    const spender = await subscribed()
    await spender.saveMethod('pm_card_authenticationRequired')
    await spender.set()
    await spender.use(43_000)
    const { topUps } = await spender.topUpsWhen(({ autoTopUps }) => autoTopUps[0]?.status === 'STOPPED')
    expect(topUps).toEqual([{ status: 'FAILED', failureReason: 'AUTHENTICATION_REQUIRED' }])
    expect(await spender.charges()).toMatchObject([{ status: 'canceled' }])
  })

  it('stops after a refund of a top-up instead of buying it again', async () => {
    const spender = await subscribed()
    await spender.set()
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    const [purchase] = await server.query<{ payment_id: string }>(
      `select p.payment_id from purchase p join top_up t on t.account_id = p.account_id and t.payment_id = p.payment_id where p.account_id = $1`,
      [spender.accountId],
    )
    await eventually(
      () => server.query(`select 1 from alert where account_id = $1 and armed`, [spender.accountId]),
      (rows) => rows.length === 1,
    )
    await spender.stripe('POST', 'refunds', { payment_intent: purchase!.payment_id })
    await eventually(
      () => spender.balance(),
      (balance) => balance === 7000,
    )
    // The balance had risen, so the refund is a new fall at the next use.
    await spender.use(1)
    const { autoTopUps } = await spender.topUpsWhen((state) => state.autoTopUps[0]?.status === 'STOPPED')
    expect(autoTopUps[0]).toMatchObject({ stopReason: 'REVERSED' })
    expect(await spender.charges()).toHaveLength(1)
  })

  it('replaces its terms during a charge without another charge for the same fall', async () => {
    const spender = await subscribed()
    await spender.set()
    await fault('delay', 1, { delay: 1500 })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'CHARGING')
    expect(await spender.set({ threshold: 9000 })).toMatchObject({
      billing: { autoTopUps: [{ status: 'CHARGING', threshold: 9000 }] },
    })
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    await spender.use(1)
    expect(await spender.charges()).toHaveLength(1)
    await spender.use(8000)
    await spender.topUpsWhen(({ topUps }) => topUps.filter(({ status }) => status === 'PAID').length === 2)
    expect(await spender.charges()).toHaveLength(2)
  })

  it('waits for the next month when the month has none left, and then buys once', async () => {
    const spender = await subscribed()
    await spender.set({ maxPerMonth: 1 })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    await spender.use(10_000)
    const waiting = await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'WAITING')
    expect(waiting.autoTopUps).toEqual([{ status: 'WAITING', stopReason: null, thisMonthCount: 1 }])
    expect(await spender.charges()).toHaveLength(1)
    expect(await spender.events('auto_top_up.limited')).toEqual([
      { data: { feature: 'ai_credits', until: '2026-04-01T00:00:00.000Z' } },
    ])
    await server.advanceTo('2026-04-01T00:00:01Z')
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await spender.charges()).toHaveLength(2)
    expect(await spender.balance()).toBe(17_000)
  })

  it('waits for a bank debit that takes days, grants it when it is paid, and stops if it fails', async () => {
    const bank = (number: string) => ({
      type: 'us_bank_account',
      'us_bank_account[account_number]': number,
      'us_bank_account[routing_number]': '110000000',
      'us_bank_account[account_holder_type]': 'individual',
      'billing_details[name]': 'Ann',
    })
    const [paying, failing] = [await subscribed(), await subscribed()]
    await paying.saveMethod(bank('000123456789'))
    await failing.saveMethod(bank('000222222227'))
    for (const spender of [paying, failing]) {
      await spender.set()
      await spender.use(43_000)
      await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PENDING')
      await spender.use(100)
      expect(await spender.charges()).toMatchObject([{ status: 'processing' }])
      expect(await spender.balance()).toBe(6900)
    }
    await server.advanceTo('2026-04-04T12:00:00Z')
    await paying.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await paying.balance()).toBe(16_900)
    const { topUps } = await failing.topUpsWhen(({ autoTopUps }) => autoTopUps[0]?.status === 'STOPPED')
    expect(topUps).toEqual([{ status: 'FAILED', failureReason: 'DECLINED' }])
    expect(await failing.balance()).toBe(6900)
  })

  it('denies other prices, thresholds, packages and accounts without a saved payment method', async () => {
    const spender = await subscribed()
    const denial = async (input: object) => {
      const { code, issues } = (await spender.set(input)) as { code: string; issues: { path: string[] }[] }
      return [code, issues[0]?.path.join('.')]
    }
    expect(await denial({ price: { amountMinor: 499, currency: 'USD' } })).toEqual(['INVALID_PRICE', 'price'])
    expect(await denial({ price: { decimal: '5.001', currency: 'USD' } })).toEqual(['INVALID_AMOUNT', 'price.decimal'])
    expect(await denial({ threshold: 10_001 })).toEqual(['INVALID_AMOUNT', 'threshold'])
    expect(await denial({ maxPerMonth: 31 })).toEqual(['INVALID_AMOUNT', 'maxPerMonth'])
    expect(await denial({ package: 'pro' })).toEqual(['NOT_FOR_SALE', 'package'])
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    const set = (token: string, accountId: string) =>
      server.graphql<{ setAutoTopUp: object }>(
        `mutation ($accountId: ID!) {
          setAutoTopUp(accountId: $accountId, terms: { package: "credits_10k", threshold: 100, maxPerMonth: 1 }, price: { amountMinor: 500, currency: "USD" }, key: "one") {
            denial { code remedies { kind mutation } }
          }
        }`,
        { accountId },
        token,
      )
    const own = await accountIdOf(server, buyer.token)
    expect((await set(buyer.token, own)).data.setAutoTopUp).toEqual({
      code: 'NO_ACTIVE_SUBSCRIPTION',
      remedies: [{ kind: 'UPGRADE_PLAN', mutation: 'startSubscription' }],
    })
    await buyer.buy('startSubscription', { plan: 'pro', provider: 'PAYPAL' })
    expect((await set(buyer.token, own)).data.setAutoTopUp).toEqual({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      remedies: [{ kind: 'BUY_PACKAGE', mutation: 'purchasePackage' }],
    })
  })

  it('is repeated under the same key, and audited', async () => {
    const spender = await subscribed()
    await spender.set({ idempotencyKey: 'one' })
    await spender.set({ idempotencyKey: 'one' })
    expect(await spender.set({ idempotencyKey: 'one', threshold: 5 })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await spender.events('auto_top_up.set')).toHaveLength(1)
    const audit = await server.query<{ details: object }>(
      `select details from audit_entry where account_id = $1 and action = 'auto_top_up.set'`,
      [spender.accountId],
    )
    expect(audit).toMatchObject([{ details: { before: null, after: { threshold: 8000, amountMinor: 500 } } }])
  })
})
