import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

describe('usageComparison and usageComparisons', () => {
  let server: TestServer
  let operator: ComparisonClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'agileforge' } })
    operator = comparisonClient(server, await server.token('op@example.com', { roles: ['admin'] }))
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('reports differences by account, feature and kind, page by page', async () => {
    const [ann, bob] = [await newAccount(server), await newAccount(server, 'bob@example.com')]
    const { id } = await operator.start([ann, bob])
    const use = (accountId: string, key: string, more: object) => ({
      accountId,
      feature: 'ai_stories',
      amount: 10,
      key,
      allowed: true,
      ...more,
    })
    const application = comparisonClient(server, (await entitlementService(server)).key)
    await application.compare([
      use(ann, 'equal', { remaining: 15, units: 10 }),
      use(ann, 'denied', { allowed: false }),
      use(ann, 'remaining', { remaining: 7 }),
      use(bob, 'units', { units: 12 }),
      use(bob, 'reset', { resetsAt: '2026-04-02T00:00:00Z' }),
      use(bob, 'beyond', {}),
    ])
    expect(await operator.read(id)).toMatchObject({
      accountCount: 2,
      totals: [
        {
          feature: { code: 'ai_stories' },
          comparedCount: 6,
          equalCount: 1,
          uncoveredUnits: 5,
          deniedThere: 1,
          remaining: 1,
          units: 1,
          reset: 1,
          allowedThere: 1,
          cost: 0,
        },
      ],
    })
    const keys = async (filter: object) => (await operator.read(id, filter)).differences.nodes.map(({ key }) => key)
    expect(await keys({})).toEqual(['beyond', 'reset', 'units', 'remaining', 'denied'])
    expect(await keys({ kinds: ['DENIED_THERE', 'REMAINING'] })).toEqual(['remaining', 'denied'])
    expect(await keys({ accountId: bob, feature: 'ai_stories' })).toEqual(['beyond', 'reset', 'units'])
    expect(await keys({ accountId: 'person:bob@example.com' })).toEqual(['beyond', 'reset', 'units'])
    expect(await keys({ accountId: 'person:nobody' })).toEqual([])
    expect(await keys({ feature: 'other' })).toEqual([])
    const { pageInfo } = (await operator.read(id, { first: 2 })).differences
    expect(await keys({ first: 2, after: pageInfo.endCursor })).toEqual(['units', 'remaining'])
    expect((await operator.list()).nodes[0]).toEqual({ id })
    // Both can be read again by ID, by operators only.
    const ids = [id, (await operator.read(id, { kinds: ['DENIED_THERE'] })).differences.nodes[0]!.id]
    const read = async (token: string) => {
      const { data } = await server.graphql<{ nodes: unknown }>(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on UsageDifference { key feature { code } account { id } } } }`,
        { ids },
        token,
      )
      return data.nodes
    }
    expect(await read(await server.token('op@example.com', { roles: ['admin'] }))).toEqual([
      { __typename: 'UsageComparison', id },
      {
        __typename: 'UsageDifference',
        id: ids[1],
        key: 'denied',
        feature: { code: 'ai_stories' },
        account: { id: ann },
      },
    ])
    expect(await read((await entitlementService(server)).key)).toEqual([null, null])
    expect(await read(await server.token('ann@example.com'))).toEqual([null, null])
  })

  it('returns null for an unknown comparison, and requires an operator', async () => {
    expect(await operator.read('ucp_unknown')).toEqual({ code: null })
    const user = comparisonClient(server, await server.token('user@example.com'))
    expect(await user.read('ucp_unknown')).toEqual({ code: 'FORBIDDEN' })
    expect(await user.list()).toEqual({ code: 'FORBIDDEN' })
  })
})
