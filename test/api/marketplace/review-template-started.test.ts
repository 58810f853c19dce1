import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'

describe('reviewTemplate as STARTED', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('starts the review of a submitted version once', async () => {
    const { id } = await market.vendor.create()
    expect(await market.admin.startReview(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    await market.vendor.submit(id)
    expect(await market.admin.startReview(id)).toMatchObject({
      status: 'UNDER_REVIEW',
      nextVersion: { status: 'UNDER_REVIEW' },
    })
    expect(await market.admin.startReview(id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await server.query(`select decision, reason from template_review where template_id = $1`, [id])).toEqual([
      { decision: 'STARTED', reason: null },
    ])
  })

  it('requires an operator and an existing template', async () => {
    const { id } = await market.vendor.create()
    await market.vendor.submit(id)
    expect(await market.vendor.startReview(id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.admin.startReview('tpl_none')).toMatchObject({ code: 'NOT_FOUND' })
  })
})
