import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCatalog } from '#services/catalog/load/load-catalog.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { readSnapshot } from '#services/catalog/snapshot/read-snapshot.js'
import { applyMarketplace } from '#services/marketplace/load/load-marketplace.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'

interface PlanNode {
  code: string
  rank: number
  version: number
  active: boolean
  prices: { interval: { unit: string } | null; money: { decimal: string; currency: string; formatted: string } }[]
  features: { feature: { code: string; kind: string }; amount: number | null; enabled: boolean; unlimited: boolean }[]
  supportsAllStacks: boolean
  supportedStacks: string[]
}

const PLANS = `query ($all: Boolean) { plans(includeInactive: $all) {
  id code name rank group currentVersion { number } active supportsAllStacks supportedStacks
  prices { id interval { unit count } money { amountMinor decimal currency formatted } trialDays per }
  features { feature { code kind } enabled unlimited amount window }
} }`

describe('Plans', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('returns every active plan with code, name, rank, prices, limits and features to anyone', async () => {
    const { data } = await server.graphql<{ plans: PlanNode[] }>(PLANS)
    expect(data.plans.map(({ code, rank }) => [code, rank])).toEqual([
      ['free', 0],
      ['basic', 1],
      ['plus', 2],
      ['individual', 3],
    ])
    const plus = data.plans[2]!
    expect(plus.prices.map(({ interval, money }) => [interval?.unit, money.decimal, money.formatted])).toEqual([
      ['MONTH', '20.00', '$20.00'],
      ['YEAR', '200.00', '$200.00'],
    ])
    expect(plus.features.find(({ feature }) => feature.code === 'deployments')).toEqual({
      feature: { code: 'deployments', kind: 'LIMIT' },
      enabled: true,
      unlimited: false,
      amount: 10,
      window: null,
    })
    expect([plus.supportsAllStacks, plus.supportedStacks]).toEqual([true, []])
    expect(data.plans[0]!.supportedStacks).toContain('wordpress')
  })

  it('returns prices by currency, packages by code and interval, and products of plans', async () => {
    const { data } = await server.graphql<{
      plan: { usd: unknown[]; gbp: unknown[] }
      package: unknown
      packages: { code: string }[]
      products: { nodes: { code: string; owned: boolean }[] }
    }>(
      `{ plan(code: "plus") { usd: prices(currency: "USD") { id } gbp: prices(currency: "GBP") { id } }
         package(code: "plus_monthly") { type code plan { code } prices { money { decimal } } }
         packages(type: SUBSCRIPTION) { code }
         products(types: [PLAN], first: 2) { nodes { code owned } pageInfo { hasNextPage endCursor } } }`,
    )
    expect(data.plan).toEqual({ usd: [expect.anything(), expect.anything()], gbp: [] })
    expect(data.package).toEqual({
      type: 'SUBSCRIPTION',
      code: 'plus_monthly',
      plan: { code: 'plus' },
      prices: [{ money: { decimal: '20.00' } }],
    })
    expect(data.packages.map(({ code }) => code)).toEqual([
      'free',
      'basic_monthly',
      'basic_yearly',
      'plus_monthly',
      'plus_yearly',
      'individual_monthly',
      'individual_yearly',
    ])
    expect(data.products.nodes.map(({ code, owned }) => [code, owned])).toEqual([
      ['free', false],
      ['basic', false],
    ])
  })

  it('returns null for an unknown plan, package, template or node', async () => {
    const { data, errors } = await server.graphql(
      `{ plan(code: "gold") { id } package(code: "gold_monthly") { id } template(by: { slug: "nope" }) { id } product(by: { externalId: "nope" }) { id } node(id: "pln_x") { id } nodes(ids: ["x", "acc_00000000000000000000000000"]) { id } }`,
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      plan: null,
      package: null,
      template: null,
      product: null,
      node: null,
      nodes: [null, null],
    })
  })

  it("returns the plan info of the token's user over GraphQL and REST", async () => {
    const token = await server.token('info@example.com')
    const { data } = await server.graphql(
      `{ account { plan { plan { code } endsAt deploymentsLeft supportedStacks } } }`,
      {},
      token,
    )
    expect(data).toEqual({
      account: {
        plan: {
          plan: { code: 'free' },
          endsAt: null,
          deploymentsLeft: 1,
          supportedStacks: ['static_site', 'wordpress', 'uptime_kuma'],
        },
      },
    })
    const seedPlan = {
      name: 'free',
      date_end: null,
      deployments_left: 1,
      supported_stacks: { static_site: true, wordpress: true, uptime_kuma: true },
    }
    expect((await server.rest('GET', '/billing/status', { token })).body).toEqual({
      plan: seedPlan,
      purchased_templates: [],
    })
    expect((await server.rest('GET', '/oauth_server/api/me', { token })).body).toMatchObject({
      email: 'info@example.com',
      plan: seedPlan,
      user: { email: 'info@example.com', plan: seedPlan },
    })
  })

  it('treats date_end as a day: the plan lasts to its end, UTC', async () => {
    const token = await server.token('dated@example.com')
    const providerReference = await startCheckout(server, token, { plan: 'basic', idempotencyKey: 'k' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await server.graphql(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { status } } }`,
      { id: providerReference },
      token,
    )
    expect((await server.rest('GET', '/billing/status', { token })).body).toMatchObject({
      plan: { name: 'basic', date_end: '2026-02-15', deployments_left: 3 },
    })
  })

  it('rejects a token in the URL', async () => {
    const token = await server.token('leaky@example.com')
    expect((await server.rest('GET', `/billing/status?user_token=${token}`)).status).toBe(401)
  })

  it('returns the plan list for admin forms', async () => {
    const { body } = await server.rest('GET', '/server/user/plans/info')
    expect((body as { name: string }[]).map(({ name }) => name)).toEqual(['free', 'basic', 'plus', 'individual'])
  })

  describe('catalog reload', () => {
    const source = readFileSync(new URL('../../../catalogs/try-direct.yaml', import.meta.url), 'utf8')
    const load = async (text: string) => {
      const definition = parseCatalog(text, 'try-direct.yaml')
      const { database } = server.app.context
      const changes = await loadCatalog(database, definition)
      await database.transaction((transaction) => applyMarketplace(transaction, definition))
      return { changes, snapshot: await readSnapshot(database, definition) }
    }

    it('changes nothing for an unchanged file', async () => {
      const tables = ['plan', 'plan_version', 'price', 'product', 'template', 'category', 'vendor']
      const dump = () => Promise.all(tables.map((table) => server.query(`select * from ${table} order by id`)))
      const before = await dump()
      expect((await load(source)).changes).toBe(0)
      expect(await dump()).toEqual(before)
    })

    it('creates a new price and version for a changed price; the earlier version keeps its terms', async () => {
      const { snapshot } = await load(source.replace('{ month: 20.00, year: 200.00', '{ month: 25.00, year: 200.00'))
      const plus = snapshot.planByCode.get('plus')!
      expect([plus.version, plus.prices.map(({ money }) => money.amountMinor)]).toEqual([2, [2500, 20000]])
      expect(
        [...snapshot.planByVersionId.values()].filter(({ code }) => code === 'plus').map(({ version }) => version),
      ).toEqual([1, 2])
      const old = await server.query<{ active: boolean }>(`select active from price where amount_minor = 2000`)
      expect(old).toEqual([{ active: false }])
    })

    it('shows a plan that the catalog no longer contains to operators only', async () => {
      await server.query(`update plan set active = false where code = 'individual'`)
      await server.app.context.catalog.reload()
      const codes = async (token?: string) => {
        const { data } = await server.graphql<{ plans: PlanNode[] }>(PLANS, { all: true }, token)
        return data.plans.map(({ code, active }) => [code, active])
      }
      const sold = [
        ['free', true],
        ['basic', true],
        ['plus', true],
      ]
      expect(await codes()).toEqual(sold)
      expect(await codes(await server.token('reader@example.com'))).toEqual(sold)
      expect(await codes(await server.token('operator@example.com', { roles: ['admin'] }))).toEqual([
        ...sold,
        ['individual', false],
      ])
    })

    it('rejects a catalog of another business', async () => {
      await expect(load(source.replace('business: try-direct', 'business: other'))).rejects.toThrow(
        /belongs to business 'try-direct', but CATALOG is 'other'/,
      )
    })

    it('reports the line and field of each problem, and the path of a missing file', () => {
      const path = join(mkdtempSync(join(tmpdir(), 'catalog-')), 'broken.yaml')
      writeFileSync(path, source.replace('rank: 2', 'rank: high'))
      expect(() => readCatalogFile(path)).toThrow(/broken\.yaml:\d+:\d+ plans\.plus\.rank/)
      expect(() => readCatalogFile('nowhere')).toThrow(/catalog nowhere not found/)
    })
  })
})
