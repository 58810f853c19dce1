import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'

describe('reviewQueue', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('lists submissions to reviewers, longest wait first', async () => {
    const drafts = [await market.vendor.create(), await market.other.create()]
    for (const { id } of drafts)
      await market.vendor.server
        .graphql('{ __typename }')
        .then(() => (id === drafts[0]!.id ? market.vendor : market.other).submit(id))
    const queue = async (token: string) =>
      server.graphql<{
        reviewQueue: {
          totalCount: number
          nodes: { id: string; nextVersion: { status: string; findings: string[] } }[]
        }
      }>(`{ reviewQueue(first: 50) { totalCount nodes { id nextVersion { status findings definition } } } }`, {}, token)
    const { data } = await queue(market.tokens['admin']!)
    const waiting = data.reviewQueue.nodes.map(({ id }) => id).filter((id) => drafts.some((draft) => draft.id === id))
    expect(waiting).toEqual(drafts.map(({ id }) => id))
    expect(data.reviewQueue.totalCount).toBe(data.reviewQueue.nodes.length)
    expect((await queue(market.tokens['vera']!)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    await market.admin.startReview(drafts[0]!.id)
    await market.admin.reject(drafts[0]!.id, 'No.')
    const after = (await queue(market.tokens['admin']!)).data.reviewQueue.nodes.map(({ id }) => id)
    expect(after).not.toContain(drafts[0]!.id)
    expect(after).toContain(drafts[1]!.id)
  })
})
