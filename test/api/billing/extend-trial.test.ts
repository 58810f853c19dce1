import { randomUUID } from 'node:crypto'
import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'
import { expectInvariants } from '#test/support/invariants.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import {
  accountOf,
  change,
  eventsOf,
  stripeObject,
  subscribe,
  waitForInvoices,
  type Subscriber,
} from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Extended {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
  readonly trialEndsAt?: string
  readonly issues?: readonly { readonly path: readonly string[] }[]
  readonly remedies?: readonly { readonly mutation: string | null }[]
}

const EXTEND = `mutation ($accountId: ID!, $key: String!, $plan: String, $reason: String!, $until: DateTime!) {
  extendTrial(accountId: $accountId, key: $key, plan: $plan, reason: $reason, trialEndsAt: $until) {
    subscription { __typename trialEndsAt }
    denial { __typename code message remedies { mutation } issues { path } }
  }
}`
// AgileForge: Professional has 14 days of trial and costs 10.00 a month; Business costs 18.00 and has no trial.
describe('extendTrial', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(() => server.close())

  const extend = async ({ accountId }: Pick<Subscriber, 'accountId'>, input: Record<string, unknown> = {}) =>
    (
      await server.graphql<{ extendTrial: Extended }>(
        EXTEND,
        { accountId, reason: 'Waits for a review', key: randomUUID(), ...input },
        admin,
      )
    ).data.extendTrial
  const inTrial = async (name: string) => {
    const who = await subscribe(server, `${name}@example.com`, { plan: 'professional' })
    const [row] = await server.query<{ trial_end: Date }>(
      `select trial_end from billing_subscription where account_id = $1`,
      [who.accountId],
    )
    const later = (days: number) => new Date(row!.trial_end.getTime() + days * 86_400_000).toISOString()
    return { ...who, later, trialEnd: row!.trial_end.toISOString() }
  }
  const paid = async (who: Subscriber) => (await waitForInvoices(server, who)).filter((total) => total > 0)

  it('moves the first charge to the new end, once for each key', async () => {
    const ann = await inTrial('ann')
    const until = ann.later(10)
    const key = randomUUID()
    expect(await extend(ann, { until, key: key })).toEqual({
      __typename: 'BillingSubscription',
      trialEndsAt: until,
    })
    expect(await extend(ann, { until, key: key })).toMatchObject({ trialEndsAt: until })
    expect(await extend(ann, { until: ann.later(11), key: key })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
    const { trial_end: atStripe } = await stripeObject<{ trial_end: number }>(server, `subscriptions/${ann.externalId}`)
    expect(new Date(atStripe * 1000).toISOString()).toBe(until)
    expect(await eventsOf(server, ann, 'subscription.trial_extended', 'subscription.renewed')).toEqual([
      'subscription.trial_extended',
    ])
    const audit = await server.graphql<{ auditLog: { nodes: { details: object }[] } }>(
      `{ auditLog(first: 3, filter: { action: "mutation.extendTrial" }) { nodes { details } } }`,
      {},
      admin,
    )
    expect(audit.data.auditLog.nodes).toContainEqual({
      details: expect.objectContaining({
        before: expect.objectContaining({ trialEnd: ann.trialEnd }),
        after: expect.objectContaining({ trialEnd: until }),
      }),
    })
    await server.advanceTo(ann.later(1))
    expect((await accountOf(server, ann)).subscription).toMatchObject({ status: 'TRIALING', currentPeriodEnd: until })
    expect(await paid(ann)).toEqual([])
    await server.advanceTo(ann.later(10.1))
    expect((await accountOf(server, ann)).subscription).toMatchObject({ status: 'ACTIVE' })
    expect(await paid(ann)).toEqual([1000])
    await expectInvariants(server)
  })

  it('waits with a change that is scheduled for the end of the trial', async () => {
    const bob = await inTrial('bob')
    await change(server, bob, 'changePlan', { plan: 'business', at: 'PERIOD_END' })
    const until = bob.later(5)
    expect(await extend(bob, { until })).toMatchObject({ trialEndsAt: until })
    await eventually(
      () => accountOf(server, bob),
      ({ subscription }) => subscription?.scheduledChange?.effectiveAt === until,
    )
    await eventually(
      () =>
        server.query(
          `select 1 from subscription_change where account_id = $1 and status = 'SCHEDULED' and pushed_to_provider`,
          [bob.accountId],
        ),
      (rows) => rows.length === 1,
    )
    await server.advanceTo(bob.later(1))
    expect((await accountOf(server, bob)).subscription).toMatchObject({
      status: 'TRIALING',
      plan: { code: 'professional' },
    })
    await server.advanceTo(bob.later(5.1))
    expect((await accountOf(server, bob)).subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'business' } })
    expect(await paid(bob)).toEqual([1800])
  })

  it('extends once when the response of Stripe is lost, and not at all when the request is', async () => {
    const carl = await inTrial('carl')
    const path = `/v1/subscriptions/${carl.externalId}`
    const fault = (action: string) =>
      server.sandboxControl('POST', 'faults', { match: { method: 'POST', path }, action, times: 5 })
    const first = { until: carl.later(3), key: 'carl-1' }
    await fault('500')
    expect(await extend(carl, first)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect((await accountOf(server, carl)).subscription).toMatchObject({ currentPeriodEnd: carl.trialEnd })
    expect(await extend(carl, { until: carl.later(4) })).toMatchObject({ code: 'SUBSCRIPTION_CONFLICT' })
    await server.sandboxControl('DELETE', 'faults')
    expect(await extend(carl, first)).toMatchObject({ trialEndsAt: carl.later(3) })
    await fault('drop_after')
    expect(await extend(carl, { until: carl.later(6) })).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    await server.sandboxControl('DELETE', 'faults')
    await sweepChanges(server.app.context, 0)
    expect((await accountOf(server, carl)).subscription).toMatchObject({ currentPeriodEnd: carl.later(6) })
    expect(await eventsOf(server, carl, 'subscription.trial_extended')).toHaveLength(2)
    expect(await paid(carl)).toEqual([])
    expect((await reconcile(server, admin)).drift).toEqual([])
  })

  it('denies an end that is not later, too late, without a trial or without a reason', async () => {
    const dora = await inTrial('dora')
    const invalid = { code: 'INVALID_PARAMETERS', issues: [{ path: ['trialEndsAt'] }] }
    expect(await extend(dora, { until: dora.trialEnd })).toMatchObject(invalid)
    expect(await extend(dora, { until: dora.later(-1) })).toMatchObject(invalid)
    expect(await extend(dora, { until: dora.later(366) })).toMatchObject(invalid)
    expect(await extend(dora, { until: dora.later(1), reason: ' ' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await extend(dora, { until: dora.later(1), plan: 'unknown' })).toMatchObject({ code: 'INVALID_PLAN' })
    await change(server, dora, 'cancelSubscription')
    expect(await extend(dora, { until: dora.later(1) })).toMatchObject({
      code: 'INVALID_TRANSITION',
      remedies: [{ mutation: 'resumeSubscription' }],
    })
    const eve = await subscribe(server, 'eve@example.com', { plan: 'business' })
    expect(await extend(eve, { until: dora.later(1) })).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('not in a trial'),
    })
    const other = await server.token('without@example.com')
    const ownAccountId = await accountIdOf(server, other)
    expect(await extend({ accountId: ownAccountId }, { until: dora.later(1) })).toMatchObject({
      code: 'NO_ACTIVE_SUBSCRIPTION',
    })
  })
})
