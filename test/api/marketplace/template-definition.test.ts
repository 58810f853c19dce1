import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
  seeTemplate,
} from '#test/support/marketplace-client.js'

describe('Template.definition', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('hides the definition of a sold template from other users', async () => {
    const paid = await publishTemplate(market.vendor, market.admin)
    expect((await seeTemplate(server, paid.slug, market.tokens['ulla']!))!.definition).toMatchObject({ services: {} })
    await market.vendor.price(paid.id, 500)
    expect((await seeTemplate(server, paid.slug, market.tokens['ulla']!))!.definition).toBeNull()
    expect((await seeTemplate(server, paid.slug, market.tokens['vera']!))!.definition).not.toBeNull()
    expect((await seeTemplate(server, paid.slug, market.tokens['admin']!))!.definition).not.toBeNull()
  })
})
