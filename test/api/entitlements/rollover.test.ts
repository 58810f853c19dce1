import fc from 'fast-check'
import { Check, UpsertAccount } from '@stackgate/client/documents'
import {
  assignTestPlan,
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { execute } from '#test/support/plain-sql.js'
import { poolApi } from '#test/support/pools.js'
import { ROLLING_WINDOWS, rolloverCatalog } from '#test/support/rollover-catalog.js'
import { RolloverModel, type ModelPlan } from '#test/support/rollover-model.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('rollover', () => {
  let harness: TestServer
  let service: EntitlementService
  const open = async (start: string, plan: string | null = 'pro') => {
    harness = await startTestServer({ start, env: { CATALOG: rolloverCatalog() } })
    service = await entitlementService(harness)
    const accountId = await newAccount(harness)
    if (plan) await assignTestPlan(harness, accountId, plan)
    return accountId
  }
  afterEach(async () => {
    await expectInvariants(harness, ['plans_have_their_subscription'])
    await harness.close()
  })

  /** The clock of the product alone. Jobs run as soon as they are due. */
  const at = (moment: string) => harness.app.context.clock.set(new Date(moment))
  const use = (accountId: string, feature: string, amount: number) => service.consume({ accountId, feature, amount })
  const check = async (accountId: string, feature: string, amount = 1) => {
    const { data } = await harness.graphql(Check, { account: accountId, feature, amount }, service.key)
    return data.check!
  }
  const words = async (accountId: string) => (await check(accountId, 'words')).entitlement!
  const grants = (accountId: string) =>
    harness.query<{ amount: number; used: number; granted_at: Date; expires_at: Date }>(
      `select amount::int, used::int, granted_at, expires_at from credit_grant where account_id = $1 and source_kind = 'ROLLOVER' order by granted_at, feature`,
      [accountId],
    )
  /** Makes the jobs of an account late: they stay due, and do not run. */
  const delayJobs = (accountId: string) =>
    execute(
      harness.app.context.database,
      `update scheduled_job set available_at = now() + interval '1 day' where account_id = $1`,
      [accountId],
    )
  /** A server without a snapshot of the account reads all of it. */
  const evict = (accountId: string) => harness.app.context.entitlements.snapshots.evict(accountId)

  it('adds the unused units of each kind of window to the next one, as a source of its own', async () => {
    const accountId = await open('2026-03-15T22:30:00.000Z')
    for (const window of ROLLING_WINDOWS) await use(accountId, `calls_${window}`, 20_000)
    const ends = [
      ['2026-03-15T23:00:00.000Z', 'hour'],
      ['2026-03-16T00:00:00.000Z', 'day', 'week'],
      ['2026-03-18T00:00:00.000Z', '10d'],
      ['2026-04-01T00:00:00.000Z', 'month'],
      ['2026-04-15T22:30:00.000Z', 'billing_period'],
    ] as const
    for (const [end, ...windows] of ends) {
      await at(new Date(Date.parse(end) - 1).toISOString())
      for (const window of windows)
        expect((await check(accountId, `calls_${window}`)).entitlement).toMatchObject({
          limit: 50_000,
          remaining: 30_000,
        })
      await at(end)
      for (const window of windows) {
        const { entitlement, explain } = await check(accountId, `calls_${window}`)
        // The use of a sliding window still counts.
        const counted = window === '10d' ? 20_000 : 0
        expect(entitlement).toMatchObject({ limit: 80_000, used: counted, remaining: 80_000 - counted })
        expect(explain.join(' ')).toMatch(/The rollover of the plan Pro grants 30,000 until /)
      }
    }
  })

  it('takes the allowance first, then what expires first, and names the sources', async () => {
    const accountId = await open('2026-01-10T00:00:00.000Z')
    await grantTestCredits(harness, accountId, 'words', 30, { expiresAt: new Date('2026-02-20T00:00:00.000Z') })
    await use(accountId, 'words', 20)
    await at('2026-02-01T00:00:00.000Z')
    // 80 are unused, and half of them roll over until April.
    expect(await words(accountId)).toMatchObject({ limit: 170, remaining: 170 })
    expect((await use(accountId, 'words', 140)).taken).toEqual([
      { amount: 100, source: { kind: 'PLAN', code: 'pro' } },
      { amount: 30, source: { kind: 'PACKAGE', code: 'a_pack' } },
      { amount: 10, source: { kind: 'ROLLOVER', code: 'pro' } },
    ])
    await at('2026-03-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 130, remaining: 130 })
    await at('2026-03-31T23:59:59.999Z')
    expect(await words(accountId)).toMatchObject({ remaining: 130 })
    // The 30 end. Of March, 50 of 100 unused units roll over: never what had rolled over itself.
    await at('2026-04-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 150, remaining: 150 })
    // The maximum is 60: 10 more.
    await at('2026-05-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 160, remaining: 160 })
  })

  it('rolls over the same units after a late job and a restart', async () => {
    const accountId = await open('2026-01-31T12:00:00.000Z')
    await use(accountId, 'calls_billing_period', 20_000)
    await delayJobs(accountId)
    await at('2026-02-28T12:00:00.000Z')
    evict(accountId)
    expect((await check(accountId, 'calls_billing_period')).entitlement).toMatchObject({ limit: 80_000 })
    // Reading writes nothing.
    expect(await grants(accountId)).toEqual([])
    const used = await Promise.all(
      Array.from({ length: 8 }, () => use(accountId, 'calls_billing_period', 10_000) as Promise<{ amount?: number }>),
    )
    expect(used.map(({ amount }) => amount)).toEqual(Array.from({ length: 8 }, () => 10_000))
    expect(await use(accountId, 'calls_billing_period', 1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    const rolled = (await grants(accountId)).find(({ amount }) => amount === 30_000)
    expect(rolled).toMatchObject({
      granted_at: new Date('2026-02-28T12:00:00Z'),
      expires_at: new Date('2026-03-31T12:00:00Z'),
    })
    const before = await grants(accountId)
    await harness.whileStopped(async () => undefined)
    await harness.advanceTo('2026-02-28T12:00:01.000Z')
    expect(await grants(accountId)).toEqual(before)
    // Two periods later nothing of it is left, and March and April were unused.
    await harness.whileStopped(async () => undefined)
    await at('2026-04-30T12:00:00.000Z')
    expect((await check(accountId, 'calls_billing_period')).entitlement).toMatchObject({ limit: 100_000 })
  })

  it('writes what rolled over by a job, once, with an event, also for several missed windows', async () => {
    const accountId = await open('2026-01-10T00:00:00.000Z')
    await use(accountId, 'words', 100)
    await delayJobs(accountId)
    await at('2026-04-02T00:00:00.000Z')
    evict(accountId)
    // Nothing of January, 50 of February, and 10 of March because of the maximum.
    expect(await words(accountId)).toMatchObject({ limit: 160, remaining: 160 })
    await execute(harness.app.context.database, `update scheduled_job set available_at = now() where account_id = $1`, [
      accountId,
    ])
    await harness.advanceTo('2026-04-02T00:00:01.000Z')
    const rolled = await eventually(
      async () => (await grants(accountId)).filter(({ amount }) => amount <= 60),
      (rows) => rows.length === 2,
    )
    expect(rolled.map(({ amount, granted_at }) => [amount, granted_at.toISOString().slice(0, 10)])).toEqual([
      [50, '2026-03-01'],
      [10, '2026-04-01'],
    ])
    const events = await harness.query<{ data: { rollovers: number } }>(
      `select data from stream_event where account_id = $1 and type = 'credits.rolled_over'`,
      [accountId],
    )
    expect(events.length).toBeGreaterThan(0)
    expect(await words(accountId)).toMatchObject({ limit: 160, remaining: 160 })
  })

  it('reads the same units while a job writes what rolled over', async () => {
    const accountId = await open('2026-01-10T00:00:00.000Z')
    const wrong: number[] = []
    for (let step = 1; step <= 40; step++) {
      await use(accountId, 'words', 40 + (step % 3) * 50)
      await at(new Date(Date.UTC(2026, 0, 10) + step * 1073 * 3_600_000).toISOString())
      const read = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          await new Promise((wake) => setTimeout(wake, index * 2))
          evict(accountId)
          return words(accountId)
        }),
      )
      const { remaining } = await words(accountId)
      wrong.push(...read.filter((one) => one.remaining !== remaining).map((one) => one.remaining!))
    }
    expect(wrong).toEqual([])
  })

  it('leaves reserved units with their window, and counts reservations that ended before it as they ended', async () => {
    const accountId = await open('2026-01-29T00:00:00.000Z')
    const held = await service.reserve({ accountId, feature: 'words', amount: 40, expiresInSeconds: 7 * 86_400 })
    await at('2026-01-31T23:00:00.000Z')
    await service.reserve({ accountId, feature: 'words', amount: 30, expiresInSeconds: 60 })
    await delayJobs(accountId)
    await at('2026-02-01T00:00:00.000Z')
    evict(accountId)
    // 40 are reserved until February: half of the other 60 roll over.
    expect(await words(accountId)).toMatchObject({ limit: 130, remaining: 130 })
    await service.release({ reservationId: held.id })
    expect(await words(accountId)).toMatchObject({ limit: 130, remaining: 130 })
  })

  it('follows seats, changes of the plan and pauses: a window that they cut off does not end', async () => {
    const accountId = await open('2026-01-10T00:00:00.000Z', 'basic')
    await at('2026-02-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 20 })
    await assignTestPlan(harness, accountId, 'team', { quantity: 3 })
    await use(accountId, 'words', 100)
    await at('2026-03-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 2_900 })
    // Fewer seats and a lower plan keep what rolled over.
    await assignTestPlan(harness, accountId, 'basic')
    expect(await words(accountId)).toMatchObject({ limit: 1_420, remaining: 1_420 })
    await at('2026-04-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 20 })
  })

  it('rolls over for accounts without a plan of their own, who never used anything', async () => {
    const accountId = await open('2026-01-10T00:00:00.000Z', null)
    await at('2026-02-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({
      limit: 14,
      remaining: 14,
      sources: [{ kind: 'PLAN' }, { kind: 'ROLLOVER' }],
    })
    expect(await use(accountId, 'words', 14)).toMatchObject({ amount: 14 })
    expect(await use(accountId, 'words', 1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await at('2026-03-01T00:00:00.000Z')
    expect(await words(accountId)).toMatchObject({ limit: 10 })
  })

  it('rolls over units of a pool for its parent account, and none for a sub-account', async () => {
    const parentId = await open('2026-01-10T00:00:00.000Z')
    const accountId = await newAccount(harness)
    const operator = await harness.token('ops@example.com', { roles: ['admin'] })
    const { setParent } = poolApi(harness)
    expect((await setParent(operator, { accountId, parentId })).code).toBeUndefined()
    await use(accountId, 'words', 20)
    await at('2026-02-01T00:00:00.000Z')
    for (const id of [parentId, accountId]) expect(await words(id)).toMatchObject({ limit: 140, remaining: 140 })
    expect((await setParent(operator, { accountId, parentId: null })).code).toBeUndefined()
    expect(await words(accountId)).toMatchObject({ limit: 10, remaining: 10 })
  })

  it('writes what rolled over from days that had ended before a change of the time zone', async () => {
    const accountId = await open('2026-03-15T12:00:00.000Z', 'local')
    await use(accountId, 'local_calls', 20)
    await delayJobs(accountId)
    await at('2026-03-16T00:30:00.000Z')
    const key = await harness.serviceKey(['accounts:write'])
    // In New York, no day has ended since the account was created.
    const { errors } = await harness.graphql(
      UpsertAccount,
      { account: accountId, input: { timeZone: 'America/New_York' } },
      key,
    )
    expect(errors).toBeUndefined()
    evict(accountId)
    expect((await check(accountId, 'local_calls')).entitlement).toMatchObject({ limit: 80, remaining: 80 })
    const ofDay = async () => (await grants(accountId)).filter(({ amount }) => amount === 30)
    expect(await ofDay()).toMatchObject([
      { granted_at: new Date('2026-03-16T00:00:00Z'), expires_at: new Date('2026-03-17T00:00:00Z') },
    ])
    // The day that ends at midnight in New York was not used, and its hours before the change are not counted twice.
    await at('2026-03-16T04:00:00.000Z')
    expect((await check(accountId, 'local_calls')).entitlement).toMatchObject({ limit: 80 })
    expect(await ofDay()).toHaveLength(1)
  })

  it('shows the terms of the plan, and an allowance in the future with what will roll over', async () => {
    const accountId = await open('2026-01-10T00:00:00.000Z')
    const { data } = await harness.graphql<{ plans: { code: string; features: { feature: { code: string } }[] }[] }>(
      `{ plans { code features { feature { code } text rollover { percent amount maximum periodCount } } } }`,
    )
    const ofWords = (code: string) =>
      data.plans.find((plan) => plan.code === code)!.features.find(({ feature }) => feature.code === 'words')
    expect(ofWords('pro')).toMatchObject({
      text: '100 words a month, 50% of unused roll over (at most 60)',
      rollover: { percent: 50, amount: null, maximum: 60, periodCount: 2 },
    })
    expect(ofWords('free')).toMatchObject({ rollover: { percent: null, amount: 4, maximum: null, periodCount: 1 } })
    expect(ofWords('basic')).toMatchObject({ rollover: null })
    const { data: later } = await harness.graphql<{
      account: { usage: { entitlements: { feature: { code: string } }[] } }
    }>(
      `query ($id: ID!) { account(id: $id) { usage { entitlements(asOf: "2026-02-10T00:00:00Z") { feature { code } limit sources { kind name amount object { id } } } } } }`,
      { id: accountId },
      service.key,
    )
    expect(later.account.usage.entitlements.find(({ feature }) => feature.code === 'words')).toMatchObject({
      limit: 150,
      sources: [{ kind: 'PLAN' }, { kind: 'ROLLOVER', name: 'Pro', amount: 50 }],
    })
  })

  const PLANS: Readonly<Record<string, ModelPlan>> = {
    free: { code: 'free', amount: 10, window: 'month', rollover: { share: 40, maximum: null, periods: 1 } },
    basic: { code: 'basic', amount: 20, window: 'month', rollover: null },
    pro: { code: 'pro', amount: 100, window: 'month', rollover: { share: 50, maximum: 60, periods: 2 } },
    team: { code: 'team', amount: 500, window: 'month', rollover: { share: 100, maximum: null, periods: 1 } },
  }

  it('holds what the model of the documentation holds, whatever job is late and whatever server reads', async () => {
    await open('2026-01-31T10:00:00.000Z', null)
    const { clock } = harness.app.context
    const step = fc.oneof(
      fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 24 * 45 }) }),
      fc.record({ kind: fc.constant('use' as const), amount: fc.integer({ min: 1, max: 150 }) }),
      fc.record({
        kind: fc.constant('plan' as const),
        plan: fc.constantFrom('basic', 'pro', 'team'),
        quantity: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({ kind: fc.constant('late' as const) }),
      fc.record({ kind: fc.constant('evict' as const) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
        const accountId = await newAccount(harness)
        await assignTestPlan(harness, accountId, 'pro')
        const now = clock.now().getTime()
        const model = new RolloverModel(now, PLANS['pro']!, 1, now)
        for (const one of steps) {
          if (one.kind === 'wait') {
            const to = clock.now().getTime() + one.hours * 3_600_000
            await clock.set(new Date(to))
            model.advance(to)
          } else if (one.kind === 'use') {
            const done = await use(accountId, 'words', one.amount)
            expect('amount' in done).toBe(model.use(one.amount))
          } else if (one.kind === 'plan') {
            const quantity = one.plan === 'team' ? one.quantity : 1
            await assignTestPlan(harness, accountId, one.plan, { quantity })
            model.change(PLANS[one.plan]!, quantity, now)
          } else if (one.kind === 'late') await delayJobs(accountId)
          else evict(accountId)
          expect((await words(accountId)).remaining).toBe(model.available())
        }
      }),
      { seed: 51, numRuns: 12 },
    )
  })
})
