import { randomUUID } from 'node:crypto'
import { forecastUsage, USAGE_FORECAST } from '#services/entitlements/alerts/forecast-usage.js'
import { flat } from '#test/support/account-groups.js'
import { assignTestPlan, entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const ALERTS = 'usage { alerts { feature { code } basis percent units base used forecast reached resetsAt } }'

describe('setAlerts', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server, ['plans_have_their_subscription'])
    await server.close()
  })

  interface Owner {
    readonly token: string
    readonly accountId: string
  }
  /** An owner of an account with 1,000 credits in a billing period. */
  const owner = async (): Promise<Owner> => {
    const email = `${randomUUID()}@example.com`
    return { token: await server.token(email), accountId: await newAccount(server, email) }
  }
  interface More {
    readonly feature?: string
    readonly amounts?: number[]
    readonly onForecast?: boolean
    readonly other?: object[]
  }
  const set = async ({ token, accountId }: Owner, levels: number[], more: More = {}) => {
    const { feature = 'ai_credits', amounts: units = [], onForecast = false, other = [] } = more
    const alerts = [
      ...levels.map((percent) => ({ basis: 'ALLOWANCE', percent })),
      ...units.map((each) => ({ basis: 'ALLOWANCE', units: each })),
      ...(onForecast ? [{ basis: 'FORECAST' }] : []),
      ...other,
    ]
    const { data } = await server.graphql<{ setAlerts: { usage?: { alerts: object[] }; code?: string } }>(
      `mutation ($accountId: ID, $alerts: [AlertInput!]!, $feature: String!, $key: String!) {
        setAlerts(accountId: $accountId, alerts: $alerts, feature: $feature, key: $key) {
          account { ${ALERTS} }
          denial { code message issues { path } }
        }
      }`,
      { accountId, feature, alerts, key: randomUUID() },
      token,
    )
    return flat(data.setAlerts)
  }
  const shown = async ({ token }: Owner) => {
    const { data } = await server.graphql<{ account: { usage: { alerts: object[] } } }>(
      `{ account { ${ALERTS} } }`,
      {},
      token,
    )
    return data.account.usage.alerts
  }
  const use = (accountId: string, amount: number) =>
    service.consume({ accountId, feature: 'ai_credits', amount, idempotencyKey: randomUUID() })
  const events = async (accountId: string, type: 'reached' | 'forecast' | 'amount_reached') => {
    const rows = await server.query<{
      data: { basis: string; percent: number | null; threshold: number; value: number; base: number; forecast: number }
    }>(`select data from stream_event where stream_id = $1 and type = 'alert.reached' order by sequence`, [accountId])
    return rows.filter(({ data: { basis, percent } }) =>
      type === 'forecast'
        ? basis === 'FORECAST'
        : basis === 'ALLOWANCE' && (percent === null) === (type === 'amount_reached'),
    )
  }
  const sent = (accountId: string) =>
    eventually(
      () => server.query(`select from alert_crossing where account_id = $1 and handled_at is null`, [accountId]),
      (rows) => rows.length === 0,
    )
  const percents = async (accountId: string) => {
    await sent(accountId)
    return (await events(accountId, 'reached')).map(({ data }) => data.percent!)
  }
  const amounts = async (accountId: string) => {
    await sent(accountId)
    return (await events(accountId, 'amount_reached')).map(({ data }) => data.threshold)
  }

  it('sends each level once in a window under concurrent use, with its basis', async () => {
    const one = await owner()
    expect(await set(one, [100, 50, 80, 50])).toEqual({
      alerts: [50, 80, 100].map((percent) => ({
        feature: { code: 'ai_credits' },
        basis: 'ALLOWANCE',
        percent,
        units: percent * 10,
        base: 1000,
        used: 0,
        forecast: null,
        reached: false,
        resetsAt: '2026-04-05T09:00:00.000Z',
      })),
    })
    await Promise.all(Array.from({ length: 40 }, () => use(one.accountId, 25)))
    expect((await percents(one.accountId)).toSorted((left, right) => left - right)).toEqual([50, 80, 100])
    const [first] = await events(one.accountId, 'reached')
    expect(first!.data).toMatchObject({
      feature: 'ai_credits',
      base: 1000,
      windowStart: '2026-03-05T09:00:00.000Z',
      resetsAt: '2026-04-05T09:00:00.000Z',
    })
    expect(first!.data.value).toBeGreaterThanOrEqual(500)
    const outbox = await server.query(`select from outbox_event where account_id = $1 and type = 'alert.reached'`, [
      one.accountId,
    ])
    expect(outbox).toHaveLength(3)
    const mails = await server.query<{ subject: string; body: string }>(
      `select subject, body from mail_message where account_id = $1 order by subject`,
      [one.accountId],
    )
    expect(mails.map(({ subject }) => subject)).toEqual(
      [100, 50, 80].map((percent) => `${percent} percent of your allowance of AI credits is used`),
    )
    expect(mails[0]!.body).toContain('1,000 of 1,000 AI credits of the allowance used: 100 percent.')
  })

  it('sends levels that are reached already, and none again in the window', async () => {
    const one = await owner()
    await use(one.accountId, 850)
    await set(one, [80])
    expect(await percents(one.accountId)).toEqual([80])
    await set(one, [50, 80, 90])
    expect(await percents(one.accountId)).toEqual([80, 50])
    await set(one, [])
    expect(await shown(one)).toEqual([])
    await use(one.accountId, 100)
    expect(await percents(one.accountId)).toEqual([80, 50])
    await set(one, [80, 90])
    expect(await percents(one.accountId)).toEqual([80, 50, 90])
  })

  it('sends each level in units once in a window under concurrent use, beside levels in percent', async () => {
    const one = await owner()
    expect(await set(one, [40], { amounts: [700, 450, 300, 700] })).toMatchObject({
      alerts: [{ percent: 40 }, { units: 300 }, { units: 450 }, { units: 700 }],
    })
    await Promise.all(Array.from({ length: 20 }, () => use(one.accountId, 25)))
    expect((await amounts(one.accountId)).toSorted((left, right) => left - right)).toEqual([300, 450])
    expect(await percents(one.accountId)).toEqual([40])
    const [first] = await events(one.accountId, 'amount_reached')
    expect(first!.data).toMatchObject({
      feature: 'ai_credits',
      threshold: 300,
      base: 1000,
      windowStart: '2026-03-05T09:00:00.000Z',
      resetsAt: '2026-04-05T09:00:00.000Z',
    })
    expect(first!.data.value).toBeGreaterThanOrEqual(300)
    expect(
      await server.query(`select from outbox_event where account_id = $1 and type = 'alert.reached'`, [one.accountId]),
    ).toHaveLength(3)
    const mails = await server.query<{ subject: string; body: string }>(
      `select subject, body from mail_message where account_id = $1 and subject like '%are used' order by subject`,
      [one.accountId],
    )
    expect(mails.map(({ subject }) => subject)).toEqual(
      [300, 450].map((amount) => `${amount} of your allowance of AI credits are used`),
    )
    expect(mails[0]!.body).toMatch(/[\d,]+ of 1,000 AI credits of the allowance used: the level of 300 is reached\./)
  })

  it('sends one alert for each level in units that one use reaches, and none again in the window', async () => {
    const one = await owner()
    await set(one, [], { amounts: [100, 200, 900] })
    await use(one.accountId, 250)
    expect(await amounts(one.accountId)).toEqual([100, 200])
    await set(one, [], { amounts: [200, 240] })
    expect(await amounts(one.accountId)).toEqual([100, 200, 240])
    // Another allowance in the same window does not repeat a level in units.
    await assignTestPlan(server, one.accountId, 'pro')
    await use(one.accountId, 700)
    expect(await amounts(one.accountId)).toEqual([100, 200, 240])
    await set(one, [], { amounts: [900, 950] })
    expect(await amounts(one.accountId)).toEqual([100, 200, 240, 900, 950])
    expect((await events(one.accountId, 'amount_reached')).map(({ data }) => data.base)).toEqual([
      1_000, 1_000, 1_000, 50_000, 50_000,
    ])
    await set(one, [])
    expect(await shown(one)).toEqual([])
  })

  it('counts committed units, and starts again with a new allowance or window', async () => {
    const one = await owner()
    await set(one, [50])
    const { id } = await service.reserve({ accountId: one.accountId, feature: 'ai_credits', amount: 600 })
    expect(await percents(one.accountId)).toEqual([])
    await service.commit({ reservationId: id })
    expect(await percents(one.accountId)).toEqual([50])
    await assignTestPlan(server, one.accountId, 'pro')
    await use(one.accountId, 1_000)
    expect(await percents(one.accountId)).toEqual([50])
    await use(one.accountId, 30_000)
    expect(await percents(one.accountId)).toEqual([50, 50])
    expect((await events(one.accountId, 'reached')).map(({ data }) => data.base)).toEqual([1_000, 50_000])
  })

  it('sends a forecast beyond the allowance once in a window, not before a tenth of it', async () => {
    const one = await owner()
    await assignTestPlan(server, one.accountId, 'pro')
    await set(one, [], { onForecast: true })
    // The billing period starts now: 5,001 of 50,000 credits in a tenth of it are too many.
    await use(one.accountId, 6_000)
    const start = server.app.context.clock.now().getTime()
    const later = (hours: number) => server.advanceTo(new Date(start + hours * 3_600_000).toISOString())
    await later(74)
    expect(await events(one.accountId, 'forecast')).toEqual([])
    expect(await shown(one)).toMatchObject([{ forecast: null, used: 6_000, base: 50_000, reached: false }])
    // A tenth of 31 days are 74.4 hours. Two runs at the same time write one row.
    await later(75)
    const job = { kind: USAGE_FORECAST, key: one.accountId } as Parameters<typeof forecastUsage>[0]
    await Promise.all([1, 2, 3].map(() => forecastUsage(job, server.app.context)))
    await sent(one.accountId)
    const found = await eventually(
      () => events(one.accountId, 'forecast'),
      (rows) => rows.length > 0,
    )
    expect(found).toHaveLength(1)
    const { forecast, value, base } = found[0]!.data
    expect({ value, base }).toEqual({ value: 6_000, base: 50_000 })
    expect(await shown(one)).toMatchObject([{ used: 6_000, reached: true }])
    expect(forecast).toBeGreaterThan(59_000)
    await use(one.accountId, 3_000)
    await later(200)
    await sent(one.accountId)
    expect(await events(one.accountId, 'forecast')).toHaveLength(1)
    const [mail] = await server.query<{ body: string }>(
      `select body from mail_message where account_id = $1 and subject like 'Your allowance of AI credits%'`,
      [one.accountId],
    )
    expect(mail!.body).toMatch(
      /The forecast of AI credits is [\d,]+ at the end of the window, with an allowance of 50,000: 6,000 used in 3.1 of 31 days/,
    )
  })

  it('denies other features and levels, and removes nothing then', async () => {
    const one = await owner()
    expect(await set(one, [80], { feature: 'api_keys' })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['feature'] }],
    })
    expect(await set(one, [80], { feature: 'unknown' })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await set(one, [0])).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['alerts', '0', 'percent'] }],
    })
    expect(await set(one, [101])).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['alerts', '0', 'percent'] }],
    })
    expect(await set(one, [1, 2, 3, 4, 5, 6])).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['alerts'] }],
    })
    expect(await set(one, [80], { amounts: [0] })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['alerts', '1', 'units'] }],
    })
    expect(await set(one, [80], { amounts: [1, 2, 3, 4, 5, 6] })).toMatchObject({ issues: [{ path: ['alerts'] }] })
    for (const alert of [
      { basis: 'ALLOWANCE' },
      { basis: 'BALANCE', percent: 1, units: 1 },
      { basis: 'FORECAST', percent: 1 },
    ])
      expect(await set(one, [], { other: [alert] })).toMatchObject({
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['alerts', '0'] }],
      })
  })
})
