import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { expectInvariants } from '#test/support/invariants.js'
import { entitlementService, grantTestCredits, type EntitlementService } from '#test/support/entitlements.js'
import { change, person, type Person } from '#test/support/members.js'
import { seatTeam } from '#test/support/seats.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'
const CAP = `id member { id } feature { code } period setByOperator limit { units } used { units } reserved { units } remaining { units } alertPercents`

interface Changed {
  readonly id?: string
  readonly code?: string
  readonly message?: string
  readonly field?: string
}

interface Units {
  readonly units: number
}

interface Cap {
  readonly member: { readonly id: string }
  readonly used: Units
  readonly reserved: Units
}

interface Denied {
  readonly code: string
  readonly message: string
  readonly field?: string
  readonly remedies: { kind: string; input: { input: object } | null }[]
}

describe('spend caps of members', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server, ['packs_follow_their_payment'])
    await server.close()
  })

  const team = async (members: number) => {
    const found = await seatTeam(server, randomUUID().slice(0, 8), { seats: 1, members })
    await grantTestCredits(server, found.accountId, FEATURE, 100_000)
    return found
  }
  const setCap = async (who: Person, input: object) =>
    (
      await server.graphql<{ setSpendCap: Changed } | null>(
        `mutation ($input: SetSpendCapInput!, $key: String!) {
          setSpendCap(input: $input, key: $key) { spendCap { ${CAP} } denial { code message issues { path } } }
        }`,
        variablesOf('setSpendCap', {
          feature: FEATURE,
          period: 'DAY',
          limit: { units: 100 },
          key: randomUUID(),
          ...input,
        }),
        who.token,
      )
    ).data?.setSpendCap
  const capsOf = async (who: Person, accountId: string, userId: string | null = null) =>
    (
      await server.graphql<{ account: { usage: { spendCaps: { nodes: Cap[] } } } }>(
        `query ($accountId: ID!, $userId: ID) { account(id: $accountId) { usage { spendCaps(userId: $userId) { nodes { ${CAP} } } } } }`,
        { accountId, userId },
        who.token,
      )
    ).data.account.usage.spendCaps.nodes
  const consume = async (input: object): Promise<Denied & { id?: string; amount?: number }> =>
    (
      await server.graphql<{ consume: Denied }>(
        `mutation ($input: ConsumeInput!, $key: String!) {
          consume(input: $input, key: $key) {
            consumption { id amount }
            denial { issues { path } code message remedies { kind input } }
          }
        }`,
        variablesOf('consume', { feature: FEATURE, amount: 1, key: randomUUID(), ...input }),
        service.key,
      )
    ).data.consume
  const ledger = (accountId: string) =>
    server.query<{ userId: string | null; used: number }>(
      `select user_id as "userId", -sum(amount)::int as used from ledger_entry
       where account_id = $1 and kind in ('CONSUME', 'ADJUST') group by 1 order by 1`,
      [accountId],
    )

  it('denies in the decision, names cap and member, and its remedy lifts the denial', async () => {
    const { owner, accountId, members } = await team(2)
    const [ann, bob] = members.map(({ userId }) => userId)
    expect(await setCap(owner, { accountId, userId: ann })).toEqual({
      id: expect.stringMatching(/^cap_/),
      member: { id: ann },
      feature: { code: FEATURE },
      period: 'DAY',
      setByOperator: false,
      limit: { units: 100 },
      used: { units: 0 },
      reserved: { units: 0 },
      remaining: { units: 100 },
      alertPercents: [],
    })
    expect(await consume({ accountId, userId: ann, amount: 90 })).toMatchObject({ amount: 90 })
    const denied = await consume({ accountId, userId: ann, amount: 11 })
    expect(denied).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      message:
        'The cap of this member of 100 AI credits units per day allows 10 more until January 16, 2026 at 12:00 AM UTC: 90 used, 11 requested.',
      remedies: [
        { kind: 'WAIT' },
        {
          kind: 'RAISE_SPEND_CAP',
          input: {
            input: expect.objectContaining({
              feature: FEATURE,
              period: 'DAY',
              limit: { units: 101 },
              userId: ann,
            }) as object,
          },
        },
      ],
    })
    // Others, and uses without a member, are not limited.
    expect(await consume({ accountId, userId: bob, amount: 500 })).toMatchObject({ amount: 500 })
    expect(await consume({ accountId, amount: 500 })).toMatchObject({ amount: 500 })

    const request = { accountId, feature: FEATURE, amount: 11, userId: ann }
    const { data } = await server.graphql<{ check: object; checks: object[] }>(
      `query ($requests: [CheckInput!]!, $accountId: ID, $userId: ID) {
        check(accountId: $accountId, feature: "${FEATURE}", amount: 11, userId: $userId) { allowed explain denial { code } }
        checks(requests: $requests) { allowed } }`,
      { requests: [request, { ...request, userId: bob }], accountId, userId: ann },
      service.key,
    )
    expect(data).toMatchObject({
      check: {
        allowed: false,
        denial: { code: 'SPEND_CAP_REACHED' },
        explain: expect.arrayContaining([denied.message]),
      },
      checks: [{ allowed: false }, { allowed: true }],
    })
    const rest = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: service.key,
      body: { account_id: accountId, feature: FEATURE, amount: 11, user_id: ann!, idempotency_key: randomUUID() },
    })
    expect(rest).toMatchObject({ status: 403, body: { code: 'SPEND_CAP_REACHED', message: denied.message } })
    expect(await setCap(owner, { ...denied.remedies[1]!.input!.input })).toMatchObject({
      limit: { units: 101 },
      used: { units: 90 },
    })
    expect(await consume({ accountId, userId: ann, amount: 11 })).toMatchObject({ amount: 11 })
    expect(await ledger(accountId)).toEqual(
      expect.arrayContaining([
        { userId: ann, used: 101 },
        { userId: bob, used: 500 },
        { userId: null, used: 500 },
      ]),
    )
  })

  it('is never exceeded by concurrent calls, reservations and repetitions, and equals the ledger', async () => {
    const { owner, accountId, members } = await team(3)
    await consume({ accountId, userId: members[0]!.userId, amount: 10 })
    for (const { userId } of members) await setCap(owner, { accountId, userId, limit: { units: 60 } })
    const done = await Promise.all(
      Array.from({ length: 150 }, (_, index) => {
        const input = {
          accountId,
          feature: FEATURE,
          userId: members[index % 3]!.userId,
          amount: 4,
          idempotencyKey: `key ${index % 120}`.replace(' ', '-'),
        }
        return index % 2 === 0 ? service.reserve(input) : service.consume(input)
      }),
    )
    const caps = await capsOf(owner, accountId)
    expect(caps).toHaveLength(3)
    for (const { used, reserved } of caps) {
      expect(used.units + reserved.units).toBeLessThanOrEqual(60)
      expect(used.units + reserved.units).toBeGreaterThan(56)
    }
    const reservations = [...new Set(done.filter(({ id }) => id?.startsWith('rsv_')).map(({ id }) => id))]
    await Promise.all(
      reservations.map((reservationId, index) =>
        index % 2 === 0 ? service.commit({ reservationId, amount: 3 }) : service.release({ reservationId }),
      ),
    )
    const used = new Map((await ledger(accountId)).map((row) => [row.userId, row.used]))
    for (const { member, used: counted, reserved } of await capsOf(owner, accountId))
      expect({ counted, reserved }).toEqual({ counted: { units: used.get(member.id) }, reserved: { units: 0 } })
  })

  it('returns the units of an amended use to the cap', async () => {
    const { owner, accountId, members } = await team(1)
    const { userId } = members[0]!
    await setCap(owner, { accountId, userId, limit: { units: 50 } })
    const { id: consumptionId } = await consume({ accountId, userId, amount: 50 })
    expect(await consume({ accountId, userId })).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    const { data } = await server.graphql<{ amendUsage: object }>(
      `mutation ($amount: SafeInt!, $id: ID!, $key: String!, $reason: String!) { amendUsage(amount: $amount, id: $id, key: $key, reason: $reason) { denial { __typename code message } } }`,
      { id: consumptionId, amount: 20, reason: 'counted twice', key: randomUUID() },
      service.key,
    )
    expect(data.amendUsage).not.toHaveProperty('code')
    expect(await capsOf(owner, accountId, userId)).toMatchObject([{ used: { units: 20 }, remaining: { units: 30 } }])
    expect(await ledger(accountId)).toEqual([{ userId, used: 20 }])
  })

  it('denies a user who is not a member, and reveals nothing of other accounts', async () => {
    const { owner, accountId, members } = await team(1)
    const stranger = await person(server, `${randomUUID()}@example.com`)
    const refused = {
      code: 'INVALID_PARAMETERS',
      message: 'userId must be a member of the account.',
      issues: [{ path: ['userId'] }],
    }
    for (const userId of [stranger.userId, 'usr_unknown']) {
      expect(await consume({ accountId, userId })).toMatchObject(refused)
      expect(await setCap(owner, { accountId, userId })).toEqual(refused)
      expect(await service.reserve({ accountId, feature: FEATURE, amount: 1, userId })).toMatchObject({
        code: refused.code,
        message: refused.message,
      })
      const { data } = await server.graphql<{ recordUsage: object; check: object }>(
        `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount rejected { index } } }`,
        {
          events: [userId, members[0]!.userId].map((one) => ({
            accountId,
            feature: FEATURE,
            amount: 2,
            userId: one,
            key: randomUUID(),
          })),
        },
        service.key,
      )
      // The fact is recorded for no member.
      expect(data.recordUsage).toEqual({ acceptedCount: 2, rejected: [] })
    }
    expect(await ledger(accountId)).toEqual(
      expect.arrayContaining([
        { userId: null, used: 4 },
        { userId: members[0]!.userId, used: 4 },
      ]),
    )
    expect(await setCap(members[0]!, { accountId, userId: members[0]!.userId })).toBeNull()
    expect(await setCap(stranger, { accountId, userId: members[0]!.userId })).toBeNull()
  })

  it('ends with the membership, and repeats a use of a former member', async () => {
    const { owner, accountId, members } = await team(1)
    const { userId } = members[0]!
    await setCap(owner, { accountId, userId, limit: { units: 10 } })
    const input = { accountId, userId, amount: 4, idempotencyKey: randomUUID() }
    const first = await consume(input)
    const { id: reservationId } = await service.reserve({ accountId, feature: FEATURE, amount: 6, userId })
    expect(await change(server, owner, `removeMember(accountId: "${accountId}" userId: "${userId}")`)).toMatchObject({
      __typename: 'DeletePayload',
    })
    expect(await capsOf(owner, accountId)).toEqual([])
    expect(await consume({ accountId, userId })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['userId'] }],
    })
    expect((await consume(input)).id).toBe(first.id)
    expect(await service.commit({ reservationId })).toMatchObject({ amount: 6 })
    expect(await ledger(accountId)).toEqual([{ userId, used: 10 }])
  })

  it('has no member in a pool', async () => {
    const { owner, accountId, members } = await team(0)
    const child = await seatTeam(server, randomUUID().slice(0, 8), { seats: 1, members: 1 })
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    await server.graphql(
      `mutation ($accountId: ID, $parentId: ID) { setParentAccount(accountId: $accountId, parentId: $parentId) { denial { code message } } }`,
      { accountId: child.accountId, parentId: accountId },
      operator,
    )
    const use = { accountId: child.accountId, amount: 5 }
    expect(await consume(use)).toMatchObject({ amount: 5 })
    const pooled = { code: 'INVALID_PARAMETERS', message: 'Units of a pool have no member: omit userId.' }
    expect(await consume({ ...use, userId: child.members[0]!.userId })).toMatchObject(pooled)
    expect(members).toEqual([])
    expect(await consume({ accountId, userId: owner.userId, amount: 5 })).toMatchObject({ amount: 5 })
  })

  it('sends each level once in a period, and is removed by its member', async () => {
    const { owner, accountId, members } = await team(1)
    const { userId } = members[0]!
    const { id } = (await setCap(owner, { accountId, userId, limit: { units: 100 }, alertPercents: [50, 100] }))!
    await Promise.all([49, 30, 2].map((amount) => consume({ accountId, userId, amount })))
    await consume({ accountId, userId, amount: 19 })
    const alerts = await eventually(
      () =>
        server.query<{ data: object }>(
          `select data from stream_event where stream_id = $1 and type = 'alert.reached' order by sequence`,
          [accountId],
        ),
      (rows) => rows.length >= 2,
    )
    expect(alerts.map(({ data }) => data)).toMatchObject([
      { percent: 50, cap: { userId }, feature: FEATURE, base: 100 },
      { percent: 100, cap: { userId }, value: 100 },
    ])
    const mails = await server.query<{ subject: string }>(
      `select subject from mail_message where account_id = $1 and subject like '%percent of the cap%' order by subject`,
      [accountId],
    )
    expect(mails.map(({ subject }) => subject)).toEqual([
      `100 percent of the cap of ${members[0]!.email} is used: AI credits`,
      `50 percent of the cap of ${members[0]!.email} is used: AI credits`,
    ])
    const { data } = await server.graphql<{ removeSpendCap: Changed }>(
      `mutation ($id: ID!, $key: String!) { removeSpendCap(id: $id, key: $key) { account { id } denial { code } } }`,
      { id, key: randomUUID() },
      owner.token,
    )
    expect(data.removeSpendCap).toEqual({ id: accountId })
    expect(await capsOf(owner, accountId)).toEqual([])
    expect(await consume({ accountId, userId, amount: 50 })).toMatchObject({ amount: 50 })
  })
})
