import { randomUUID } from 'node:crypto'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { expectClosed, postBilling } from '#test/support/rest-billing.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('Automatic top-ups over REST', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const price = { amount: '5.00', currency: 'USD' }
  const terms = { package: 'credits_10k', threshold: 8000, max_per_month: 3 }

  it('are previewed, set, charged, listed and removed', async () => {
    const spender = await Spender.subscribed(server, service.key)
    const { token, accountId } = spender
    const account = { account_id: accountId }
    expect(await postBilling(server, 'preview-auto-top-up', { ...account, ...terms }, token)).toEqual({
      status: 200,
      body: {
        allowed: true,
        feature: 'ai_credits',
        price,
        max_price_per_month: { amount: '15.00', currency: 'USD' },
        units: 10_000,
        balance: 50_000,
        charges_now: false,
        provider: 'stripe',
        payment_method: 'Visa ending in 4242',
        denial: null,
      },
    })
    const set = (more: object) =>
      postBilling(server, 'set-auto-top-up', { ...account, ...terms, price, idempotency_key: 'set-1', ...more }, token)
    const active = {
      feature: 'ai_credits',
      package: 'credits_10k',
      quantity: 1,
      threshold: 8000,
      price,
      max_per_month: 3,
      this_month_count: 0,
      status: 'active',
      stop_reason: null,
      stopped_at: null,
    }
    const shown = { status: 200, body: { ...account, auto_top_ups: [active], top_ups: [], next_after: null } }
    expect(await set({})).toEqual(shown)
    expect(await set({})).toEqual(shown)
    expect(await set({ threshold: 7000 })).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_MISMATCH' } })
    const cheaper = { price: { amount: '4.00', currency: 'USD' }, idempotency_key: 'set-2' }
    expect(await set(cheaper)).toMatchObject({ status: 422, body: { code: 'INVALID_PRICE', field: 'price' } })
    expect(await set({ max_per_month: 0, idempotency_key: 'set-3' })).toMatchObject({
      body: { code: 'INVALID_AMOUNT', field: 'max_per_month' },
    })
    expect(await spender.use(45_000)).toBe(200)
    await spender.topUpsWhen(({ topUps }) => topUps.some(({ status }) => status === 'PAID'))
    expect(await postBilling(server, 'auto-top-ups', account, token)).toEqual({
      status: 200,
      body: {
        ...account,
        auto_top_ups: [{ ...active, this_month_count: 1 }],
        next_after: null,
        top_ups: [
          {
            id: expect.any(String) as string,
            feature: 'ai_credits',
            status: 'paid',
            failure_reason: null,
            price,
            created_at: expect.any(String) as string,
            completed_at: expect.any(String) as string,
          },
        ],
      },
    })
    const remove = { ...account, feature: 'ai_credits', idempotency_key: 'remove-1' }
    expect(await postBilling(server, 'remove-auto-top-up', remove, token)).toMatchObject({
      status: 200,
      body: { auto_top_ups: [], top_ups: [{ status: 'paid' }] },
    })
    const again = { ...remove, idempotency_key: 'remove-2' }
    expect(await postBilling(server, 'remove-auto-top-up', again, token)).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'feature' },
    })
  })

  it('are denied without a subscription, and closed to others', async () => {
    const token = await server.token('free@example.com')
    const account = { account_id: await accountIdOf(server, token) }
    expect(await postBilling(server, 'preview-auto-top-up', terms, token)).toMatchObject({
      status: 200,
      body: { allowed: false, price, payment_method: null, denial: { code: 'NO_ACTIVE_SUBSCRIPTION' } },
    })
    const set = { ...account, ...terms, price, idempotency_key: randomUUID() }
    expect(await postBilling(server, 'set-auto-top-up', set, token)).toMatchObject({
      status: 400,
      body: { code: 'NO_ACTIVE_SUBSCRIPTION', remedies: [{ kind: 'upgrade_plan' }] },
    })
    await expectClosed(server, 'auto-top-ups', account)
    await expectClosed(server, 'preview-auto-top-up', { ...account, ...terms })
    await expectClosed(server, 'set-auto-top-up', set)
    await expectClosed(server, 'remove-auto-top-up', { ...account, feature: 'ai_credits', idempotency_key: 'k' })
  })
})
