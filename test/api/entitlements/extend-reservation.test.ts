import {
  assignTestPlan,
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'
const START = Date.parse('2026-03-10T10:00:00Z')

describe('extendReservation, and the end of a reservation', () => {
  let server: TestServer
  let service: EntitlementService
  let now = START
  beforeAll(async () => {
    server = await startTestServer({ start: new Date(START).toISOString(), env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server, ['plans_have_their_subscription', 'packs_follow_their_payment'])
    await server.close()
  })

  const advance = async (seconds: number) => {
    now += seconds * 1000
    await server.advanceTo(new Date(now).toISOString())
  }
  const usage = async (accountId: string) => {
    const [row] = await server.query<{ used: number; reserved: number }>(
      `select coalesce(sum(used), 0)::int as used, coalesce(sum(reserved), 0)::int as reserved from quota_usage where account_id = $1`,
      [accountId],
    )
    return row
  }
  /** Consumptions of an account, newest first. */
  const consumptions = async (accountId: string) => {
    const { data } = await server.graphql<{ account: { usage: { consumptions: { nodes: object[] } } } }>(
      `query ($id: ID!) { account(id: $id) { usage { consumptions(first: 5) { nodes { amount late estimated debt } } } } }`,
      { id: accountId },
      service.key,
    )
    return data.account.usage.consumptions.nodes
  }
  const statusOf = async (id: string) => {
    const { data } = await server.graphql<{ node: { status: string } }>(
      `query ($id: ID!) { node(id: $id) { ... on Reservation { status } } }`,
      { id },
      service.key,
    )
    return data.node.status
  }

  it('changes the end, and reserves what an estimate needs beyond the reservation', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 10, expiresInSeconds: 60 }
    const held = await service.reserve(input)
    expect(held).toMatchObject({ onExpiry: 'RELEASE', estimate: null })
    const call = { reservationId: held.id, expiresInSeconds: 600, estimate: 12, idempotencyKey: 'one' }
    const extended = await service.extend(call)
    const end = new Date(now + 600_000).toISOString()
    expect(extended).toMatchObject({ id: held.id, amount: 12, estimate: 12, status: 'HELD', expiresAt: end })
    expect(await service.extend(call)).toMatchObject({ id: held.id, amount: 12, expiresAt: end })
    expect(await service.extend({ ...call, estimate: 13 })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await usage(accountId)).toEqual({ used: 0, reserved: 12 })
    // A lower estimate keeps the units, and one beyond the allowance changes nothing.
    expect(await service.extend({ reservationId: held.id, estimate: 3 })).toMatchObject({ amount: 12, estimate: 3 })
    expect(await service.extend({ reservationId: held.id, estimate: 26 })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await advance(61)
    expect(await service.commit({ reservationId: held.id, amount: 11 })).toMatchObject({
      amount: 11,
      late: false,
      estimated: false,
    })
    expect(await usage(accountId)).toEqual({ used: 11, reserved: 0 })
    expect(await service.extend({ reservationId: held.id, estimate: 3 })).toMatchObject({ code: 'RESERVATION_CLOSED' })
  })

  it('denies an extension that changes nothing, and invalid values', async () => {
    const accountId = await newAccount(server)
    const { id: reservationId } = await service.reserve({ accountId, feature: FEATURE, amount: 1 })
    for (const wrong of [{}, { expiresInSeconds: 0 }, { expiresInSeconds: 604_801 }])
      expect(await service.extend({ reservationId, ...wrong })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await service.extend({ reservationId, estimate: -1 })).toMatchObject({ code: 'INVALID_AMOUNT' })
    const work = { quantities: [{ name: 'tokens', amount: 1 }], dimensions: [] }
    expect(await service.extend({ reservationId, estimate: 1, work })).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it.each([
    { onExpiry: 'RELEASE', estimate: null, consumed: 0 },
    { onExpiry: 'RELEASE', estimate: 4, consumed: 0 },
    { onExpiry: 'COMMIT', estimate: null, consumed: 10 },
    { onExpiry: 'COMMIT', estimate: 4, consumed: 10 },
    { onExpiry: 'COMMIT_ESTIMATE', estimate: null, consumed: 10 },
    { onExpiry: 'COMMIT_ESTIMATE', estimate: 4, consumed: 4 },
    { onExpiry: 'COMMIT_ESTIMATE', estimate: 0, consumed: 0 },
    { onExpiry: 'COMMIT_ESTIMATE', estimate: 14, consumed: 14 },
  ])('ends with $onExpiry and estimate $estimate by consuming $consumed', async ({ onExpiry, estimate, consumed }) => {
    const accountId = await newAccount(server)
    const reserved = { accountId, feature: FEATURE, amount: 10, expiresInSeconds: 60, onExpiry }
    const { id: reservationId } = await service.reserve(reserved)
    if (estimate !== null) await service.extend({ reservationId, estimate })
    const end = now + 60_000
    const { data } = await server.graphql<{ account: { usage: { entitlement: object } } }>(
      `query ($id: ID!, $at: DateTime) { account(id: $id) { usage { entitlement(feature: "${FEATURE}", asOf: $at) { used reserved } } } }`,
      { id: accountId, at: new Date(end).toISOString() },
      service.key,
    )
    expect(data.account.usage.entitlement).toEqual({ used: consumed, reserved: 0 })
    await server.whileStopped(async () => {})
    await advance(90)
    expect(await usage(accountId)).toEqual({ used: consumed, reserved: 0 })
    const booked = consumed === 0 ? [] : [{ amount: consumed, late: false, estimated: true, debt: 0 }]
    expect(await consumptions(accountId)).toEqual(booked)
    expect(await statusOf(reservationId)).toBe('EXPIRED')
    const times = await server.query<{ at: Date }>(
      `select distinct at from ledger_entry where account_id = $1 and reservation is not null and kind <> 'RESERVE'`,
      [accountId],
    )
    expect(times).toEqual([{ at: new Date(end) }])

    const late = await service.commit({ reservationId, amount: 12, idempotencyKey: 'late' })
    const difference = Math.max(0, 12 - consumed)
    expect(late).toMatchObject({ __typename: 'Consumption', amount: difference, late: true, estimated: false })
    expect(late.explain).toContain('It was committed after its reservation had ended.')
    expect((await service.commit({ reservationId, amount: 12, idempotencyKey: 'late' })).id).toBe(late.id)
    expect(await service.commit({ reservationId, amount: 12 })).toMatchObject({ code: 'RESERVATION_CLOSED' })
    expect(await usage(accountId)).toEqual({ used: consumed + difference, reserved: 0 })
    expect(await statusOf(reservationId)).toBe('COMMITTED')
  })

  it('is committed late as a fact: from the allowance, packs and debt, whatever the plan is by then', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'professional', { quantity: 1 })
    const { id: reservationId } = await service.reserve({
      accountId,
      feature: FEATURE,
      amount: 40,
      expiresInSeconds: 60,
    })
    await assignTestPlan(server, accountId, 'starter')
    await advance(60)
    await service.consume({ accountId, feature: FEATURE, amount: 20 })
    await grantTestCredits(server, accountId, FEATURE, 10)
    const late = await service.commit({ reservationId })
    expect(late).toMatchObject({ amount: 40, debt: 25, late: true })
    expect(late.taken).toEqual([
      { amount: 5, source: { kind: 'PLAN', code: 'starter' } },
      { amount: 10, source: { kind: 'PACKAGE', code: 'a_pack' } },
    ])
    expect(await service.release({ reservationId })).toMatchObject({ code: 'RESERVATION_CLOSED' })
    const released = await service.reserve({ accountId: await newAccount(server), feature: FEATURE, amount: 1 })
    await service.release({ reservationId: released.id })
    expect(await service.commit({ reservationId: released.id })).toMatchObject({ code: 'RESERVATION_CLOSED' })
  })

  it('is committed late once, of ten commits at the same time', async () => {
    const accountId = await newAccount(server)
    const { id: reservationId } = await service.reserve({
      accountId,
      feature: FEATURE,
      amount: 5,
      expiresInSeconds: 60,
    })
    await advance(60)
    const late = await Promise.all(Array.from({ length: 10 }, () => service.commit({ reservationId })))
    expect(late.filter(({ __typename }) => __typename === 'Consumption')).toHaveLength(1)
    expect(late.filter(({ code }) => code === 'RESERVATION_CLOSED')).toHaveLength(9)
    expect(await usage(accountId)).toEqual({ used: 5, reserved: 0 })
  })

  it('counts its estimate in its own window when the clock jumps by two months, and a late commit in the present one', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 5, expiresInSeconds: 60, onExpiry: 'COMMIT_ESTIMATE' }
    const { id: reservationId } = await service.reserve(input)
    await service.extend({ reservationId, estimate: 3 })
    await advance(61 * 86_400)
    const windows = () =>
      server.query(`select used::int, reserved::int from quota_usage where account_id = $1 order by window_end`, [
        accountId,
      ])
    expect(await windows()).toEqual([{ used: 3, reserved: 0 }])
    expect(await service.commit({ reservationId, amount: 7 })).toMatchObject({ amount: 4, entitlement: { used: 4 } })
    expect(await windows()).toEqual([
      { used: 3, reserved: 0 },
      { used: 4, reserved: 0 },
    ])
    // A clock that is set back opens nothing again.
    await server.app.context.clock.set(new Date(now - 61 * 86_400_000))
    expect(await service.commit({ reservationId })).toMatchObject({ code: 'RESERVATION_CLOSED' })
    await server.app.context.clock.set(new Date(now))
  })

  it('is shown and changed over REST', async () => {
    const accountId = await newAccount(server)
    const rest = async (verb: string, body: object) =>
      (await server.rest('POST', `/api/v1/entitlements/${verb}`, { token: service.key, body })).body as { id: string }
    const reserved = { account_id: accountId, feature: FEATURE, amount: 5, on_expiry: 'commit_estimate' }
    const held = await rest('reserve', { ...reserved, idempotency_key: 'r1' })
    expect(held).toMatchObject({ on_expiry: 'commit_estimate', estimate: null })
    const change = { reservation_id: held.id, expires_in_seconds: 60, estimate: 2 }
    expect(await rest('extend', { ...change, idempotency_key: 'r2' })).toMatchObject({ amount: 5, estimate: 2 })
    await advance(60)
    const late = await rest('commit', { reservation_id: held.id, amount: 3, idempotency_key: 'r3' })
    expect(late).toMatchObject({ amount: 1, late: true })
    expect(await usage(accountId)).toEqual({ used: 3, reserved: 0 })
  })
})
