import { randomUUID } from 'node:crypto'
import { accountIdOf } from '#test/support/accounts.js'
import { expectClosed, expectOperators, postBilling } from '#test/support/rest-billing.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const SET_TERMS = '/api/v1/entitlements/set-terms'
const END_TERMS = '/api/v1/entitlements/end-terms'

// AgileForge: Professional has 14 days of trial and costs 10.00 a month; Business costs 18.00 and has no trial.
describe('Plans of operators over REST', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const person = async (name: string) => {
    const owner = await server.token(`${name}@example.com`)
    return { owner, operator, account: { account_id: await accountIdOf(server, owner) } }
  }
  const asOperator = (verb: string, body: object) => postBilling(server, verb, body, operator)

  it('offers, lists and withdraws a negotiated plan', async () => {
    const { owner, account } = await person('negotiated')
    const terms = {
      ...account,
      plan: 'business',
      price: { amount: '9.00', currency: 'USD' },
      interval: 'month',
      periods: 3,
    }
    const offer = { ...terms, reason: 'Agreed by phone', idempotency_key: 'offer-1' }
    const offered = await asOperator('offer-negotiated-plan', offer)
    const plan = {
      id: expect.any(String) as string,
      status: 'offered',
      plan: 'business',
      price: { amount: '9.00', currency: 'USD', interval: 'month' },
      quantity: 1,
      ordinary_price: { amount: '18.00', currency: 'USD', interval: 'month' },
      periods: 3,
      ends_at: null,
      expires_at: expect.any(String) as string,
      reason: 'Agreed by phone',
      created_at: expect.any(String) as string,
      started_at: null,
      ended_at: null,
    }
    expect(offered).toEqual({ status: 200, body: plan })
    expect(await asOperator('offer-negotiated-plan', offer)).toEqual(offered)
    expect(
      await asOperator('offer-negotiated-plan', { ...offer, price: { amount: '8.00', currency: 'USD' } }),
    ).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    expect(await postBilling(server, 'negotiated-plans', {}, owner)).toEqual({
      status: 200,
      body: { ...account, negotiated_plans: [offered.body], next_after: null },
    })
    const invalid = {
      ...offer,
      price: { amount: '0.00', currency: 'USD' },
      ends_at: '2030-01-01',
      idempotency_key: 'offer-2',
    }
    expect(await asOperator('offer-negotiated-plan', invalid)).toMatchObject({
      status: 422,
      body: {
        code: 'INVALID_PARAMETERS',
        issues: [
          { path: ['price'], code: 'INVALID_AMOUNT' },
          { path: ['periods'], code: 'INVALID_PARAMETERS' },
        ],
      },
    })
    expect(
      await asOperator('offer-negotiated-plan', { ...offer, price: { amount: '1.555', currency: 'USD' } }),
    ).toMatchObject({ status: 400 })
    const { id } = offered.body as { id: string }
    const withdrawal = { ...account, negotiated_plan_id: id, reason: 'Too late', idempotency_key: 'withdraw-1' }
    const withdrawn = { status: 200, body: { ...plan, status: 'withdrawn' } }
    expect(await asOperator('withdraw-negotiated-plan', withdrawal)).toEqual(withdrawn)
    expect(await asOperator('withdraw-negotiated-plan', withdrawal)).toEqual(withdrawn)
    expect(await asOperator('withdraw-negotiated-plan', { ...withdrawal, idempotency_key: 'again' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'negotiated_plan_id' },
    })
    await expectClosed(server, 'negotiated-plans', account)
    await expectOperators(server, 'offer-negotiated-plan', offer, { owner, operator })
    await expectOperators(server, 'withdraw-negotiated-plan', withdrawal, { owner, operator })
  })

  it('gives, lists and ends a complimentary plan', async () => {
    const { owner, account } = await person('comped')
    const terms = { ...account, plan: 'business', ends_at: '2031-01-01', reason: 'Partner', idempotency_key: 'comp-1' }
    const shown = {
      status: 200,
      body: {
        ...account,
        comped_plans: [
          {
            id: expect.any(String) as string,
            plan: 'business',
            quantity: 1,
            starts_at: expect.any(String) as string,
            ends_at: '2031-01-01T00:00:00.000Z',
            reason: 'Partner',
            next_plan: 'starter',
          },
        ],
      },
    }
    const changed = { ...shown, body: { ...shown.body, revision: expect.any(Number) as number } }
    expect(await asOperator(SET_TERMS, terms)).toEqual(changed)
    expect(await asOperator(SET_TERMS, terms)).toEqual(changed)
    expect(await postBilling(server, 'comped-plans', {}, owner)).toEqual(shown)
    expect(await asOperator(SET_TERMS, { ...terms, ends_at: '2001-01-01', idempotency_key: 'comp-2' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'ends_at' },
    })
    const end = { ...account, plan: 'business', reason: 'The contract ended', idempotency_key: 'end-1' }
    expect(await asOperator(END_TERMS, end)).toMatchObject({
      status: 200,
      body: { ...account, comped_plans: [] },
    })
    expect(await asOperator(END_TERMS, { ...end, idempotency_key: 'end-2' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'plan' },
    })
    await expectClosed(server, 'comped-plans', account)
    await expectOperators(server, SET_TERMS, terms, { owner, operator })
    await expectOperators(server, END_TERMS, end, { owner, operator })
  })

  it('previews and makes a later end of a trial, at the provider', async () => {
    const { accountId, token: owner } = await subscribe(server, 'trial@example.com', { plan: 'professional' })
    const account = { account_id: accountId }
    const [row] = await server.query<{ trial_end: Date }>(
      `select trial_end from billing_subscription where account_id = $1`,
      [accountId],
    )
    const trialEnd = row!.trial_end
    const until = new Date(trialEnd.getTime() + 10 * 86_400_000).toISOString()
    expect(await asOperator('preview-trial-extension', { ...account, trial_ends_at: until })).toEqual({
      status: 200,
      body: {
        plan: 'professional',
        trial_ends_at: trialEnd.toISOString(),
        new_trial_ends_at: until,
        first_charge: { amount: '10.00', currency: 'USD' },
      },
    })
    const extension = { ...account, trial_ends_at: until, reason: 'Waits for a review', idempotency_key: 'extend-1' }
    const extended = await asOperator('extend-trial', extension)
    expect(extended).toEqual({
      status: 200,
      body: {
        ...account,
        subscription_id: expect.any(String) as string,
        plan: 'professional',
        status: 'trialing',
        trial_ends_at: until,
        current_period_end: until,
      },
    })
    expect(await asOperator('extend-trial', extension)).toEqual(extended)
    const earlier = { ...account, trial_ends_at: trialEnd.toISOString() }
    for (const [verb, more] of [
      ['preview-trial-extension', {}],
      ['extend-trial', { reason: 'Too early', idempotency_key: randomUUID() }],
    ] as const)
      expect(await asOperator(verb, { ...earlier, ...more })).toMatchObject({
        status: 422,
        body: { code: 'INVALID_PARAMETERS', field: 'trial_ends_at' },
      })
    const { account: free } = await person('no-trial')
    expect(await asOperator('preview-trial-extension', { ...free, trial_ends_at: until })).toMatchObject({
      body: { code: 'NO_ACTIVE_SUBSCRIPTION' },
    })
    await expectOperators(server, 'preview-trial-extension', { ...account, trial_ends_at: until }, { owner, operator })
    await expectOperators(server, 'extend-trial', extension, { owner, operator })
  })
})
