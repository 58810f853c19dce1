import { randomUUID } from 'node:crypto'
import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { person } from '#test/support/members.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'

describe('Caps and alerts over REST', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const owner = async () => {
    const email = `${randomUUID()}@example.com`
    return { token: await server.token(email), accountId: await newAccount(server, email) }
  }
  const post = async (verb: string, body: object, token: string) => {
    const answer = await server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
    return { status: answer.status, body: answer.body as object }
  }
  const use = (accountId: string, amount: number) =>
    service.consume({ accountId, feature: FEATURE, amount, idempotencyKey: randomUUID() })

  /** Another user does not find the account, and a key without the permission is denied. */
  const expectClosed = async (accountId: string, list: string, changes: Readonly<Record<string, object>>) => {
    const other = (await owner()).token
    const reader = await server.serviceKey(['entitlements:read'])
    const unrelated = await server.serviceKey(['marketplace:sync'])
    expect(await post(list, { account_id: accountId }, reader)).toMatchObject({ status: 200 })
    expect(await post(list, { account_id: accountId }, other)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    })
    expect(await post(list, { account_id: accountId }, unrelated)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    })
    for (const [verb, terms] of Object.entries(changes)) {
      const body = { account_id: accountId, feature: FEATURE, idempotency_key: randomUUID(), ...terms }
      expect([verb, await post(verb, body, other)]).toMatchObject([verb, { status: 404, body: { code: 'NOT_FOUND' } }])
      expect([verb, await post(verb, body, reader)]).toMatchObject([verb, { status: 403, body: { code: 'FORBIDDEN' } }])
    }
  }

  it('sets, lists and removes a cap in units; the cap of an operator is above it', async () => {
    const { token, accountId } = await owner()
    const account = { account_id: accountId }
    await use(accountId, 30)
    const terms = { ...account, feature: FEATURE, period: 'day', amount: 100, alert_percents: [80, 50] }
    const cap = {
      feature: FEATURE,
      period: 'day',
      setter: 'account',
      amount: 100,
      used: 30,
      reserved: 0,
      remaining: 70,
      alert_percents: [50, 80],
      resets_at: '2026-03-06T00:00:00.000Z',
    }
    const shown = {
      status: 200,
      body: { ...account, spend_caps: [cap], money_caps: [], member_caps: [], member_money_caps: [] },
    }
    expect(await post('set-spend-cap', { ...terms, idempotency_key: 'cap-1' }, token)).toEqual(shown)
    expect(await post('set-spend-cap', { ...terms, idempotency_key: 'cap-1' }, token)).toEqual(shown)
    expect(await post('spend-caps', {}, token)).toEqual(shown)
    expect(await post('set-spend-cap', { ...terms, amount: 200, idempotency_key: 'cap-1' }, token)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    const limit = { ...terms, amount: 150, as_operator: true, idempotency_key: 'cap-2' }
    expect(await post('set-spend-cap', limit, token)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await post('set-spend-cap', limit, operator)).toMatchObject({
      status: 200,
      body: { spend_caps: expect.arrayContaining([cap, { ...cap, setter: 'operator', amount: 150, remaining: 120 }]) },
    })
    expect(await post('set-spend-cap', { ...terms, amount: 151, idempotency_key: 'cap-3' }, token)).toMatchObject({
      status: 422,
      body: { code: 'INVALID_AMOUNT', field: 'amount' },
    })
    const key = { ...account, feature: FEATURE, period: 'day', idempotency_key: 'cap-4' }
    expect(await post('remove-spend-cap', key, token)).toMatchObject({
      status: 200,
      body: { spend_caps: [{ setter: 'operator' }] },
    })
    expect(await post('remove-spend-cap', { ...key, idempotency_key: 'cap-5' }, token)).toMatchObject({
      status: 409,
      body: { code: 'INVALID_TRANSITION', field: 'feature' },
    })
    await expectClosed(accountId, 'spend-caps', {
      'set-spend-cap': { period: 'day', amount: 1 },
      'remove-spend-cap': { period: 'day' },
    })
  })

  it('sets, lists and removes a cap in money, which denials name as they take it', async () => {
    const { token, accountId } = await owner()
    const account = { account_id: accountId }
    const money = { amount: '20.00', currency: 'USD' }
    const terms = { ...account, feature: FEATURE, period: 'month', money, idempotency_key: 'money-1' }
    const none = { amount: '0.00', currency: 'USD' }
    expect(await post('set-spend-cap', terms, token)).toEqual({
      status: 200,
      body: {
        ...account,
        spend_caps: [],
        member_caps: [],
        member_money_caps: [],
        money_caps: [
          {
            feature: FEATURE,
            period: 'month',
            setter: 'account',
            amount: money,
            used: none,
            reserved: none,
            remaining: money,
            alert_percents: [],
            resets_at: '2026-04-01T00:00:00.000Z',
          },
        ],
      },
    })
    const set = (given: object, key = randomUUID()) =>
      post('set-spend-cap', { ...terms, money: given, idempotency_key: key }, token)
    expect(await set({ amount: '10000000000.01', currency: 'USD' })).toMatchObject({
      body: { code: 'INVALID_AMOUNT', field: 'money.amount' },
    })
    expect(await set({ amount: '1.00', currency: 'EUR' })).toMatchObject({
      body: { code: 'INVALID_PARAMETERS', field: 'money.currency' },
    })
    expect(await set({ amount: '1.001', currency: 'USD' })).toMatchObject({
      status: 400,
      body: { code: 'BAD_REQUEST', field: 'money' },
    })
    const remove = { ...account, feature: FEATURE, period: 'month', in_money: true, idempotency_key: 'money-2' }
    expect(await post('remove-spend-cap', remove, token)).toEqual({
      status: 200,
      body: { ...account, spend_caps: [], money_caps: [], member_caps: [], member_money_caps: [] },
    })
  })

  it('sets, lists and removes the caps of a member in units and in money', async () => {
    const { token, accountId, userId } = await person(server, `${randomUUID()}@example.com`)
    const account = { account_id: accountId }
    const money = { amount: '20.00', currency: 'USD' }
    const none = { amount: '0.00', currency: 'USD' }
    const terms = { ...account, feature: FEATURE, period: 'day', user_id: userId }
    const set = (more: object, key: string) => post('set-spend-cap', { ...terms, ...more, idempotency_key: key }, token)
    const shown = {
      user_id: userId,
      feature: FEATURE,
      period: 'day',
      setter: 'account',
      amount: money,
      used: none,
      reserved: none,
      remaining: money,
      alert_percents: [80],
      resets_at: '2026-03-06T00:00:00.000Z',
    }
    const units = { ...shown, amount: 50, used: 0, reserved: 0, remaining: 50, alert_percents: [] }
    await set({ amount: 50 }, 'member-1')
    expect(await set({ money, alert_percents: [80] }, 'member-2')).toEqual({
      status: 200,
      body: { ...account, spend_caps: [], money_caps: [], member_caps: [units], member_money_caps: [shown] },
    })
    expect(await set({ money, alert_percents: [80] }, 'member-2')).toMatchObject({ status: 200 })
    expect(await set({ money: { ...money, amount: '30.00' } }, 'member-2')).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    expect(await set({ money, user_id: 'usr_unknown' }, 'member-3')).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'user_id' },
    })
    const remove = { ...terms, in_money: true, idempotency_key: 'member-4' }
    expect(await post('remove-spend-cap', remove, token)).toMatchObject({
      status: 200,
      body: { member_caps: [units], member_money_caps: [] },
    })
  })

  it('sets and lists the alerts on an allowance, with their basis', async () => {
    const { token, accountId } = await owner()
    const account = { account_id: accountId }
    await use(accountId, 250)
    const terms = {
      ...account,
      feature: FEATURE,
      percents: [80, 50],
      amounts: [900, 200],
      on_forecast: true,
      idempotency_key: 'alerts-1',
    }
    const shown = {
      status: 200,
      body: {
        ...account,
        usage_alerts: [
          {
            feature: FEATURE,
            percents: [50, 80],
            amounts: [200, 900],
            on_forecast: true,
            used: 250,
            allowance: 1000,
            forecast: null,
            resets_at: expect.any(String) as string,
          },
        ],
      },
    }
    expect(await post('set-usage-alerts', terms, token)).toEqual(shown)
    expect(await post('set-usage-alerts', terms, token)).toEqual(shown)
    expect(await post('usage-alerts', {}, token)).toEqual(shown)
    const set = (more: object) => post('set-usage-alerts', { ...terms, idempotency_key: randomUUID(), ...more }, token)
    expect(await set({ percents: [0] })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'percents' },
    })
    expect(await set({ amounts: [0] })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'amounts' },
    })
    expect(await set({ feature: 'api_keys' })).toMatchObject({ body: { code: 'INVALID_PARAMETERS', field: 'feature' } })
    expect(await set({ percents: [], amounts: [], on_forecast: false })).toMatchObject({
      status: 200,
      body: { usage_alerts: [] },
    })
    await expectClosed(accountId, 'usage-alerts', { 'set-usage-alerts': { percents: [50] } })
  })

  it('sets and lists balance alerts', async () => {
    const { token, accountId } = await owner()
    const account = { account_id: accountId }
    await use(accountId, 250)
    const terms = { ...account, feature: FEATURE, levels: [100, 800], percents: [10], idempotency_key: 'levels-1' }
    const shown = {
      status: 200,
      body: {
        ...account,
        balance_alerts: [
          { feature: FEATURE, threshold: 800, percent: null, base: null, balance: 750, below: true },
          { feature: FEATURE, threshold: 100, percent: null, base: null, balance: 750, below: false },
          { feature: FEATURE, threshold: 75, percent: 10, base: 750, balance: 750, below: false },
        ],
      },
    }
    expect(await post('set-balance-alerts', terms, token)).toEqual(shown)
    expect(await post('set-balance-alerts', terms, token)).toEqual(shown)
    expect(await post('balance-alerts', {}, token)).toEqual(shown)
    const set = (more: object) =>
      post('set-balance-alerts', { ...terms, idempotency_key: randomUUID(), ...more }, token)
    expect(await set({ levels: [0] })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'levels' },
    })
    expect(await set({ percents: [101] })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'percents' },
    })
    expect(await set({ feature: 'unknown' })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', field: 'feature' },
    })
    expect(await set({ levels: [], percents: [] })).toMatchObject({ status: 200, body: { balance_alerts: [] } })
    await expectClosed(accountId, 'balance-alerts', { 'set-balance-alerts': { levels: [50] } })
  })
})
