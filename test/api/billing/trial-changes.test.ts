import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  accountOf,
  change,
  eventsOf,
  waitForInvoices,
  previewPlanChange,
  stripeCall,
  subscribe,
} from '#test/support/subscribers.js'

// Professional: 10.00 a month, 14 days of trial. Business: 18.00 a month, without a trial. Max: 30.00 a month, 7 days of trial.
describe('Plan change in a trial', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'agileforge.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8')
    const max = `  max:\n    name: Max\n    rank: 3\n    prices: { month: 30.00 }\n    trial_days: 7\n    features: { ai_stories: unlimited }\n`
    const perSeat = 'prices: { month: 10.00, year: 100.00, per: seat }'
    writeFileSync(
      catalog,
      text.replace('\npackages:', `\n${max}\npackages:`).replace('prices: { month: 10.00, year: 100.00 }', perSeat),
    )
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('ends the trial and charges immediately if the new plan has no trial', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'professional' })
    expect(await previewPlanChange(server, ann, { plan: 'business' })).toMatchObject({
      dueNow: { decimal: '18.00' },
      nextAmount: { decimal: '18.00' },
      nextDate: '2026-02-15T10:00:00.000Z',
    })
    expect(await change(server, ann, 'changePlan', { plan: 'business' })).toMatchObject({
      subscription: { status: 'ACTIVE', plan: { code: 'business' }, currentPeriodEnd: '2026-02-15T10:00:00.000Z' },
    })
    expect((await waitForInvoices(server, ann)).filter((total) => total > 0)).toEqual([1800])
  })

  it('ends the trial and charges immediately when the quantity changes', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'professional' })
    expect(await change(server, bob, 'changePlan', { plan: 'professional', quantity: 10_000 })).toMatchObject({
      subscription: { status: 'ACTIVE', quantity: 10_000 },
    })
    expect((await waitForInvoices(server, bob)).filter((total) => total > 0)).toEqual([10_000_000])
  })

  it('changes nothing if the charge is declined, and the trial continues', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'professional' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: carl.customerId })
    expect(await change(server, carl, 'changePlan', { plan: 'business' })).toMatchObject({ code: 'PAYMENT_FAILED' })
    expect((await accountOf(server, carl)).subscription).toMatchObject({
      status: 'TRIALING',
      plan: { code: 'professional' },
      currentPeriodEnd: '2026-01-29T10:00:00.000Z',
    })
  })

  it('keeps the trial for another interval of the same plan and quantity', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'professional' })
    expect(
      await change(server, dora, 'changePlan', { plan: 'professional', interval: { unit: 'YEAR', count: 1 } }),
    ).toMatchObject({
      subscription: { status: 'TRIALING', currentPeriodEnd: '2026-01-29T10:00:00.000Z' },
    })
    expect((await waitForInvoices(server, dora)).filter((total) => total > 0)).toEqual([])
  })

  it('continues in the trial of the new plan for its remaining days, and grants that trial once', async () => {
    const eve = await subscribe(server, 'eve@example.com', { plan: 'professional' })
    expect(await change(server, eve, 'changePlan', { plan: 'max' })).toMatchObject({
      subscription: { status: 'TRIALING', plan: { code: 'max' }, currentPeriodEnd: '2026-01-22T10:00:00.000Z' },
    })
    expect((await waitForInvoices(server, eve)).filter((total) => total > 0)).toEqual([])
    // Back to the plan whose trial the account has had: that is charged.
    expect(await change(server, eve, 'changePlan', { plan: 'professional', at: 'NOW' })).toMatchObject({
      subscription: { status: 'ACTIVE', plan: { code: 'professional' } },
    })
    expect((await waitForInvoices(server, eve)).filter((total) => total > 0)).toEqual([1000])
  })

  it('ends the trial when an add-on is added, and charges both', async () => {
    const fred = await subscribe(server, 'fred@example.com', { plan: 'professional' })
    expect(await change(server, fred, 'addAddon', { package: 'extra_storage', quantity: 4 })).toMatchObject({
      status: 'ACTIVE',
    })
    expect((await waitForInvoices(server, fred)).filter((total) => total > 0)).toEqual([1000 + 4 * 250])
  })

  it('schedules a change for the end of the trial, without an earlier charge', async () => {
    const gina = await subscribe(server, 'gina@example.com', { plan: 'professional' })
    const answer = await change(server, gina, 'changePlan', { plan: 'business', at: 'PERIOD_END' })
    expect(answer).toMatchObject({
      effectiveAt: '2026-01-29T10:00:00.000Z',
      subscription: {
        status: 'TRIALING',
        plan: { code: 'professional' },
        scheduledChange: { plan: { code: 'business' } },
      },
    })
    await server.advanceTo('2026-01-29T12:00:00Z')
    expect((await accountOf(server, gina)).subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'business' } })
    expect((await waitForInvoices(server, gina)).filter((total) => total > 0)).toEqual([1800])
  })

  it('follows a trial that was extended at the provider, also after another interval, and charges at its new end', async () => {
    const ines = await subscribe(server, 'ines@example.com', { plan: 'professional' })
    expect((await accountOf(server, ines)).subscription?.currentPeriodEnd).toBe('2026-02-12T12:00:00.000Z')
    await stripeCall(server, 'POST', `subscriptions/${ines.externalId}`, {
      trial_end: String(Date.parse('2026-03-05T12:00:00Z') / 1000),
      proration_behavior: 'none',
    })
    await eventually(
      () => accountOf(server, ines),
      ({ subscription }) => subscription?.currentPeriodEnd === '2026-03-05T12:00:00.000Z',
    )
    expect(await eventsOf(server, ines, 'subscription.renewed', 'subscription.updated')).toEqual([
      'subscription.updated',
    ])
    await server.advanceTo('2026-02-12T14:00:00Z')
    expect(
      await change(server, ines, 'changePlan', { plan: 'professional', interval: { unit: 'YEAR', count: 1 } }),
    ).toMatchObject({
      subscription: { status: 'TRIALING', currentPeriodEnd: '2026-03-05T12:00:00.000Z' },
    })
    expect((await waitForInvoices(server, ines)).filter((total) => total > 0)).toEqual([])
    await server.advanceTo('2026-03-05T14:00:00Z')
    expect((await accountOf(server, ines)).subscription).toMatchObject({ status: 'ACTIVE' })
    expect((await waitForInvoices(server, ines)).filter((total) => total > 0)).toEqual([10_000])
  })
})

describe('First payment after a trial', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('has no grace period if the first payment fails', async () => {
    const hans = await subscribe(server, 'hans@example.com', { plan: 'professional', card: '4000000000000341' })
    await server.advanceTo('2026-01-29T12:00:00Z')
    expect((await accountOf(server, hans)).plan.plan.code).toBe('starter')
    expect(await eventsOf(server, hans, 'subscription.access_ended')).toHaveLength(1)
    // A later payment restores the plan. A failure after that starts a grace period.
    const [row] = await server.query<{ status: string; grace_until: Date }>(
      `select status, grace_until from billing_subscription where account_id = $1`,
      [hans.accountId],
    )
    expect(row!.status).toBe('PAST_DUE')
    expect(row!.grace_until.getTime()).toBeLessThanOrEqual(Date.parse('2026-01-29T12:00:00Z'))
  })
})
