import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('categories', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    // Counts and dates that differ between the orders.
    await server.query(`update template set deleted_at = now(), status = 'DEPRECATED'`)
    await server.query(
      `insert into template (id, slug, name, short_description, category_id, status, stack, definition, tags, install_count, rating, approved_at)
       select 'tpl_s' || n, 'shop-' || n, case when n % 2 = 0 then 'Zebra Shop ' else 'Alpha Store ' end || n,
         case when n = 7 then 'Runs Node.js and next.js, über alles' else 'Sells things' end,
         (select id from category where code = case when n % 3 = 0 then 'cms' else 'ai' end), 'APPROVED', 'custom', '{}',
         case when n % 5 = 0 then array['status-page', 'five'] else array['plain'] end, n * 7 % 11, nullif(n % 6, 0), '2026-01-01'::timestamptz + n * interval '1 hour'
       from generate_series(1, 30) n`,
    )
  })
  afterAll(() => server.close())

  it('lists categories in their order', async () => {
    const { data } = await server.graphql<{
      categories: { code: string; title: string; priority: number; metadata: object }[]
    }>(`{ categories { id code title priority metadata } }`)
    expect(data.categories.slice(0, 2)).toMatchObject([
      { code: 'cms', title: 'CMS', priority: 1, metadata: {} },
      { code: 'ecommerce', title: 'E-commerce', priority: 2 },
    ])
    const priorities = data.categories.map(({ priority }) => priority)
    expect(priorities).toEqual(priorities.toSorted((left, right) => left - right))
  })
})
