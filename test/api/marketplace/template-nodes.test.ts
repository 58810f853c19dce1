import { marketplaceCallers, publishTemplate, type MarketplaceCallers } from '#test/support/marketplace-client.js'
import { statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Loaded {
  readonly __typename: string
  readonly id: string
}

describe('Objects of the marketplace', () => {
  let server: TestServer
  const seen: string[] = []
  let market: MarketplaceCallers
  let templateId: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-02T09:00:00Z',
      app: { onStatement: (text) => void seen.push(text) },
    })
    market = await marketplaceCallers(server)
    ;({ id: templateId } = await publishTemplate(market.vendor, market.admin, { requiredPlan: 'plus' }))
  })
  afterAll(() => server.close())

  const ask = async <Data>(query: string, variables: object, token: string | null) =>
    (await server.graphql<Data>(query, { ...variables }, token)).data
  const nodes = async (ids: readonly string[], token: string | null) =>
    (
      await ask<{ nodes: (Loaded | null)[] }>(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`,
        { ids },
        token,
      )
    ).nodes

  it('load versions and reviews by ID for the vendor and reviewers', async () => {
    await market.vendor.update(templateId, { name: 'Next' })
    const { template } = await ask<{
      template: { nextVersion: { id: string; requiredPlan: { code: string } }; reviews: { nodes: { id: string }[] } }
    }>(
      `query ($id: ID!) { template(by: { id: $id }) { nextVersion { id requiredPlan { code } template { id } } reviews { nodes { id template { id } } } } }`,
      { id: templateId },
      market.tokens['vera']!,
    )
    expect(template.nextVersion).toMatchObject({ requiredPlan: { code: 'plus' }, template: { id: templateId } })
    const ids = [template.nextVersion.id, template.reviews.nodes[0]!.id]
    const seen = [
      { __typename: 'TemplateVersion', id: ids[0] },
      { __typename: 'TemplateReview', id: ids[1] },
    ]
    for (const name of ['vera', 'admin']) expect(await nodes(ids, market.tokens[name]!)).toEqual(seen)
    for (const token of [market.tokens['otto']!, null]) expect(await nodes(ids, token)).toEqual([null, null])
  })

  it('load categories by one kind of ID, and templates of other services by their own', async () => {
    await server.query(
      `insert into category (id, code, title, priority, metadata) values ('77', 'synced', 'Synced', 9, '{}')`,
    )
    const foreign = ['12345', 'sub_stack', 'key_value_store', 'ent_erprise']
    await server.query(
      `insert into template (id, slug, name, status, stack, definition, approved_at)
       select id, 'sibling-' || id, 'Sibling', 'APPROVED', 'custom', '{}', now() from unnest($1::text[]) as id`,
      [foreign],
    )
    const { categories } = await ask<{ categories: { id: string; code: string; externalId: string | null }[] }>(
      `{ categories { id code externalId } }`,
      {},
      null,
    )
    expect(categories.map(({ id }) => id.slice(0, 4))).toEqual(categories.map(() => 'cat_'))
    expect(categories.find(({ code }) => code === 'synced')).toMatchObject({ id: 'cat_77', externalId: '77' })
    const ids = [...categories.map(({ id }) => id), ...foreign, 'nothing', 'cat_nothing']
    expect((await nodes(ids, null)).map((node) => node?.id ?? null)).toEqual([...ids.slice(0, -2), null, null])
  })

  it('lead from a product to its plan, package or template, and from a template to its plan and prices', async () => {
    await market.vendor.price(templateId, 1500)
    await market.vendor.price(templateId, 1400, 'ONE_TIME', 'EUR')
    const { template } = await ask<{ template: object }>(
      `query ($id: ID!) { template(by: { id: $id }) { requiredPlan { code name }
         eur: price(currency: "EUR") { money { amountMinor currency } } gbp: price(currency: "GBP") { money { amountMinor } } } }`,
      { id: templateId },
      null,
    )
    expect(template).toMatchObject({
      requiredPlan: { code: 'plus' },
      eur: { money: { amountMinor: 1400, currency: 'EUR' } },
      gbp: null,
    })
    const read = () =>
      ask<{
        products: {
          nodes: {
            type: string
            code: string
            plan: { code: string } | null
            package: { code: string } | null
            template: { slug: string } | null
          }[]
        }
      }>(
        `{ products(types: [PLAN, PACKAGE, TEMPLATE], first: 100) { nodes { type code plan { code } package { code } template { slug } } } }`,
        {},
        null,
      )
    const { products } = await read()
    expect(new Set(products.nodes.map(({ type }) => type))).toEqual(new Set(['PLAN', 'TEMPLATE']))
    for (const { type, code, plan, package: sold, template: shown } of products.nodes)
      expect([type, plan?.code, sold?.code, shown?.slug]).toEqual([
        type,
        type === 'PLAN' ? code : undefined,
        type === 'PACKAGE' ? code : undefined,
        type === 'TEMPLATE' ? code : undefined,
      ])
    const statements = await statementsOf(seen, read)
    expect(statements.filter((text) => /from "?template"?\b/.test(text))).toHaveLength(1)
  })

  it('wait in a queue that is filtered by status and vendor', async () => {
    const [mine, theirs] = [await market.vendor.create(), await market.other.create()]
    await market.vendor.submit(mine.id)
    await market.other.submit(theirs.id)
    await market.admin.startReview(theirs.id)
    const { template } = await ask<{ template: { vendor: { id: string } } }>(
      `query ($id: ID!) { template(by: { id: $id }) { vendor { id } } }`,
      { id: mine.id },
      market.tokens['vera']!,
    )
    const queue = async (variables: object) => {
      const { reviewQueue } = await ask<{ reviewQueue: { totalCount: number; nodes: { id: string }[] } }>(
        `query ($statuses: [TemplateStatus!], $vendorId: ID) { reviewQueue(statuses: $statuses, vendorId: $vendorId) { totalCount nodes { id } } }`,
        variables,
        market.tokens['admin']!,
      )
      expect(reviewQueue.totalCount).toBe(reviewQueue.nodes.length)
      return reviewQueue.nodes.map(({ id }) => id)
    }
    expect(await queue({ statuses: ['SUBMITTED'] })).toEqual([mine.id])
    expect(await queue({ statuses: ['UNDER_REVIEW'] })).toEqual([theirs.id])
    expect(await queue({ vendorId: template.vendor.id })).toEqual([mine.id])
    expect(await queue({ statuses: [] })).toEqual([])
  })
})
