import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'

describe('reviewTemplate as NEEDS_CHANGES', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('returns the version to its vendor with the reason', async () => {
    const { id } = await market.vendor.create()
    expect(await market.admin.requestChanges(id, 'Too early.')).toMatchObject({ code: 'INVALID_TRANSITION' })
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    expect(await market.admin.requestChanges(id, ' Pin the image. ')).toMatchObject({
      status: 'NEEDS_CHANGES',
      nextVersion: { reviewComment: 'Pin the image.' },
    })
    expect(await market.vendor.submit(id)).toMatchObject({ status: 'SUBMITTED' })
  })

  it('requires a reason and an operator', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    await market.admin.startReview(id)
    expect(await market.admin.requestChanges(id, ' ')).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    expect(await market.vendor.requestChanges(id, 'Mine.')).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.admin.requestChanges('tpl_none', 'None.')).toMatchObject({ code: 'NOT_FOUND' })
  })
})
