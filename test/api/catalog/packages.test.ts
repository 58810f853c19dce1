import { readFileSync } from 'node:fs'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { loadCatalog } from '#services/catalog/load/load-catalog.js'
import { readSnapshot } from '#services/catalog/snapshot/read-snapshot.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface PackageNode {
  id: string
  code: string
  type: string
  name: string
  bullets: string[]
  active: boolean
  validForDays: number | null
  contactUrl: string | null
  plan: { code: string } | null
  prices: { interval: { unit: string; count: number } | null; money: { decimal: string; currency: string } }[]
  grants: { feature: { code: string }; amount: number | null; unlimited: boolean; enabled: boolean }[]
}

const FIELDS = `id code type name bullets active validForDays contactUrl plan { code }
  prices { interval { unit count } money { decimal currency } } grants { feature { code } amount unlimited enabled }`
const agileforge = readFileSync('catalogs/agileforge.yaml', 'utf8')

describe('Packages', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  const packages = async (type: string | null, token?: string, all = false) =>
    (
      await server.graphql<{ packages: PackageNode[] }>(
        `query ($type: PackageType, $all: Boolean) { packages(type: $type, includeInactive: $all) { ${FIELDS} } }`,
        { type, all },
        token,
      )
    ).data.packages
  const one = async (code: string, token?: string) =>
    (
      await server.graphql<{ package: PackageNode | null }>(
        `query ($code: String!) { package(code: $code) { ${FIELDS} } }`,
        { code },
        token,
      )
    ).data.package
  const price = (node: PackageNode) =>
    node.prices.map(
      ({ interval, money }) =>
        `${money.decimal} ${money.currency} ${interval ? `${interval.count} ${interval.unit}` : 'once'}`,
    )

  it('returns all packages, and each kind separately', async () => {
    const codes = (nodes: PackageNode[]) => nodes.map(({ code }) => code)
    const subscriptions = [
      'starter',
      'professional_monthly',
      'professional_yearly',
      'business_monthly',
      'business_yearly',
    ]
    const packs = ['stories_50', 'stories_100', 'stories_250']
    const addons = ['extra_storage', 'priority_support', 'advanced_integrations']
    expect(codes(await packages('SUBSCRIPTION'))).toEqual(subscriptions)
    expect(codes(await packages('CREDIT_PACK'))).toEqual(packs)
    expect(codes(await packages('ADDON'))).toEqual(addons)
    expect(codes(await packages('ENTERPRISE'))).toEqual(['enterprise'])
    expect(codes(await packages(null))).toEqual([...subscriptions, ...packs, ...addons, 'enterprise'])
  })

  it('returns packages by code, by plan, by plan and interval, and as a node', async () => {
    expect(price((await one('professional_monthly'))!)).toEqual(['10.00 USD 1 MONTH'])
    expect(price((await one('professional_annual'))!)).toEqual(['100.00 USD 1 YEAR'])
    expect(price((await one('business'))!)).toEqual(['18.00 USD 1 MONTH', '180.00 USD 1 YEAR'])
    expect(await one('professional_weekly')).toBeNull()
    expect(await one('nothing_monthly')).toBeNull()
    for (const code of ['stories_50', 'enterprise', 'professional_yearly', 'business', 'starter']) {
      const known = await one(code)
      const { data } = await server.graphql<{ node: PackageNode }>(
        `query ($id: ID!) { node(id: $id) { ... on Package { ${FIELDS} } } }`,
        { id: known!.id },
      )
      expect(data.node).toEqual(known)
    }
  })

  it('sells credit packs of 50, 100 and 250 stories for 5, 9 and 20 pounds, for 90, 90 and 120 days', async () => {
    const packs = await packages('CREDIT_PACK')
    expect(packs.map((pack) => [price(pack)[0], pack.validForDays])).toEqual([
      ['5.00 GBP once', 90],
      ['9.00 GBP once', 90],
      ['20.00 GBP once', 120],
    ])
    expect(packs.map(({ grants }) => grants.map(({ feature, amount }) => [feature.code, amount]))).toEqual([
      [['ai_stories', 50]],
      [['ai_stories', 100]],
      [
        ['ai_stories', 250],
        ['priority_processing', null],
      ],
    ])
  })

  it('sells monthly add-ons in pounds and in the currency of the plans', async () => {
    const addons = await packages('ADDON')
    expect(addons.map(price)).toEqual([
      ['2.00 GBP 1 MONTH', '2.50 USD 1 MONTH'],
      ['5.00 GBP 1 MONTH', '6.50 USD 1 MONTH'],
      ['8.00 GBP 1 MONTH', '10.00 USD 1 MONTH'],
    ])
    const { data } = await server.graphql<{ package: { prices: { money: { currency: string } }[] } }>(
      `{ package(code: "extra_storage") { prices(currency: "USD") { money { currency } } } }`,
    )
    expect(data.package.prices).toEqual([{ money: { currency: 'USD' } }])
  })

  it('lists bullet texts in order, separate from granted features', async () => {
    const bullets = async (code: string) => (await one(code))!.bullets
    expect(await bullets('extra_storage')).toEqual(['Additional 10GB storage', 'File versioning', 'Automatic backups'])
    expect(await bullets('priority_support')).toEqual(['4-hour response time', 'Phone support during business hours'])
    expect(await bullets('advanced_integrations')).toEqual([
      'Salesforce',
      'Azure DevOps',
      'Confluence',
      'Notion',
      'Custom webhook endpoints',
    ])
    expect(await bullets('stories_100')).toContain('10% discount')
    expect(await bullets('stories_250')).toContain('20% discount')
    expect((await one('extra_storage'))!.grants).toEqual([
      { feature: { code: 'storage_gb' }, amount: 10, unlimited: false, enabled: true },
    ])
  })

  it('returns no price and a contact for enterprise', async () => {
    expect(await one('enterprise')).toMatchObject({
      type: 'ENTERPRISE',
      prices: [],
      contactUrl: 'https://agileforge.example/contact',
      plan: null,
    })
  })

  it('returns the contact for an enterprise checkout and does not call the provider', async () => {
    const token = await server.token('buyer@example.com')
    const calls = async () => (await server.sandboxControl<{ calls: unknown[] }>('GET', 'calls')).calls.length
    const before = await calls()
    const { data } = await server.graphql(
      `mutation {
        startSubscription(input: { provider: STRIPE, plan: "enterprise" }, key: "e") {
          denial { __typename code message remedies { kind label url subject { id ... on Package { code } } } }
        }
      }`,
      {},
      token,
    )
    expect(data).toEqual({
      startSubscription: {
        __typename: 'Denial',
        code: 'CONTACT_REQUIRED',
        message: 'Enterprise is sold on request. Contact https://agileforge.example/contact',
        remedies: [
          {
            kind: 'CONTACT_SALES',
            label: 'Contact sales about Enterprise',
            url: 'https://agileforge.example/contact',
            subject: { id: expect.stringMatching(/^pkg_/), code: 'enterprise' },
          },
        ],
      },
    })
    expect(await calls()).toBe(before)
  })

  it('lists two prices per paid plan, and a text for unlimited', async () => {
    const { data } = await server.graphql<{ plans: PackageNode[] }>(
      `{ plans { code prices { interval { unit count } money { decimal currency } } } }`,
    )
    expect(data.plans.map((plan) => [plan.code, ...price(plan)])).toEqual([
      ['starter'],
      ['professional', '10.00 USD 1 MONTH', '100.00 USD 1 YEAR'],
      ['business', '18.00 USD 1 MONTH', '180.00 USD 1 YEAR'],
    ])
    const stories = (await one('business_monthly'))!.grants.find(({ feature }) => feature.code === 'ai_stories')
    expect(stories).toMatchObject({ unlimited: true, amount: null })
  })

  it('sells packages as products, like plans', async () => {
    const { data } = await server.graphql<{
      products: { nodes: { id: string; code: string; type: string; package: { code: string } }[] }
    }>(`{ products(types: [PACKAGE]) { nodes { id code type active prices { id } package { code } } } }`)
    expect(data.products.nodes.map(({ code }) => ({ code }))).toEqual(
      data.products.nodes.map((product) => product.package),
    )
    expect(data.products.nodes.map(({ code }) => code)).toHaveLength(7)
    const { data: again } = await server.graphql<{ node: unknown }>(
      `query ($id: ID!) { node(id: $id) { ... on Product { id code type active prices { id } package { code } } } }`,
      { id: data.products.nodes[0]!.id },
    )
    expect(again.node).toEqual(data.products.nodes[0])
  })

  it('gives every price a separate lookup key at the provider', async () => {
    const rows = await server.query<{ missing: number; pushed: number }>(
      `select count(*) filter (where pp.price_id is null)::int as missing, count(pp.price_id)::int as pushed
       from price pr left join provider_price pp on pp.price_id = pr.id and pp.provider = 'STRIPE'`,
    )
    expect(rows).toEqual([{ missing: 0, pushed: 13 }])
    const { calls } = await server.sandboxControl<{ calls: { path: string }[] }>('GET', 'calls')
    expect(calls.filter(({ path }) => path === '/v1/products').length).toBeGreaterThanOrEqual(8)
  })
})

describe('Package in a changed catalog', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  const load = async (text: string) => {
    const definition = parseCatalog(text, 'agileforge.yaml')
    const changes = await loadCatalog(server.app.context.database, definition)
    return { changes, snapshot: await readSnapshot(server.app.context.database, definition) }
  }
  const changed = (from: string, to: string) => {
    expect(agileforge).toContain(from)
    return agileforge.replace(from, to)
  }

  it('changes nothing for identical content', async () => {
    expect((await load(agileforge)).changes).toBe(0)
    expect((await load(`${agileforge}\n# the same\n`)).changes).toBe(0)
  })

  it('creates a version for other terms; earlier buyers keep the first', async () => {
    const first = (await load(agileforge)).snapshot.packageByCode.get('stories_50')!
    const { snapshot } = await load(changed('grants: { ai_stories: 50 }', 'grants: { ai_stories: 60 }'))
    const second = snapshot.packageByCode.get('stories_50')!
    expect([second.version, second.grants[0]!.amount, second.id]).toEqual([2, 60, first.id])
    expect(snapshot.packageByVersionId.get(first.versionId)!.grants[0]!.amount).toBe(50)
  })

  it('creates no version for other texts', async () => {
    await load(agileforge)
    const { snapshot } = await load(changed('Automatic backups', 'Backups every night'))
    const storage = snapshot.packageByCode.get('extra_storage')!
    expect([storage.version, storage.bullets.at(-1)]).toEqual([1, 'Backups every night'])
  })

  it('creates another price for another amount and hides the earlier one', async () => {
    await load(agileforge)
    const { snapshot } = await load(changed('price: { GBP: 9.00 }', 'price: { GBP: 9.50 }'))
    const pack = snapshot.packageByCode.get('stories_100')!
    expect(pack.prices.map(({ amountMinor }) => amountMinor)).toEqual([950])
    const all = [...snapshot.priceById.values()].filter(({ productId }) => productId === pack.productId)
    expect(all.map(({ amountMinor, active }) => [amountMinor, active])).toEqual([
      [900, false],
      [950, true],
    ])
  })

  it('is no longer sold when the file omits it, and is sold again when it returns', async () => {
    const without = agileforge.replace(/ {2}stories_100:\n[\s\S]*?(?= {2}stories_250:)/, '')
    const { snapshot } = await load(without)
    const gone = snapshot.packageByCode.get('stories_100')!
    expect([gone.active, snapshot.productById.get(gone.productId)!.active]).toEqual([false, false])
    expect((await load(agileforge)).snapshot.packageByCode.get('stories_100')).toMatchObject({
      id: gone.id,
      active: true,
    })
  })

  it('is denied if Stripe could not bill it together with a plan', () => {
    const text = changed('price: { GBP: 2.00, USD: 2.50 }', 'price: { GBP: 2.00 }')
    expect(() => parseCatalog(text, 'agileforge.yaml')).toThrow(
      /packages\.extra_storage\.price: has no price in USD, a currency of plan \w+; a subscription has one currency/,
    )
  })
})
