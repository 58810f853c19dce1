import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import {
  assignTestPlan,
  entitlementService,
  grantTestCredits,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { change, person, type Person } from '#test/support/members.js'
import { seatTeam } from '#test/support/seats.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'
const MONEY = 'decimal currency'
const QUANTITY = `{ units money { ${MONEY} } }`
const CAP = `id member { id } feature { code } period setByOperator limit ${QUANTITY} used ${QUANTITY} reserved ${QUANTITY} remaining ${QUANTITY} alertPercents`

interface Amount {
  readonly money: { readonly decimal: string }
}
interface Cap {
  readonly id: string
  readonly member: { readonly id: string }
  readonly used: Amount
  readonly reserved: Amount
}
interface Shown extends Partial<Cap> {
  readonly code?: string
  readonly message?: string
}
interface Consumed {
  readonly id?: string
  readonly amount?: number
  readonly code: string
  readonly message: string
  readonly remedies: readonly { readonly kind: string; readonly input: { readonly input: Record<string, unknown> } }[]
}

const usd = (decimal: string) => ({ units: null, money: { decimal, currency: 'USD' } })
const minor = ({ money: { decimal } }: Amount) => Number(decimal.replace('.', ''))

describe('spend caps of members in money', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    // The plans are assigned without a subscription, and a pack without its payment.
    await expectInvariants(server, ['plans_have_their_subscription', 'packs_follow_their_payment'])
    await server.close()
  })

  /** A subscriber of `scale` with members, who has used the 600,000 credits of the plan. Each further 1,000 cost 0.40 USD. */
  const usedUp = async (count: number) => {
    const { owner, accountId, members } = await seatTeam(server, randomUUID().slice(0, 8), { seats: 1, members: count })
    await assignTestPlan(server, accountId, 'scale')
    const call = async (document: string, mutation: string, input: object, as: string) =>
      (
        await server.graphql<{ changed: Shown | null }>(
          document,
          variablesOf(mutation, { key: randomUUID(), ...input }),
          as,
        )
      ).data.changed
    const set = (input: object, as = owner.token) =>
      call(
        `mutation ($input: SetSpendCapInput!, $key: String!) { changed: setSpendCap(input: $input, key: $key) { spendCap { ${CAP} } denial { code message } } }`,
        'setSpendCap',
        { accountId, feature: FEATURE, period: 'DAY', ...input },
        as,
      )
    const setMoney = (userId: string, amountMinor: number, input: object = {}, as = owner.token) =>
      set({ userId, limit: { money: { amountMinor, currency: 'USD' } }, ...input }, as)
    const remove = (id: string, as = owner.token) =>
      call(
        `mutation ($id: ID!, $key: String!) { changed: removeSpendCap(id: $id, key: $key) { account { id } denial { code message } } }`,
        'removeSpendCap',
        { id },
        as,
      )
    const consume = async (userId: string | null, amount: number, input: object = {}): Promise<Consumed> =>
      (
        await server.graphql<{ consume: Consumed }>(
          `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id amount } denial { code message remedies { kind input } } } }`,
          variablesOf('consume', { accountId, feature: FEATURE, amount, userId, key: randomUUID(), ...input }),
          service.key,
        )
      ).data.consume
    const caps = async (userId: string | null = null) =>
      (
        await server.graphql<{ account: { usage: { spendCaps: { nodes: readonly Cap[] } } } }>(
          `query ($accountId: ID!, $userId: ID) { account(id: $accountId) { usage { spendCaps(userId: $userId) { nodes { ${CAP} } } } } }`,
          { accountId, userId },
          owner.token,
        )
      ).data.account.usage.spendCaps.nodes
    expect(await consume(null, 600_000)).toMatchObject({ amount: 600_000 })
    return { owner, accountId, ids: members.map(({ userId }) => userId), members, set, setMoney, remove, consume, caps }
  }

  /** Exact cost of each member by the ledger, in cents. A unit costs 0.04. */
  const ledger = async (accountId: string) => {
    const rows = await server.query<{ userId: string; units: number }>(
      `select user_id as "userId", sum((c->>'units')::int)::int as units
       from ledger_entry, jsonb_array_elements(price->'charges') c where account_id = $1 group by 1`,
      [accountId],
    )
    return new Map(rows.map(({ userId, units }) => [userId, Math.ceil((units * 4) / 100)]))
  }

  it('deny in the decision, name member and money, and their remedy lifts the denial', async () => {
    const { accountId, ids, set, setMoney, consume, caps } = await usedUp(2)
    const [ann, bob] = ids as [string, string]
    expect(await setMoney(ann, 100)).toEqual({
      id: expect.stringMatching(/^cap_/),
      member: { id: ann },
      feature: { code: FEATURE },
      period: 'DAY',
      setByOperator: false,
      limit: usd('1.00'),
      used: usd('0.00'),
      reserved: usd('0.00'),
      remaining: usd('1.00'),
      alertPercents: [],
    })
    // 2,010 units cost 80.4 cents, which is shown as 0.81 USD.
    expect(await consume(ann, 2_010)).toMatchObject({ amount: 2_010 })
    expect(await caps(ann)).toMatchObject([{ used: usd('0.81'), remaining: usd('0.19') }])
    const denied = await consume(ann, 1_000)
    const money = { amountMinor: 121, currency: 'USD' }
    expect(denied).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      message:
        'The cap of this member of $1.00 for AI credits beyond the allowance per day allows $0.19 more until March 6, 2026 at 12:00 AM UTC: $0.81 used, $0.40 for 1,000 units requested.',
      remedies: [
        { kind: 'WAIT' },
        {
          kind: 'RAISE_SPEND_CAP',
          input: { input: { accountId, feature: FEATURE, period: 'DAY', limit: { money }, userId: ann } },
        },
      ],
    })
    // Others, and uses without a member, are not limited.
    expect(await consume(bob, 10_000)).toMatchObject({ amount: 10_000 })
    expect(await consume(null, 10_000)).toMatchObject({ amount: 10_000 })
    expect(await caps(bob)).toEqual([])

    const request = { accountId, feature: FEATURE, amount: 1_000, userId: ann }
    const { data } = await server.graphql<{ check: object; checks: object[] }>(
      `query ($requests: [CheckInput!]!, $accountId: ID, $userId: ID) {
        check(accountId: $accountId, feature: "${FEATURE}", amount: 1000, userId: $userId) { allowed explain denial { code } }
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
      body: { account_id: accountId, feature: FEATURE, amount: 1_000, user_id: ann, idempotency_key: randomUUID() },
    })
    expect(rest).toMatchObject({
      status: 403,
      body: {
        code: 'SPEND_CAP_REACHED',
        message: denied.message,
        remedies: [
          { kind: 'wait' },
          {
            action: {
              type: 'set_spend_cap',
              user_id: ann,
              limit: { money: { amount: '1.21', currency: 'USD' } },
            },
          },
        ],
      },
    })
    expect(await set(denied.remedies[1]!.input.input)).toMatchObject({ limit: usd('1.21'), used: usd('0.81') })
    expect(await consume(ann, 1_000)).toMatchObject({ amount: 1_000 })
    expect(await caps(ann)).toMatchObject([{ used: usd('1.21'), remaining: usd('0.00') }])
    // The next day has its own cost.
    await server.advanceTo('2026-03-06T00:00:00Z')
    expect(await caps(ann)).toMatchObject([{ used: usd('0.00') }])
    expect(await consume(ann, 1_000)).toMatchObject({ amount: 1_000 })
  })

  it('are never exceeded by concurrent calls, reservations and repetitions, and equal the ledger', async () => {
    const { accountId, ids, setMoney, consume, caps } = await usedUp(3)
    for (const userId of ids) await setMoney(userId, 100)
    // 333 units cost 13.32 cents: 7 of them fit into 1.00 USD.
    const done = await Promise.all(
      Array.from({ length: 150 }, (_, index) => {
        const userId = ids[index % 3]!
        const idempotencyKey = `key-${index % 120}`
        return index % 2 === 0
          ? service.reserve({ accountId, feature: FEATURE, amount: 333, userId, idempotencyKey })
          : consume(userId, 333, { idempotencyKey })
      }),
    )
    const shown = await caps()
    expect(shown).toHaveLength(3)
    for (const { used, reserved } of shown) expect(minor(used) + minor(reserved)).toBe(Math.ceil(7 * 13.32))
    const reservations = [...new Set(done.filter(({ id }) => id?.startsWith('rsv_')).map(({ id }) => id))]
    expect(reservations.length).toBeGreaterThan(2)
    const ended = await Promise.all(
      reservations.map((reservationId, index) =>
        index % 2 === 0 ? service.commit({ reservationId, amount: 301 }) : service.release({ reservationId }),
      ),
    )
    for (const outcome of ended) expect(outcome).not.toHaveProperty('code')
    const costs = await ledger(accountId)
    for (const { member, used, reserved } of await caps())
      expect({ userId: member.id, used: minor(used), reserved: minor(reserved) }).toEqual({
        userId: member.id,
        used: costs.get(member.id),
        reserved: 0,
      })
  })

  it('count the cost before they were set, and subtract that of an amended use', async () => {
    const { accountId, ids, setMoney, consume, caps } = await usedUp(1)
    const userId = ids[0]!
    const { id: consumptionId } = await consume(userId, 1_010)
    await consume(null, 5_000)
    expect(await setMoney(userId, 41, { period: 'BILLING_PERIOD' })).toMatchObject({
      used: usd('0.41'),
      remaining: usd('0.00'),
    })
    // 15 units are within the part of a cent by which 40.4 cents are rounded up.
    expect(await consume(userId, 16)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await consume(userId, 15)).toMatchObject({ amount: 15 })
    expect(await caps()).toMatchObject([{ used: usd('0.41') }])
    const { data } = await server.graphql<{ amendUsage: object }>(
      `mutation ($amount: SafeInt!, $id: ID!, $key: String!, $reason: String!) { amendUsage(amount: $amount, id: $id, key: $key, reason: $reason) { denial { __typename code message } } }`,
      { id: consumptionId, amount: 510, reason: 'counted twice', key: randomUUID() },
      service.key,
    )
    expect(data.amendUsage).not.toHaveProperty('code')
    expect(await caps()).toMatchObject([{ used: usd('0.21'), remaining: usd('0.20') }])
    expect((await ledger(accountId)).get(userId)).toBe(21)
    // Packs cost nothing, and are used first.
    await grantTestCredits(server, accountId, FEATURE, 50_000)
    expect(await consume(userId, 50_000)).toMatchObject({ amount: 50_000 })
    expect(await caps()).toMatchObject([{ used: usd('0.21') }])
  })

  it('exist next to caps in units and to that of the account, and each is removed alone', async () => {
    const { ids, set, setMoney, remove, consume, caps } = await usedUp(1)
    const userId = ids[0]!
    const inUnits = (await set({ userId, limit: { units: 5_000 } }))!.id!
    await set({ limit: { money: { amountMinor: 500, currency: 'USD' } } })
    const inMoney = (await setMoney(userId, 100))!.id!
    expect(await caps()).toMatchObject([
      { member: { id: userId }, limit: { units: 5_000 } },
      { member: null, limit: usd('5.00') },
      { member: { id: userId }, limit: usd('1.00') },
    ])
    expect((await consume(userId, 2_501)).message).toMatch(/^The cap of this member of \$1\.00 /)
    expect(await remove(inMoney)).not.toHaveProperty('code')
    expect(await remove(inMoney)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await caps(userId)).toMatchObject([{ limit: { units: 5_000 } }])
    expect((await consume(userId, 5_001)).message).toMatch(/^The cap of this member of 5,000 AI credits units /)
    expect(await consume(userId, 2_501)).toMatchObject({ amount: 2_501 })
    expect(await remove(inUnits)).not.toHaveProperty('code')
    expect((await consume(userId, 20_000)).message).toMatch(/^Your cap of \$5\.00 /)
  })

  it('from an operator are not exceeded, changed or removed by the account', async () => {
    const { ids, set, setMoney, remove, consume } = await usedUp(1)
    const userId = ids[0]!
    const { id, setByOperator } = (await setMoney(userId, 200, {}, operator)) as Cap & { setByOperator: boolean }
    expect(setByOperator).toBe(true)
    expect(await setMoney(userId, 201)).toMatchObject({
      code: 'INVALID_AMOUNT',
      message: 'The limit must be at most $2.00, the cap of the operator.',
    })
    // A cap in units is not compared with money.
    expect(await set({ userId, limit: { units: 900_000 } })).toMatchObject({ limit: { units: 900_000 } })
    expect(await remove(id)).toBeNull()
    const denied = await consume(userId, 6_000)
    expect(denied).toMatchObject({ code: 'SPEND_CAP_REACHED', remedies: [] })
    expect(denied.message).toMatch(/^The cap of the operator for this member of \$2\.00 /)
    expect(await remove(id, operator)).not.toHaveProperty('code')
  })

  it('are for members only, end with the membership, and leave reservations', async () => {
    const { owner, accountId, ids, members, setMoney, caps } = await usedUp(1)
    const userId = ids[0]!
    const stranger = await person(server, `${randomUUID()}@example.com`)
    for (const unknown of [stranger.userId, 'usr_unknown'])
      expect(await setMoney(unknown, 100)).toEqual({
        code: 'INVALID_PARAMETERS',
        message: 'userId must be a member of the account.',
      })
    for (const { token } of [stranger, members[0] as Person]) expect(await setMoney(userId, 100, {}, token)).toBeNull()
    await setMoney(userId, 100)
    const { id: reservationId } = await service.reserve({ accountId, feature: FEATURE, amount: 2_500, userId })
    expect(await caps()).toMatchObject([{ reserved: usd('1.00'), remaining: usd('0.00') }])
    expect(await change(server, owner, `removeMember(accountId: "${accountId}" userId: "${userId}")`)).toMatchObject({
      __typename: 'DeletePayload',
    })
    expect(await caps()).toEqual([])
    expect(await service.commit({ reservationId })).toMatchObject({ amount: 2_500 })
    expect((await ledger(accountId)).get(userId)).toBe(100)
  })

  it('send each level once in a period: as an event, a webhook and an email', async () => {
    const { accountId, ids, members, setMoney, remove, consume } = await usedUp(1)
    const userId = ids[0]!
    const { id } = (await setMoney(userId, 400, { alertPercents: [50, 80, 100] }))!
    await Promise.all(Array.from({ length: 10 }, () => consume(userId, 1_000)))
    await remove(id!)
    const alerts = await eventually(
      () =>
        server.query<{ data: object }>(
          `select data from stream_event where stream_id = $1 and type = 'alert.reached' order by sequence`,
          [accountId],
        ),
      (rows) => rows.length >= 3,
    )
    expect(alerts.map(({ data }) => data)).toMatchObject([
      { percent: 50, feature: FEATURE, value: 200, base: 400, cap: { userId, period: 'DAY', currency: 'USD' } },
      { percent: 80, value: 320, cap: { userId } },
      { percent: 100, value: 400, cap: { userId } },
    ])
    const outbox = await server.query<{ type: string }>(
      `select type from outbox_event where account_id = $1 and type in ('alert.reached', 'spend_cap.changed') order by type`,
      [accountId],
    )
    expect(outbox.map(({ type }) => type)).toEqual([
      'alert.reached',
      'alert.reached',
      'alert.reached',
      'spend_cap.changed',
      'spend_cap.changed',
    ])
    const mails = await server.query<{ subject: string; body: string }>(
      `select subject, body from mail_message where account_id = $1 and subject like '%percent of the cap%' order by id`,
      [accountId],
    )
    expect(mails.map(({ subject }) => subject)).toEqual(
      [50, 80, 100].map((percent) => `${percent} percent of the cap of ${members[0]!.email} is used: AI credits`),
    )
    expect(mails[0]!.body).toContain('$2.00 of $4.00 for AI credits beyond the allowance are used today.')
  })

  it.each([
    [-1, 'USD', 'INVALID_AMOUNT'],
    [100, 'EUR', 'INVALID_PARAMETERS'],
  ])('are denied with %i %s', async (amountMinor, currency, code) => {
    const { ids, set } = await usedUp(1)
    expect(await set({ userId: ids[0], limit: { money: { amountMinor, currency } } })).toMatchObject({ code })
  })
})
