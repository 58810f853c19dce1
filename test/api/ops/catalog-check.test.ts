import { CatalogCheck, CatalogProblems, Consume } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { catalogEditor } from '#test/support/catalog-editor.js'
import { entitlementService } from '#test/support/entitlements.js'
import { nextTerms } from '#test/support/next-catalog.js'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('catalogCheck', () => {
  let server: TestServer
  let token: string
  let text: string
  beforeAll(async () => {
    server = await startTestServer()
    token = await server.token('ops@example.com', { roles: ['admin'] })
    ;({ text } = await catalogEditor(server, token).draft())
  })
  afterAll(() => server.close())

  const check = async (checked: string) =>
    (await server.graphql(CatalogCheck, { yaml: checked }, token)).data.catalogCheck!

  it('finds nothing in the current text, and no difference in comments', async () => {
    const { problems, changes, preview } = await check(`# A comment\n${text}`)
    expect({ problems, changes }).toEqual({ problems: [], changes: [] })
    expect(preview).toEqual({ steps: [], providerSteps: [], effects: [] })
  })

  it('names line, column and path of each error, and the differences', async () => {
    const lines = text.replace('prices: { month: 20.00, year: 200.00', 'prices: { mont: 20.00, year: -1').split('\n')
    const line = lines.findIndex((each) => each.includes('mont: 20.00')) + 1
    const { problems, changes, preview } = await check(lines.join('\n'))
    expect(problems).toMatchObject([
      { line, column: lines[line - 1]!.indexOf('mont:') + 1, path: 'plans.plus.prices.mont' },
      { line, path: 'plans.plus.prices.year' },
    ])
    expect(changes.map(({ path }) => path)).toContain('plans.plus.prices.year')
    expect(preview).toBeNull()
    expect(await check('plans: [')).toMatchObject({ problems: [{ line: 1 }], changes: [], preview: null })
    expect(await check('')).toMatchObject({ problems: [{ line: 1, column: 1, path: '' }] })
  })

  it('has the texts of the features as price lists print them, of a text without errors', async () => {
    const textsOf = async (yaml: string) =>
      (await server.graphql(CatalogProblems, { yaml }, token)).data.catalogCheck!.grantTexts
    const next = text
      .replace('deployments:     10 ', 'deployments:     12 ')
      .replace('restart_rate:    5', 'restart_rate: false')
    const found = await textsOf(next)
    expect(found).toContainEqual({ plan: 'plus', feature: 'deployments', text: '12 deployments' })
    expect(found).toContainEqual({ plan: 'free', feature: 'restart_rate', text: null })
    expect(await textsOf('plans: [')).toEqual([])
  })

  it('finds values that the database cannot store, also in templates, without which no server starts', async () => {
    const nul = await check(text.replace('slug: uptime-kuma', 'slug: uptime-kuma\n    long_description: "a\\0b"'))
    expect(nul.problems).toMatchObject([
      { path: 'templates.uptime_kuma.long_description', message: expect.stringContaining('cannot be stored') },
    ])
    const key = await check(text.replace('volumes: { site: {} }', 'volumes: { "site\\0": {} }'))
    expect(key.problems).toMatchObject([{ path: 'templates.static_site.definition.volumes' }])
    const number = await check(text.replace('priority: 1 }', 'priority: 99999999999 }'))
    expect(number.problems).toMatchObject([{ path: 'categories.cms.priority' }])
  })

  it('refuses the catalog of another business', async () => {
    const { problems } = await check(text.replace('business: try-direct', 'business: other'))
    expect(problems).toMatchObject([{ message: expect.stringContaining("belongs to business 'try-direct'") }])
  })

  it('shows differences, steps at the providers, affected accounts and their monthly amount, and changes nothing', async () => {
    for (const email of ['ann@example.com', 'ben@example.com'])
      await subscribe(server, email, { plan: 'plus', interval: { unit: 'MONTH' } })
    const before = await server.query(`select * from price order by id`)
    const { problems, changes, preview } = await check(nextTerms(text))
    expect(problems).toEqual([])
    expect(changes).toEqual(
      expect.arrayContaining([
        {
          path: 'plans.plus.prices.month',
          before: '20.00',
          after: '25.00',
          onlyNewPurchases: true,
        },
        {
          path: 'plans.plus.features.deployments',
          before: '10',
          after: '12',
          onlyNewPurchases: true,
        },
      ]),
    )
    expect(preview!.steps).toContain('create plan version plus')
    expect(preview!.providerSteps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          provider: 'STRIPE',
          description: 'create price try-direct:plan:plus:month:usd:2500',
        }),
        expect.objectContaining({
          provider: 'STRIPE',
          description: 'archive price try-direct:plan:plus:month:usd:2000',
        }),
      ]),
    )
    expect(preview!.effects.find(({ code }) => code === 'plus')).toMatchObject({
      isPlan: true,
      isRemoved: false,
      accountCount: 2,
      movedCount: 2,
      paymentCount: 0,
      before: [{ currency: 'USD', decimal: '40.00' }],
      after: [{ currency: 'USD', decimal: '50.00' }],
    })
    expect(await server.query(`select * from price order by id`)).toEqual(before)
  })

  it('counts changes of texts and settings for everybody', async () => {
    const { changes, preview } = await check(text.replace('name: Plus', 'name: Plus!'))
    expect(changes).toMatchObject([
      { path: 'plans.plus.name', before: 'Plus', after: 'Plus!', onlyNewPurchases: false },
    ])
    expect(preview!.steps).toEqual(['update plan plus'])
  })

  it('says that a provider cannot be reached', async () => {
    await server.sandboxControl('POST', 'faults', { match: { path: '/v1/products' }, action: 'drop_before', times: 20 })
    const { data, errors } = await server.graphql(CatalogCheck, { yaml: nextTerms(text) }, token)
    await server.sandboxControl('DELETE', 'faults')
    expect(data.catalogCheck).toMatchObject({ problems: [], preview: null })
    expect(errors).toMatchObject([{ path: ['catalogCheck', 'preview'], extensions: { code: 'UNAVAILABLE' } }])
  })
})

describe('catalogCheck of a plan with prices of use', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-01T00:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('adds the use beyond the allowances in the last thirty days, at the present and at the new prices', async () => {
    const token = await server.token('ops@example.com', { roles: ['admin'] })
    const { text } = await catalogEditor(server, token).draft()
    const service = await entitlementService(server)
    const consume = async (accountId: string, amount: number) => {
      const input = { accountId, feature: 'ai_credits', amount }
      const { data } = await server.graphql(Consume, { input, key: randomUUID() }, service.key)
      expect(data.consume.__typename).toBe('Consumption')
    }
    const [ann] = [
      await subscribe(server, 'ann@example.com', { plan: 'scale', interval: { unit: 'MONTH' } }),
      await subscribe(server, 'ben@example.com', { plan: 'scale', interval: { unit: 'MONTH' } }),
    ]
    // 100,000 units are older than thirty days. They count for the tiers of the window, and not for the amounts.
    await consume(ann.accountId, 700_000)
    await server.advanceTo('2026-03-31T12:00:00Z')
    await consume(ann.accountId, 300_000)
    await consume(ann.accountId, 200_000)
    const effectOf = async (changed: string) => {
      expect(changed).not.toBe(text)
      const { data, errors } = await server.graphql(CatalogCheck, { yaml: changed }, token)
      expect(errors).toBeUndefined()
      const { before, after, accountCount } = data.catalogCheck!.preview!.effects.find(({ code }) => code === 'scale')!
      return { accountCount, amounts: [...before, ...after].map(({ decimal }) => decimal) }
    }
    const tiers = 'graduated: [{ up_to: 500000, price: 0.40, per: 1000 }, { price: 0.30, per: 1000 }]'
    // Now: 400,000 at 0.40 and 100,000 at 0.30. Then: the units between 100,000 and 600,000 at the other tiers.
    expect(await effectOf(text.replace(tiers, tiers.replace('0.40', '0.50').replace('0.30', '0.205')))).toEqual({
      accountCount: 2,
      amounts: ['590.00', '620.50'],
    })
    expect(
      await effectOf(
        text.replace(tiers, 'volume: [{ up_to: 500000, price: 0.40, per: 1000 }, { price: 0.105, per: 1000 }]'),
      ),
    ).toEqual({
      accountCount: 2,
      amounts: ['590.00', '423.00'],
    })
    const withoutPrice = text.replace(/\n +overage: \{ graduated: \[\{ up_to: 500000.*/, '')
    expect(await effectOf(withoutPrice.replace('month: 200.00', 'month: 220.00'))).toEqual({
      accountCount: 2,
      amounts: ['590.00', '440.00'],
    })
  })
})
