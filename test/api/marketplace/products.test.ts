import { Products } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { eligibilityOf, templateProductOf } from '#test/support/template-products.js'

describe('Template products', () => {
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
  const listed = async (vendorId: string) => {
    const { data } = await server.graphql(Products, { types: ['TEMPLATE'], vendor: vendorId, first: 50 })
    return data.products!.nodes.map(({ code }) => code)
  }

  it('names its vendor and is for sale with its template: a priced draft is neither listed nor free', async () => {
    const draft = await vendor.create()
    expect(await vendor.price(draft.id, 700)).toMatchObject({ __typename: 'Template' })
    const sold = (await templateProductOf(server, draft.id))!
    expect(sold).toMatchObject({ active: false, vendor: { name: 'vendor' } })
    expect(await listed(sold.vendor.id)).not.toContain(draft.slug)
    const buyer = await Buyer.named(server, 'early@example.com')
    expect((await eligibilityOf(server, buyer.token, draft.id)).denials).toEqual([{ code: 'NOT_FOUND' }])
    await vendor.submit(draft.id)
    await admin.startReview(draft.id)
    await admin.approve(draft.id)
    expect((await eligibilityOf(server, buyer.token, draft.id)).denials).toMatchObject([
      { code: 'TEMPLATE_NOT_PURCHASED' },
    ])
    expect(
      await eventually(
        () => listed(sold.vendor.id),
        (codes) => codes.includes(draft.slug),
      ),
    ).toContain(draft.slug)
    const [, approved] = await server.query<{ payload: { prices: object[] } }>(
      `select payload from outbox_event where type in ('template.price_changed', 'template.approved') and payload->>'templateId' = $1 order by id`,
      [draft.id],
    )
    expect(approved!.payload.prices).toEqual([{ amountMinor: 700, currency: 'USD', interval: null }])
  })

  it('are found by ID, code and template', async () => {
    const { id: template } = await vendor.create()
    await vendor.price(template, 700)
    const read = async (by: object) => {
      const { data } = await server.graphql<{ product: { id: string; type: string; code: string } | null }>(
        'query ($by: ProductBy!) { product(by: $by) { id type code } }',
        { by },
      )
      return data.product
    }
    const plan = await read({ code: 'plus' })
    expect(plan).toMatchObject({ type: 'PLAN', code: 'plus' })
    expect(await read({ id: plan!.id })).toEqual(plan)
    expect(await read({ externalId: template })).toMatchObject({ type: 'TEMPLATE' })
    for (const by of [{ id: 'prd_none' }, { code: 'none' }, { externalId: 'none' }]) expect(await read(by)).toBeNull()
  })
})
