import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { expectInvariants } from '#test/support/invariants.js'
import { entitlementService, grantTestCredits, type EntitlementService } from '#test/support/entitlements.js'
import { ratedCatalog, workInput } from '#test/support/rated-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

const SET = `mutation ($input: SetSpendCapInput!, $key: String!) {
  setSpendCap(input: $input, key: $key) {
    spendCap {
      feature { code }
      period
      limit { units }
      used { units }
      reserved { units }
      remaining { units }
      alertPercents
      resetsAt
      setByOperator
      member { id }
      subAccount { id }
    }
    denial { code message }
  }
}`

interface Units {
  readonly units: number
}

interface Cap {
  readonly id: string
  readonly setByOperator: boolean
  readonly limit: Units
}

interface Denied {
  readonly __typename: string
  readonly code: string
  readonly message: string
  readonly amount?: number
  readonly remedies: { kind: string; input: { input: object } | null; at: string | null }[]
}

describe('setSpendCap', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: ratedCatalog() } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server, ['packs_follow_their_payment'])
    await server.close()
  })

  const FEATURE = 'plain_credits'
  const owner = async () => {
    const token = await server.token(`${randomUUID()}@example.com`)
    const ownAccountId = await accountIdOf(server, token)
    await grantTestCredits(server, ownAccountId, FEATURE, 100_000)
    return { token, accountId: ownAccountId }
  }
  const set = async (token: string, input: object) =>
    (
      await server.graphql<{ setSpendCap: { code?: string; message?: string } } | null>(
        SET,
        variablesOf('setSpendCap', {
          feature: FEATURE,
          period: 'DAY',
          limit: { units: 100 },
          key: randomUUID(),
          ...input,
        }),
        token,
      )
    ).data?.setSpendCap
  const consume = async (accountId: string, amount: number, feature = FEATURE): Promise<Denied> =>
    (
      await server.graphql<{ consume: Denied }>(
        `mutation ($input: ConsumeInput!, $key: String!) {
          consume(input: $input, key: $key) {
            consumption { __typename amount }
            denial { __typename
              code
              message
              remedies { kind at input }
            }
          }
        }`,
        { input: { accountId, feature, amount }, key: randomUUID() },
        service.key,
      )
    ).data.consume
  const capsOf = async (token: string, accountId: string) =>
    (
      await server.graphql<{ account: { usage: { spendCaps: { nodes: Cap[] } } } }>(
        `query ($id: ID!) { account(id: $id) { usage { spendCaps { nodes { id setByOperator limit { units } } } } } }`,
        { id: accountId },
        token,
      )
    ).data.account.usage.spendCaps.nodes
  const alerts = (accountId: string) =>
    server.query<{ data: { percent: number } }>(
      `select data from stream_event where stream_id = $1 and type = 'alert.reached' order by sequence`,
      [accountId],
    )

  it('refuses an empty user ID, and the cap of the account is set afterwards', async () => {
    const { token } = await owner()
    const variables = variablesOf('setSpendCap', { feature: FEATURE, period: 'DAY', limit: { units: 100 }, userId: '' })
    const { errors } = await server.graphql(SET, variables, token)
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(await set(token, {})).toMatchObject({ limit: { units: 100 }, member: null })
  })

  it('denies in the decision, names the cap, and its remedy lifts the denial', async () => {
    const { token, accountId } = await owner()
    expect(await set(token, { accountId })).toEqual({
      feature: { code: FEATURE },
      period: 'DAY',
      limit: { units: 100 },
      used: { units: 0 },
      reserved: { units: 0 },
      remaining: { units: 100 },
      alertPercents: [],
      resetsAt: '2026-01-16T00:00:00.000Z',
      setByOperator: false,
      member: null,
      subAccount: null,
    })
    expect(await consume(accountId, 90)).toMatchObject({ amount: 90 })
    const denied = await consume(accountId, 11)
    const [{ id: capId }] = (await capsOf(token, accountId)) as [Cap]
    expect(denied).toEqual({
      __typename: 'Denial',
      code: 'SPEND_CAP_REACHED',
      message:
        'Your cap of 100 Plain credits units per day allows 10 more until January 16, 2026 at 12:00 AM UTC: 90 used, 11 requested.',
      remedies: [
        { kind: 'WAIT', at: '2026-01-16T00:00:00.000Z', input: null },
        {
          kind: 'RAISE_SPEND_CAP',
          at: null,
          input: { input: { accountId, capId, feature: FEATURE, period: 'DAY', limit: { units: 101 } } },
        },
      ],
    })
    const checked = await server.graphql<{ check: object }>(
      `query ($accountId: ID, $feature: String!) { check(accountId: $accountId, feature: $feature, amount: 11) { allowed denial { code } explain } }`,
      { accountId, feature: FEATURE },
      token,
    )
    expect(checked.data.check).toMatchObject({
      allowed: false,
      denial: { code: 'SPEND_CAP_REACHED' },
      explain: expect.arrayContaining([denied.message]),
    })
    expect(await set(token, { ...denied.remedies[1]!.input!.input })).toMatchObject({
      limit: { units: 101 },
      used: { units: 90 },
    })
    expect(await consume(accountId, 11)).toMatchObject({ amount: 11 })
    const rest = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: service.key,
      body: { account_id: accountId, feature: FEATURE, amount: 1, idempotency_key: randomUUID() },
    })
    expect({ status: rest.status, code: rest.body['code'] }).toEqual({ status: 403, code: 'SPEND_CAP_REACHED' })
  })

  it('replaces the cap that a remedy names, and no other', async () => {
    const { token, accountId } = await owner()
    await set(token, { accountId })
    const [raise] = (await consume(accountId, 101)).remedies
    const denied = {
      code: 'INVALID_PARAMETERS',
      message: expect.stringMatching(/^capId must be the cap that these terms/),
    }
    expect(await set(operator, { ...raise!.input!.input })).toMatchObject(denied)
    expect(await set(token, { ...raise!.input!.input, period: 'MONTH' })).toMatchObject(denied)
    expect(await capsOf(token, accountId)).toMatchObject([{ setByOperator: false, limit: { units: 100 } }])
    expect(await set(token, { ...raise!.input!.input })).toMatchObject({ limit: { units: 101 } })
    // The cap that denied has ended.
    expect(await set(token, { ...raise!.input!.input })).toMatchObject(denied)
    expect(await capsOf(token, accountId)).toMatchObject([{ setByOperator: false, limit: { units: 101 } }])
  })

  it('is never exceeded by concurrent calls, reservations and repetitions', async () => {
    const { token, accountId } = await owner()
    await set(token, { accountId, limit: { units: 100 } })
    const calls = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? service.reserve({ accountId, feature: FEATURE, amount: 3, idempotencyKey: `r${index % 40}` })
        : service.consume({ accountId, feature: FEATURE, amount: 3, idempotencyKey: `c${index % 40}` }),
    )
    await Promise.all(calls)
    const { data } = await server.graphql<{
      account: { usage: { spendCaps: { nodes: { used: Units; reserved: Units }[] } } }
    }>('{ account { usage { spendCaps { nodes { used { units } reserved { units } } } } } }', {}, token)
    const [cap] = data.account.usage.spendCaps.nodes
    const counted = cap!.used.units + cap!.reserved.units
    expect(counted).toBeLessThanOrEqual(100)
    expect(counted).toBeGreaterThan(97)
    const [sum] = await server.query<{ used: number }>(
      `select -sum(amount)::int as used from ledger_entry where account_id = $1 and feature = $2 and kind in ('CONSUME', 'RESERVE', 'RELEASE')`,
      [accountId, FEATURE],
    )
    expect(sum!.used).toBe(counted)
  })

  it('counts what was used before it was set, and not what a new cap replaces twice', async () => {
    const { token, accountId } = await owner()
    await consume(accountId, 60)
    expect(await set(token, { accountId, period: 'MONTH' })).toMatchObject({
      used: { units: 60 },
      remaining: { units: 40 },
    })
    await consume(accountId, 10)
    expect(await set(token, { accountId, period: 'MONTH', limit: { units: 80 } })).toMatchObject({
      used: { units: 70 },
      remaining: { units: 10 },
    })
  })

  it('limits what a commit charges, and never becomes debt', async () => {
    const { token, accountId } = await owner()
    for (const feature of ['cap_credits', 'overflow_credits']) {
      await set(token, { accountId, feature, limit: { units: 50 } })
      const { id: reservationId } = await service.reserve({ accountId, feature, work: workInput({ images: 10 }) })
      const done = await service.commit({ reservationId, work: workInput({ images: 20 }) })
      if (feature === 'cap_credits') expect(done).toMatchObject({ __typename: 'Consumption', amount: 50 })
      else expect(done).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    }
  })

  it('sends each level once in a period: as an event, a webhook and an email', async () => {
    const { token, accountId } = await owner()
    await set(token, { accountId, limit: { units: 100 }, alertPercents: [80, 50, 100] })
    await consume(accountId, 49)
    await Promise.all([consume(accountId, 30), consume(accountId, 2)])
    const levels = async (count: number) =>
      (
        await eventually(
          () => alerts(accountId),
          (rows) => rows.length >= count,
        )
      ).map(({ data }) => data.percent)
    expect(await levels(2)).toEqual([50, 80])
    const { id: consumptionId } = await service.consume({ accountId, feature: FEATURE, amount: 19 })
    expect(await levels(3)).toEqual([50, 80, 100])
    // Units that are returned and used again reach the level again, which is no other alert.
    const voided = await server.graphql<{ amendUsage: object }>(
      `mutation ($id: ID!, $key: String!, $reason: String!) { amendUsage(id: $id, amount: 0, key: $key, reason: $reason) { usageAmendment { amount } denial { code } } }`,
      { id: consumptionId, reason: 'The model failed', key: randomUUID() },
      service.key,
    )
    expect(voided.data.amendUsage).toEqual({ amount: 19 })
    expect(await consume(accountId, 19)).toMatchObject({ amount: 19 })
    await server.advanceTo('2026-01-15T10:05:00Z')
    const mails = await server.query<{ subject: string }>(
      `select subject from mail_message where account_id = $1 order by id`,
      [accountId],
    )
    expect(mails.map(({ subject }) => subject).toSorted()).toEqual(
      [100, 50, 80].map((percent) => `${percent} percent of your cap of Plain credits is used`),
    )
    const outbox = await server.query(`select from outbox_event where account_id = $1 and type = 'alert.reached'`, [
      accountId,
    ])
    expect(outbox).toHaveLength(3)
    expect(await alerts(accountId)).toHaveLength(3)
  })

  it('allows operators to set caps that the account cannot exceed or remove', async () => {
    const { token, accountId } = await owner()
    expect(await set(operator, { accountId, limit: { units: 200 } })).toMatchObject({
      setByOperator: true,
      limit: { units: 200 },
    })
    expect(await set(token, { accountId, limit: { units: 201 } })).toMatchObject({
      code: 'INVALID_AMOUNT',
      message: 'The limit must be at most 200, the cap of the operator.',
    })
    expect(await set(token, { accountId, limit: { units: 300 }, period: 'MONTH' })).toMatchObject({
      setByOperator: false,
    })
    const denied = await consume(accountId, 201)
    expect(denied).toMatchObject({ code: 'SPEND_CAP_REACHED', remedies: [] })
    expect(denied.message).toMatch(/^The cap of the operator of 200 /)
  })

  it.each([
    [{ feature: 'reject_credits' }, 'INVALID_PARAMETERS'],
    [{ feature: 'unknown' }, 'NOT_FOUND'],
    [{ limit: { units: -1 } }, 'INVALID_AMOUNT'],
    [{ alertPercents: [0] }, 'INVALID_PARAMETERS'],
    [{ alertPercents: [1, 2, 3, 4, 5, 6] }, 'INVALID_PARAMETERS'],
  ])('denies %j', async (input, code) => {
    const { token, accountId } = await owner()
    expect(await set(token, { accountId, ...input })).toMatchObject({ code })
  })
})
