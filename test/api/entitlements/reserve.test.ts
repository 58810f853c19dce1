import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'

const FEATURE = 'ai_stories'

describe('Reservation', () => {
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

  it('is idempotent by its keys, per mutation', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: FEATURE, amount: 5, idempotencyKey: 'one' }
    const first = await service.reserve(input)
    expect((await service.reserve(input)).id).toBe(first.id)
    expect(await service.reserve({ ...input, expiresInSeconds: 60 })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect((await service.reserve({ ...input, expiresInSeconds: null })).id).toBe(first.id)
    const commit = { reservationId: first.id, idempotencyKey: 'one' }
    const committed = await service.commit(commit)
    expect(await service.commit(commit)).toMatchObject({ id: committed.id, amount: 5, taken: committed.taken })
    expect(await service.reserve(input)).toMatchObject({ id: first.id, status: 'COMMITTED' })
    expect(await usage(accountId)).toEqual({ used: 5, reserved: 0 })
  })

  it('denies invalid amounts and times', async () => {
    const accountId = await newAccount(server)
    const base = { accountId, feature: FEATURE, amount: 1 }
    expect(await service.reserve({ ...base, amount: 0 })).toMatchObject({ code: 'INVALID_AMOUNT' })
    expect(await service.reserve({ ...base, expiresInSeconds: 0 })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await service.reserve({ ...base, expiresInSeconds: 604_801 })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await service.reserve({ ...base, amount: 26 })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    const held = await service.reserve(base)
    expect(await service.commit({ reservationId: held.id, amount: -1 })).toMatchObject({ code: 'INVALID_AMOUNT' })
  })

  it('expires to the millisecond and is committed late afterwards', async () => {
    const accountId = await newAccount(server)
    const first = await service.reserve({ accountId, feature: FEATURE, amount: 20, expiresInSeconds: 60 })
    const second = await service.reserve({ accountId, feature: FEATURE, amount: 5, expiresInSeconds: 120 })
    expect(first.expiresAt).toBe('2026-03-10T10:01:00.000Z')
    // The sandbox counts in whole seconds; ours alone can be moved by a millisecond.
    await server.app.context.clock.set(new Date('2026-03-10T10:00:59.999Z'))
    expect(await service.consume({ accountId, feature: FEATURE })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await server.advanceTo('2026-03-10T10:01:00.000Z')
    expect(await service.release({ reservationId: first.id })).toMatchObject({
      code: 'RESERVATION_CLOSED',
      message: 'The reservation expired on March 10, 2026 at 10:01 AM UTC.',
    })
    expect(await usage(accountId)).toEqual({ used: 0, reserved: 5 })
    expect((await service.consume({ accountId, feature: FEATURE, amount: 20 })).__typename).toBe('Consumption')
    await server.advanceTo('2026-03-10T10:02:00.000Z')
    expect(await usage(accountId)).toEqual({ used: 20, reserved: 0 })
    const events = await server.query<{ type: string }>(
      `select type from stream_event where stream_id = $1 and type <> 'usage.warning' order by sequence`,
      [accountId],
    )
    expect(events.map(({ type }) => type)).toEqual([
      'usage.recorded',
      'usage.recorded',
      'reservation.expired',
      'usage.recorded',
      'reservation.expired',
    ])
    const { data } = await server.graphql<{ node: { status: string } }>(
      `query ($id: ID!) { node(id: $id) { ... on Reservation { status } } }`,
      { id: second.id },
      service.key,
    )
    expect(data.node.status).toBe('EXPIRED')
  })
})
