import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { accountOf, change, eventsOf, waitForInvoices, stripeObject, subscribe } from '../support/subscribers.js'

// AgileForge: Professional has a trial of 14 days. Begun on 15 January 2026, 10:00, it ends on 29 January, 10:00; the notice is due
// three days before. The first invoice is charged an hour after the end.
const NOTICE = '2026-01-26T10:00:00Z'

const notices = (server: TestServer, accountId: string) =>
  server.query<{ kind: string }>(`select kind from billing_notice where account_id = $1`, [accountId])

describe('Trial of fourteen days', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('grants entitlements immediately, sends a notice before its end, and continues as the plan', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'professional' })
    expect(await accountOf(server, ann)).toMatchObject({
      plan: { plan: { code: 'professional' } },
      subscription: { status: 'TRIALING', currentPeriodEnd: '2026-01-29T10:00:00.000Z' },
    })
    // Another interval keeps the trial; back again as well.
    expect(
      await change(server, ann, 'changePlan', { plan: 'professional', interval: { unit: 'YEAR', count: 1 } }),
    ).toMatchObject({
      effectiveAt: '2026-01-15T10:00:00.000Z',
      subscription: { status: 'TRIALING', plan: { code: 'professional' } },
    })
    const back = { plan: 'professional', interval: { unit: 'MONTH', count: 1 }, at: 'NOW' }
    expect(await change(server, ann, 'changePlan', back)).toMatchObject({
      subscription: { status: 'TRIALING', plan: { code: 'professional' }, scheduledChange: null },
    })
    await server.advanceTo('2026-01-26T09:59:59Z')
    expect(await notices(server, ann.accountId)).toEqual([])
    await server.advanceTo(NOTICE)
    expect(await notices(server, ann.accountId)).toEqual([{ kind: 'TRIAL_ENDING' }])
    await server.advanceTo('2026-01-29T12:00:00Z')
    expect(await accountOf(server, ann)).toMatchObject({
      plan: { plan: { code: 'professional' } },
      subscription: { status: 'ACTIVE', currentPeriodEnd: '2026-02-28T10:00:00.000Z' },
    })
    expect((await waitForInvoices(server, ann)).filter((total) => total > 0)).toEqual([1000])
    expect(await notices(server, ann.accountId)).toHaveLength(1)
  })

  it('is granted once per account and plan', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'professional' })
    await change(server, bob, 'cancelSubscription', { at: 'NOW' })
    const again = await server.graphql<{ startSubscription: { code: string; field: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "professional", trialDays: 14 }, key: "again") { denial { code issues { path } } } }`,
      {},
      bob.token,
    )
    expect(again.data.startSubscription).toEqual({ code: 'TRIAL_NOT_AVAILABLE', issues: [{ path: ['trialDays'] }] })
    // He subscribes again without a trial: a second subscription is a second row.
    await subscribe(server, 'bob@example.com', { plan: 'professional', trialDays: 0 })
    const rows = await server.query(
      `select status from billing_subscription where account_id = $1 order by started_at, id`,
      [bob.accountId],
    )
    expect(rows).toEqual([{ status: 'CANCELED' }, { status: 'ACTIVE' }])
    expect((await accountOf(server, bob)).plan.plan.code).toBe('professional')
  })
})

describe.each([
  ['cancel', 'CANCELED', 'subscription.canceled'],
  ['pause', 'PAUSED', 'subscription.paused'],
])('Trial without a card, with the catalog setting %s', (policy, status, event) => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'open-handed.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8')
    writeFileSync(
      catalog,
      text.replace('\nnear_limit:', `\ntrials: { card: optional, without_card: ${policy} }\nnear_limit:`),
    )
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('ends on its day and revokes the plan once', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'professional', withoutCard: true })
    expect(await stripeObject(server, `subscriptions/${carl.externalId}`)).toMatchObject({
      status: 'trialing',
      default_payment_method: null,
      trial_settings: { end_behavior: { missing_payment_method: policy } },
    })
    expect((await accountOf(server, carl)).plan.plan.code).toBe('professional')
    await server.advanceTo('2026-01-29T12:00:00Z')
    expect((await accountOf(server, carl)).plan.plan.code).toBe('starter')
    expect(
      await server.query(`select status from billing_subscription where account_id = $1`, [carl.accountId]),
    ).toEqual([{ status }])
    expect(await eventsOf(server, carl, 'subscription.canceled', 'subscription.paused')).toEqual([event])
  })
})
