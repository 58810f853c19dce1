import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import {
  accountOf,
  change,
  requestedChanges,
  eventsOf,
  waitForInvoices,
  limitOf,
  previewPlanChange,
  subscribe,
  type PreviewView,
  type Subscriber,
} from '../support/subscribers.js'

// The sums, written before the code. Everybody subscribes by the month on 15 January 2026, 10:00; the first period has 31 days and ends
// on 15 February, 10:00. Its exact middle is 30 January, 22:00. Monthly prices per server: basic 10, plus 20, individual 40 dollars.
const MIDDLE = '2026-01-30T22:00:00Z'
const END = '2026-02-15T10:00:00.000Z'

describe('Changes of plan, interval or quantity', () => {
  let server: TestServer
  const who: Record<string, Subscriber> = {}
  beforeAll(async () => {
    server = await startTestServer()
    for (const [name, plan, quantity] of [
      ['ann', 'plus', 1],
      ['bob', 'individual', 1],
      ['carl', 'basic', 1],
      ['dora', 'basic', 3],
      ['eve', 'plus', 1],
      ['fay', 'plus', 1],
      ['gus', 'plus', 1],
      ['hal', 'plus', 1],
    ] as const)
      who[name] = await subscribe(server, `${name}@example.com`, { plan, quantity })
    await server.advanceTo(MIDDLE)
  })
  afterAll(() => server.close())

  const preview = (person: Subscriber, input: Record<string, unknown>) => previewPlanChange(server, person, input)
  const limit = (list: PreviewView['entitlementsAfter'], code: string) =>
    list.find(({ feature }) => feature.code === code)?.limit
  const invoiced = (person: Subscriber) => waitForInvoices(server, person)
  const calls = () => requestedChanges(server)

  it('charges an upgrade mid-month immediately: half of 40 minus half of 20 is 10 dollars', async () => {
    const { ann } = who as { ann: Subscriber }
    const seen = await preview(ann, { plan: 'individual' })
    expect(seen).toMatchObject({
      dueNow: { decimal: '10.00' },
      nextAmount: { decimal: '40.00' },
      nextDate: END,
      effectiveAt: '2026-01-30T22:00:00.000Z',
    })
    expect(seen.lines.map(({ money, kind }) => `${money.decimal} ${kind}`).toSorted()).toEqual([
      '-10.00 PRORATION',
      '20.00 PRORATION',
    ])
    expect([limit(seen.entitlementsBefore, 'deployments'), limit(seen.entitlementsAfter, 'deployments')]).toEqual([
      10, 50,
    ])
    expect((await accountOf(server, ann)).plan.plan.code).toBe('plus') // only looked at

    const changed = await change(server, ann, 'changePlan', { plan: 'individual' })
    expect(changed).toMatchObject({
      __typename: 'PlanChangePayload',
      actionUrl: null,
      effectiveAt: '2026-01-30T22:00:00.000Z',
      subscription: { status: 'ACTIVE', plan: { code: 'individual' }, currentPeriodEnd: END },
    })
    const account = await accountOf(server, ann)
    expect([account.plan.plan.code, limitOf(account, 'deployments')]).toEqual(['individual', 50])
    expect(await invoiced(ann)).toEqual([1000, 2000])
    expect(await eventsOf(server, ann, 'subscription.items_changed')).toHaveLength(1)
    await eventually(
      () => server.logLines.join(''),
      (log) => log.includes(`Subscription ${changed.subscription.id} updated to individual`),
    )
  })

  it("schedules a downgrade for the paid period's end, shows it, and then charges 10 dollars", async () => {
    const { bob } = who as { bob: Subscriber }
    expect(await preview(bob, { plan: 'basic' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      nextAmount: { decimal: '10.00' },
      nextDate: END,
      effectiveAt: END,
    })
    const changed = await change(server, bob, 'changePlan', { plan: 'basic' })
    expect(changed).toMatchObject({
      effectiveAt: END,
      subscription: {
        plan: { code: 'individual' },
        scheduledChange: { plan: { code: 'basic' }, quantity: 1, effectiveAt: END },
      },
    })
    expect(limitOf(await accountOf(server, bob), 'deployments')).toBe(50)
    expect(
      await server.query(
        `select summary from stream_event where stream_id = $1 and type in ('subscription.change_scheduled', 'subscription.items_changed')`,
        [bob.accountId],
      ),
    ).toEqual([{ summary: 'Individual changes to Basic for $10.00 a month on February 15, 2026.' }])
    expect(await invoiced(bob)).toEqual([4000])
  })

  it('adds two servers for half of 20 dollars, effective immediately', async () => {
    const { carl } = who as { carl: Subscriber }
    expect(await preview(carl, { plan: 'basic', quantity: 3 })).toMatchObject({
      dueNow: { decimal: '10.00' },
      nextAmount: { decimal: '30.00' },
    })
    await change(server, carl, 'changePlan', { plan: 'basic', quantity: 3 })
    const account = await accountOf(server, carl)
    expect([account.subscription!.quantity, limitOf(account, 'managed_servers')]).toEqual([3, 3])
    expect(await invoiced(carl)).toEqual([1000, 1000])
  })

  it('removes two servers at the end of the paid period', async () => {
    const { dora } = who as { dora: Subscriber }
    const changed = await change(server, dora, 'changePlan', { plan: 'basic', quantity: 1 })
    expect(changed).toMatchObject({ effectiveAt: END, subscription: { quantity: 3, scheduledChange: { quantity: 1 } } })
    expect(limitOf(await accountOf(server, dora), 'managed_servers')).toBe(3)
  })

  it('changes to yearly for 200 dollars minus half of 20, and starts a new year', async () => {
    const { eve } = who as { eve: Subscriber }
    expect(await preview(eve, { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })).toMatchObject({
      dueNow: { decimal: '190.00' },
      nextAmount: { decimal: '200.00' },
      nextDate: '2027-01-30T22:00:00.000Z',
    })
    expect(
      await change(server, eve, 'changePlan', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } }),
    ).toMatchObject({
      subscription: { plan: { code: 'plus' }, currentPeriodEnd: '2027-01-30T22:00:00.000Z' },
    })
    expect(await invoiced(eve)).toEqual([19000, 2000])
  })

  it('cancels a scheduled change by requesting the current plan or resuming, and invoices nothing for it', async () => {
    const { fay } = who as { fay: Subscriber }
    await change(server, fay, 'changePlan', { plan: 'basic' })
    expect(await preview(fay, { plan: 'plus' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      nextAmount: { decimal: '20.00' },
    })
    expect(await change(server, fay, 'changePlan', { plan: 'plus' })).toMatchObject({
      __typename: 'PlanChangePayload',
      subscription: { plan: { code: 'plus' }, scheduledChange: null, items: [{ product: { code: 'plus' } }] },
    })
    await change(server, fay, 'changePlan', { plan: 'basic' })
    expect(await change(server, fay, 'resumeSubscription')).toMatchObject({
      plan: { code: 'plus' },
      scheduledChange: null,
      items: [{ product: { code: 'plus' } }],
    })
    expect(await eventsOf(server, fay, 'subscription.change_scheduled', 'subscription.change_canceled')).toEqual([
      'subscription.change_scheduled',
      'subscription.change_canceled',
      'subscription.change_scheduled',
      'subscription.change_canceled',
    ])
    expect(await invoiced(fay)).toEqual([2000])
  })

  it('computes an upgrade after a scheduled downgrade from the paid terms, not the scheduled ones', async () => {
    const { gus } = who as { gus: Subscriber }
    await change(server, gus, 'changePlan', { plan: 'basic' })
    expect(await preview(gus, { plan: 'individual' })).toMatchObject({ dueNow: { decimal: '10.00' } })
    expect(await change(server, gus, 'changePlan', { plan: 'individual' })).toMatchObject({
      subscription: { plan: { code: 'individual' }, scheduledChange: null },
    })
    expect(await invoiced(gus)).toEqual([1000, 2000])
  })

  it('executes one of two concurrent changes, and denies the second with a wait', async () => {
    const { hal } = who as { hal: Subscriber }
    const fault = { match: { method: 'POST', path: '/v1/subscriptions/' }, action: 'delay', delay: 60_000, times: 1 }
    await server.sandboxControl('POST', 'faults', fault)
    const executed = change(server, hal, 'changePlan', { plan: 'individual' })
    // A fault that has affected all of its calls is no longer in the list: the first change waits for the provider.
    await eventually(
      () => server.sandboxControl<{ faults: object[] }>('GET', 'faults'),
      ({ faults }) => faults.length === 0,
    )
    expect(await change(server, hal, 'changePlan', { plan: 'plus', quantity: 2 })).toMatchObject({
      __typename: 'Denial',
      code: 'SUBSCRIPTION_CONFLICT',
      remedies: [{ kind: 'WAIT' }],
    })
    await server.sandboxControl('DELETE', 'faults')
    expect(await executed).toMatchObject({ __typename: 'PlanChangePayload' })
    expect(await invoiced(hal)).toHaveLength(2)
  })

  it('denies impossible changes without calling the provider', async () => {
    const { ann } = who as { ann: Subscriber }
    const before = await calls()
    for (const [input, code] of [
      [{ plan: 'gold' }, 'INVALID_PLAN'],
      [{ plan: 'free' }, 'INVALID_PLAN'],
      [{ plan: 'individual' }, 'SUBSCRIPTION_CONFLICT'],
      [{ plan: 'basic', quantity: 0 }, 'INVALID_AMOUNT'],
      [{ plan: 'basic', interval: { unit: 'WEEK' } }, 'INVALID_PRICE'],
    ] as const) {
      expect(await change(server, ann, 'changePlan', input)).toMatchObject({ __typename: 'Denial', code })
      expect(await preview(ann, input)).toMatchObject({ __typename: 'Denial', code })
    }
    const anonymous = { ...ann, token: await server.token('nobody@example.com') }
    expect(await change(server, anonymous, 'changePlan', { plan: 'basic' })).toMatchObject({
      code: 'NO_ACTIVE_SUBSCRIPTION',
    })
    expect(await calls()).toBe(before)
  })

  it('starts the new period on 15 February with the scheduled terms and their price', async () => {
    const { ann, bob, carl, dora } = who as Record<'ann' | 'bob' | 'carl' | 'dora', Subscriber>
    await server.advanceTo('2026-02-15T12:00:00Z')
    const after = await accountOf(server, bob)
    expect([after.plan.plan.code, limitOf(after, 'deployments'), after.subscription!.scheduledChange]).toEqual([
      'basic',
      3,
      null,
    ])
    expect(await eventsOf(server, bob, 'subscription.items_changed')).toHaveLength(1)
    expect(await invoiced(bob)).toEqual([1000, 4000])
    expect(limitOf(await accountOf(server, dora), 'managed_servers')).toBe(1)
    expect(await invoiced(dora)).toEqual([1000, 3000])
    expect(await invoiced(ann)).toEqual([4000, 1000, 2000])
    expect(await invoiced(carl)).toEqual([3000, 1000, 1000])
  })
})
