import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
  seeTemplate,
  listedTemplate,
} from '#test/support/marketplace-client.js'

describe('deleteTemplate', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('lets root delete, not an market.admin, and frees the slug of a template without owners', async () => {
    const draft = await market.vendor.create()
    expect(await market.admin.remove(draft.id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.vendor.remove(draft.id)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await market.root.remove(draft.id)).toMatchObject({
      __typename: 'DeletePayload',
      deletedId: draft.id,
    })
    expect(await market.vendor.create({ slug: draft.slug })).toMatchObject({ __typename: 'Template', slug: draft.slug })
    const shown = await publishTemplate(market.vendor, market.admin)
    await market.root.remove(shown.id)
    expect(await seeTemplate(server, shown.slug, null)).toBeNull()
    expect(await listedTemplate(server, shown.slug)).toBeNull()
    expect(await market.other.create({ slug: shown.slug })).toMatchObject({ code: 'SLUG_TAKEN' })
    expect(await market.root.remove(shown.id)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })
})
