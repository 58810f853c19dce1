import { variablesOf } from '#test/support/mutations.js'
import { GrantCredits } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { assignTestPlan, entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'
const MONEY = 'decimal currency'
const QUANTITY = `{ units money { ${MONEY} } }`
const CAP = `id feature { code } period setByOperator limit ${QUANTITY} used ${QUANTITY} reserved ${QUANTITY} remaining ${QUANTITY} alertPercents resetsAt`
const SET = `mutation ($input: SetSpendCapInput!, $key: String!) { setSpendCap(input: $input, key: $key) { spendCap { ${CAP} } denial { code message } } }`
const REMOVE = `mutation ($id: ID!, $key: String!) { removeSpendCap(id: $id, key: $key) { account { id } denial { code message } } }`
const CONSUME = `mutation ($input: ConsumeInput!, $key: String!) {
  consume(input: $input, key: $key) {
    consumption { __typename amount overageCharges { cost { amountMinor } } }
    denial { __typename
      code
      message
      remedies {
        kind
        at
        input
      }
    }
  }
}`

interface Amount {
  readonly money: { readonly decimal: string }
}
interface Shown {
  readonly id?: string
  readonly code?: string
  readonly message?: string
  readonly used?: Amount
  readonly reserved?: Amount
}
interface Consumed {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
  readonly amount: number
  readonly overageCharges: readonly { readonly cost: { readonly amountMinor: number } }[]
  readonly remedies: readonly {
    readonly kind: string
    readonly at: string | null
    readonly input: { readonly input: Record<string, unknown> }
  }[]
}

describe('Spend caps in money', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    // The plans are assigned without a subscription.
    await expectInvariants(server, ['plans_have_their_subscription'])
    await server.close()
  })

  /** A subscriber of `scale`, who has used the 600,000 credits of the plan. Each further 1,000 cost 0.40 USD. */
  const usedUp = async () => {
    const email = `${randomUUID()}@example.com`
    const accountId = await newAccount(server, email)
    await assignTestPlan(server, accountId, 'scale')
    const token = await server.token(email)
    const set = async (input: object, as = token) => {
      const all = { accountId, feature: FEATURE, period: 'DAY', idempotencyKey: randomUUID(), ...input }
      return (await server.graphql<{ setSpendCap: Shown } | null>(SET, variablesOf('setSpendCap', all), as)).data
        ?.setSpendCap
    }
    const setMoney = (amountMinor: number, input: object = {}, as = token) =>
      set({ limit: { money: { amountMinor, currency: 'USD' } }, ...input }, as)
    const remove = async (id: string, as = token) =>
      (await server.graphql<{ removeSpendCap: Shown } | null>(REMOVE, { id, key: randomUUID() }, as)).data
        ?.removeSpendCap
    const consume = async (amount: number, idempotencyKey: string = randomUUID()) =>
      (
        await server.graphql<{ consume: Consumed }>(
          CONSUME,
          { input: { accountId, feature: FEATURE, amount }, key: idempotencyKey },
          service.key,
        )
      ).data.consume
    const caps = async () =>
      (
        await server.graphql<{ account: { usage: { spendCaps: { nodes: Required<Shown>[] } } } }>(
          `{ account { usage { spendCaps { nodes { ${CAP} } } } } }`,
          {},
          token,
        )
      ).data.account.usage.spendCaps.nodes
    expect(await consume(600_000)).toMatchObject({ overageCharges: [] })
    return { email, accountId, token, set, setMoney, remove, consume, caps }
  }
  const usd = (decimal: string) => ({ units: null, money: { decimal, currency: 'USD' } })

  it.each([
    [0, 0],
    [1, 25],
    [2, 50],
    [3, 75],
  ])('of %i cents allow %i units at 0.40 USD per 1,000 and no other', async (cents, units) => {
    const { setMoney, consume, caps } = await usedUp()
    expect(await setMoney(cents, { alertPercents: [50, 100] })).toMatchObject({
      limit: usd(`0.0${cents}`),
      alertPercents: [50, 100],
    })
    if (units > 0) expect(await consume(units)).toMatchObject({ amount: units })
    expect(await consume(1)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await caps()).toMatchObject([{ limit: usd(`0.0${cents}`) }])
  })

  it('of 0 units allow no use at all', async () => {
    const { set, consume } = await usedUp()
    expect(await set({ limit: { units: 0 } })).toMatchObject({ limit: { units: 0 } })
    expect(await consume(1)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await set({ limit: { units: -1 } })).toMatchObject({ code: 'INVALID_AMOUNT' })
  })

  it('deny in the decision, state money, and name the money that suffices', async () => {
    const { accountId, token, set, setMoney, consume, caps } = await usedUp()
    expect(await setMoney(100)).toEqual({
      id: expect.stringMatching(/^cap_/),
      feature: { code: FEATURE },
      period: 'DAY',
      setByOperator: false,
      limit: usd('1.00'),
      used: usd('0.00'),
      reserved: usd('0.00'),
      remaining: usd('1.00'),
      alertPercents: [],
      resetsAt: '2026-03-06T00:00:00.000Z',
    })
    expect(await consume(2_000)).toMatchObject({ overageCharges: [{ cost: { amountMinor: 80 } }] })
    const denied = await consume(1_000)
    const money = { amountMinor: 120, currency: 'USD' }
    expect(denied).toEqual({
      __typename: 'Denial',
      code: 'SPEND_CAP_REACHED',
      message:
        'Your cap of $1.00 for AI credits beyond the allowance per day allows $0.20 more until March 6, 2026 at 12:00 AM UTC: $0.80 used, $0.40 for 1,000 units requested.',
      remedies: [
        {
          kind: 'WAIT',
          at: '2026-03-06T00:00:00.000Z',
          input: null,
        },
        {
          kind: 'RAISE_SPEND_CAP',
          at: null,
          input: { input: expect.objectContaining({ accountId, feature: FEATURE, period: 'DAY', limit: { money } }) },
        },
      ],
    })
    const checked = await server.graphql<{ check: object }>(
      `query ($accountId: ID) { check(accountId: $accountId, feature: "ai_credits", amount: 1000) { allowed denial { code } explain } }`,
      { accountId },
      token,
    )
    expect(checked.data.check).toMatchObject({
      allowed: false,
      denial: { code: 'SPEND_CAP_REACHED' },
      explain: expect.arrayContaining([denied.message]),
    })
    const rest = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: service.key,
      body: { account_id: accountId, feature: FEATURE, amount: 1_000, idempotency_key: randomUUID() },
    })
    expect(rest).toMatchObject({
      status: 403,
      body: {
        code: 'SPEND_CAP_REACHED',
        remedies: [
          { kind: 'wait' },
          { action: { type: 'set_spend_cap', period: 'day', limit: { money: { amount: '1.20', currency: 'USD' } } } },
        ],
      },
    })
    await set(denied.remedies[1]!.input.input)
    expect(await consume(1_000)).toMatchObject({ amount: 1_000 })
    expect(await caps()).toMatchObject([{ limit: usd('1.20'), used: usd('1.20'), remaining: usd('0.00') }])
    // The next day has its own cost.
    await server.advanceTo('2026-03-06T00:00:00Z')
    expect(await caps()).toMatchObject([{ used: usd('0.00') }])
    expect(await consume(1_000)).toMatchObject({ amount: 1_000 })
  })

  it('are never exceeded by concurrent calls, reservations and repetitions', async () => {
    const { accountId, setMoney, consume, caps } = await usedUp()
    await setMoney(500)
    // 400 units cost 0.16 USD.
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 3 === 0
          ? service.reserve({ accountId, feature: FEATURE, amount: 400, idempotencyKey: `r${index % 40}` })
          : consume(400, `c${index % 40}`),
      ),
    )
    const [cap] = await caps()
    const minor = ({ money: { decimal } }: Amount) => Number(decimal.replace('.', ''))
    expect(minor(cap!.used) + minor(cap!.reserved)).toBe(496)
    const [sum] = await server.query<{ minor: number }>(
      `select sum((c->>'amountMinor')::int)::int as minor from ledger_entry, jsonb_array_elements(price->'charges') c where account_id = $1`,
      [accountId],
    )
    expect(sum!.minor).toBe(minor(cap!.used))
    // Reserved units are committed at the cap, and not one more.
    const held = results.find(({ __typename: type }) => type === 'Reservation') as unknown as { id: string }
    expect(await service.commit({ reservationId: held.id, amount: 1_000 })).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await service.commit({ reservationId: held.id })).toMatchObject({ amount: 400 })
    const [after] = await caps()
    expect(minor(after!.used) + minor(after!.reserved)).toBe(496)
  })

  it('allow what costs nothing, and count the cost before they were set', async () => {
    const { accountId, setMoney, consume, caps } = await usedUp()
    await consume(5_000)
    expect(await setMoney(200, { period: 'BILLING_PERIOD' })).toMatchObject({ used: usd('2.00') })
    // A charge of less than half a cent is rounded to nothing, and the units would cost more than the cap nevertheless.
    expect(await consume(2)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await consume(500)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    const { data } = await server.graphql(
      GrantCredits,
      { input: { accountId, feature: FEATURE, amount: 1_000, reason: 'Goodwill' }, key: randomUUID() },
      operator,
    )
    expect(data.grantCredits.__typename).toBe('CreditGrant')
    expect(await consume(1_000)).toMatchObject({ amount: 1_000, overageCharges: [] })
    // A new period has a new allowance.
    await server.advanceTo('2026-04-07T00:00:00Z')
    expect(await consume(600_000)).toMatchObject({ overageCharges: [] })
    expect(await caps()).toMatchObject([{ used: usd('0.00') }])
  })

  it('exist next to caps in units, and each is removed alone', async () => {
    const { set, setMoney, remove, consume, caps } = await usedUp()
    await set({ limit: { units: 700_000 } })
    const { id } = (await setMoney(100))!
    expect(await caps()).toMatchObject([{ limit: { units: 700_000 } }, { limit: usd('1.00') }])
    expect(await consume(3_000)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    expect(await remove(id!)).not.toHaveProperty('code')
    expect(await remove(id!)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await caps()).toMatchObject([{ limit: { units: 700_000 } }])
    expect(await consume(3_000)).toMatchObject({ amount: 3_000 })
    expect((await consume(100_000)).message).toMatch(/^Your cap of 700,000 AI credits units per day /)
  })

  it('send each level once in a period: as an event, a webhook and an email', async () => {
    const { accountId, setMoney, consume } = await usedUp()
    await setMoney(400, { alertPercents: [50, 80, 100] })
    await Promise.all(Array.from({ length: 10 }, () => consume(1_000)))
    const alerts = await eventually(
      () =>
        server.query<{ data: object }>(
          `select data from stream_event where stream_id = $1 and type = 'alert.reached' order by sequence`,
          [accountId],
        ),
      (rows) => rows.length >= 3,
    )
    expect(alerts.map(({ data }) => data)).toMatchObject([
      { basis: 'CAP', feature: FEATURE, percent: 50, value: 200, base: 400, cap: { period: 'DAY', currency: 'USD' } },
      { percent: 80, value: 320 },
      { percent: 100, value: 400 },
    ])
    const outbox = await server.query(`select from outbox_event where account_id = $1 and type = 'alert.reached'`, [
      accountId,
    ])
    expect(outbox).toHaveLength(3)
    const mails = await server.query<{ body: string }>(
      `select body from mail_message where account_id = $1 order by id`,
      [accountId],
    )
    expect(mails).toHaveLength(3)
    expect(mails.map(({ body }) => body).join('\n')).toContain(
      '$2.00 of $4.00 for AI credits beyond the allowance are used today.',
    )
  })

  it('from an operator are not exceeded, changed or removed by the account', async () => {
    const { set, setMoney, remove, consume, caps } = await usedUp()
    const { id } = (await setMoney(200, {}, operator))!
    expect(await caps()).toMatchObject([{ id, setByOperator: true }])
    expect(await setMoney(201)).toMatchObject({
      code: 'INVALID_AMOUNT',
      message: 'The limit must be at most $2.00, the cap of the operator.',
    })
    // A cap in units is not compared with money.
    expect(await set({ limit: { units: 900_000 } })).toMatchObject({ setByOperator: false })
    expect(await remove(id!)).toBeNull()
    const denied = await consume(6_000)
    expect(denied).toMatchObject({ code: 'SPEND_CAP_REACHED', remedies: [] })
    expect(denied.message).toMatch(/^The cap of the operator of \$2\.00 /)
    expect(await remove(id!, operator)).not.toHaveProperty('code')
    expect(await consume(6_000)).toMatchObject({ amount: 6_000 })
  })

  it.each([
    [{ money: { amountMinor: -1, currency: 'USD' } }, 'INVALID_AMOUNT'],
    [{ money: { amountMinor: 100, currency: 'EUR' } }, 'INVALID_PARAMETERS'],
    [{ money: { amountMinor: 100, currency: 'USD' }, units: 5 }, undefined],
    [{}, undefined],
  ])('are denied as %j', async (limit, code) => {
    const { set } = await usedUp()
    expect((await set({ limit }))?.code).toBe(code)
  })
})
