import { Consume, Entitlement, GrantCredits, RevokeCredits, SetPlan } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { addMonths } from '#services/entitlements/model/quota-window.js'
import { newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const DAY_MS = 86_400_000
const FEATURE = 'ai_credits'

interface Values {
  readonly accountId: string
  readonly plan?: string | null
  readonly quantity?: number
  readonly from?: string
  readonly to?: string | null
  readonly source?: string
  readonly eventAt?: string
}

// AI platform: Free has 1,000 credits a billing period, Pro 50,000 and Scale 600,000.
describe('setPlan', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    key = await server.serviceKey(['credits:write', 'accounts:write'])
  })
  afterAll(() => server.close())

  const now = () => server.app.context.clock.now()
  const inDays = (days: number) => new Date(now().getTime() + days * DAY_MS).toISOString()
  const callPlan = (input: Values, as: string | null = key, event: string = randomUUID()) =>
    server.graphql(SetPlan, { input, key: event }, as)
  /** The answer to an event. */
  const setPlan = async (input: Values, event: string = randomUUID(), as = key) => {
    const { data, errors } = await callPlan(input, as, event)
    expect(errors).toBeUndefined()
    return data.setPlan as {
      account?: { plan: { endsAt: string | null; plan: { code: string } } }
      applied?: boolean
      code?: string
      issues?: { path: string[] }[]
      remedies?: { mutation: string | null }[]
    }
  }
  const creditsOf = async (accountId: string) => {
    const reader = await server.serviceKey(['entitlements:read'])
    return (await server.graphql(Entitlement, { account: accountId, feature: FEATURE }, reader)).data.account!.usage!
      .entitlement!
  }
  const planOf = async (accountId: string) =>
    (
      await server.graphql<{ account: { plan: { endsAt: string | null; plan: { code: string } } } }>(
        `query ($id: ID!) { account(id: $id) { plan { endsAt plan { code } } } }`,
        { id: accountId },
        key,
      )
    ).data.account.plan
  /** Rows of an account without its ID. */
  const stateOf = async (accountId: string) => ({
    event: await server.query(
      `select source, event_id, event_at, plan, quantity, period_start, period_end from external_plan where account_id = $1 order by 1`,
      [accountId],
    ),
    plans: await server.query(
      `select source_id, plan_version_id, quantity, period_end, expires_at from plan_assignment
       where account_id = $1 and source_type = 'external' and ended_at is null
         and (expires_at is null or expires_at > $2) order by 1`,
      [accountId, now()],
    ),
  })

  it('gives a customer a plan until the end of the day on which the period ends, and is renewed', async () => {
    const accountId = `customer:${randomUUID()}`
    const [from, until] = [inDays(-2), inDays(3)]
    const set = await setPlan({ accountId, plan: 'pro', from, to: until, source: 'sub_1' })
    expect(set).toMatchObject({ applied: true, account: { plan: { endsAt: until, plan: { code: 'pro' } } } })
    expect(await creditsOf(accountId)).toMatchObject({ limit: 50_000 })
    const renewed = addMonths(new Date(until), 1).toISOString()
    await server.advanceTo(until)
    expect((await planOf(accountId)).plan.code).toBe('pro')
    await setPlan({ accountId, plan: 'pro', from: until, to: renewed, source: 'sub_1' })
    await server.advanceTo(inDays(2))
    expect(await planOf(accountId)).toEqual({ endsAt: renewed, plan: { code: 'pro' } })
    await server.advanceTo(new Date(Date.parse(renewed) + 2 * DAY_MS).toISOString())
    expect((await planOf(accountId)).plan.code).toBe('free')
    await expectInvariants(server)
  })

  it('ends the plan at once, also if the cancellation comes before the creation', async () => {
    const accountId = `customer:${randomUUID()}`
    const [created, canceled] = [inDays(-2), inDays(-1)]
    expect(await setPlan({ accountId, plan: null, eventAt: canceled })).toMatchObject({ applied: true })
    expect(await setPlan({ accountId, plan: 'pro', eventAt: created }, 'evt_created')).toMatchObject({
      applied: false,
      account: { plan: { plan: { code: 'free' } } },
    })
    expect(await setPlan({ accountId, plan: 'scale' })).toMatchObject({ applied: true })
    expect(await creditsOf(accountId)).toMatchObject({ limit: 600_000 })
    expect(await setPlan({ accountId, plan: null })).toMatchObject({
      applied: true,
      account: { plan: { plan: { code: 'free' } } },
    })
    expect(await setPlan({ accountId, plan: 'pro', eventAt: created }, 'evt_created')).toMatchObject({ applied: false })
  })

  it('happens once per event, with one event in the stream, also for another key', async () => {
    const accountId = `customer:${randomUUID()}`
    const other = await server.serviceKey(['ops:write'])
    const input = { accountId, plan: 'pro', eventAt: inDays(-1) }
    const { account } = await setPlan(input, 'evt_once')
    const { id } = account as unknown as { id: string }
    for (const as of [key, key, other])
      expect(await setPlan({ ...input, accountId: id }, 'evt_once', as)).toMatchObject({ applied: true })
    expect(await setPlan({ ...input, plan: 'scale' }, 'evt_once')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    const events = await server.query<{ data: object }>(
      `select data from stream_event where account_id = $1 and type = 'plan.set'`,
      [id],
    )
    expect(events).toMatchObject([{ data: { plan: 'pro', event: 'evt_once', source: 'default', quantity: 1 } }])
    const published = () =>
      server.query(`select id from outbox_event where account_id = $1 and type = 'plan.set'`, [id])
    expect(await published()).toHaveLength(1)
    const audited = await server.query<{ details: object }>(
      `select details from audit_entry where account_id = $1 and action = 'plan.set'`,
      [id],
    )
    expect(audited).toMatchObject([{ details: { before: null, after: { plan: 'pro' } } }])
  })

  it('keeps the use of the paid period if the plan changes within it, and begins at zero with the next one', async () => {
    const accountId = `customer:${randomUUID()}`
    const spender = await server.serviceKey(['entitlements:write'])
    const from = inDays(-10)
    const until = addMonths(new Date(from), 1).toISOString()
    await setPlan({ accountId, plan: 'scale', from, to: until })
    const input = { accountId, feature: FEATURE, amount: 400 }
    await server.graphql(Consume, { input, key: randomUUID() }, spender)
    await setPlan({ accountId, plan: 'scale', to: until })
    expect(await creditsOf(accountId)).toMatchObject({ limit: 600_000, used: 400, resetsAt: until })
    await setPlan({ accountId, plan: 'scale', from, to: until })
    expect(await creditsOf(accountId)).toMatchObject({ limit: 600_000, used: 400, resetsAt: until })
    await server.advanceTo(until)
    const next = addMonths(new Date(from), 2).toISOString()
    await setPlan({ accountId, plan: 'scale', from: until, to: next })
    expect(await creditsOf(accountId)).toMatchObject({ limit: 600_000, used: 0, resetsAt: next })
    await expectInvariants(server)
  })

  it.each<[string, Partial<Values>, Partial<Record<'from' | 'to' | 'eventAt', number>>, string, string[]]>([
    ['a plan that is left out', {}, {}, 'INVALID_PARAMETERS', ['plan']],
    ['an unknown plan', { plan: 'prp' }, {}, 'INVALID_PLAN', ['plan']],
    ['a quantity of zero', { plan: 'pro', quantity: 0 }, {}, 'INVALID_AMOUNT', ['quantity']],
    ['two units of a flat plan', { plan: 'pro', quantity: 2 }, {}, 'INVALID_AMOUNT', ['quantity']],
    ['an end before the start', { plan: 'pro' }, { from: -1, to: -2 }, 'INVALID_PARAMETERS', ['to']],
    ['a start in the future', { plan: 'pro' }, { from: 1 }, 'INVALID_PARAMETERS', ['from']],
    ['an event of the future', { plan: 'pro' }, { eventAt: 1 }, 'INVALID_PARAMETERS', ['eventAt']],
    ['a source with a space', { plan: 'pro', source: 'a b' }, {}, 'INVALID_PARAMETERS', ['source']],
    ['two problems', { plan: 'prp', source: '' }, {}, 'INVALID_PARAMETERS', ['plan', 'source']],
  ])('denies %s by its field and changes nothing', async (_, terms, days, code, fields) => {
    const accountId = await newAccount(server)
    const times = Object.fromEntries(Object.entries(days).map(([name, count]) => [name, inDays(count)]))
    const denial = await setPlan({ accountId, ...terms, ...times })
    expect([denial.code, denial.issues?.map(({ path }) => path.at(-1))]).toEqual([code, fields])
    expect(await stateOf(accountId)).toEqual({ event: [], plans: [] })
  })

  it('accepts a period that began by a clock that is a minute ahead', async () => {
    const accountId = await newAccount(server)
    const from = inDays(1 / 1440)
    expect(await setPlan({ accountId, plan: 'pro', from, eventAt: from })).toMatchObject({
      applied: true,
      account: { plan: { plan: { code: 'pro' } } },
    })
  })

  it('ends the plan with a period that is over, also one that was given today', async () => {
    const accountId = `customer:${randomUUID()}`
    await setPlan({ accountId, plan: 'pro', source: 'sub_late' })
    expect(await planOf(accountId)).toMatchObject({ plan: { code: 'pro' } })
    const over = await setPlan({ accountId, plan: 'pro', to: inDays(-2), source: 'sub_late' })
    expect(over).toMatchObject({ applied: true, account: { plan: { plan: { code: 'free' } } } })
    expect(
      await setPlan({ accountId, plan: 'scale', from: inDays(-40), to: inDays(-9), source: 'sub_old' }),
    ).toMatchObject({ applied: true, account: { plan: { plan: { code: 'free' } } } })
    await expectInvariants(server)
  })

  it('denies a plan of a group to which the account subscribes here, until it is canceled', async () => {
    const ann = await subscribe(server, 'subscriber@example.com', { plan: 'pro' })
    const event = { accountId: ann.accountId, plan: 'scale' }
    expect(await setPlan(event, 'evt_scale')).toMatchObject({
      code: 'ALREADY_INCLUDED',
      issues: [{ path: ['plan'] }],
      remedies: [{ mutation: 'cancelSubscription' }],
    })
    await server.graphql(
      `mutation ($id: ID!) { cancelSubscription(accountId: $id, at: NOW, key: "cancel") { denial { code } } }`,
      { id: ann.accountId },
      ann.token,
    )
    await eventually(
      () => planOf(ann.accountId),
      ({ plan }) => plan.code === 'free',
    )
    expect(await setPlan(event, 'evt_scale')).toMatchObject({ applied: true })
    await expectInvariants(server)
  })

  it('requires the scope credits:write, ops:write or an operator, and hides accounts of others', async () => {
    const accountId = await newAccount(server, 'owner@example.com')
    const foreign = await newAccount(server)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const own = await server.serviceKey(['credits:write'], accountId)
    const codeOf = async (as: string | null, account: string) =>
      (await callPlan({ accountId: account, plan: 'pro' }, as)).errors?.[0]?.extensions.code ?? 'done'
    for (const as of [key, own, operator, await server.serviceKey(['ops:write'])])
      expect(await codeOf(as, accountId)).toBe('done')
    for (const scope of ['entitlements:write', 'billing:write', 'accounts:write', 'ops:read'])
      expect([scope, await codeOf(await server.serviceKey([scope]), accountId)]).toEqual([scope, 'FORBIDDEN'])
    expect(await codeOf(await server.token('owner@example.com'), accountId)).toBe('FORBIDDEN')
    expect(await codeOf(await server.token('stranger@example.com'), accountId)).toBe('NOT_FOUND')
    expect(await codeOf(own, foreign)).toBe('NOT_FOUND')
    expect(await codeOf(null, accountId)).toBe('UNAUTHENTICATED')
    const readOnly = await callPlan(
      { accountId: 'customer:nobody', plan: 'pro' },
      await server.serviceKey(['credits:write']),
    )
    expect(readOnly.errors?.[0]?.message).toContain('accounts:write')
  })

  it('shares its scope with grantCredits and revokeCredits, each for the accounts of the key', async () => {
    const [accountId, foreign] = [await newAccount(server), await newAccount(server)]
    const own = await server.serviceKey(['credits:write'], accountId)
    const grant = async (account: string, as: string) => {
      const input = { accountId: account, feature: FEATURE, amount: 10, reason: 'Paid' }
      return server.graphql(GrantCredits, { input, key: randomUUID() }, as)
    }
    const revoke = (id: string, as: string) =>
      server.graphql(RevokeCredits, { id, reason: 'Refunded', key: randomUUID() }, as)
    const foreignGrant = (await grant(foreign, key)).data.grantCredits as { id: string }
    expect((await grant(foreign, own)).errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const { errors } = await revoke(foreignGrant.id, own)
    expect(errors?.[0]).toMatchObject({ message: 'Credit grant not found.', extensions: { code: 'NOT_FOUND' } })
    const { id } = (await grant(accountId, own)).data.grantCredits as { id: string }
    expect((await revoke(id, own)).data.revokeCredits).toMatchObject({ id, remaining: 0 })
    const scope = await server.serviceKey(['entitlements:write'])
    expect((await grant(accountId, scope)).errors?.[0]?.message).toContain('credits:write')
  })

  it('ends with the newest state in whatever order and however often the events of a subscription arrive', async () => {
    const random = createSeededRandom(7303)
    const below = (bound: number) => Math.floor(random.next() * bound)
    const base = addMonths(now(), -3)
    for (let life = 0; life < 6; life++) {
      let time = base.getTime()
      const events = Array.from({ length: 3 + below(6) }, (_, index) => {
        // Some events happen in the same second.
        time += below(3) === 0 ? 0 : DAY_MS
        const month = below(4)
        const isEnd = below(4) === 0
        const terms = {
          plan: below(2) === 0 ? 'pro' : 'scale',
          from: addMonths(base, month).toISOString(),
          to: below(5) === 0 ? null : addMonths(base, month + 2).toISOString(),
        }
        const event = { eventAt: new Date(time).toISOString(), source: 'sub_1' }
        return { id: `evt_${index}`, values: { ...event, ...(isEnd ? { plan: null } : terms) } }
      })
      const deliveries = [...events, ...events, ...events.slice(below(events.length))]
      const shuffled = deliveries
        .map((event) => ({ event, at: random.next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ event }) => event)
      const states: object[] = []
      for (const order of [events, shuffled, events.toReversed()]) {
        const accountId = await newAccount(server)
        for (const { id, values } of order)
          expect(await setPlan({ accountId, ...values }, id)).not.toHaveProperty('code')
        states.push({
          ...(await stateOf(accountId)),
          limit: (await creditsOf(accountId)).limit,
          plan: await planOf(accountId),
        })
      }
      const last = events
        .toSorted((a, b) => {
          const byTime = Date.parse(a.values.eventAt) - Date.parse(b.values.eventAt)
          const byEnd = Number(a.values.plan === null) - Number(b.values.plan === null)
          return byTime || byEnd || (a.id < b.id ? -1 : 1)
        })
        .at(-1)!
      expect(states[0]).toMatchObject({ event: [{ event_id: last.id, plan: last.values.plan }] })
      expect(states).toEqual([states[0], states[0], states[0]])
    }
    await expectInvariants(server)
  })

  it('ends with the newest state if all events arrive at once', async () => {
    const accountId = await newAccount(server)
    const events = Array.from({ length: 12 }, (_, index) => ({
      id: `evt_${index}`,
      values: {
        accountId,
        plan: index % 5 === 4 ? null : 'pro',
        to: inDays(1 + index),
        eventAt: inDays(index - 20),
      },
    }))
    await Promise.all([...events, ...events].map(({ id, values }) => setPlan(values, id)))
    expect(await stateOf(accountId)).toMatchObject({
      event: [{ event_id: 'evt_11' }],
      plans: [{ period_end: new Date(events[11]!.values.to) }],
    })
    await expectInvariants(server)
  })
})

// TryDirect prices its plans by the managed server.
describe('setPlan of a plan that is priced by the unit', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'try-direct' } })
  })
  afterAll(() => server.close())

  it('grants the quantity of the last event, and denies more than the maximum', async () => {
    const key = await server.serviceKey(['credits:write', 'entitlements:read'])
    const accountId = await newAccount(server)
    const set = async (quantity: number) =>
      (await server.graphql(SetPlan, { input: { accountId, plan: 'plus', quantity }, key: randomUUID() }, key)).data
        .setPlan
    const servers = async () =>
      (await server.graphql(Entitlement, { account: accountId, feature: 'managed_servers' }, key)).data.account!.usage!
        .entitlement!.limit
    for (const quantity of [3, 1, 10_000]) {
      expect(await set(quantity)).toMatchObject({ applied: true })
      expect(await servers()).toBe(quantity)
    }
    expect(await set(10_001)).toMatchObject({ code: 'INVALID_AMOUNT', issues: [{ path: ['quantity'] }] })
    expect(await servers()).toBe(10_000)
    await expectInvariants(server)
    await server.query(`update external_plan set quantity = 9`)
    await expect(expectInvariants(server)).rejects.toThrow('plans_follow_their_subscription')
  })
})
