import { variablesOf } from '#test/support/mutations.js'
import { Credits, RecordUsage } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { usageFigures } from '#test/support/analytics.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  assignTestPlan,
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { ratedCatalog, workInput } from '#test/support/rated-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const LARGE = { model: 'large' }

describe('rate cards', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: ratedCatalog() } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    // Plans are assigned here without subscriptions.
    await expectInvariants(server, ['plans_have_their_subscription', 'packs_follow_their_payment'])
    await server.close()
  })

  const rest = (verb: string, body: object) =>
    server.rest('POST', `/api/v1/entitlements/${verb}`, { token: service.key, body })
  const reserve = async (accountId: string, feature: string, work: object) => {
    const held = await service.reserve({ accountId, feature, work })
    expect(held.__typename).toBe('Reservation')
    return held.id
  }

  it('decide and price in one step, and the ledger explains the price', async () => {
    const accountId = await newAccount(server)
    const work = { quantities: { tokens: 120, images: 2 }, dimensions: { model: 'large', mode: 'batch' } }
    const { status, body } = await rest('consume', {
      account_id: accountId,
      feature: 'reject_credits',
      work,
      idempotency_key: 'answer-1',
    })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { amount: 113, price: { units: 113, card_version: 1, dimensions: work.dimensions, overage: null } },
    })
    const [entry] = await server.query<{ amount: number; price: object }>(
      `select amount, price from ledger_entry where account_id = $1 and feature = 'reject_credits'`,
      [accountId],
    )
    expect(entry).toMatchObject({
      amount: -113,
      price: {
        version: 1,
        units: 113,
        dimensions: work.dimensions,
        lines: [
          { line: 'tokens model=large', amount: 120, before: 0, exact: '110', units: 110 },
          { line: 'images', amount: 2, exact: '3', units: 3 },
        ],
      },
    })
    // The same key returns the first price; the order of names does not matter, other work does.
    const again = { quantities: { images: 2, tokens: 120 }, dimensions: { mode: 'batch', model: 'large' } }
    const repeat = { account_id: accountId, feature: 'reject_credits', idempotency_key: 'answer-1' }
    expect((await rest('consume', { ...repeat, work: again })).body).toMatchObject({
      id: body['id'],
      amount: 113,
      price: { units: 113, lines: [{ before: 0 }, {}] },
    })
    expect((await rest('consume', { ...repeat, work: { quantities: { images: 2 } } })).body).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
    expect((await rest('preview', { account_id: accountId, feature: 'reject_credits', work })).body).toMatchObject({
      allowed: true,
      price: { units: 63, lines: [{ before: 120, exact: '60' }, {}] },
      remaining_after: 324,
    })
    expect((await rest('check', { account_id: accountId, feature: 'reject_credits', work })).body).toMatchObject({
      allowed: true,
      price: { units: 63 },
    })
  })

  it('charges any split as the whole, fractions included', async () => {
    const accountId = await newAccount(server)
    const amounts: number[] = []
    for (let call = 0; call < 10; call++)
      amounts.push(
        (
          await service.consume({
            accountId,
            feature: 'reject_credits',
            work: workInput({ tokens: 1 }, { model: 'small' }),
          })
        ).amount,
      )
    expect(amounts).toEqual([0, 1, 0, 1, 0, 0, 1, 0, 1, 0])
    const whole = await newAccount(server)
    expect(
      await service.consume({
        accountId: whole,
        feature: 'reject_credits',
        work: workInput({ tokens: 10 }, { model: 'small' }),
      }),
    ).toMatchObject({ amount: 4, entitlement: { used: 4 } })
  })

  it('counts concurrent calls exactly', async () => {
    const accountId = await newAccount(server)
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        service.consume({ accountId, feature: 'reject_credits', work: workInput({ tokens: 5 }, LARGE) }),
      ),
    )
    // 100 at 2, 100 at 1.
    expect(answers.reduce((sum, { amount }) => sum + amount, 0)).toBe(300)
  })

  it('denies work without units, and an amount beside work', async () => {
    const accountId = await newAccount(server)
    const feature = 'reject_credits'
    const work = workInput({ tokens: 400 }, LARGE)
    const denied = await service.consume({ accountId, feature, work: workInput({ images: 167 }) })
    expect(denied).toMatchObject({ __typename: 'Denial', code: 'INSUFFICIENT_CREDITS' })
    for (const mutation of ['consume', 'reserve'] as const)
      expect(await service[mutation]({ accountId, feature, amount: 2, work })).toMatchObject({
        code: 'INVALID_PARAMETERS',
        message: 'Set either amount or work.',
      })
    expect(await service.reserve({ accountId, feature })).toMatchObject({ code: 'INVALID_AMOUNT' })
    // The price is decided for the account alone: another one has its own tiers.
    expect(await service.consume({ accountId, feature, work })).toMatchObject({ amount: 500 })
    expect(await service.consume({ accountId: await newAccount(server), feature, work })).toMatchObject({ amount: 500 })
  })

  it('reserves an estimate and commits the truth, less or more', async () => {
    const accountId = await newAccount(server)
    const feature = 'reject_credits'
    const less = await reserve(accountId, feature, workInput({ images: 10 }))
    expect(await service.commit({ reservationId: less, work: workInput({ images: 4 }) })).toMatchObject({
      amount: 12,
      taken: [{ amount: 12 }],
      entitlement: { used: 12, reserved: 0 },
    })
    const more = await reserve(accountId, feature, workInput({ images: 1 }))
    expect(await service.commit({ reservationId: more, work: workInput({ images: 10 }) })).toMatchObject({
      amount: 30,
      entitlement: { used: 42, reserved: 0 },
    })
    const nothing = await reserve(accountId, feature, workInput({ tokens: 1 }, { model: 'small' }))
    expect(
      await service.commit({ reservationId: nothing, work: workInput({ tokens: 1 }, { model: 'small' }) }),
    ).toMatchObject({
      amount: 0,
      taken: [],
      entitlement: { used: 42, reserved: 0 },
    })
  })

  it.each([
    ['reject_credits', null],
    ['cap_credits', { overagePolicy: 'CAP', unavailable: 50 }],
    ['overflow_credits', { overagePolicy: 'OVERFLOW', unavailable: 50 }],
  ])('treats work beyond what is available as %s says, in the result', async (feature, overage) => {
    const accountId = await newAccount(server)
    const reservationId = await reserve(accountId, feature, workInput({ tokens: 400 }, LARGE))
    // 500 are held: 100 at 2 and 300 at 1. 450 cost 550.
    const commit = `mutation ($amount: SafeInt, $id: ID!, $key: String!, $work: WorkInput) {
      commitReservation(amount: $amount, id: $id, key: $key, work: $work) {
        consumption { amount taken { amount } price { units unavailable overagePolicy explain } entitlement { used remaining reserved } }
        denial { code }
      }
    }`
    const input = { reservationId, work: workInput({ tokens: 450 }, LARGE), idempotencyKey: 'c' }
    const call = async () =>
      (
        await server.graphql<{ commitReservation: object }>(
          commit,
          variablesOf('commitReservation', input),
          service.key,
        )
      ).data.commitReservation
    const debt = await (async () => {
      const result = await call()
      if (overage === null) {
        expect(result).toEqual({ code: 'INSUFFICIENT_CREDITS' })
        return 0
      }
      expect(result).toMatchObject({
        amount: overage.overagePolicy === 'CAP' ? 500 : 550,
        taken: [{ amount: 500 }],
        price: { units: 550, ...overage },
        entitlement: { used: 500, remaining: 0, reserved: 0 },
      })
      expect(await call()).toMatchObject({ price: overage })
      return overage.overagePolicy === 'CAP' ? 0 : 50
    })()
    await grantTestCredits(server, accountId, feature, 80)
    const usage = await server.graphql(Credits, { account: accountId }, service.key)
    expect(usage.data.account!.usage!.credits).toMatchObject([{ debt: 0, remaining: 80 - debt }])
    if (overage === null)
      expect(await service.commit({ reservationId, work: workInput({ tokens: 450 }, LARGE) })).toMatchObject({
        amount: 550,
      })
    // Usage that became debt is usage, and is not counted again when it is repaid.
    const usage30Days = await usageFigures(server, service.key, { account: accountId, groupBy: ['MODEL'] })
    const used = usage30Days.filter(({ groups }) => groups['FEATURE'] === feature)
    expect(used.map(({ groups, total }) => [groups['MODEL'], total])).toEqual([
      ['large', overage?.overagePolicy === 'CAP' ? 500 : 550],
    ])
  })

  it('records work that was done elsewhere, by the version and window of its time', async () => {
    const accountId = await newAccount(server)
    const event = (key: string, more: object) => ({
      accountId,
      feature: 'reject_credits',
      key,
      ...more,
    })
    const { data } = await server.graphql(
      RecordUsage,
      {
        events: [
          event('a', { work: workInput({ images: 2 }), at: '2026-01-03T00:00:00Z' }),
          event('a', { work: workInput({ images: 2 }), at: '2026-01-03T00:00:00Z' }),
          event('b', { work: workInput({ images: 1 }), at: '2025-12-31T23:59:59Z' }),
          event('c', { work: workInput({ videos: 1 }) }),
          event('d', { work: workInput({ images: 1 }), amount: 1 }),
          event('e', {}),
        ],
      },
      service.key,
    )
    expect(data.recordUsage).toMatchObject({
      acceptedCount: 2,
      duplicateCount: 1,
      rejected: [
        { index: 3, code: 'INVALID_PARAMETERS' },
        { index: 4, code: 'INVALID_PARAMETERS' },
        { index: 5, code: 'INVALID_AMOUNT' },
      ],
    })
  })

  it('has rates of its own for a plan', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'pro')
    const work = workInput({ images: 5, tokens: 10 }, LARGE)
    expect(await service.consume({ accountId, feature: 'cap_credits', work })).toMatchObject({
      // 10 at 2 and 5 at 2 instead of 3, by 0.9.
      amount: 27,
    })
  })

  it('counts a new version from its date, and a new window from zero', async () => {
    const late = await startTestServer({ start: '2026-01-31T23:00:00Z', env: { CATALOG: ratedCatalog() } })
    try {
      const other = await entitlementService(late)
      const accountId = await newAccount(late)
      const consume = (quantities: Record<string, number>, dimensions = LARGE as Record<string, string>) =>
        other.consume({
          accountId,
          feature: 'reject_credits',
          work: workInput(quantities, dimensions),
          idempotencyKey: randomUUID(),
        })
      expect(await consume({ tokens: 150 })).toMatchObject({ amount: 250 })
      expect(await consume({ tokens: 10 })).toMatchObject({ amount: 10 })
      await late.advanceTo('2026-02-01T00:00:00Z')
      expect(await consume({ tokens: 10 })).toMatchObject({ amount: 20 })
      await late.advanceTo('2026-02-10T00:00:00Z')
      // Version 2: every token costs 1, and a call at least 5.
      expect(await consume({ tokens: 10 })).toMatchObject({ amount: 10 })
      expect(await consume({ tokens: 2 })).toMatchObject({ amount: 5 })
      expect(await consume({ images: 2 }, {})).toMatchObject({ code: 'INVALID_PARAMETERS' })
      const entries = await late.query<{ version: number }>(
        `select (price ->> 'version')::int as version from ledger_entry where account_id = $1 and price is not null order by version`,
        [accountId],
      )
      expect(entries.map(({ version }) => version)).toEqual([1, 1, 1, 2, 2])
      await expectInvariants(late)
    } finally {
      await late.close()
    }
  })

  it('price a reservation by the version and the plan of its time, whenever it is committed', async () => {
    const later = await startTestServer({ start: '2026-02-09T23:00:00Z', env: { CATALOG: ratedCatalog() } })
    try {
      const other = await entitlementService(later)
      const accountId = await newAccount(later)
      await assignTestPlan(later, accountId, 'pro')
      const small = (tokens: number) => workInput({ tokens }, { model: 'small' })
      const hold = async (onExpiry: string, expiresInSeconds: number) => {
        const held = await other.reserve({
          accountId,
          feature: 'overflow_credits',
          work: small(1000),
          expiresInSeconds,
          onExpiry,
        })
        // 0.4 for each, by 0.9 of the plan.
        expect(held).toMatchObject({ amount: 360 })
        return held.id
      }
      const released = await hold('RELEASE', 60)
      await other.release({ reservationId: released })
      const inTime = await hold('RELEASE', 86_400)
      await later.advanceTo('2026-02-10T01:00:00Z')
      await assignTestPlan(later, accountId, 'free')
      expect(await other.commit({ reservationId: inTime, work: small(100) })).toMatchObject({ amount: 36, late: false })

      const fresh = await newAccount(later)
      const held = (onExpiry: string) =>
        other.reserve({
          accountId: fresh,
          feature: 'overflow_credits',
          work: small(10),
          onExpiry,
          expiresInSeconds: 60,
        })
      const late = await held('RELEASE')
      const estimated = await held('COMMIT_ESTIMATE')
      await other.extend({ reservationId: estimated.id, work: small(20) })
      await later.advanceTo('2026-02-10T01:01:00Z')
      expect(await other.commit({ reservationId: late.id, work: small(600) })).toMatchObject({
        amount: 600,
        debt: 120,
        late: true,
      })
      // The end has consumed 20.
      expect(await other.commit({ reservationId: estimated.id, work: small(25) })).toMatchObject({ amount: 5, debt: 5 })
      const entries = await later.query<{ version: number; basis: string | null }>(
        `select (price ->> 'version')::int as version, price ->> 'basis' as basis from ledger_entry
         where account_id = $1 and kind = 'CONSUME' and key is not null order by 2, 1`,
        [fresh],
      )
      expect(entries).toEqual([
        { version: 2, basis: 'ESTIMATE' },
        { version: 2, basis: 'LATE' },
        { version: null, basis: 'LATE' },
      ])
      await expectInvariants(later, ['plans_have_their_subscription', 'packs_follow_their_payment'])
    } finally {
      await later.close()
    }
  })
})
