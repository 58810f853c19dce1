import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'

describe('submitTemplate', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('submits a draft once, for the vendor and operators', async () => {
    const draft = await market.vendor.create()
    expect(await market.vendor.submit(draft.id)).toMatchObject({
      status: 'SUBMITTED',
      nextVersion: { status: 'SUBMITTED' },
    })
    expect(await market.vendor.submit(draft.id)).toMatchObject({ code: 'INVALID_TRANSITION' })
    const other = await market.vendor.create()
    expect(await market.admin.submit(other.id)).toMatchObject({ status: 'SUBMITTED' })
  })

  it('is not found for other vendors and for an unknown template', async () => {
    const { id } = await market.vendor.create()
    expect(await market.other.submit(id)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await market.vendor.submit('tpl_none')).toMatchObject({ code: 'NOT_FOUND' })
  })
})
