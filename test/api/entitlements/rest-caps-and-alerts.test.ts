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

  const units = (amount: number) => ({ units: amount, money: null })
  const usd = (amount: string) => ({ units: null, money: { amount, currency: 'USD' } })

  it('sets, lists and removes a cap in units; the cap of an operator is above it', async () => {
    const { token, accountId } = await owner()
    await use(accountId, 30)
    const terms = {
      account_id: accountId,
      feature: FEATURE,
      period: 'day',
      limit: { units: 100 },
      alert_percents: [80, 50],
    }
    const cap = {
      id: expect.stringMatching(/^cap_/) as string,
      feature: FEATURE,
      period: 'day',
      limit: units(100),
      used: units(30),
      reserved: units(0),
      remaining: units(70),
      alert_percents: [50, 80],
      resets_at: '2026-03-06T00:00:00.000Z',
      member: null,
      set_by_operator: false,
    }
    const made = await post('set-spend-cap', { ...terms, idempotency_key: 'cap-1' }, token)
    expect(made).toEqual({ status: 200, body: cap })
    expect(await post('set-spend-cap', { ...terms, idempotency_key: 'cap-1' }, token)).toEqual(made)
    const list = async () => ((await post('spend-caps', {}, token)).body as { spend_caps: { id: string }[] }).spend_caps
    expect(await list()).toEqual([cap])
    const other = { ...terms, limit: { units: 200 }, idempotency_key: 'cap-1' }
    expect(await post('set-spend-cap', other, token)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_MISMATCH' },
    })
    const limit = { ...terms, limit: { units: 150 }, idempotency_key: 'cap-2' }
    const above = { set_by_operator: true, limit: units(150), remaining: units(120) }
    expect(await post('set-spend-cap', limit, operator)).toMatchObject({ status: 200, body: above })
    const higher = { ...terms, limit: { units: 151 }, idempotency_key: 'cap-3' }
    expect(await post('set-spend-cap', higher, token)).toMatchObject({
      status: 422,
      body: { code: 'INVALID_AMOUNT', field: 'limit.units' },
    })
    const [{ id }, ofOperator] = (await list()) as [{ id: string }, { id: string }]
    const remove = (cap: string, key: string, as = token) =>
      post('remove-spend-cap', { id: cap, idempotency_key: key }, as)
    expect(await remove(ofOperator.id, 'cap-4')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await remove(id, 'cap-5')).toMatchObject({ status: 200 })
    expect(await remove(id, 'cap-6')).toMatchObject({ status: 409, body: { code: 'INVALID_TRANSITION', field: 'id' } })
    expect(await list()).toMatchObject([above])
    await expectClosed(accountId, 'spend-caps', { 'set-spend-cap': { period: 'day', limit: { units: 1 } } })
  })

  it('sets caps of a member in money, which denials name as they take it', async () => {
    const { token, accountId, userId } = await person(server, `${randomUUID()}@example.com`)
    const terms = { account_id: accountId, feature: FEATURE, period: 'month', user_id: userId }
    const set = (amount: string, currency = 'USD', more: object = {}) =>
      post(
        'set-spend-cap',
        { ...terms, limit: { money: { amount, currency } }, idempotency_key: randomUUID(), ...more },
        token,
      )
    expect(await set('20.00')).toMatchObject({
      status: 200,
      body: { limit: usd('20.00'), used: usd('0.00'), remaining: usd('20.00') },
    })
    expect(await set('10000000000.01')).toMatchObject({
      body: { code: 'INVALID_AMOUNT', field: 'limit.money' },
    })
    expect(await set('1.00', 'EUR')).toMatchObject({
      body: { code: 'INVALID_PARAMETERS', field: 'limit.money.currency' },
    })
    expect(await set('1.001')).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } })
    expect(await set('1.00', 'USD', { user_id: 'usr_unknown' })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'user_id' },
    })
  })

  it('sets and lists alerts with the numbers that they watch', async () => {
    const { token, accountId } = await owner()
    const account = { account_id: accountId }
    await use(accountId, 250)
    const alerts = [
      { basis: 'allowance', percent: 80 },
      { basis: 'allowance', units: 200 },
      { basis: 'balance', units: 800 },
      { basis: 'balance', percent: 10 },
      { basis: 'forecast' },
    ]
    const terms = { ...account, feature: FEATURE, alerts, idempotency_key: 'alerts-1' }
    const allowance = { base: 1000, used: 250, balance: null, forecast: null, resets_at: expect.any(String) as string }
    const balance = { used: null, balance: 750, forecast: null, resets_at: null }
    const listed = [
      { basis: 'allowance', percent: 80, units: 800, reached: false, ...allowance },
      { basis: 'allowance', percent: null, units: 200, reached: true, ...allowance },
      { basis: 'balance', percent: null, units: 800, base: null, reached: true, ...balance },
      { basis: 'balance', percent: 10, units: 75, base: 750, reached: false, ...balance },
      { basis: 'forecast', percent: null, units: null, reached: false, ...allowance },
    ].map((alert) => ({ id: expect.stringMatching(/^alr_/) as string, feature: FEATURE, ...alert }))
    const shown = { status: 200, body: { ...account, alerts: listed } }
    expect(await post('set-alerts', terms, token)).toEqual(shown)
    expect(await post('set-alerts', terms, token)).toEqual(shown)
    expect(await post('alerts', {}, token)).toEqual(shown)
    const set = (more: object) => post('set-alerts', { ...terms, idempotency_key: randomUUID(), ...more }, token)
    expect(await set({ alerts: [{ basis: 'balance', units: 0 }] })).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'alerts.0.units' },
    })
    expect(await set({ feature: 'unknown' })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', field: 'feature' },
    })
    expect(await set({ alerts: [] })).toMatchObject({ status: 200, body: { alerts: [] } })
    await expectClosed(accountId, 'alerts', { 'set-alerts': { alerts: [{ basis: 'balance', units: 50 }] } })
  })
})
