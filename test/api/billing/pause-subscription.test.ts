import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'
import { syncSubscription } from '#services/billing/subscriptions/sync-subscription.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { loseWebhooks } from '#test/support/reconciliation-runs.js'
import {
  accountOf,
  change,
  changeAtStripe,
  eventsOf,
  stripeCall,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'
import { askPayPal } from '#test/support/paypal.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const START = '2026-03-05T09:00:00Z'
/** End of the first period. */
const PAID_UNTIL = '2026-04-05T09:00:00.000Z'

interface Pause {
  readonly pausedAt: string
  readonly resumesAt: string | null
  readonly paidUntil: string
  readonly keepsAccess: boolean
  readonly resumed: boolean
}
interface Bill {
  readonly id: string
  readonly status: string
  readonly total: number
  readonly amount_paid: number
}

/** A server whose catalog allows pauses. */
async function serverWith(pause: string): Promise<{ server: TestServer; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-pauses-'))
  const catalog = join(folder, 'pauses.yaml')
  const text = readFileSync(join(process.cwd(), 'catalogs/ai-platform.yaml'), 'utf8')
  writeFileSync(catalog, text.replace(/\npause: .*/, `\npause: ${pause}`))
  const server = await startTestServer({ start: START, env: { CATALOG: catalog } })
  return {
    server,
    close: async () => {
      await expectInvariants(server)
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const PAUSE = `pausedAt resumesAt paidUntil keepsAccess resumed`

async function pauseOf(server: TestServer, { token }: Pick<Subscriber, 'token'>): Promise<Pause | null> {
  const { data } = await server.graphql<{ account: { billing: { subscription: { pause: Pause | null } | null } } }>(
    `{ account { billing { subscription { pause { ${PAUSE} } } } } }`,
    {},
    token,
  )
  return data.account.billing.subscription?.pause ?? null
}

const billsOf = async (server: TestServer, { customerId }: Pick<Subscriber, 'customerId'>): Promise<Bill[]> =>
  (await stripeObject<{ data: Bill[] }>(server, `invoices?customer=${customerId}&limit=100`)).data
const paid = async (server: TestServer, who: Subscriber): Promise<number> =>
  (await billsOf(server, who)).reduce((sum, bill) => sum + bill.amount_paid, 0)

describe('A pause that suspends access', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  let close: () => Promise<void>
  beforeEach(async () => {
    const started = await serverWith('{ plans: [pro, scale], maximum: 90d }')
    server = started.server
    close = started.close
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
    await close()
  })

  const planOf = async (who: Subscriber) => (await accountOf(server, who)).plan.plan.code
  const statusOf = async (who: Subscriber) => (await accountOf(server, who)).subscription?.status ?? null
  const ask = async <Answer>(text: string, who: Pick<Subscriber, 'token'>) =>
    (await server.graphql<Answer>(text, {}, who.token)).data

  it('keeps the paid period, charges nothing after it, and charges a new period when it ends by itself', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'pro' })
    expect(
      await ask(
        `{ previewPause(resumesAt: "2026-05-20T09:00:00Z") { paidUntil resumesAt keepsAccess denial { code } } }`,
        ann,
      ),
    ).toEqual({
      previewPause: { paidUntil: PAID_UNTIL, resumesAt: '2026-05-20T09:00:00.000Z', keepsAccess: false, denial: null },
    })
    expect(await change(server, ann, 'pauseSubscription', { resumesAt: '2026-05-20T09:00:00Z' })).toMatchObject({
      status: 'ACTIVE',
    })
    expect(await pauseOf(server, ann)).toEqual({
      pausedAt: expect.any(String),
      resumesAt: '2026-05-20T09:00:00.000Z',
      paidUntil: PAID_UNTIL,
      keepsAccess: false,
      resumed: false,
    })
    expect(await stripeObject(server, `subscriptions/${ann.externalId}`)).toMatchObject({
      pause_collection: { behavior: 'void' },
    })
    expect(
      await ask(
        `{ account { billing { subscription { upcomingInvoice { total { decimal } } noUpcomingInvoiceReason } } } }`,
        ann,
      ),
    ).toEqual({ account: { billing: { subscription: { upcomingInvoice: null, noUpcomingInvoiceReason: 'PAUSED' } } } })
    expect(
      await ask(`{ account { billing { calendar { nodes { kind at money { decimal } } } } } }`, ann),
    ).toMatchObject({
      account: {
        billing: {
          calendar: {
            nodes: [
              { kind: 'PAUSE_BEGINS', at: PAID_UNTIL },
              { kind: 'PAUSE_ENDS', at: '2026-05-20T09:00:00.000Z', money: { decimal: '20.00' } },
            ],
          },
        },
      },
    })
    await server.advanceTo('2026-04-05T08:00:00Z')
    expect(await planOf(ann)).toBe('pro')

    await server.advanceTo('2026-04-05T12:00:00Z')
    await untilQuiet(server)
    expect([await planOf(ann), await statusOf(ann)]).toEqual(['free', 'PAUSED'])
    const { check } = await ask<{ check: { allowed: boolean; explain: string[] } }>(
      `{ check(feature: "batch_mode") { allowed explain } }`,
      ann,
    )
    expect(check.allowed).toBe(false)
    expect(check.explain).toContain('Pro is paused until May 20, 2026.')
    expect(check.explain).toContain('Cheapest remedy: Resume the subscription.')
    expect((await billsOf(server, ann)).map(({ status, total }) => [status, total])).toEqual([
      ['void', 2000],
      ['paid', 2000],
    ])
    expect(await eventsOf(server, ann, 'subscription.paused', 'subscription.past_due', 'subscription.resumed')).toEqual(
      ['subscription.paused'],
    )

    await server.advanceTo('2026-05-20T09:30:00Z')
    await eventually(
      () => statusOf(ann),
      (status) => status === 'ACTIVE',
    )
    expect(await accountOf(server, ann)).toMatchObject({
      plan: { plan: { code: 'pro' } },
      subscription: { status: 'ACTIVE' },
    })
    expect(await pauseOf(server, ann)).toBeNull()
    expect(await paid(server, ann)).toBe(4000)
    expect(await eventsOf(server, ann, 'subscription.paused', 'subscription.resumed')).toEqual([
      'subscription.paused',
      'subscription.resumed',
    ])
    expect(
      await server.query(`select kind from billing_notice where account_id = $1 order by at, id`, [ann.accountId]),
    ).toEqual([{ kind: 'PAUSED' }, { kind: 'RESUMED' }])
    // The next period is charged as usual.
    await server.advanceTo('2026-06-20T12:00:00Z')
    await untilQuiet(server)
    expect(await paid(server, ann)).toBe(6000)
  })

  it('previews the charge of a resumption, makes it once, and charges nothing in the paid period', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'pro' })
    await change(server, bob, 'pauseSubscription')
    expect(await ask(`{ previewResumption { dueNow { decimal } nextPaymentAt } }`, bob)).toEqual({
      previewResumption: { dueNow: { decimal: '0.00' }, nextPaymentAt: PAID_UNTIL },
    })
    expect(await change(server, bob, 'resumeSubscription')).toMatchObject({ status: 'ACTIVE' })
    expect(await pauseOf(server, bob)).toBeNull()
    expect(await paid(server, bob)).toBe(2000)

    await change(server, bob, 'pauseSubscription')
    await server.advanceTo('2026-04-12T09:00:00Z')
    await untilQuiet(server)
    expect(await ask(`{ previewResumption { dueNow { decimal } nextPaymentAt } }`, bob)).toEqual({
      previewResumption: { dueNow: { decimal: '20.00' }, nextPaymentAt: '2026-05-12T09:00:00.000Z' },
    })
    const [one, other] = await Promise.all([
      change(server, bob, 'resumeSubscription', { idempotencyKey: 'once' }),
      change(server, bob, 'resumeSubscription', { idempotencyKey: 'once' }),
    ])
    expect([one.status ?? one.code, other.status ?? other.code]).toContain('ACTIVE')
    expect(await accountOf(server, bob)).toMatchObject({
      plan: { plan: { code: 'pro' } },
      subscription: { status: 'ACTIVE', currentPeriodEnd: '2026-05-12T09:00:00.000Z' },
    })
    await untilQuiet(server)
    expect(await paid(server, bob)).toBe(4000)
  })

  it('gives no grace if the charge of the resumption fails, and access when it is paid', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'pro' })
    await change(server, carl, 'pauseSubscription')
    await server.advanceTo('2026-04-12T09:00:00Z')
    await untilQuiet(server)
    await server.sandboxControl('POST', 'payments/fail-next', { customer: carl.customerId, times: 1 })
    await change(server, carl, 'resumeSubscription')
    await untilQuiet(server)
    await eventually(
      () => planOf(carl),
      (plan) => plan === 'free',
    )
    expect(await statusOf(carl)).toBe('PAST_DUE')
    const [open] = (await billsOf(server, carl)).filter(({ status }) => status === 'open')
    await stripeCall(server, 'POST', `invoices/${open!.id}/pay`)
    await eventually(
      () => planOf(carl),
      (plan) => plan === 'pro',
    )
    expect(await paid(server, carl)).toBe(4000)
  })

  it('charges use beyond the allowance of the paid period, on an invoice of its own', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'scale' })
    await service.consume({ accountId: dora.accountId, feature: 'ai_credits', amount: 700_000 })
    await change(server, dora, 'pauseSubscription')
    await server.advanceTo('2026-04-06T12:00:00Z')
    await reportUsage(server.app.context)
    await untilQuiet(server)
    await server.advanceTo('2026-04-07T12:00:00Z')
    await untilQuiet(server)
    expect((await billsOf(server, dora)).map(({ status, total }) => `${status} ${total}`).toSorted()).toEqual([
      'paid 20000',
      'paid 4000',
      'void 20000',
    ])
    const denied = (await service.consume({ accountId: dora.accountId, feature: 'ai_credits', amount: 5_000 })) as {
      denial?: unknown
    }
    expect(denied).not.toMatchObject({ amount: 5_000 })
  })

  it('ends at once if it is canceled after the paid period, and with the paid period before', async () => {
    const eve = await subscribe(server, 'eve@example.com', { plan: 'pro' })
    await change(server, eve, 'pauseSubscription')
    expect(await change(server, eve, 'cancelSubscription')).toMatchObject({ cancelAt: PAID_UNTIL })
    expect(await change(server, eve, 'pauseSubscription')).toMatchObject({ code: 'INVALID_TRANSITION' })
    await server.advanceTo('2026-04-05T12:00:00Z')
    await untilQuiet(server)
    expect(await statusOf(eve)).toBeNull()

    const fay = await subscribe(server, 'fay@example.com', { plan: 'pro' })
    await change(server, fay, 'pauseSubscription')
    await server.advanceTo('2026-05-20T12:00:00Z')
    await untilQuiet(server)
    expect(await statusOf(fay)).toBe('PAUSED')
    expect(await change(server, fay, 'cancelSubscription')).toMatchObject({ status: 'CANCELED' })
    expect(await paid(server, fay)).toBe(2000)
  })

  it('denies other changes, plans that cannot be paused, unpaid subscriptions and wrong ends', async () => {
    const gil = await subscribe(server, 'gil@example.com', { plan: 'pro' })
    const denial = async (input: object) => {
      const { code, message, remedies } = await change(server, gil, 'pauseSubscription', input as never)
      return { code, message, remedies }
    }
    for (const resumesAt of [PAID_UNTIL, '2026-07-05T09:00:00Z'])
      expect(await denial({ resumesAt })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    const key = { idempotencyKey: 'pause-once' }
    const first = await change(server, gil, 'pauseSubscription', key)
    expect(await change(server, gil, 'pauseSubscription', key)).toEqual(first)
    expect((await pauseOf(server, gil))?.resumesAt).toBe('2026-07-04T09:00:00.000Z')
    // Another request moves the end.
    await change(server, gil, 'pauseSubscription', { resumesAt: '2026-06-01T09:00:00Z' })
    expect((await pauseOf(server, gil))?.resumesAt).toBe('2026-06-01T09:00:00.000Z')
    expect(await change(server, gil, 'changePlan', { plan: 'scale' })).toMatchObject({
      code: 'PAYMENT_FAILED',
      remedies: [{ mutation: 'resumeSubscription' }],
    })
    expect(await ask(`{ check(feature: "batch_mode") { allowed } }`, gil)).toMatchObject({ check: { allowed: true } })
  })

  it('keeps a scheduled change, which takes effect in the pause', async () => {
    const hal = await subscribe(server, 'hal@example.com', { plan: 'scale' })
    await change(server, hal, 'changePlan', { plan: 'pro', at: 'PERIOD_END' })
    await change(server, hal, 'pauseSubscription')
    expect((await accountOf(server, hal)).subscription?.scheduledChange?.plan.code).toBe('pro')
    await server.advanceTo('2026-04-10T12:00:00Z')
    await untilQuiet(server)
    expect(await statusOf(hal)).toBe('PAUSED')
    expect(await change(server, hal, 'resumeSubscription')).toMatchObject({ status: 'ACTIVE', plan: { code: 'pro' } })
    await untilQuiet(server)
    expect(await paid(server, hal)).toBe(22_000)
  })

  it('follows a pause that was made at the provider, and a lost webhook', async () => {
    const ivy = await subscribe(server, 'ivy@example.com', { plan: 'pro' })
    await changeAtStripe(server, ivy.externalId, { 'pause_collection[behavior]': 'void' })
    await untilDelivered(server)
    await untilQuiet(server)
    expect(await pauseOf(server, ivy)).toMatchObject({ resumesAt: null, paidUntil: PAID_UNTIL })
    await changeAtStripe(server, ivy.externalId, { pause_collection: '' })
    await untilDelivered(server)
    await untilQuiet(server)
    expect(await pauseOf(server, ivy)).toBeNull()

    await loseWebhooks(server)
    await changeAtStripe(server, ivy.externalId, { 'pause_collection[behavior]': 'keep_as_draft' })
    await server.advanceTo('2026-04-06T12:00:00Z')
    await syncSubscription(server.app.context, server.app.context.providers.STRIPE!, ivy.externalId)
    expect(await pauseOf(server, ivy)).toMatchObject({ paidUntil: PAID_UNTIL, resumed: false })
    expect([await planOf(ivy), await statusOf(ivy)]).toEqual(['free', 'PAUSED'])
    await server.sandboxControl('DELETE', 'faults')
    // The seller ends the pause: access returns with the next payment, or with the customer's own resumption.
    await changeAtStripe(server, ivy.externalId, { pause_collection: '' })
    await untilDelivered(server)
    await untilQuiet(server)
    expect(await pauseOf(server, ivy)).toMatchObject({ resumed: true })
    expect(await change(server, ivy, 'pauseSubscription')).toMatchObject({ code: 'INVALID_TRANSITION' })
    await server.advanceTo('2026-05-05T12:00:00Z')
    await untilDelivered(server)
    await untilQuiet(server)
    expect([await planOf(ivy), await statusOf(ivy), await pauseOf(server, ivy)]).toEqual(['pro', 'ACTIVE', null])
  })

  it('is completed after a crash between the provider and the database', async () => {
    const jon = await subscribe(server, 'jon@example.com', { plan: 'pro' })
    for (const [mutation, expected] of [
      ['pauseSubscription', false],
      ['resumeSubscription', undefined],
    ] as const) {
      await server.sandboxControl('POST', 'faults', {
        match: { method: 'POST', path: `/v1/subscriptions/${jon.externalId}` },
        action: 'drop_after',
        times: 4,
      })
      expect(await change(server, jon, mutation)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
      await server.sandboxControl('DELETE', 'faults')
      await sweepChanges(server.app.context, 0)
      await untilQuiet(server)
      expect((await pauseOf(server, jon))?.resumed).toBe(expected)
    }
    expect(
      await server.query(`select kind, status from subscription_change where account_id = $1 order by id`, [
        jon.accountId,
      ]),
    ).toEqual([
      { kind: 'PAUSE', status: 'APPLIED' },
      { kind: 'RESUME', status: 'APPLIED' },
    ])
  })

  it('suspends a subscription at PayPal, and grants access again with its next payment', async () => {
    const buyer = await Buyer.named(server, 'kim@example.com')
    await buyer.buy('startSubscription', { plan: 'pro', provider: 'PAYPAL' })
    const [row] = await server.query<{ external_id: string; account_id: string }>(
      `select external_id, account_id from billing_subscription where provider = 'PAYPAL'`,
    )
    const kim = {
      token: buyer.token,
      email: buyer.email,
      accountId: row!.account_id,
      externalId: row!.external_id,
      customerId: '',
    }
    const there = () =>
      askPayPal(server.sandbox.url, 'GET', `/v1/billing/subscriptions/${kim.externalId}`) as Promise<{ status: string }>
    await change(server, kim, 'pauseSubscription')
    expect((await there()).status).toBe('SUSPENDED')
    expect([await planOf(kim), await statusOf(kim)]).toEqual(['pro', 'ACTIVE'])
    await server.advanceTo('2026-04-20T12:00:00Z')
    await untilQuiet(server)
    expect([await planOf(kim), await statusOf(kim)]).toEqual(['free', 'PAUSED'])
    await change(server, kim, 'resumeSubscription')
    expect((await there()).status).toBe('ACTIVE')
    expect([await planOf(kim), (await pauseOf(server, kim))?.resumed]).toEqual(['free', true])
    await server.advanceTo('2026-05-05T12:00:00Z')
    await untilQuiet(server)
    await eventually(
      () => planOf(kim),
      (plan) => plan === 'pro',
    )
    expect(await pauseOf(server, kim)).toBeNull()
  })
})

describe('A pause that keeps access', () => {
  let server: TestServer
  let close: () => Promise<void>
  beforeAll(async () => {
    const started = await serverWith('{ access: keep, invoices: mark_uncollectible, maximum: 40d }')
    server = started.server
    close = started.close
  })
  afterAll(() => close())

  it('charges nothing until its end, and as usual after it', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'pro' })
    await change(server, ann, 'pauseSubscription')
    await server.advanceTo('2026-05-06T12:00:00Z')
    await untilQuiet(server)
    expect(await accountOf(server, ann)).toMatchObject({
      plan: { plan: { code: 'pro' } },
      subscription: { status: 'ACTIVE', currentPeriodEnd: '2026-06-05T09:00:00.000Z' },
    })
    await server.advanceTo('2026-05-15T12:00:00Z')
    await untilQuiet(server)
    await eventually(
      () => pauseOf(server, ann),
      (pause) => pause?.resumed === true,
    )
    expect((await accountOf(server, ann)).subscription?.status).toBe('ACTIVE')
    expect(await change(server, ann, 'pauseSubscription')).toMatchObject({ code: 'INVALID_TRANSITION' })
    await server.advanceTo('2026-06-05T12:00:00Z')
    await untilQuiet(server)
    expect(await pauseOf(server, ann)).toBeNull()
    expect((await billsOf(server, ann)).map(({ status }) => status)).toEqual([
      'paid',
      'uncollectible',
      'uncollectible',
      'paid',
    ])
    expect(await eventsOf(server, ann, 'subscription.paused', 'subscription.resumed', 'subscription.past_due')).toEqual(
      ['subscription.paused', 'subscription.resumed'],
    )
  })
})

describe('A catalog without pauses', () => {
  it('denies them with a remedy', async () => {
    const server = await startTestServer()
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    expect(await change(server, ann, 'pauseSubscription')).toMatchObject({
      code: 'INVALID_TRANSITION',
      remedies: [{ mutation: 'cancelSubscription' }],
    })
    await server.close()
  })
})
