import { randomUUID } from 'node:crypto'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('setBalanceAlerts', () => {
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
  const set = async ({ token, accountId }: { token: string; accountId: string }, levels: number[], more: object = {}) =>
    (
      await server.graphql<{ setBalanceAlerts: { balanceAlerts?: object[]; code?: string } }>(
        `mutation ($input: SetBalanceAlertsInput!) { setBalanceAlerts(input: $input) {
          ... on Account { balanceAlerts { feature { code } threshold balance below } } ... on Denial { code message } ... on Refused { field } } }`,
        { input: { accountId, feature: 'ai_credits', levels, idempotencyKey: randomUUID(), ...more } },
        token,
      )
    ).data.setBalanceAlerts
  const use = (accountId: string, amount: number) =>
    service.consume({ accountId, feature: 'ai_credits', amount, idempotencyKey: randomUUID() })
  const alerts = (accountId: string) =>
    server.query<{ data: { threshold: number; balance: number } }>(
      `select data from stream_event where stream_id = $1 and type = 'balance.alert' order by sequence`,
      [accountId],
    )
  const handled = (accountId: string) =>
    eventually(
      () => server.query('select 1 from balance_crossing where account_id = $1 and handled_at is null', [accountId]),
      (rows) => rows.length === 0,
    )

  it('sends one alert for each level and fall under concurrent use, by event, webhook and mail [BN13]', async () => {
    const one = await account()
    expect(await set(one, [900, 500, 900])).toEqual({
      balanceAlerts: [900, 500].map((threshold) => ({
        feature: { code: 'ai_credits' },
        threshold,
        balance: 1000,
        below: false,
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
    const outbox = await server.query(`select 1 from outbox_event where account_id = $1 and type = 'balance.alert'`, [
      one.accountId,
    ])
    expect(outbox).toHaveLength(3)
  })

  it('does not repeat an alert that is set again, and sends one for a level that is already reached [BN13]', async () => {
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
    expect(await set(one, [])).toEqual({ balanceAlerts: [] })
    await use(one.accountId, 200)
    await handled(one.accountId)
    expect(await alerts(one.accountId)).toHaveLength(1)
  })

  it('counts reserved units until they are committed [BN13]', async () => {
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

  it('denies other features, too many levels and zero [BN16]', async () => {
    const one = await account()
    expect(await set(one, [1], { feature: 'api_keys' })).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'feature' })
    expect(await set(one, [0])).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'levels' })
    expect(await set(one, [1, 2, 3, 4, 5, 6])).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'levels' })
  })
})
