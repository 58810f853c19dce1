import { pushCatalog } from '#services/billing/catalog-push/push-catalog.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Difference {
  readonly kind: string
  readonly key: string
}

describe('catalogDiff', () => {
  const seen: string[] = []
  let server: TestServer
  let catalog: ChangeableCatalog
  let operator: string
  beforeAll(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({
      env: { CATALOG: catalog.path },
      app: { onStatement: (text) => void seen.push(text) },
    })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  const differences = async (provider = 'STRIPE') => {
    const { data, errors } = await server.graphql<{ catalogDiff: Difference[] }>(
      `query ($provider: PaymentProvider) { catalogDiff(provider: $provider) {
         kind key product { code } name providerName price { money { decimal } } providerMoney { decimal } providerReference description } }`,
      { provider },
      operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.catalogDiff
  }

  it('returns what the provider misses, has in addition, or has otherwise', async () => {
    expect(await differences()).toEqual([])
    expect(await differences('PAYPAL')).toEqual([])
    const port = server.app.context.providers.STRIPE!
    const offers = await port.listOffers({ business: 'try-direct', meters: false })
    const productOf = (code: string) => offers.products.find(({ key }) => key === `try-direct:plan:${code}`)!
    const priceOf = (key: string) => offers.prices.find(({ lookupKey }) => lookupKey === key)!
    // Somebody renames a product, archives a price and another product, and adds one under our key.
    await port.changeProduct(productOf('plus').externalId, { name: 'Plus!' })
    await port.changeProduct(productOf('individual').externalId, { active: false })
    await port.setPriceActive(priceOf('try-direct:plan:basic:year:usd:10000').externalId, false)
    await port.createProduct({ key: 'try-direct:plan:gold', name: 'Gold' })
    // The catalog sells a price at another amount, and one for the first time; nothing is pushed.
    await server.query(`update price set active = false where amount_minor = 2000 and "interval" = 'MONTH'`)
    const [plus] = await server.query<{ id: string }>(`select id from product where code = 'plus'`)
    await server.query(
      `insert into price (id, product_id, currency, amount_minor, "interval") values
         ('prc_new', $1, 'USD', 2500, 'MONTH'), ('prc_eur', $1, 'EUR', 2300, 'MONTH')`,
      [plus!.id],
    )
    const found = await differences()
    const of = (kind: string) => found.filter((one) => one.kind === kind)
    expect(found.map(({ kind }) => kind).toSorted()).toEqual([
      'DIFFERENT_NAME',
      'DIFFERENT_PRICE',
      'EXTRA_PRODUCT',
      'MISSING_PRICE',
      'PRICE_ARCHIVED',
      'PRODUCT_ARCHIVED',
    ])
    expect(of('DIFFERENT_NAME')).toMatchObject([
      { key: 'try-direct:plan:plus', product: { code: 'plus' }, name: 'Plus', providerName: 'Plus!' },
    ])
    expect(of('DIFFERENT_PRICE')).toMatchObject([
      { key: 'try-direct:plan:plus:month:usd:2500', product: { code: 'plus' }, providerMoney: { decimal: '20.00' } },
    ])
    expect(of('MISSING_PRICE')).toMatchObject([
      { key: 'try-direct:plan:plus:month:eur:2300', providerMoney: null, providerReference: null },
    ])
    expect(of('PRICE_ARCHIVED')).toMatchObject([
      {
        key: 'try-direct:plan:basic:year:usd:10000',
        price: { money: { decimal: '100.00' } },
        product: { code: 'basic' },
      },
    ])
    expect(of('PRODUCT_ARCHIVED')).toMatchObject([{ product: { code: 'individual' }, providerName: 'Individual' }])
    expect(of('EXTRA_PRODUCT')).toMatchObject([
      {
        key: 'try-direct:plan:gold',
        product: null,
        providerName: 'Gold',
        providerReference: expect.stringMatching(/^prod_/),
      },
    ])

    await pushCatalog(server.app.context, port, server.app.context.catalog.current())
    // A push changes no object that is in no catalog.
    expect(await differences()).toEqual(of('EXTRA_PRODUCT'))
    await server.query(`delete from provider_price where price_id in ('prc_new', 'prc_eur')`)
    await server.query(`delete from price where id in ('prc_new', 'prc_eur')`)
    expect((await differences()).map(({ kind }) => kind)).toContain('EXTRA_PRICE')
  })

  it('refuses a provider that does not respond or is not configured', async () => {
    await server.sandboxControl('POST', 'faults', { match: { path: '/v1/prices' }, action: '500' })
    const { data, errors } = await server.graphql(
      `{ catalogDiff(provider: STRIPE) { key } plans { code } }`,
      {},
      operator,
    )
    await server.sandboxControl('DELETE', 'faults')
    expect(data).toMatchObject({ catalogDiff: null, plans: expect.any(Array) })
    expect(errors).toMatchObject([{ path: ['catalogDiff'], extensions: { code: 'UNAVAILABLE' } }])
  })

  it('has the holders of each version for operators, counted in one statement', async () => {
    await server.query(`update price set active = true where amount_minor = 2000`)
    for (const name of ['ann', 'bob']) await subscribe(server, `${name}@example.com`, { plan: 'basic' })
    await catalog.change(server, (text) => text.replace(/deployments:     3 /, 'deployments:     4 '), {
      plan: 'basic',
      version: 2,
    })
    await subscribe(server, 'carl@example.com', { plan: 'basic' })
    const text = `{ plan(code: "basic") { code versions { number current holderCount } } }`
    const { data } = await server.graphql(text, {}, operator)
    expect(data).toEqual({
      plan: {
        code: 'basic',
        versions: [
          { number: 2, current: true, holderCount: 1 },
          { number: 1, current: false, holderCount: 2 },
        ],
      },
    })
    const all = () => server.graphql(`{ plans { versions { holderCount } } }`, {}, operator)
    expect(maxRepetitions((await statementsOf(seen, all)).filter((one) => one.includes('plan_assignment')))).toBe(1)
    const refused = await server.graphql(text, {}, await server.token('user@example.com'))
    expect(refused.data).toEqual({ plan: { code: 'basic', versions: null } })
    expect(refused.errors).toMatchObject([{ path: ['plan', 'versions'], extensions: { code: 'FORBIDDEN' } }])
  })
})
