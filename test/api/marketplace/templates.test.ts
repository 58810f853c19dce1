import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Page {
  templates: {
    totalCount: number
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    nodes: { slug: string }[]
  }
}

describe('Template search', () => {
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

  const find = async (args: string, token: string | null = null) => {
    const { data, errors } = await server.graphql<Page>(
      `{ templates(${args}) { totalCount pageInfo { hasNextPage endCursor } nodes { slug } } }`,
      {},
      token,
    )
    if (errors) throw new Error(errors[0]!.extensions.code)
    return { ...data.templates, slugs: data.templates.nodes.map(({ slug }) => slug) }
  }
  const number = (slug: string) => Number(slug.split('-')[1])

  it.each([
    ['the beginning of a word', 'zeb', 15],
    ['two words in any order', 'shop zebra', 15],
    ['a word of the slug', 'shop-7', 1],
    ['a word of the description, dots and all', 'node.js', 1],
    ['letters of any language', 'ÜBER', 1],
    ['a tag', 'five', 6],
    ['nothing that stands there', 'zebra alpha', 0],
    ['operators, which mean nothing', "zebra' | 'alpha", 0],
  ])('filters by %s', async (_what, search, count) => {
    const found = await find(`filter: { search: ${JSON.stringify(search)} }, first: 100`)
    expect([found.totalCount, found.slugs.length]).toEqual([count, count])
  })

  it('returns long texts of a page only if selected', async () => {
    await server.query(
      `update template set long_description = 'All about ' || slug where slug in ('shop-5', 'shop-15')`,
    )
    const { data } = await server.graphql<{
      templates: { nodes: { longDescription: string | null; definition: unknown }[] }
    }>(
      `{ templates(filter: { search: "alpha", tags: ["five"] }, orderBy: NAME) { nodes { slug longDescription definition } } }`,
      {},
      await server.token('reader@example.com'),
    )
    expect(data.templates.nodes).toEqual([
      { slug: 'shop-15', longDescription: 'All about shop-15', definition: {} },
      { slug: 'shop-25', longDescription: null, definition: {} },
      { slug: 'shop-5', longDescription: 'All about shop-5', definition: {} },
    ])
  })

  it('combines words, category and tags', async () => {
    const found = await find(`filter: { search: "alpha", category: "cms", tags: ["Five"] }, first: 100`)
    expect(found.slugs.map(number)).toEqual([15])
    expect((await find(`filter: { category: "nowhere" }`)).totalCount).toBe(0)
  })

  it.each([
    ['NEWEST', (n: number) => -n],
    ['POPULAR', (n: number) => -((n * 7) % 11)],
  ])('returns each template once in the order %s, page by page', async (order, rank) => {
    for (const filter of ['', ', filter: { category: "ai" }', ', filter: { search: "s" }']) {
      const seen: string[] = []
      let after = ''
      for (;;) {
        const page = await find(`orderBy: ${order}, first: 7${filter}${after}`)
        seen.push(...page.slugs)
        if (!page.pageInfo.hasNextPage) break
        after = `, after: "${page.pageInfo.endCursor}"`
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen).toHaveLength(filter.includes('ai') ? 20 : 30)
      const ranks = seen.map((slug) => rank(number(slug)))
      expect(ranks).toEqual(ranks.toSorted((left, right) => left - right))
    }
  })

  it('sorts by name and rejects a cursor of another order or a forged one', async () => {
    const page = await find(`orderBy: NAME, first: 3`)
    expect(page.slugs.map(number)).toEqual([1, 11, 13])
    const other = `orderBy: POPULAR, after: "${page.pageInfo.endCursor}"`
    await expect(find(other)).rejects.toThrow('INVALID_CURSOR')
    const forged = Buffer.from(JSON.stringify(['templates by POPULAR', 'many', 'tpl_1'])).toString('base64url')
    await expect(find(`orderBy: POPULAR, after: "${forged}"`)).rejects.toThrow('INVALID_CURSOR')
  })
})
