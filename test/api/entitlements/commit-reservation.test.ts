import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'

const FEATURE = 'ai_stories'

describe('Commit of a reservation', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const usage = async (accountId: string) => {
    const [row] = await server.query<{ used: number; reserved: number }>(
      `select coalesce(sum(used), 0)::bigint as used, coalesce(sum(reserved), 0)::bigint as reserved from quota_usage where account_id = $1`,
      [accountId],
    )
    return row
  }

  it('commits less and releases the rest, or more if available; otherwise keeps the reservation', async () => {
    const accountId = await newAccount(server)
    const less = await service.reserve({ accountId, feature: FEATURE, amount: 10 })
    expect((await service.commit({ reservationId: less.id, amount: 4 })).entitlement).toMatchObject({
      used: 4,
      reserved: 0,
      remaining: 21,
    })
    const more = await service.reserve({ accountId, feature: FEATURE, amount: 10 })
    expect((await service.commit({ reservationId: more.id, amount: 12 })).entitlement).toMatchObject({
      used: 16,
      remaining: 9,
    })
    const stays = await service.reserve({ accountId, feature: FEATURE, amount: 5 })
    expect(await service.commit({ reservationId: stays.id, amount: 10 })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    expect(await usage(accountId)).toEqual({ used: 16, reserved: 5 })
    await grantTestCredits(server, accountId, FEATURE, 50)
    expect((await service.commit({ reservationId: stays.id, amount: 10 })).taken).toEqual([
      { amount: 5, source: { kind: 'PLAN', code: 'starter' } },
      { amount: 4, source: { kind: 'PLAN', code: 'starter' } },
      { amount: 1, source: { kind: 'PACKAGE', code: 'a_pack' } },
    ])
  })

  it('keeps every balance in the ledger at zero or above with any reserved rest', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 20, { expiresAt: new Date('2027-03-10T10:00:00Z') })
    await grantTestCredits(server, accountId, FEATURE, 30, { expiresAt: new Date('2027-04-10T10:00:00Z') })
    await service.consume({ accountId, feature: FEATURE, amount: 20 })
    // 5 of the allowance, all of the first pack and 10 of the second.
    const all = await service.reserve({ accountId, feature: FEATURE, amount: 35 })
    await service.commit({ reservationId: all.id })
    const some = await service.reserve({ accountId, feature: FEATURE, amount: 15 })
    await service.commit({ reservationId: some.id, amount: 8 })
    const largest = await service.reserve({ accountId, feature: FEATURE, amount: 10 })
    await service.commit({ reservationId: largest.id, amount: 12 })
    const entries = await server.query<{ kind: string; amount: number; balanceAfter: number }>(
      `select kind, amount, balance_after as "balanceAfter" from ledger_entry where account_id = $1 order by version, operation_no, entry_no`,
      [accountId],
    )
    expect(entries.map(({ kind, amount, balanceAfter }) => `${kind} ${amount} → ${balanceAfter}`)).toEqual([
      'GRANT 20 → 20',
      'GRANT 30 → 50',
      'CONSUME -20 → 50',
      'RESERVE -5 → 50',
      'RESERVE -20 → 30',
      'RESERVE -10 → 20',
      'CONSUME -5 → 20',
      'CONSUME -20 → 20',
      'CONSUME -10 → 20',
      'RELEASE 5 → 20',
      'RELEASE 20 → 20',
      'RELEASE 10 → 20',
      'RESERVE -15 → 5',
      'CONSUME -8 → 5',
      'RELEASE 15 → 12',
      'RESERVE -10 → 2',
      'CONSUME -10 → 2',
      'CONSUME -2 → 0',
      'RELEASE 10 → 0',
    ])
    await expectInvariants(server)
  })

  it('returns the current entitlement when a use exhausts a grant', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 50)
    const read = async () =>
      (
        await server.graphql<{ account: { usage: { entitlement: object } } }>(
          `query ($id: ID!) { account(id: $id) { usage { entitlement(feature: "${FEATURE}") { limit used reserved remaining resetsAt } } } }`,
          { id: accountId },
          service.key,
        )
      ).data.account.usage.entitlement
    await service.consume({ accountId, feature: FEATURE, amount: 60 })
    const held = await service.reserve({ accountId, feature: FEATURE, amount: 15 })
    const committed = await service.commit({ reservationId: held.id })
    expect(committed.entitlement).toMatchObject({ limit: 75, used: 75, remaining: 0 })
    // Not its version: the warning that this use is due comes after it.
    const { revision: _, ...now } = committed.entitlement
    expect(await read()).toEqual(now)
  })

  it('closes once: denies a second commit, a later release and an unknown ID without changes', async () => {
    const accountId = await newAccount(server)
    const { id } = await service.reserve({ accountId, feature: FEATURE, amount: 5 })
    await service.commit({ reservationId: id })
    expect(await service.commit({ reservationId: id })).toMatchObject({ code: 'RESERVATION_CLOSED' })
    expect(await service.release({ reservationId: id })).toMatchObject({ code: 'RESERVATION_CLOSED' })
    const foreign = await entitlementService(server, ['entitlements:write'], await newAccount(server))
    expect((await foreign.raw('commitReservation', { reservationId: id })).code).toBe('NOT_FOUND')
    const beyond = `${id.slice(0, -1)}9999999999`
    for (const never of ['rsv_1', `${id}9`, beyond, id.replace('rsv_', 'csm_'), `rsv_${'0'.repeat(26)}-1-0`])
      expect((await service.raw('commitReservation', { reservationId: never })).code).toBe('NOT_FOUND')
    expect((await service.raw('commitReservation', { reservationId: id, amount: 0 })).answer).toMatchObject({
      code: 'RESERVATION_CLOSED',
    })
    expect(await usage(accountId)).toEqual({ used: 5, reserved: 0 })
  })

  // The clock is moved: no test follows.
  it.each(['commit', 'expiry'])(
    'ends a reservation by %s after its window, on a server that has just started',
    async (end) => {
      const accountId = await newAccount(server)
      await service.consume({ accountId, feature: FEATURE, amount: 3 })
      const [window] = await server.query<{ window_end: Date }>(
        `select window_end from quota_usage where account_id = $1`,
        [accountId],
      )
      const after = (hours: number) => new Date(window!.window_end.getTime() + hours * 3_600_000).toISOString()
      await server.advanceTo(after(-1))
      const held = await service.reserve({ accountId, feature: FEATURE, amount: 5, expiresInSeconds: 7_200 })
      await server.whileStopped(async () => {})
      await server.advanceTo(after(end === 'commit' ? 0.5 : 2))
      if (end === 'commit')
        expect(await service.commit({ reservationId: held.id })).toMatchObject({ __typename: 'Consumption', amount: 5 })
      expect(await service.consume({ accountId, feature: FEATURE, amount: 1 })).toMatchObject({ amount: 1 })
      const uses = await server.query(
        `select used::int, reserved::int from quota_usage where account_id = $1 order by window_end`,
        [accountId],
      )
      expect(uses).toEqual([
        { used: end === 'commit' ? 8 : 3, reserved: 0 },
        { used: 1, reserved: 0 },
      ])
      await expectInvariants(server)
    },
  )
})
