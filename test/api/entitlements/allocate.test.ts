import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { entitlementService, assignTestPlan, newAccount, type EntitlementService } from '#test/support/entitlements.js'

describe('allocations', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  it('denies a sixth project on Starter with an upgrade; deallocating frees one [PL18]', async () => {
    const accountId = await newAccount(server)
    const project = (name: string) => service.allocate({ accountId, feature: 'projects', resourceId: name })
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect(await project(name)).toMatchObject({ allocated: true })
    const refused = await project('f')
    expect(refused).toMatchObject({ __typename: 'QuotaExceeded', code: 'LIMIT_REACHED', used: 5, limit: 5 })
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

  it('stores every period in which a resource was allocated, also within one batch [PL4] [PL20]', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: 'projects', resourceId: 'site' }
    const moments: string[] = []
    const move = async (verb: 'allocate' | 'deallocate') => {
      await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 86_400_000).toISOString())
      await service[verb](input)
      moments.push(server.app.context.clock.now().toISOString())
    }
    for (let time = 0; time < 3; time++) {
      await move('allocate')
      await move('deallocate')
    }
    await move('allocate')
    // Calls that arrive while the first runs are decided together: allocated before and after, free before and after.
    const together = (...kinds: ('allocate' | 'deallocate')[]) =>
      Promise.all([
        server.app.context.entitlements.run(accountId, { kind: 'allocate', feature: 'projects', resourceId: 'other' }),
        ...kinds.map((kind) =>
          server.app.context.entitlements.run(accountId, { kind, feature: 'projects', resourceId: 'site' }),
        ),
      ])
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 86_400_000).toISOString())
    await together('deallocate', 'allocate')
    await service.deallocate({ ...input, resourceId: 'other' })
    await move('deallocate')
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 86_400_000).toISOString())
    await together('allocate', 'deallocate')
    await service.deallocate({ ...input, resourceId: 'other' })
    const usedAt = async (asOf: string) => {
      const { data } = await server.graphql<{ account: { entitlement: { used: number } } }>(
        `query ($id: ID!, $asOf: DateTime!) { account(id: $id) { entitlement(feature: "projects", asOf: $asOf) { used } } }`,
        { id: accountId, asOf },
        service.key,
      )
      return data.account.entitlement.used
    }
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 86_400_000).toISOString())
    const used = []
    for (const moment of moments) used.push(await usedAt(moment))
    expect(used).toEqual([1, 0, 1, 0, 1, 0, 1, 0])
    expect(await usedAt(new Date(Date.parse(moments[0]!) - 1).toISOString())).toBe(0)
    await expectInvariants(server)
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
    await database.run(`update plan_assignment set ended_at = $2 where account_id = $1`, [accountId, clock.now()])
    await database.run(`update account set version = version + 1 where id = $1`, [accountId])
    expect(await service.allocate({ accountId, feature: 'projects', resourceId: 'p0' })).toMatchObject({
      allocated: true,
      entitlement: { used: 8, limit: 5, remaining: 0 },
    })
    expect(await service.allocate({ accountId, feature: 'projects', resourceId: 'p8' })).toMatchObject({
      code: 'LIMIT_REACHED',
      used: 8,
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
    expect(await ask({ feature: 'teleport' })).toMatchObject({ code: 'FEATURE_NOT_INCLUDED' })
  })
})
