import { ChangePlan } from '@stackgate/client/documents'
import { ofType } from '#test/support/of-type.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  accountOf,
  change,
  eventsOf,
  waitForInvoices,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'
import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'

/** Card whose bank requires authentication each time. */
const ASKS_EACH_TIME = '4000002760003184'

describe('Change that requires payment first', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  /** Completes the bank's challenge on the hosted pages, as the buyer does: the invoice, then the challenge. */
  const confirm = async (actionUrl: string, outcome: 'complete' | 'fail') => {
    const form = { number: ASKS_EACH_TIME, expiry: '12 / 34', cvc: '123', name: 'Ann Example' }
    const page = await fetch(actionUrl, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
    const challenge = new URL(page.headers.get('location')!, actionUrl)
    await fetch(challenge, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' })
  }
  const waiting = async (email: string): Promise<{ person: Subscriber; actionUrl: string; key: string }> => {
    const person = await subscribe(server, email, { plan: 'plus', card: ASKS_EACH_TIME })
    const key = `upgrade-${email}`
    const changed = await change(server, person, 'changePlan', { plan: 'individual', idempotencyKey: key })
    expect(changed).toMatchObject({
      __typename: 'PlanChangePayload',
      actionUrl: expect.stringMatching(/^http/),
      subscription: { plan: { code: 'plus' } },
    })
    return { person, actionUrl: changed.actionUrl!, key }
  }

  it('changes nothing until the bank confirms the payment, then changes the plan and publishes it', async () => {
    const { person, actionUrl, key } = await waiting('ann@example.com')
    expect((await accountOf(server, person)).plan.plan.code).toBe('plus')
    expect(
      await eventsOf(server, person, 'subscription.change_requires_confirmation', 'subscription.items_changed'),
    ).toEqual(['subscription.change_requires_confirmation'])
    // Other changes are denied until then. The denial contains the URL of the page.
    expect(await change(server, person, 'changePlan', { plan: 'plus', quantity: 4 })).toMatchObject({
      code: 'SUBSCRIPTION_CONFLICT',
      remedies: [{ kind: 'CONTINUE_CHECKOUT', url: actionUrl }],
    })
    // The same key returns the same page.
    expect(await change(server, person, 'changePlan', { plan: 'individual', idempotencyKey: key })).toMatchObject({
      actionUrl,
    })
    await confirm(actionUrl, 'complete')
    const account = await eventually(
      () => accountOf(server, person),
      ({ plan, subscription }) => plan.plan.code === 'individual' && subscription?.plan.code === 'individual',
    )
    expect(account.subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'individual' } })
    expect(await change(server, person, 'changePlan', { plan: 'individual', idempotencyKey: key })).toMatchObject({
      __typename: 'PlanChangePayload',
      actionUrl: null,
    })
  })

  it('is canceled after a day without confirmation and can be requested again', async () => {
    const { person } = await waiting('bob@example.com')
    await server.advanceTo('2026-01-17T00:00:00Z')
    await eventually(
      () => eventsOf(server, person, 'subscription.change_failed'),
      (events) => events.length === 1,
    )
    expect((await accountOf(server, person)).plan.plan.code).toBe('plus')
    expect(await change(server, person, 'changePlan', { plan: 'individual' })).toMatchObject({
      __typename: 'PlanChangePayload',
      actionUrl: expect.stringMatching(/^http/),
    })
  })

  it('keeps the plan and bills nothing on a declined payment; the same key works with a valid card', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: carl.customerId })
    const request = { plan: 'individual', idempotencyKey: 'carl-upgrades' }
    expect(await change(server, carl, 'changePlan', request)).toMatchObject({
      __typename: 'Denial',
      code: 'PAYMENT_FAILED',
      remedies: [{ mutation: 'openBillingPortal' }],
    })
    expect(await accountOf(server, carl)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE' },
    })
    const { data } = await stripeObject<{ data: { status: string }[] }>(server, `invoices?customer=${carl.customerId}`)
    expect(data.map(({ status }) => status)).toEqual(['void', 'paid'])
    expect(await change(server, carl, 'changePlan', request)).toMatchObject({
      __typename: 'PlanChangePayload',
      subscription: { plan: { code: 'individual' } },
    })
  })

  it('recovers a lost provider response by the sweeper: one change, one invoice', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: `/v1/subscriptions/${dora.externalId}` },
      action: 'drop_after',
      times: 1,
    })
    // The connection was closed after the change: the SDK repeats the call under the same key and gets the first
    // response.
    expect(await change(server, dora, 'changePlan', { plan: 'individual' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    expect(await waitForInvoices(server, dora)).toHaveLength(2)

    const eve = await subscribe(server, 'eve@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: `/v1/subscriptions/${eve.externalId}` },
      action: 'drop_after',
      times: 6,
    })
    expect(await change(server, eve, 'changePlan', { plan: 'individual', idempotencyKey: 'lost' })).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    })
    await server.sandboxControl('DELETE', 'faults')
    expect(await sweepChanges(server.app.context, 0)).toBeGreaterThanOrEqual(0)
    await eventually(
      () => accountOf(server, eve),
      ({ plan }) => plan.plan.code === 'individual',
    )
    expect(await change(server, eve, 'changePlan', { plan: 'individual', idempotencyKey: 'lost' })).toMatchObject({
      __typename: 'PlanChangePayload',
      actionUrl: null,
    })
    expect(await waitForInvoices(server, eve)).toHaveLength(2)
  })

  it('no mutation accepts a status, an amount or a price', async () => {
    const mallory = await server.token('mallory@example.com')
    for (const field of ['status: ACTIVE', 'amount: 1', 'priceId: "price_1"', 'customerId: "cus_1"']) {
      const { errors } = await server.graphql(
        `mutation { changePlan(input: { plan: "plus", ${field} }, key: "k") { denial { code } } }`,
        {},
        mallory,
      )
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
    }
  })

  it('denies more than thirty changes per minute', async () => {
    const frank = await subscribe(server, 'frank@example.com', { plan: 'plus' })
    const answers = await Promise.all(
      Array.from({ length: 35 }, () =>
        server.graphql(ChangePlan, { input: { plan: 'gold' }, key: `many-${Math.random()}` }, frank.token),
      ),
    )
    const limited = answers.filter(({ data }) => ofType(data.changePlan, 'Denial').code === 'RATE_LIMITED')
    expect(limited).toHaveLength(5)
    expect(ofType(limited[0]!.data.changePlan, 'Denial').retryAfterSeconds).toBeGreaterThan(0)
  })
})
