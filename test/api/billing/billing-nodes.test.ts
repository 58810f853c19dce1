import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { negotiatedPlansOf, offerPlan } from '#test/support/negotiated-plans.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Found {
  readonly nodes: readonly ({ readonly __typename: string; readonly id: string } | null)[]
}

describe('Objects of the billing of an account', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  const nodes = async (ids: readonly string[], token: string | null) =>
    (await server.graphql<Found>(`query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, { ids }, token)).data
      .nodes

  it('are read again by their ID, by those who may read the billing', async () => {
    const buyer = await Buyer.named(server, 'nodes@example.com')
    const accountId = await accountIdOf(server, buyer.token)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const offers = [
      await offerPlan(server, operator, { accountId }),
      await offerPlan(server, operator, { accountId, periods: 2 }),
    ]
    expect((await negotiatedPlansOf(server, buyer.token)).map(({ id }) => id)).toEqual(
      offers.map(({ id }) => id).toReversed(),
    )
    await buyer.start('startSubscription', { plan: 'business' })
    await server.query(
      `insert into top_up (id, account_id, auto_top_up_id, crossing, feature, product_id, package_version_id, quantity, amount_minor, currency, status, provider, created_at)
       values ('tup_00000000000000000000000001', $1, 'atu_1', 1, 'ai_stories', 'prd_1', 'pkv_1', 1, 500, 'USD', 'WAITING', 'STRIPE', now())`,
      [accountId],
    )
    const { data } = await server.graphql<{
      account: {
        billing: { pendingPlans: { id: string }[]; topUps: { nodes: { id: string; feature: { code: string } }[] } }
      }
    }>(`{ account { billing { pendingPlans { id } topUps { nodes { id feature { code } } } } } }`, {}, buyer.token)
    const { pendingPlans, topUps } = data.account.billing
    expect(topUps.nodes).toEqual([{ id: 'tup_00000000000000000000000001', feature: { code: 'ai_stories' } }])
    const expected = [
      { __typename: 'NegotiatedPlan', id: offers[0]!.id },
      { __typename: 'PendingPlan', id: pendingPlans[0]!.id },
      { __typename: 'TopUp', id: 'tup_00000000000000000000000001' },
    ]
    const ids = expected.map(({ id }) => id)
    for (const token of [buyer.token, operator]) expect(await nodes(ids, token)).toEqual(expected)
    for (const token of [await server.token('stranger@example.com'), null])
      expect(await nodes(ids, token)).toEqual([null, null, null])
    await server.advanceTo('2031-01-01T00:00:00Z')
    expect(await nodes([pendingPlans[0]!.id], buyer.token)).toEqual([null])
  })

  it('are read page by page', async () => {
    const buyer = await Buyer.named(server, 'pages@example.com')
    const accountId = await accountIdOf(server, buyer.token)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    for (const periods of [1, 2]) await offerPlan(server, operator, { accountId, periods })
    const page = async (after: string | null) =>
      (
        await server.graphql<{
          account: {
            billing: {
              negotiatedPlans: {
                nodes: { periods: number }[]
                pageInfo: { hasNextPage: boolean; endCursor: string }
              }
            }
          }
        }>(
          `query ($after: String) { account { billing { negotiatedPlans(first: 1, after: $after) { nodes { periods } pageInfo { hasNextPage endCursor } } } } }`,
          { after },
          buyer.token,
        )
      ).data.account.billing.negotiatedPlans
    const first = await page(null)
    expect(first).toMatchObject({ nodes: [{ periods: 2 }], pageInfo: { hasNextPage: true } })
    expect(await page(first.pageInfo.endCursor)).toMatchObject({
      nodes: [{ periods: 1 }],
      pageInfo: { hasNextPage: false },
    })
  })
})
