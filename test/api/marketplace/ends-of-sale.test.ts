import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'
import { eligibilityOf, deployTemplate } from '#test/support/template-products.js'

describe('setTemplatePrice with null, and other ends of a sale', () => {
  let server: TestServer
  let vendor: MarketplaceClient
  let admin: MarketplaceClient
  let root: MarketplaceClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    const as = async (role: 'vendor' | 'admin' | 'root') =>
      new MarketplaceClient(server, await server.token(`${role}@example.com`, { roles: [role] }))
    ;[vendor, admin, root] = [await as('vendor'), await as('admin'), await as('root')]
  })
  afterAll(() => server.close())

  it.each([
    ['withdrawn', (id: string) => vendor.withdraw(id), 'NOT_FOR_SALE', 'NOT_FOR_SALE'],
    ['deprecated', (id: string) => vendor.deprecate(id), 'NOT_FOR_SALE', 'NOT_FOR_SALE'],
    ['deleted', (id: string) => root.remove(id), 'NOT_FOUND', 'NOT_FOR_SALE'],
  ])('%s: has no new owners, and existing owners can deploy it', async (what, retire, denial, offer) => {
    const { id, slug } = await publishTemplate(vendor, admin)
    await vendor.price(id, 500)
    const owner = await Buyer.named(server, `owner-of-${what}@example.com`)
    await owner.buy('purchaseTemplate', { templateId: id })
    await retire(id)
    const late = await Buyer.named(server, `late-for-${what}@example.com`)
    // Only a template that is still offered is visible to others than its owners.
    const seen = what === 'withdrawn' ? denial : 'NOT_FOUND'
    expect((await eligibilityOf(server, late.token, id)).denials[0]).toMatchObject({ code: seen })
    expect(await deployTemplate(server, late.token, id)).toBe(denial)
    expect(await late.start('purchaseTemplate', { templateId: id })).toMatchObject({ code: offer })
    expect(await deployTemplate(server, owner.token, id)).toBe('DeploymentPayload')
    expect((await owner.account()).purchasedTemplates).toEqual([{ slug }])
  })

  it('denies a call that leaves the price out, and the template stays for sale', async () => {
    const { id } = await publishTemplate(vendor, admin)
    await vendor.price(id, 500)
    expect(await vendor.change('setTemplatePrice', { templateId: id })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: 'price is required; null stops the sale.',
      issues: [{ path: ['price'] }],
    })
    const buyer = await Buyer.named(server, 'buyer-after-no-price@example.com')
    await buyer.buy('purchaseTemplate', { templateId: id })
    expect(await vendor.withdraw(id)).toMatchObject({ __typename: 'Template' })
  })

  it('deletes the price of a template that was never published, which is then published as free', async () => {
    const { id } = await vendor.create({})
    await vendor.price(id, 500)
    // A purchase of another template sends every price for sale to the provider.
    const other = await publishTemplate(vendor, admin)
    await vendor.price(other.id, 500)
    await (await Buyer.named(server, 'other@example.com')).buy('purchaseTemplate', { templateId: other.id })
    await vendor.withdraw(id)
    expect(await vendor.withdraw(id)).toMatchObject({ code: 'NOT_FOR_SALE' })
    await vendor.submit(id)
    await admin.startReview(id)
    await admin.approve(id)
    const reader = await Buyer.named(server, 'reader@example.com')
    expect(await deployTemplate(server, reader.token, id)).toBe('DeploymentPayload')
  })
})
