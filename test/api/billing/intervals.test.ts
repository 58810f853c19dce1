import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import {
  accountOf,
  change,
  previewPlanChange,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: intervals
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0, features: { calls: 10 } }
  team:
    name: Team
    rank: 1
    prices: { week: 5.00, 2_weeks: 9.00, month: 20.00, quarter: 50.00, 6_months: 90.00, year: 150.00 }
    features: { calls: 100 }
  term:
    name: Term
    rank: 2
    prices: { quarter: 80.00, 4_months: 100.00 }
    features: { calls: 500 }
packages:
  extra: { name: Extra seats, type: addon, prices: { month: 3.00, quarter: 8.00 }, grants: { seats: 5 } }
`
const WEEK = { unit: 'WEEK', count: 1 }
const FORTNIGHT = { unit: 'WEEK', count: 2 }
const QUARTER = { unit: 'MONTH', count: 3 }
const HALF_YEAR = { unit: 'MONTH', count: 6 }

describe('prices by the week, the quarter and some months', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-intervals-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-01-31T09:00:00Z', env: { CATALOG: path } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const totals = async (token: string) => {
    const { data } = await server.graphql<{
      account: { billing: { invoices: { nodes: { total: { decimal: string } }[] } } }
    }>(`{ account { billing { invoices(first: 50) { nodes { total { decimal } } } } } }`, {}, token)
    return data.account.billing.invoices.nodes.map(({ total }) => total.decimal)
  }
  const purchaseStatuses = async (token: string) => {
    const { data } = await server.graphql<{ account: { billing: { purchases: { nodes: { status: string }[] } } } }>(
      `{ account { billing { purchases { nodes { status } } } } }`,
      {},
      token,
    )
    return data.account.billing.purchases.nodes.map(({ status }) => status)
  }
  const lineTexts = async (token: string) => {
    const { data } = await server.graphql<{
      account: { billing: { invoices: { nodes: { lines: { nodes: { description: string }[] } }[] } } }
    }>(`{ account { billing { invoices { nodes { lines { nodes { description } } } } } } }`, {}, token)
    return data.account.billing.invoices.nodes.flatMap(({ lines }) => lines.nodes.map(({ description }) => description))
  }
  const recurring = async ({ accountId }: Pick<Subscriber, 'accountId'>) =>
    (
      await server.query<{ yearly_minor: string }>(
        'select yearly_minor from recurring_period where account_id = $1 and ended_at is null',
        [accountId],
      )
    ).map(({ yearly_minor }) => Number(yearly_minor))
  const periodEnd = async (who: Pick<Subscriber, 'token'>) =>
    (await accountOf(server, who)).subscription?.currentPeriodEnd.slice(0, 10)

  it('bills each of them at Stripe and at PayPal for its own length, and counts it by the year', async () => {
    const lists = await server.graphql<{ plans: { code: string; prices: { interval: object }[] }[] }>(
      `{ plans { code prices { interval { unit count } } } }`,
    )
    expect(lists.data.plans[1]!.prices.map(({ interval }) => interval)).toEqual([
      WEEK,
      { unit: 'WEEK', count: 2 },
      { unit: 'MONTH', count: 1 },
      QUARTER,
      HALF_YEAR,
      { unit: 'YEAR', count: 1 },
    ])
    const weekly = await subscribe(server, 'week@example.com', { plan: 'team', interval: WEEK })
    const quarterly = await subscribe(server, 'quarter@example.com', { plan: 'team', interval: QUARTER })
    const byDefault = await subscribe(server, 'term@example.com', { plan: 'term' })
    const byPayPal = await Buyer.named(server, 'paypal@example.com')
    await byPayPal.buy('startSubscription', { plan: 'team', interval: HALF_YEAR, provider: 'PAYPAL' })
    const weeklyByPayPal = await Buyer.named(server, 'paypal-week@example.com')
    await weeklyByPayPal.buy('startSubscription', { plan: 'team', interval: WEEK, provider: 'PAYPAL' })
    const fortnightly = await Buyer.named(server, 'paypal-fortnight@example.com')
    await fortnightly.buy('startSubscription', { plan: 'team', interval: FORTNIGHT, provider: 'PAYPAL' })
    expect(await periodEnd(fortnightly)).toBe('2026-02-14')
    expect(await periodEnd(weekly)).toBe('2026-02-07')
    expect(await periodEnd(quarterly)).toBe('2026-04-30')
    expect(await periodEnd(byDefault)).toBe('2026-04-30')
    expect(await periodEnd(byPayPal)).toBe('2026-07-31')
    expect(await recurring(weekly)).toEqual([26_000])
    expect(await recurring(quarterly)).toEqual([20_000])
    expect((await reconcile(server, admin)).drift).toEqual([])

    await server.advanceTo('2026-03-01T00:00:00Z')
    await eventually(
      () => totals(weekly.token),
      (found) => found.length === 5,
    )
    expect(await totals(weekly.token)).toEqual(['5.00', '5.00', '5.00', '5.00', '5.00'])
    await eventually(
      () => totals(weeklyByPayPal.token),
      (found) => found.length === 5,
    )
    expect(await purchaseStatuses(weeklyByPayPal.token)).toEqual(['PAID', 'PAID', 'PAID', 'PAID', 'PAID'])
    await eventually(
      () => totals(fortnightly.token),
      (found) => found.length === 3,
    )
    expect(await purchaseStatuses(fortnightly.token)).toEqual(['PAID', 'PAID', 'PAID'])
    expect(await lineTexts(fortnightly.token)).toEqual([
      'Team (every 2 weeks), February 28, 2026 to March 14, 2026',
      'Team (every 2 weeks), February 14, 2026 to February 28, 2026',
      'Team (every 2 weeks), January 31, 2026 to February 14, 2026',
    ])
    expect(await periodEnd(fortnightly)).toBe('2026-03-14')
    expect(await totals(quarterly.token)).toEqual(['50.00'])
    await server.advanceTo('2026-05-02T00:00:00Z')
    await eventually(
      () => totals(quarterly.token),
      (found) => found.length === 2,
    )
    expect(await periodEnd(quarterly)).toBe('2026-07-31')
    await server.advanceTo('2026-08-02T00:00:00Z')
    await eventually(
      () => totals(byPayPal.token),
      (found) => found.length === 2,
    )
    expect(await totals(byPayPal.token)).toEqual(['90.00', '90.00'])
    expect(await periodEnd(byPayPal)).toBe('2027-01-31')
    expect((await reconcile(server, admin)).drift).toEqual([])
  })

  it('upgrades to a longer interval now, and says which ones are sold', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'team', interval: WEEK })
    const preview = await previewPlanChange(server, ann, { plan: 'team', interval: QUARTER })
    expect(preview).toMatchObject({ beginsPeriod: true, dueNow: { decimal: '45.00' } })
    const answer = await change(server, ann, 'changePlan', { plan: 'team', interval: QUARTER })
    expect(answer.subscription.items).toMatchObject([{ price: { interval: QUARTER } }])
    // The event of the new invoice can come after the response.
    const charged = await eventually(
      () => totals(ann.token),
      (found) => found.length === 2,
    )
    expect(charged).toEqual(['45.00', '5.00'])
    const back = await change(server, ann, 'changePlan', { plan: 'team', interval: WEEK })
    expect(back.subscription.scheduledChange).toMatchObject({ plan: { code: 'team' } })
    expect(await change(server, ann, 'changePlan', { plan: 'term', interval: WEEK })).toMatchObject({
      code: 'INVALID_PRICE',
      message: 'Term has no price in USD that is billed weekly. It is sold quarterly in USD, every 4 months in USD.',
      remedies: [{ label: 'Pay Term quarterly', mutation: 'changePlan' }],
    })
  })

  it('sells add-ons only at intervals that can be billed with the plan', async () => {
    const ben = await subscribe(server, 'ben@example.com', { plan: 'team', interval: QUARTER })
    const added = await change(server, ben, 'addAddon', { package: 'extra' })
    expect(added.items).toMatchObject([
      { price: { interval: QUARTER } },
      { package: { code: 'extra' }, price: { interval: QUARTER } },
    ])
    expect(await change(server, ben, 'changePlan', { plan: 'team', interval: WEEK })).toMatchObject({
      code: 'INVALID_PRICE',
      message: 'Extra seats cannot be combined with a plan that is billed weekly. Remove it first.',
      remedies: [{ label: 'Remove Extra seats', mutation: 'removeAddon' }],
    })
    const cid = await subscribe(server, 'cid@example.com', { plan: 'team', interval: WEEK })
    expect(await change(server, cid, 'addAddon', { package: 'extra' })).toMatchObject({
      code: 'INVALID_PRICE',
      message: 'Extra seats has no price in USD that is billed weekly. It is sold monthly in USD, quarterly in USD.',
      remedies: [{ label: 'Pay Team monthly', mutation: 'changePlan' }],
    })
    const dan = await subscribe(server, 'dan@example.com', { plan: 'team', interval: HALF_YEAR })
    await change(server, dan, 'addAddon', { package: 'extra' })
    const { items } = await stripeObject<{
      items: { data: { price: { recurring: { interval: string; interval_count: number } } }[] }
    }>(server, `subscriptions/${dan.externalId}`)
    expect(items.data.map(({ price }) => price.recurring)).toMatchObject([
      { interval: 'month', interval_count: 6 },
      { interval: 'month', interval_count: 1 },
    ])
  })

  it('takes and shows an interval in REST as one word, and finds packages by their suffix', async () => {
    const token = await server.token('rest@example.com')
    const start = (interval: string) =>
      server.rest('POST', '/api/v1/billing/start-subscription', {
        token,
        body: {
          account_id: 'person:rest@example.com',
          plan: 'team',
          interval,
          provider: 'stripe',
          idempotency_key: `rest-${interval}`,
        },
      })
    expect(await start('fortnight')).toMatchObject({ status: 400, body: { error: 'Bad request' } })
    expect(await start('quarter')).toMatchObject({ status: 200, body: { interval: 'quarter' } })
    const { data } = await server.graphql<{ packages: { code: string }[] }>(`{ packages(type: SUBSCRIPTION) { code } }`)
    expect(data.packages.map(({ code }) => code)).toContain('team_6_months')
  })
})
