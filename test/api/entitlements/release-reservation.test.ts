import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'

const FEATURE = 'ai_stories'

describe('Release of a reservation', () => {
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

  it('leaves usage unchanged for failed work and counts successful work once', async () => {
    const accountId = await newAccount(server)
    const failed = await service.reserve({ accountId, feature: FEATURE, amount: 10 })
    expect(failed).toMatchObject({ status: 'HELD', entitlement: { used: 0, reserved: 10, remaining: 15 } })
    expect(await service.release({ reservationId: failed.id })).toMatchObject({
      status: 'RELEASED',
      entitlement: { used: 0, reserved: 0, remaining: 25 },
    })
    const done = await service.reserve({ accountId, feature: FEATURE, amount: 10 })
    expect(await service.commit({ reservationId: done.id })).toMatchObject({
      __typename: 'Consumption',
      amount: 10,
      taken: [{ amount: 10, source: { kind: 'PLAN', code: 'starter' } }],
      entitlement: { used: 10, reserved: 0, remaining: 15 },
    })
    expect(await usage(accountId)).toEqual({ used: 10, reserved: 0 })
  })

  it('allows committing units of a grant that expired in between, and expires released ones', async () => {
    const accountId = await newAccount(server)
    await service.consume({ accountId, feature: FEATURE, amount: 25 })
    const expiresAt = new Date('2026-03-10T12:00:00Z')
    await grantTestCredits(server, accountId, FEATURE, 30, { expiresAt })
    const used = await service.reserve({ accountId, feature: FEATURE, amount: 10, expiresInSeconds: 86_400 })
    const back = await service.reserve({ accountId, feature: FEATURE, amount: 10, expiresInSeconds: 86_400 })
    await server.advanceTo('2026-03-10T12:00:00.000Z')
    expect((await service.commit({ reservationId: used.id })).amount).toBe(10)
    expect((await service.release({ reservationId: back.id })).entitlement).toMatchObject({ remaining: 0 })
    const [grant] = await server.query<object>(
      `select used, reserved, expired, open from credit_grant where account_id = $1`,
      [accountId],
    )
    expect(grant).toEqual({ used: 10, reserved: 0, expired: 20, open: false })
  })

  it('returns the first result for a repeated key and denies a second release', async () => {
    const accountId = await newAccount(server)
    const { id } = await service.reserve({ accountId, feature: FEATURE, amount: 5 })
    const release = { reservationId: id, idempotencyKey: 'release-once' }
    const first = await service.release(release)
    expect(await service.release(release)).toEqual(first)
    expect(await service.release({ reservationId: id })).toMatchObject({ code: 'RESERVATION_CLOSED' })
    expect(await usage(accountId)).toEqual({ used: 0, reserved: 0 })
  })

  it('does not find an unknown reservation or one of another account, and requires the write scope', async () => {
    const accountId = await newAccount(server)
    const { id } = await service.reserve({ accountId, feature: FEATURE, amount: 5 })
    const release = async (from: EntitlementService, reservationId: string) =>
      (await from.raw('releaseReservation', { reservationId })).code
    for (const unknown of ['rsv_1', `${id}9`, id.replace('rsv_', 'csm_')])
      expect(await release(service, unknown)).toBe('NOT_FOUND')
    const foreign = await entitlementService(server, ['entitlements:write'], await newAccount(server))
    expect(await release(foreign, id)).toBe('NOT_FOUND')
    expect(await release(await entitlementService(server, ['entitlements:read']), id)).toBe('FORBIDDEN')
    expect(await usage(accountId)).toEqual({ used: 0, reserved: 5 })
  })
})
