import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'

describe('Deallocation', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  it('stores every period in which a resource was allocated, also within one batch', async () => {
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
      const { data } = await server.graphql<{ account: { usage: { entitlement: { used: number } } } }>(
        `query ($id: ID!, $asOf: DateTime!) { account(id: $id) { usage { entitlement(feature: "projects", asOf: $asOf) { used } } } }`,
        { id: accountId, asOf },
        service.key,
      )
      return data.account.usage.entitlement.used
    }
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 86_400_000).toISOString())
    const used = []
    for (const moment of moments) used.push(await usedAt(moment))
    expect(used).toEqual([1, 0, 1, 0, 1, 0, 1, 0])
    expect(await usedAt(new Date(Date.parse(moments[0]!) - 1).toISOString())).toBe(0)
    await expectInvariants(server)
  })

  it('has no effect on a resource that is not allocated', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: 'projects', resourceId: 'site' }
    expect(await service.deallocate(input)).toMatchObject({ allocated: false, entitlement: { used: 0 } })
    await service.allocate(input)
    expect(await service.deallocate({ ...input, resourceId: 'other' })).toMatchObject({ entitlement: { used: 1 } })
  })

  it('denies invalid names and features, and accounts of others', async () => {
    const accountId = await newAccount(server)
    const ask = (input: object) => service.deallocate({ accountId, feature: 'projects', resourceId: 'x', ...input })
    expect(await ask({ resourceId: '' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await ask({ feature: 'ai_stories' })).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await ask({ feature: 'teleport' })).toMatchObject({ code: 'NOT_FOUND' })
    const foreign = await entitlementService(server, ['entitlements:write'], await newAccount(server))
    const input = { accountId, feature: 'projects', resourceId: 'x' }
    expect((await foreign.raw('deallocate', input)).code).toBe('NOT_FOUND')
  })
})
