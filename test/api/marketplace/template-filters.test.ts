import { statementsOf, maxRepetitions } from '#test/support/statements.js'
import { startTestServer, type GraphQLResult, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Page {
  templates: { nodes: { slug: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
}

describe('Lists of templates', () => {
  let server: TestServer
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-02T09:00:00Z',
      app: { onStatement: (text) => void seen.push(text) },
    })
    await server.query(`update template set status = 'DEPRECATED'`)
    await server.query(
      `insert into vendor (id, name) select 'ven_l' || n, 'List vendor ' || n from generate_series(1, 4) n`,
    )
    await server.query(
      `insert into template (id, slug, name, short_description, vendor_id, required_plan, status, stack, definition, rating, sale_count, approved_at, updated_at)
       select 'tpl_l' || n, 'list-' || n, case when n = 5 then 'Garden' else 'Stack ' || n end, case when n = 7 then 'for a garden' end,
         'ven_l' || 1 + n % 4, case when n = 2 then 'plus' end, 'APPROVED', case when n % 2 = 0 then 'custom' else 'ghost' end, '{}', nullif(n % 6, 0), n * 5 % 8,
         '2026-01-01'::timestamptz + n * interval '1 hour', case when n = 3 then '2026-02-01'::timestamptz end
       from generate_series(1, 8) n`,
    )
    await server.query(
      `insert into product (id, type, code, name, active, external_id)
       select 'prd_l' || n, 'TEMPLATE', 'list-' || n, 'Stack ' || n, true, 'tpl_l' || n from generate_series(6, 8) n`,
    )
    await server.query(
      `insert into price (id, product_id, amount_minor, currency, "interval", active)
       values ('prc_l6', 'prd_l6', 900, 'USD', 'MONTH', true), ('prc_l7', 'prd_l7', 4900, 'USD', 'ONE_TIME', true),
         ('prc_l8', 'prd_l8', 1900, 'EUR', 'ONE_TIME', true)`,
    )
  })
  afterAll(() => server.close())

  const numbers = async (args: string): Promise<number[]> => {
    const found: number[] = []
    let after: string | null = null
    do {
      const { data, errors }: GraphQLResult<Page> = await server.graphql<Page>(
        `query ($after: String) { templates(${args}, first: 3, after: $after) { nodes { slug } pageInfo { hasNextPage endCursor } } }`,
        { after },
      )
      expect(errors).toBeUndefined()
      found.push(...data.templates.nodes.map(({ slug }) => Number(slug.split('-')[1])))
      after = data.templates.pageInfo.hasNextPage ? data.templates.pageInfo.endCursor : null
    } while (after)
    return found
  }

  it.each([
    ['UPDATED', [3, 8, 7, 6, 5, 4, 2, 1]],
    ['SALES', [3, 6, 1, 4, 7, 2, 5, 8]],
    ['PRICE_LOWEST', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['PRICE_HIGHEST', [7, 6, 5, 4, 3, 2, 1, 8]],
  ])('are sorted by %s, page by page', async (order, expected) => {
    expect(await numbers(`orderBy: ${order}`)).toEqual(expected)
  })

  it('begin with the most relevant template of a search, also by default', async () => {
    expect(await numbers(`filter: { search: "garden" }`)).toEqual([5, 7])
    expect(await numbers(`filter: { search: "garden" }, orderBy: RELEVANCE`)).toEqual([5, 7])
    expect(await numbers(`filter: { search: "garden" }, orderBy: NEWEST`)).toEqual([7, 5])
  })

  it.each([
    ['stack: "ghost"', [7, 5, 3, 1]],
    ['vendorId: "ven_l1"', [8, 4]],
    ['minPrice: { currency: "USD", amountMinor: 1 }', [7, 6]],
    ['maxPrice: { currency: "USD", amountMinor: 900 }', [6, 5, 4, 3, 2, 1]],
    ['minPrice: { currency: "EUR", amountMinor: 1000 }, maxPrice: { currency: "EUR", amountMinor: 2000 }', [8]],
    ['paid: true, stack: "ghost"', [7]],
  ])('are filtered by %s', async (filter, expected) => {
    expect(await numbers(`filter: { ${filter} }, orderBy: NEWEST`)).toEqual(expected)
  })

  it.each([
    ['PRICE_LOWEST', 'ven_l1', [4, 8]],
    ['PRICE_LOWEST', 'ven_l4', [3, 7]],
    ['PRICE_HIGHEST', 'ven_l1', [4, 8]],
    ['PRICE_HIGHEST', 'ven_l4', [7, 3]],
    ['RELEVANCE', 'ven_l4', [7, 3]],
    ['NEWEST', 'ven_l4', [7, 3]],
  ])('are sorted by %s for the vendor %s, page by page', async (order, vendor, expected) => {
    const page = async (args: string) => {
      const { data, errors } = await server.graphql<{ vendor: Page }>(
        `{ vendor(by: { id: "${vendor}" }) { templates(first: 1, orderBy: ${order}${args}) { nodes { slug } pageInfo { hasNextPage endCursor } } } }`,
      )
      expect(errors).toBeUndefined()
      return data.vendor.templates
    }
    const first = await page('')
    const second = await page(`, after: "${first.pageInfo.endCursor}"`)
    expect([...first.nodes, ...second.nodes].map(({ slug }) => Number(slug.split('-')[1]))).toEqual(expected)
    expect(second.pageInfo.hasNextPage).toBe(false)
  })

  it('contain the requirements of a deployment for visitors', async () => {
    const { data, errors } = await server.graphql<{
      templates: { nodes: { slug: string; eligibility: { allowed: boolean; denials: { code: string }[] } }[] }
    }>(`{ templates(first: 100) { nodes { slug eligibility { allowed denials { code } } } } }`)
    expect(errors).toBeUndefined()
    const codes = Object.fromEntries(
      data.templates.nodes.map(({ slug, eligibility: { allowed, denials } }) => {
        expect(allowed).toBe(false)
        return [slug, denials.map(({ code }) => code)]
      }),
    )
    expect(codes['list-4']).toEqual(['SIGN_IN_REQUIRED'])
    expect(codes['list-2']).toEqual(['SIGN_IN_REQUIRED', 'INSUFFICIENT_PLAN'])
    expect(codes['list-7']).toContain('TEMPLATE_NOT_PURCHASED')
  })

  it('are read and counted together for several vendors', async () => {
    const lists = () =>
      server.graphql<{
        templates: { nodes: { vendor: { templates: { totalCount: number; nodes: { slug: string }[] } } }[] }
      }>(
        `{ templates(first: 8) { nodes { vendor { templates(first: 1, orderBy: SALES) { totalCount nodes { slug } } } } } }`,
      )
    const { data } = await lists()
    const slugs = data.templates.nodes.map(({ vendor }) => vendor.templates)
    expect(slugs.every(({ totalCount, nodes }) => totalCount === 2 && nodes.length === 1)).toBe(true)
    expect(new Set(slugs.map(({ nodes }) => nodes[0]!.slug))).toEqual(new Set(['list-3', 'list-6', 'list-1', 'list-4']))
    const statements = await statementsOf(seen, lists)
    expect(maxRepetitions(statements)).toBe(1)
  })

  it('are read together with payouts for several vendors', async () => {
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const accountId = await accountIdOf(server, admin)
    await server.query(
      `insert into vendor_payout (id, account_id, vendor_id, method, status, amount_minor, currency, requested_by, created_at)
       select 'vpo_l' || n || v, $1, 'ven_l' || v, 'MANUAL', 'PAID', 100 * n, 'USD', 'key_1', now() from generate_series(1, 3) n, generate_series(1, 4) v`,
      [accountId],
    )
    const lists = () =>
      server.graphql<{ vendors: { nodes: { name: string; payouts: { nodes: { id: string }[] } }[] } }>(
        `{ vendors(filter: { search: "List vendor" }) { nodes { name payouts(first: 2) { nodes { id } pageInfo { hasNextPage } } } } }`,
        {},
        admin,
      )
    const { data, errors } = await lists()
    expect(errors).toBeUndefined()
    expect(data.vendors.nodes.map(({ payouts }) => payouts.nodes.map(({ id }) => id))).toEqual(
      [1, 2, 3, 4].map((vendor) => [`vpo_l3${vendor}`, `vpo_l2${vendor}`]),
    )
    const statements = (await statementsOf(seen, lists)).filter((text) => text.includes('vendor_payout'))
    expect(statements).toHaveLength(1)
  })

  it('are looked up by ID or slug, exactly one of them', async () => {
    const one = (by: string) =>
      server.graphql<{ template: { id: string } | null }>(`{ template(by: { ${by} }) { id } }`)
    expect((await one('id: "tpl_l1"')).data.template).toEqual({ id: 'tpl_l1' })
    expect((await one('slug: "list-1"')).data.template).toEqual({ id: 'tpl_l1' })
    expect((await one('slug: "list-0"')).data.template).toBeNull()
    expect((await one('id: "tpl_l1", slug: "list-1"')).errors).toHaveLength(1)
  })
})
