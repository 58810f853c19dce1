import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { templateProductOf } from '#test/support/template-products.js'

describe('product of a template', () => {
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

  it('is a separate product: no table of templates or versions contains a price', async () => {
    const columns = await server.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name in ('template', 'template_version') and column_name ~ 'price|amount|currency|cost'`,
    )
    expect(columns).toEqual([])
    const { id, slug } = await publishTemplate(vendor, admin)
    await vendor.price(id, 9999)
    expect(await templateProductOf(server, id)).toMatchObject({
      type: 'TEMPLATE',
      code: slug,
      externalId: id,
      active: true,
      prices: [{ interval: null }],
    })
  })

  it('is found by the template’s external ID, or is null', async () => {
    const { id } = await publishTemplate(vendor, admin)
    expect(await templateProductOf(server, id)).toBeNull()
    for (const unknown of ['12345', '', '8a7e1c3e-0000-4000-8000-000000000000', "'; drop table product"])
      expect(await templateProductOf(server, unknown)).toBeNull()
    await vendor.price(id, 500)
    expect(await templateProductOf(server, id)).toMatchObject({ active: true })
    const rows = await server.query(`select 1 from product where external_id = $1`, [id])
    expect(rows).toHaveLength(1)
  })
})
