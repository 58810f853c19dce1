import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStep } from '#services/billing/catalog-push/decide-push.js'
import { planPush, pushCatalog } from '#services/billing/catalog-push/push-catalog.js'
import { loadCatalogFile } from '#services/catalog/load/catalog-versions.js'
import { readSnapshot } from '#services/catalog/snapshot/read-snapshot.js'
import { stripeCall } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { callsTo, PROVIDERS } from './provider.js'

describe.each(PROVIDERS)('Catalog push to the payment provider ($name)', (provider) => {
  let server: TestServer
  let folder: string
  let file: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    file = join(folder, 'communities.yaml')
    writeFileSync(file, readFileSync('catalogs/communities.yaml'))
    server = await startTestServer({ env: { CATALOG: file, PARENT_APP_URL: 'https://app.cg' } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  /** The catalog after an edit of its file, loaded as `npm run catalog -- push` does. */
  const edited = async (prices: string, plans = '  pro:') => {
    const { database } = server.app.context
    const text = readFileSync('catalogs/communities.yaml', 'utf8')
    writeFileSync(file, text.replace('month: 19.00', prices).replace('  pro:', plans))
    const { definition, changes } = await loadCatalogFile(database, file)
    expect(changes).toBeGreaterThan(0)
    return readSnapshot(database, definition)
  }

  const port = () => server.app.context.providers[provider.name]!
  const calls = async () => (await callsTo(server, provider, 'POST')).length

  it('runs at start; a second run writes nothing', async () => {
    const { context } = server.app
    const offers = await port().listOffers()
    const ours = offers.products.filter(({ key }) => key === 'communities:plan:pro')
    expect(ours.map(({ active }) => active)).toEqual([true])
    expect(
      offers.prices.map(({ lookupKey, amountMinor, currency, interval }) => [
        lookupKey,
        amountMinor,
        currency,
        interval,
      ]),
    ).toEqual([['communities:plan:pro:month:usd:1900', 1900, 'USD', 'MONTH']])
    expect(offers.meters.map(({ eventName }) => eventName)).toEqual(
      port().abilities.metering ? ['ai_chat_message'] : [],
    )
    const before = await calls()
    expect(await pushCatalog(context, port(), context.catalog.current())).toEqual([])
    expect(await calls()).toBe(before)
  })

  it('creates a price for a changed amount and archives the earlier one; its subscribers stay linked', async () => {
    const { context } = server.app
    const catalog = await edited('month: 24.00')
    const planned = await planPush(context, port(), catalog)
    expect(planned.map(describeStep)).toEqual([
      'create price communities:plan:pro:month:usd:2400',
      'archive price communities:plan:pro:month:usd:1900',
    ])
    const seen: string[] = []
    await pushCatalog(context, port(), catalog, (step, done, total) => seen.push(`${done + 1}/${total} ${step.do}`))
    expect(seen).toEqual(['1/2 create_price', '2/2 archive_price'])
    expect(await pushCatalog(context, port(), catalog)).toEqual([])
    const { prices } = await port().listOffers()
    expect(new Map(prices.map(({ lookupKey, active }) => [lookupKey, active]))).toEqual(
      new Map([
        ['communities:plan:pro:month:usd:1900', false],
        ['communities:plan:pro:month:usd:2400', true],
      ]),
    )
    const links = await server.query<{ amount_minor: number }>(
      `select pr.amount_minor from provider_price pp join price pr on pr.id = pp.price_id where pp.provider = $1 order by 1`,
      [provider.name],
    )
    expect(links.map(({ amount_minor: amount }) => amount)).toEqual([1900, 2400])
  })

  it('continues an interrupted push', async () => {
    const { context } = server.app
    const catalog = await edited('month: 29.00, year: 290.00')
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: provider.pricePath },
      action: 'drop_after',
      times: 3,
    })
    await expect(pushCatalog(context, port(), catalog)).rejects.toThrow(/is not responding/)
    await server.sandboxControl('DELETE', 'faults')
    await pushCatalog(context, port(), catalog)
    const { prices } = await port().listOffers()
    const onSale = prices.filter(({ active }) => active).map(({ lookupKey }) => lookupKey)
    expect(new Set(onSale)).toEqual(
      new Set(['communities:plan:pro:month:usd:2900', 'communities:plan:pro:year:usd:29000']),
    )
    expect(await planPush(context, port(), catalog)).toEqual([])
  })

  it('requests an object that several new products share once', async () => {
    const { context } = server.app
    const creations = async () =>
      (await callsTo(server, provider, 'POST')).filter(({ path }) => path.endsWith('products'))
    const before = await creations()
    const plan = (code: string, rank: number) =>
      `  ${code}: { name: ${code}, rank: ${rank}, prices: { month: ${rank}.00, year: ${rank}0.00 } }\n`
    const catalog = await edited('month: 29.00, year: 290.00', `${plan('team', 20)}${plan('company', 30)}  pro:`)
    const steps = await pushCatalog(context, port(), catalog)
    expect(steps.map((step) => step.do).filter((kind) => kind === 'create_product')).toHaveLength(2)
    expect(steps.map((step) => step.do).filter((kind) => kind === 'create_price')).toHaveLength(4)
    expect((await creations()).length - before.length).toBe(provider.name === 'PAYPAL' ? 1 : 2)
    expect(await planPush(context, port(), catalog)).toEqual([])
  })

  it('sells the loaded catalog in running servers', async () => {
    const prices = async () =>
      (
        await server.graphql<{ plan: { prices: { money: { decimal: string } }[] } }>(
          `{ plan(code: "pro") { prices { money { decimal } } } }`,
        )
      ).data.plan.prices.map(({ money }) => money.decimal)
    await eventually(prices, (seen) => seen.join() === '29.00,290.00')
  })

  it('reads a weekly price under our key as another price', async () => {
    if (provider.name !== 'STRIPE') return
    const [ours] = (await port().listOffers()).prices
    await stripeCall(server, 'POST', 'prices', {
      product: ours!.externalProductId,
      currency: ours!.currency.toLowerCase(),
      unit_amount: String(ours!.amountMinor),
      lookup_key: ours!.lookupKey!,
      transfer_lookup_key: 'true',
      'recurring[interval]': 'week',
    })
    const { context } = server.app
    const steps = await planPush(context, port(), context.catalog.current())
    expect(steps.map(describeStep)).toContain(`create price ${ours!.lookupKey}`)
  })
})
