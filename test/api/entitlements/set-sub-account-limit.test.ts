import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { poolApi, poolOf, POOL } from '#test/support/pools.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('setSubAccountLimit', () => {
  let server: TestServer
  let service: EntitlementService
  let api: ReturnType<typeof poolApi>
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    api = poolApi(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('denies in the same decision as the pool, and explains the denial [BN24]', async () => {
    const { parent, subAccounts } = await poolOf(server, 'acme', 2)
    const [limited, free] = subAccounts.map(({ accountId }) => accountId) as [string, string]
    const terms = { subAccountId: limited, feature: POOL, period: 'DAY', amount: 100 }
    await api.setLimit(parent.token, terms)
    const calls = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? service.consume({ accountId: limited, feature: POOL, amount: 7 })
          : service.reserve({ accountId: limited, feature: POOL, amount: 7 }),
      ),
    )
    expect(calls.filter(({ code }) => code === undefined)).toHaveLength(14)
    const denied = await service.consume({ accountId: limited, feature: POOL, amount: 3 })
    expect(denied).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      remedies: [{ kind: 'WAIT' }, { kind: 'ASK_PARENT' }],
    })
    expect(denied.message).toMatch(
      /^The limit of this account in the pool of 100 AI credits units per day allows 2 more/,
    )
    expect(await service.consume({ accountId: free, feature: POOL, amount: 500 })).toMatchObject({ amount: 500 })
    const [own] = await api.subAccountOf(subAccounts[0]!).then((one) => one!.limits)
    expect(own!.used + own!.reserved).toBe(98)
    // A repeated call changes nothing; a null removes the limit.
    const versionOf = () => server.query(`select version from account where id = $1`, [parent.accountId])
    const version = await versionOf()
    await api.setLimit(parent.token, terms)
    expect(await versionOf()).toEqual(version)
    await api.setLimit(parent.token, { ...terms, amount: null })
    expect(await service.consume({ accountId: limited, feature: POOL, amount: 3 })).toMatchObject({ amount: 3 })
  })

  it('is corrected by an amendment [BN24]', async () => {
    const { parent, subAccounts, operator } = await poolOf(server, 'amended', 1)
    const [{ accountId }] = subAccounts as [(typeof subAccounts)[0]]
    await api.setLimit(parent.token, { subAccountId: accountId, feature: POOL, period: 'MONTH', amount: 100 })
    const { id } = await service.consume({ accountId, feature: POOL, amount: 80 })
    await server.graphql(
      `mutation ($id: ID!) { amendUsage(input: { consumptionId: $id, amount: 30, reason: "test", idempotencyKey: "a" }) { __typename } }`,
      { id },
      operator,
    )
    expect(await api.subAccountsOf(parent)).toMatchObject([
      { limits: [{ used: 30, remaining: 70 }], usage: [{ used: 30 }] },
    ])
  })

  it('requires an owner or admin of the parent, a sub-account and a pool [BN24]', async () => {
    const { parent, subAccounts } = await poolOf(server, 'rights', 1)
    const [child] = subAccounts
    const terms = {
      accountId: parent.accountId,
      subAccountId: child!.accountId,
      feature: POOL,
      period: 'DAY',
      amount: 1,
    }
    expect(await api.setLimit(child!.token, terms)).toEqual({ code: 'NOT_FOUND' })
    expect(await api.setLimit(parent.token, { ...terms, subAccountId: parent.accountId })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      field: 'subAccountId',
    })
    expect(await api.setLimit(parent.token, { ...terms, feature: 'api_keys' })).toMatchObject({ field: 'feature' })
    expect(await api.setLimit(parent.token, { ...terms, amount: 0 })).toMatchObject({ code: 'INVALID_AMOUNT' })
  })
})
