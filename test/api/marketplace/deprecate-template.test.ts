import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { eligibilityOf } from '#test/support/template-products.js'

describe('deprecateTemplate', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    const as = async (role: 'vendor' | 'admin') =>
      new MarketplaceClient(server, await server.token(`${role}@example.com`, { roles: [role] }))
    ;[vendor, admin] = [await as('vendor'), await as('admin')]
  })
  afterAll(() => server.close())

  it('is not visible to new buyers when a free template is deprecated', async () => {
    const { id } = await publishTemplate(vendor, admin)
    const buyer = await Buyer.named(server, 'free-rider@example.com')
    expect((await eligibilityOf(server, buyer.token, id)).allowed).toBe(true)
    await admin.deprecate(id)
    expect((await eligibilityOf(server, buyer.token, id)).denials).toEqual([{ code: 'NOT_FOUND' }])
  })
})
