import { flat } from '#test/support/account-groups.js'
import { randomUUID } from 'node:crypto'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Alerts on balances', () => {
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

  const account = async () => {
    const email = `${randomUUID()}@example.com`
    const token = await server.token(email)
    return { token, email, accountId: await newAccount(server, email) }
  }
  const set = async (
    { token, accountId }: { token: string; accountId: string },
    levels: number[],
    { feature = 'ai_credits', percents = [] }: { feature?: string; percents?: number[] } = {},
  ) => {
    const alerts = [
      ...levels.map((units) => ({ basis: 'BALANCE', units })),
      ...percents.map((percent) => ({ basis: 'BALANCE', percent })),
    ]
    const { data } = await server.graphql<{ setAlerts: { usage?: { alerts: object[] }; code?: string } }>(
      `mutation ($accountId: ID, $alerts: [AlertInput!]!, $feature: String!, $key: String!) {
        setAlerts(accountId: $accountId, alerts: $alerts, feature: $feature, key: $key) {
          account { usage { alerts { feature { code } basis units percent base balance reached } } }
          denial { code message issues { path } }
        }
      }`,
      { accountId, feature, alerts, key: randomUUID() },
      token,
    )
    return flat(data.setAlerts)
  }
  const use = (accountId: string, amount: number) =>
    service.consume({ accountId, feature: 'ai_credits', amount, idempotencyKey: randomUUID() })
  const alerts = (accountId: string) =>
    server.query<{ data: { threshold: number; value: number; percent: number | null; base: number | null } }>(
      `select data from stream_event where stream_id = $1 and type = 'alert.reached' order by sequence`,
      [accountId],
    )
  const handled = (accountId: string) =>
    eventually(
      () => server.query(`select from alert_crossing where account_id = $1 and handled_at is null`, [accountId]),
      (rows) => rows.length === 0,
    )

  it('sends one alert for each level and fall under concurrent use, by event, webhook and mail', async () => {
    const one = await account()
    expect(await set(one, [900, 500, 900])).toEqual({
      alerts: [900, 500].map((units) => ({
        feature: { code: 'ai_credits' },
        basis: 'BALANCE',
        units,
        percent: null,
        base: null,
        balance: 1000,
        reached: false,
      })),
    })
    await Promise.all(Array.from({ length: 30 }, () => use(one.accountId, 20)))
    await handled(one.accountId)
    expect((await alerts(one.accountId)).map(({ data }) => data.threshold)).toEqual([900, 500])
    // Equal to the level is not below it; a rise and another fall is another alert.
    await grantTestCredits(server, one.accountId, 'ai_credits', 100)
    await use(one.accountId, 1)
    await handled(one.accountId)
    expect(await alerts(one.accountId)).toHaveLength(3)
    const mails = await server.query('select subject from mail_message where account_id = $1 and subject like $2', [
      one.accountId,
      'Your balance of AI credits%',
    ])
    expect(mails).toHaveLength(3)
    const outbox = await server.query(`select 1 from outbox_event where account_id = $1 and type = 'alert.reached'`, [
      one.accountId,
    ])
    expect(outbox).toHaveLength(3)
  })

  it('does not repeat an alert that is set again, and sends one for a level that is already reached', async () => {
    const one = await account()
    await use(one.accountId, 600)
    await set(one, [500])
    await eventually(
      () => alerts(one.accountId),
      (rows) => rows.length === 1,
    )
    await set(one, [500, 300])
    await use(one.accountId, 1)
    await handled(one.accountId)
    expect(await alerts(one.accountId)).toHaveLength(1)
    expect(await set(one, [])).toEqual({ alerts: [] })
    await use(one.accountId, 200)
    await handled(one.accountId)
    expect(await alerts(one.accountId)).toHaveLength(1)
  })

  it('counts reserved units until they are committed', async () => {
    const one = await account()
    await set(one, [500])
    const { id } = await service.reserve({
      accountId: one.accountId,
      feature: 'ai_credits',
      amount: 600,
      idempotencyKey: 'r',
    })
    expect(await alerts(one.accountId)).toEqual([])
    await service.commit({ reservationId: id, idempotencyKey: 'c' })
    await eventually(
      () => alerts(one.accountId),
      (rows) => rows.length === 1,
    )
  })

  it('sends an alert below a percent of what was held after the last grant, once for each fall', async () => {
    const one = await account()
    expect(await set(one, [], { percents: [20, 50, 20] })).toEqual({
      alerts: [50, 20].map((percent) => ({
        feature: { code: 'ai_credits' },
        basis: 'BALANCE',
        units: percent * 10,
        percent,
        base: 1000,
        balance: 1000,
        reached: false,
      })),
    })
    const percents = async () => {
      await handled(one.accountId)
      return (await alerts(one.accountId)).map(({ data }) => data.percent)
    }
    // Exactly half is not below it.
    await Promise.all(Array.from({ length: 20 }, () => use(one.accountId, 25)))
    expect(await percents()).toEqual([])
    await Promise.all(Array.from({ length: 16 }, () => use(one.accountId, 20)))
    expect(await percents()).toEqual([50, 20])
    const [first] = await alerts(one.accountId)
    expect(first!.data).toMatchObject({ feature: 'ai_credits', threshold: 500, percent: 50, base: 1000 })
    const mails = await server.query<{ subject: string; body: string }>(
      `select subject, body from mail_message where account_id = $1 and subject like 'Your balance%' order by subject`,
      [one.accountId],
    )
    expect(mails.map(({ subject }) => subject)).toEqual(
      [20, 50].map((percent) => `Your balance of AI credits is below ${percent} percent`),
    )
    expect(mails[1]!.body).toContain('less than 50 percent of the 1,000 is left that the account held')
    // A pack is another grant: 180 + 220 units are the whole, and both levels can be crossed again.
    await server.advanceTo('2026-03-06T09:00:00Z')
    await grantTestCredits(server, one.accountId, 'ai_credits', 220)
    await use(one.accountId, 200)
    expect(await percents()).toEqual([50, 20])
    await use(one.accountId, 121)
    expect(await percents()).toEqual([50, 20, 50, 20])
    expect((await alerts(one.accountId)).map(({ data }) => data.base)).toEqual([1000, 1000, 400, 400])
    expect((await alerts(one.accountId)).at(-1)!.data).toMatchObject({ threshold: 80, value: 79 })
  })

  it('knows what was held before the alert was set, and repeats none that is set again', async () => {
    const one = await account()
    await server.advanceTo('2026-03-07T09:00:00Z')
    await use(one.accountId, 850)
    await set(one, [100], { percents: [20] })
    await eventually(
      () => alerts(one.accountId),
      (rows) => rows.length === 1,
    )
    expect((await alerts(one.accountId))[0]!.data).toMatchObject({ percent: 20, base: 1000, value: 150 })
    await set(one, [100], { percents: [20, 10] })
    await use(one.accountId, 60)
    await handled(one.accountId)
    const sent = (await alerts(one.accountId)).map(({ data }) => data.percent)
    expect(sent.toSorted((left, right) => (right ?? 0) - (left ?? 0))).toEqual([20, 10, null])
    expect(await set(one, [])).toEqual({ alerts: [] })
    await grantTestCredits(server, one.accountId, 'ai_credits', 100)
    await use(one.accountId, 190)
    await handled(one.accountId)
    expect(await alerts(one.accountId)).toHaveLength(3)
  })

  it('keeps the base of levels in percent that are set again, also at the time of the grant', async () => {
    const one = await account()
    await set(one, [], { percents: [50] })
    await use(one.accountId, 400)
    const shares = [50, 10].map((percent) => ({ percent, base: 1000, units: percent * 10, balance: 600 }))
    expect(await set(one, [], { percents: [50, 10] })).toMatchObject({ alerts: shares })
  })

  it('denies other features, too many levels and zero', async () => {
    const one = await account()
    expect(await set(one, [1], { feature: 'api_keys' })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['feature'] }],
    })
    expect(await set(one, [0])).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['alerts', '0', 'units'] }],
    })
    expect(await set(one, [1, 2, 3, 4, 5, 6])).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['alerts'] }],
    })
    for (const percents of [[0], [101], [1, 2, 3, 4, 5, 6]])
      expect(await set(one, [1], { percents })).toMatchObject({
        code: 'INVALID_PARAMETERS',
        issues: [{ path: percents.length > 1 ? ['alerts'] : ['alerts', '1', 'percent'] }],
      })
  })
})
