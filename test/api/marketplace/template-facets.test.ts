import { statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Money {
  amountMinor: number
  currency: string
}

interface Facets {
  categories: { category: { code: string }; templateCount: number }[]
  priceBands: { from: Money; to: Money | null; templateCount: number }[]
  lowestPrice: Money | null
  highestPrice: Money | null
  ratings: { minRating: number; templateCount: number }[]
}

const ALL = `categories { category { code } templateCount } priceBands { from { amountMinor currency } to { amountMinor } templateCount }
  lowestPrice { amountMinor } highestPrice { amountMinor currency } ratings { minRating templateCount }`

describe('templateFacets', () => {
  let server: TestServer
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-02T09:00:00Z',
      app: { onStatement: (text) => void seen.push(text) },
    })
    await server.query(`update template set status = 'DEPRECATED'`)
    // Twelve templates: four in `cms`, eight in `ai`; ratings 0 (none) to 5; the last three are sold.
    await server.query(
      `insert into template (id, slug, name, category_id, status, stack, definition, rating, approved_at)
       select 'tpl_f' || n, 'facet-' || n, 'Facet ' || n, (select id from category where code = case when n % 3 = 0 then 'cms' else 'ai' end),
         'APPROVED', case when n % 2 = 0 then 'custom' else 'ghost' end, '{}', nullif(n % 6, 0), now()
       from generate_series(1, 12) n`,
    )
    await server.query(
      `insert into product (id, type, code, name, active, external_id)
       select 'prd_f' || n, 'TEMPLATE', 'facet-' || n, 'Facet ' || n, true, 'tpl_f' || n from generate_series(10, 12) n`,
    )
    await server.query(
      `insert into price (id, product_id, amount_minor, currency, "interval", active)
       values ('prc_f10', 'prd_f10', 900, 'USD', 'ONE_TIME', true), ('prc_f11', 'prd_f11', 4900, 'USD', 'ONE_TIME', true),
         ('prc_f12', 'prd_f12', 1900, 'EUR', 'ONE_TIME', true)`,
    )
  })
  afterAll(() => server.close())

  const facets = async (filter: object | null = null, fields = ALL) => {
    const { data, errors } = await server.graphql<{ templateFacets: Facets }>(
      `query ($filter: TemplateFilter) { templateFacets(filter: $filter) { ${fields} } }`,
      { filter },
    )
    expect(errors).toBeUndefined()
    return data.templateFacets
  }
  const bands = ({ priceBands }: Facets) =>
    priceBands.map(({ from, to, templateCount }) => [from.amountMinor, to?.amountMinor ?? null, templateCount])

  it('counts categories, prices and ratings', async () => {
    const found = await facets()
    expect(found.categories).toEqual([
      { category: { code: 'ai' }, templateCount: 8 },
      { category: { code: 'cms' }, templateCount: 4 },
    ])
    expect(bands(found)).toEqual([
      [0, 1, 9],
      [1, 1000, 1],
      [1000, 2500, 0],
      [2500, 5000, 1],
      [5000, 10_000, 0],
      [10_000, null, 0],
    ])
    expect(found).toMatchObject({
      lowestPrice: { amountMinor: 900 },
      highestPrice: { amountMinor: 4900, currency: 'USD' },
    })
    expect(found.ratings.map(({ minRating, templateCount }) => [minRating, templateCount])).toEqual([
      [4, 4],
      [3, 6],
      [2, 8],
      [1, 10],
    ])
  })

  it('applies the other parts of the filter, and leaves out the part that a facet is about', async () => {
    const found = await facets({ category: 'cms', minRating: 3 })
    expect(found.categories).toEqual([
      { category: { code: 'ai' }, templateCount: 4 },
      { category: { code: 'cms' }, templateCount: 2 },
    ])
    expect(found.ratings.find(({ minRating }) => minRating === 1)!.templateCount).toBe(2)
    const euros = await facets({ minPrice: { currency: 'EUR', amountMinor: 1 } })
    expect(bands(euros)[2]).toEqual([1000, 2500, 1])
    expect(euros.highestPrice).toEqual({ amountMinor: 1900, currency: 'EUR' })
    expect(euros.categories).toEqual([{ category: { code: 'cms' }, templateCount: 1 }])
    expect(await facets({ search: 'nothing' })).toMatchObject({
      categories: [],
      lowestPrice: null,
      highestPrice: null,
    })
  })

  it('runs one statement for each selected facet', async () => {
    const count = async (fields: string) => (await statementsOf(seen, () => facets(null, fields))).length
    const [ratings, prices] = [
      await count('ratings { templateCount }'),
      await count('priceBands { templateCount } lowestPrice { amountMinor }'),
    ]
    expect(prices).toBe(ratings)
    expect(await count(ALL)).toBe(ratings + 3)
  })
})
