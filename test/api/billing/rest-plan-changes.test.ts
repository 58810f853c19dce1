import { randomUUID } from 'node:crypto'
import { accountIdOf } from '#test/support/accounts.js'
import { offerPlan } from '#test/support/negotiated-plans.js'
import { expectClosed, postBilling, type RestAnswer } from '#test/support/rest-billing.js'
import { change, previewPlanChange, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Basic, Plus and Individual cost 10, 20 and 40 dollars a month. A subscription begins on 15 January 2026, 10:00.
describe('Plan changes and cancellations over REST', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const subscriber = async (name: string) => {
    const who = await subscribe(server, `${name}@example.com`, { plan: 'plus' })
    const account = { account_id: who.accountId }
    return {
      who,
      account,
      post: (verb: string, body: object = {}): Promise<RestAnswer> =>
        postBilling(server, verb, { ...account, ...body }, who.token),
    }
  }
  const price = (amount: string) => ({ amount, currency: 'USD', interval: 'month' })
  const time = expect.any(String) as string

  it('previews and makes an upgrade once, as GraphQL does', async () => {
    const { who, account, post } = await subscriber('upgrade')
    const inGraphQL = await previewPlanChange(server, who, { plan: 'individual' })
    const preview = await post('preview-plan-change', { plan: 'individual' })
    expect(preview).toMatchObject({
      status: 200,
      body: {
        due_now: { amount: inGraphQL.dueNow.decimal, currency: 'USD' },
        credit: { amount: '0.00' },
        unused_time: 'credit',
        begins_period: false,
        next_amount: { amount: inGraphQL.nextAmount!.decimal },
        next_date: inGraphQL.nextDate,
      },
    })
    const request = { plan: 'individual', idempotency_key: 'upgrade-1' }
    const changed = await post('change-plan', request)
    const subscription = {
      ...account,
      id: time,
      provider: 'stripe',
      status: 'active',
      plan: 'individual',
      quantity: 1,
      items: [{ id: time, package: null, price: price('40.00'), quantity: 1 }],
      discounts: [],
      started_at: time,
      canceled_at: null,
      current_period_start: time,
      current_period_end: time,
      trial_ends_at: null,
      cancel_at: null,
      grace_ends_at: null,
      suspended_at: null,
      pause: null,
      scheduled_change: null,
      unused_time_credit: null,
    }
    expect(changed).toMatchObject({ status: 200, body: { action_url: null, credit: null, subscription } })
    expect(await post('change-plan', request)).toEqual(changed)
    expect(await post('change-plan', { ...request, plan: 'basic' })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    // Both show the same state.
    expect(await change(server, who, 'changePlan', { plan: 'individual', idempotencyKey: 'upgrade-2' })).toMatchObject({
      code: 'SUBSCRIPTION_CONFLICT',
    })
    expect(await post('subscription')).toEqual({ status: 200, body: { ...account, subscription } })
  })

  it('schedules a downgrade, and cancels the scheduled change', async () => {
    const { post } = await subscriber('downgrade')
    const scheduled = { plan: 'basic', price: price('10.00'), quantity: 1, effective_at: time }
    expect(await post('change-plan', { plan: 'basic', idempotency_key: 'down-1' })).toMatchObject({
      status: 200,
      body: { subscription: { plan: 'plus', scheduled_change: scheduled } },
    })
    const resume = { idempotency_key: 'resume-1' }
    const resumed = { status: 200, body: { plan: 'plus', scheduled_change: null } }
    expect(await post('resume-subscription', resume)).toMatchObject(resumed)
    expect(await post('resume-subscription', resume)).toMatchObject(resumed)
    expect(await post('resume-subscription', { idempotency_key: 'resume-2' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION' },
    })
  })

  it('previews, makes and lifts a cancellation', async () => {
    const { post } = await subscriber('cancel')
    expect(await post('preview-cancellation')).toMatchObject({
      status: 200,
      body: { credit: { amount: '0.00' }, unused_time: 'credit', lines: [], as_refund: false },
    })
    expect(await post('preview-cancellation', { at: 'now' })).toMatchObject({
      status: 200,
      body: { credit: { amount: '20.00' }, lines: [{ money: { amount: '-20.00' } }] },
    })
    expect(await post('cancel-subscription', { reason: 'x'.repeat(501), idempotency_key: 'long' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'reason' },
    })
    const cancellation = { reason: 'Too expensive', idempotency_key: 'cancel-1' }
    const canceled = await post('cancel-subscription', cancellation)
    expect(canceled).toMatchObject({ status: 200, body: { status: 'active', cancel_at: time } })
    expect(await post('cancel-subscription', cancellation)).toEqual(canceled)
    expect(await post('change-plan', { plan: 'individual', idempotency_key: 'later' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', remedies: [{ mutation: 'resumeSubscription' }] },
    })
    expect(await post('resume-subscription', { idempotency_key: 'resume' })).toMatchObject({
      status: 200,
      body: { cancel_at: null },
    })
    expect(await post('cancel-subscription', { at: 'now', idempotency_key: 'cancel-2' })).toMatchObject({
      status: 200,
      body: { status: 'canceled', unused_time_credit: { amount: '20.00' } },
    })
  })

  it('changes to a negotiated plan', async () => {
    const { who, post } = await subscriber('negotiated')
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { id } = await offerPlan(server, operator, {
      accountId: who.accountId,
      plan: 'individual',
      price: { amountMinor: 3000, currency: 'USD' },
    })
    const terms = { plan: 'individual', negotiated_plan_id: id }
    expect(await post('preview-plan-change', terms)).toMatchObject({
      status: 200,
      body: { next_amount: { amount: '30.00' } },
    })
    expect(await post('change-plan', { ...terms, idempotency_key: 'accept-1' })).toMatchObject({
      status: 200,
      body: { subscription: { plan: 'individual', items: [{ price: price('30.00') }] } },
    })
    const unknown = { ...terms, negotiated_plan_id: 'ngp_unknown' }
    expect(await post('preview-plan-change', unknown)).toMatchObject({
      body: { field: 'negotiated_plan_id' },
    })
  })

  it('are denied as in GraphQL, and closed to others', async () => {
    const token = await server.token('free@example.com')
    const account = { account_id: await accountIdOf(server, token) }
    const key = () => ({ idempotency_key: randomUUID() })
    expect(await postBilling(server, 'subscription', {}, token)).toEqual({
      status: 200,
      body: { ...account, subscription: null },
    })
    const calls: [string, object][] = [
      ['preview-plan-change', { ...account, plan: 'basic' }],
      ['change-plan', { ...account, plan: 'basic', ...key() }],
      ['preview-cancellation', account],
      ['cancel-subscription', { ...account, ...key() }],
      ['resume-subscription', { ...account, ...key() }],
    ]
    for (const [verb, body] of calls) {
      const denied = await postBilling(server, verb, body, token)
      expect([verb, denied]).toMatchObject([verb, { status: 400, body: { code: 'NO_ACTIVE_SUBSCRIPTION' } }])
      await expectClosed(server, verb, body)
    }
    await expectClosed(server, 'subscription', account)
    expect(await postBilling(server, 'preview-plan-change', { plan: 'gold' }, token)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_PLAN', field: 'plan' },
    })
  })
})
