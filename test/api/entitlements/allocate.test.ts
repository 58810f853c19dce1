import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { entitlementService, assignTestPlan, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { execute } from '#test/support/plain-sql.js'

describe('Allocation', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  it('denies a sixth project on Starter with an upgrade; deallocating frees one', async () => {
    const accountId = await newAccount(server)
    const project = (name: string) => service.allocate({ accountId, feature: 'projects', resourceId: name })
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(await project(name)).toMatchObject({ allocated: true })
    const refused = await project('f')
    expect(refused).toMatchObject({
      __typename: 'Denial',
      code: 'LIMIT_REACHED',
      quantity: { used: { units: 5 }, limit: { units: 5 } },
    })
    expect(refused.remedies[0]).toMatchObject({ kind: 'UPGRADE_PLAN' })
    expect(await service.deallocate({ accountId, feature: 'projects', resourceId: 'a' })).toMatchObject({
      allocated: false,
      entitlement: { used: 4, remaining: 1 },
    })
    expect(await project('f')).toMatchObject({ allocated: true, entitlement: { used: 5 } })
  })

  it('counts a repeated allocation once, also concurrently', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: 'members', resourceId: 'ann' }
    await Promise.all(Array.from({ length: 20 }, () => service.allocate(input)))
    expect(await service.allocate(input)).toMatchObject({ allocated: true, entitlement: { used: 1 } })
    await Promise.all(Array.from({ length: 20 }, () => service.deallocate(input)))
    expect(await service.deallocate(input)).toMatchObject({ allocated: false, entitlement: { used: 0 } })
    expect(await service.allocate(input)).toMatchObject({ allocated: true, entitlement: { used: 1 } })
  })

  it('allows exactly the limit of fifty concurrent allocations', async () => {
    const accountId = await newAccount(server)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        service.allocate({ accountId, feature: 'members', resourceId: `member-${index}` }),
      ),
    )
    expect(answers.filter(({ __typename }) => __typename === 'Allocation')).toHaveLength(3)
    const [held] = await server.query(
      `select count(*)::int as held from allocation where account_id = $1 and released_at is null`,
      [accountId],
    )
    expect(held).toEqual({ held: 3 })
  })

  it('denies new allocations above a lowered limit and ends none', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'professional')
    for (let index = 0; index < 8; index++)
      await service.allocate({ accountId, feature: 'projects', resourceId: `p${index}` })
    const { database, clock } = server.app.context
    await execute(database, `update plan_assignment set ended_at = $2 where account_id = $1`, [accountId, clock.now()])
    await execute(database, `update account set version = version + 1 where id = $1`, [accountId])
    expect(await service.allocate({ accountId, feature: 'projects', resourceId: 'p0' })).toMatchObject({
      allocated: true,
      entitlement: { used: 8, limit: 5, remaining: 0 },
    })
    expect(await service.allocate({ accountId, feature: 'projects', resourceId: 'p8' })).toMatchObject({
      code: 'LIMIT_REACHED',
      quantity: { used: { units: 8 } },
    })
    expect(await service.deallocate({ accountId, feature: 'projects', resourceId: 'p0' })).toMatchObject({
      entitlement: { used: 7 },
    })
  })

  it('denies invalid names and features', async () => {
    const accountId = await newAccount(server)
    const ask = (input: object) => service.allocate({ accountId, feature: 'projects', resourceId: 'x', ...input })
    expect(await ask({ resourceId: '' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await ask({ resourceId: 'x'.repeat(256) })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await ask({ feature: 'ai_stories' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await ask({ feature: 'teleport' })).toMatchObject({ code: 'NOT_FOUND' })
  })
})
