import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApplyPriceList, PriceLists, RejectPriceList, type PriceListFields } from '@stackgate/client/documents'
import { stringify } from 'yaml'
import { guardedPool } from '#services/kernel/outbound/address-guard.js'
import { addressGuardFor } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { usageFigures } from '#test/support/analytics.js'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { watchPriceFeeds } from '#services/catalog/price-lists/watch-price-feeds.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { runCommand } from '#test/support/run-command.js'
import { respondWith, startPriceListServer, type PriceListServer } from '#test/support/price-list-server.js'
import { workInput } from '#test/support/rated-catalog.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const DAYS = 90
const MODELS = 300
const UNITS_PER_DOLLAR = 400
const MARK_UP = 25
const FEATURE = 'ai_credits'

interface Cost {
  input: number
  output: number
  cache_read?: number
}
type Models = Map<string, Cost>

const documentOf = (models: Models) => ({
  openlab: { id: 'openlab', models: Object.fromEntries([...models].map(([id, cost]) => [id, { id, cost }])) },
  otherlab: { id: 'otherlab', models: { 'not-sold': { id: 'not-sold', cost: { input: 1, output: 2 } } } },
})

const NAMES = { input: 'input_tokens', output: 'output_tokens', cache_read: 'cached_tokens' } as const

/** Price of a million in units, as the terms of the card make it: with the mark-up, rounded up to a hundredth. */
const priceOf = (dollars: number): string => {
  const hundredths = BigInt(Math.round(dollars * 10_000)) * BigInt(UNITS_PER_DOLLAR) * BigInt(100 + MARK_UP)
  return String(Number((hundredths + 9_999n) / 10_000n) / 100)
}

describe('Price feeds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-feeds-'))
  let feed: PriceListServer
  let server: TestServer
  let service: EntitlementService
  let operator: string
  let account: string
  beforeAll(async () => {
    feed = await startPriceListServer()
    const path = join(folder, 'catalog.yaml')
    const line = (quantity: string, price: string) => ({ quantity, when: { model: '*' }, price, per: 1000 })
    writeFileSync(
      path,
      stringify({
        business: 'fed',
        currency: 'USD',
        features: { [FEATURE]: { name: 'AI credits', kind: 'credit', unit: 'credit' } },
        rate_cards: {
          [FEATURE]: {
            dimensions: { model: ['house'] },
            overage: 'overflow',
            feed: {
              url: feed.url,
              form: 'models.dev',
              providers: ['openlab'],
              units_per_dollar: UNITS_PER_DOLLAR,
              mark_up_percent: MARK_UP,
              decimals: 2,
            },
            versions: [
              {
                from: '2026-01-01',
                minimum: 1,
                lines: [
                  { quantity: 'input_tokens', when: { model: 'house' }, price: '0.1', per: 1000 },
                  line('input_tokens', '40'),
                  line('output_tokens', '120'),
                  line('cached_tokens', '8'),
                ],
              },
            ],
          },
        },
        plans: { free: { name: 'Free', rank: 0, features: {} } },
      }),
    )
    // No job of the server looks at the feed while the test does.
    const env = { CATALOG: path, ROLE: 'api', DATABASE_URL: 'postgres://localhost/unused' }
    server = await startTestServer({ start: '2026-03-05T09:20:00Z', env })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    account = await newAccount(server)
    await grantTestCredits(server, account, FEATURE, 1_000_000_000)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
    await feed.close()
    rmSync(folder, { recursive: true })
  })

  /** An hour and more passes for the feed. */
  const look = async () => {
    await server.query(`update price_feed set checked_at = checked_at - interval '2 hours'`)
    await server.query(
      `update price_list set proposed_at = proposed_at - interval '10 minutes' where status = 'PROPOSED'`,
    )
    const { context } = server.app
    const pool = guardedPool(addressGuardFor(context.config, null), { connectMs: 5_000, perOrigin: 1 })
    await watchPriceFeeds(context, pool)
    await pool.close()
  }
  const lists = async (variables: object = {}): Promise<readonly PriceListFields[]> => {
    const { data, errors } = await server.graphql(PriceLists, { first: 20, ...variables }, operator)
    expect(errors).toBeUndefined()
    return data.priceLists!.nodes
  }
  const work = (model: string, tokens = 1_000_000) => workInput({ input_tokens: tokens }, { model })
  const priceNow = async (model: string, quantity = 'input_tokens') => {
    const { data, errors } = await server.graphql<{
      check: { allowed: boolean; price: { units: number; explain: string[]; lines: { line: string }[] } | null }
    }>(
      `query ($account: ID, $work: WorkInput) { check(accountId: $account, feature: "${FEATURE}", work: $work) { allowed price { units explain lines { line } } } }`,
      { account, work: workInput({ [quantity]: 1_000_000 }, { model }) },
      service.key,
    )
    expect(errors).toBeUndefined()
    return data.check
  }
  const events = (type: string) =>
    server.query<{ summary: string; data: Record<string, unknown> }>(
      `select summary, data from operator_event where type = $1 order by id`,
      [type],
    )

  it('prices a model that no list has by the default line, and notifies operators once', async () => {
    const first = await service.consume({ accountId: account, feature: FEATURE, work: work('brand-new', 10_000) })
    expect([first.amount, first.code]).toEqual([400, undefined])
    await service.consume({ accountId: account, feature: FEATURE, work: work('brand-new', 10_000) })
    const { price } = await priceNow('brand-new')
    expect(price!.lines).toEqual([{ line: 'input_tokens model=*' }])
    expect(price!.explain.join(' ')).toContain('the default line prices it, for review')
    const { price: own } = await priceNow('house')
    expect([own!.units, own!.explain.join(' ').includes('for review')]).toEqual([100, false])
    await aggregateAll(server.app.context)
    await aggregateAll(server.app.context)
    expect((await events('rate_card.value_unlisted')).map(({ data }) => data)).toEqual([
      { feature: FEATURE, dimension: 'model', value: 'brand-new' },
    ])
  })

  it('denies a value that is no name, and work without the dimension', async () => {
    for (const dimensions of [{ model: 'no name' }, { model: '*' }, { model: 'x'.repeat(101) }, {}] as const)
      expect(
        await service.consume({
          accountId: account,
          feature: FEATURE,
          work: workInput({ input_tokens: 5 }, dimensions as Record<string, string>),
        }),
      ).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it(`replays ${DAYS} days of ${MODELS} models: no call is free or denied, and each change is shown before it counts`, async () => {
    const random = createSeededRandom(90)
    const between = (from: number, to: number) => from + random.next() * (to - from)
    const cents = (value: number) => Math.max(0.01, Math.round(value * 100) / 100)
    const models: Models = new Map()
    const release = (id: string) => {
      const input = cents(between(0.05, 15))
      models.set(id, {
        input,
        output: cents(input * between(2, 5)),
        ...(random.next() < 0.5 && { cache_read: cents(input / 10) }),
      })
    }
    for (let index = 0; index < MODELS; index++) release(`model-${index}`)
    /** Prices that count by the rules, independent of the lists. */
    const counted = new Map<string, string>()
    const heldNow = new Map<string, string>()
    let [calls, changed, heldChanges] = [0, 0, 0]
    for (let day = 0; day < DAYS; day++) {
      const released = `release-${day}`
      // The model is called before any list has it.
      const early = await service.consume({ accountId: account, feature: FEATURE, work: work(released, 1_000) })
      expect([early.code, early.amount > 0]).toEqual([undefined, true])
      calls++
      release(released)
      for (const [id, cost] of models) {
        if (random.next() < 0.03) cost.input = cents(cost.input * between(0.7, 1.3))
        if (random.next() < 0.001) cost.input = cents(cost.input * 20)
        if (random.next() < 0.001) cost.input = 0
        else if (cost.input === 0) cost.input = cents(between(0.05, 15))
        if (random.next() < 0.0005 && !id.startsWith('release')) models.delete(id)
      }
      feed.respond = respondWith(documentOf(models))
      const before = new Map(counted)
      await look()
      const open = await lists({ statuses: ['PROPOSED'] })
      // Nothing counts on the day on which it is shown.
      expect(await currentPrices()).toEqual(Object.fromEntries(before))
      heldNow.clear()
      for (const [id, cost] of models)
        for (const [name, quantity] of Object.entries(NAMES)) {
          const dollars = cost[name as keyof Cost]
          if (dollars === undefined) continue
          const key = `${id} ${quantity}`
          const after = priceOf(dollars)
          const old = before.get(key)
          if (old === after || (old === undefined && after === '0')) continue
          const isHeld = old !== undefined && (Number(after) * 10 < Number(old) || Number(after) >= Number(old) * 10)
          if (isHeld) heldNow.set(key, after)
          else counted.set(key, after)
        }
      const shown = (held: boolean) =>
        Object.fromEntries(
          open
            .filter((list) => list.needsOperator === held)
            .flatMap(({ changes }) => changes.map(({ value, quantity, after }) => [`${value} ${quantity}`, after])),
        )
      expect([day, shown(false)]).toEqual([
        day,
        Object.fromEntries([...counted].filter(([key, price]) => before.get(key) !== price)),
      ])
      expect([day, shown(true)]).toEqual([day, Object.fromEntries(heldNow)])
      changed += Object.keys(shown(false)).length
      heldChanges += heldNow.size
      // Operators apply what is held on some days, and what they leave stays at the price before.
      const heldList = open.find(({ needsOperator }) => needsOperator)
      if (heldList && day % 2 === 0) {
        const { data } = await server.graphql(ApplyPriceList, { id: heldList.id }, operator)
        expect(data.applyPriceList).toMatchObject({ status: 'APPLIED' })
        for (const [key, price] of heldNow) {
          if (price === '0') counted.delete(key)
          else counted.set(key, price)
        }
      }
      await look()
      expect(Object.keys(await currentPrices()).length).toBe(counted.size)
      expect(await currentPrices()).toEqual(Object.fromEntries(counted))
      for (let call = 0; call < 4; call++) {
        const ids = [...models.keys()]
        const id = ids[Math.floor(random.next() * ids.length)]!
        const { allowed, price } = await priceNow(id)
        expect([allowed, price !== null && price.units > 0]).toEqual([true, true])
        const expected = counted.get(`${id} input_tokens`)
        if (expected) expect(price!.units).toBe(Math.max(1, Math.round(Number(expected))))
        calls++
      }
    }
    expect([calls, changed > MODELS * 2, heldChanges > 5]).toEqual([DAYS * 5, true, true])
  })

  /** The prices of a million that count, without those of 0. */
  async function currentPrices(): Promise<Record<string, string>> {
    const list = server.app.context.catalog.current().rateCards.get(FEATURE)!.priceLists.at(-1)
    return Object.fromEntries(
      [...(list?.lines ?? [])].flatMap(([value, quantities]) =>
        [...quantities].map(([quantity, { tiers }]) => [`${value} ${quantity}`, String(tiers[0]!.price / 1_000)]),
      ),
    )
  }

  it('keeps the price of a reservation after another list is applied', async () => {
    const models: Models = new Map([
      ['steady', { input: 2, output: 4 }],
      ['held-model', { input: 1, output: 3 }],
    ])
    const settle = async () => {
      feed.respond = respondWith(documentOf(models))
      await look()
      await look()
    }
    await settle()
    expect(await server.query(`select failure from price_feed`)).toEqual([{ failure: null }])
    const before = (await priceNow('held-model')).price!.units
    expect(before).toBe(500)
    const held = await service.reserve({ accountId: account, feature: FEATURE, work: work('held-model') })
    models.get('held-model')!.input = 2
    await server.app.context.clock.set(new Date('2026-03-05T09:25:00Z'))
    await settle()
    expect((await priceNow('held-model')).price!.units).toBe(1_000)
    const committed = await service.raw('commitReservation', { reservationId: held.id, work: work('held-model') })
    expect(committed.answer!.amount).toBe(before)
    // A million tokens at a dollar, although they cost two by now.
    const costs = await usageFigures(server, service.key, {
      account,
      metrics: ['COST', 'UNKNOWN_COSTS'],
      features: [FEATURE],
      groupBy: ['MODEL'],
    })
    expect(costs.filter(({ groups }) => groups['MODEL'] === 'held-model').map(({ total }) => total)).toEqual([
      '1.00',
      0,
    ])
  })

  it('does not fetch twice in an hour, nor read a document that has not changed', async () => {
    const models: Models = new Map([['steady', { input: 2, output: 4 }]])
    feed.respond = respondWith(documentOf(models), '"one"')
    await look()
    const requests = feed.requests
    const pool = guardedPool(addressGuardFor(server.app.context.config, null), { connectMs: 5_000, perOrigin: 1 })
    await watchPriceFeeds(server.app.context, pool)
    await pool.close()
    expect(feed.requests).toBe(requests)
    let status = 0
    const respond = respondWith(documentOf(models), '"one"')
    feed.respond = (request, response) => {
      response.on('finish', () => (status = response.statusCode))
      respond(request, response)
    }
    await look()
    expect([feed.requests, status]).toEqual([requests + 1, 304])
  })

  it('does not propose what an operator rejected, and refuses a second decision', async () => {
    feed.respond = respondWith(documentOf(new Map([['steady', { input: 2, output: 400 }]])))
    await look()
    const [list] = await lists({ statuses: ['PROPOSED'] })
    expect(list).toMatchObject({
      needsOperator: true,
      changes: [{ value: 'steady', quantity: 'output_tokens', before: '2000', after: '200000' }],
    })
    const env = { STACKGATE_URL: server.url, STACKGATE_TOKEN: await server.serviceKey(['ops:read', 'ops:write']) }
    const shown = await runCommand('prices', ['list'], env)
    expect([shown.code, shown.stderr, shown.stdout]).toEqual([
      0,
      '',
      `${list!.id}  ai_credits  PROPOSED  1 changes, which wait for an operator\n  steady output_tokens: 2000 → 200000 (+9900 %)\n`,
    ])
    const rejected = await runCommand('prices', ['reject', list!.id, '--reason', 'A typing error.', '--json'], env)
    expect([rejected.code, JSON.parse(rejected.stdout)]).toMatchObject([
      0,
      { denial: null, priceList: { status: 'REJECTED', reason: 'A typing error.' } },
    ])
    await look()
    expect(await lists({ statuses: ['PROPOSED'] })).toEqual([])
    const applied = await server.graphql(ApplyPriceList, { id: list!.id }, operator)
    expect(applied.data.applyPriceList).toMatchObject({ code: 'INVALID_TRANSITION' })
    const denied = await runCommand('prices', ['apply', list!.id], env)
    expect([denied.code, denied.stdout]).toEqual([1, expect.stringMatching(/^INVALID_TRANSITION: /)])
    const unknown = await server.graphql(ApplyPriceList, { id: 'prl_unknown' }, operator)
    expect(unknown.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND' })
    expect((await events('price_list.proposed')).at(-1)!.data).toMatchObject({ changes: 1, needsOperator: true })
  })

  it('changes nothing by a hostile document, and reports each reason once', async () => {
    const good = documentOf(new Map([['steady', { input: 2, output: 4 }]]))
    const cost = (value: unknown) => ({ openlab: { models: { steady: { cost: value } } } })
    const many = (factor: number): Models =>
      new Map(Array.from({ length: 40 }, (_, index) => [`model-${index}`, { input: 2 * factor, output: 4 * factor }]))
    const redirect: PriceListServer['respond'] = (_request, response) =>
      void response.writeHead(302, { location: 'http://127.0.0.1:1/secret' }).end()
    const slow: PriceListServer['respond'] = (_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 500)
      response.on('close', () => clearInterval(timer))
    }
    const HOSTILE: readonly (readonly [name: string, respond: PriceListServer['respond'], reason: RegExp])[] = [
      ['HTML', respondWith('<!doctype html><title>Sign in</title>'), /no JSON/],
      ['NaN', respondWith('{"openlab":{"models":{"steady":{"cost":{"input":NaN}}}}}'), /no JSON/],
      [
        'infinity',
        respondWith('{"openlab":{"models":{"steady":{"cost":{"input":1e999}}}}}'),
        /no number of at least 0/,
      ],
      ['text', respondWith(cost({ input: '2' })), /no number of at least 0/],
      ['negative', respondWith(cost({ input: -2 })), /no number of at least 0/],
      ['list', respondWith('[1]'), /no JSON object/],
      ['nothing', respondWith({}), /no prices/],
      ['other form', respondWith({ steady: { input_cost_per_token: 0.000002, mode: 'chat' } }), /no prices/],
      ['huge', respondWith(`{"x":"${'x'.repeat(9_000_000)}"}`), /more than 8 MiB/],
      ['wrong unit', respondWith(documentOf(many(1 / 1_000_000))), /unit differs/],
      ['wrong unit of thousands', respondWith(documentOf(many(1_000))), /unit differs/],
      ['error', (_request, response) => void response.writeHead(500).end('no'), /status 500/],
      ['redirect', redirect, /status 302/],
      ['broken', (_request, response) => void response.socket!.destroy(), /not reached/],
      ['slow', slow, /within 15 s/],
    ]
    feed.respond = respondWith(good)
    await look()
    await look()
    const state = async () => [
      await currentPrices(),
      await server.query(
        `select count(*)::int as lists, count(*) filter (where status = 'PROPOSED')::int as open from price_list`,
      ),
    ]
    const before = await state()
    const reported = (await events('price_feed.failed')).length
    let previous = ''
    let reasons = 0
    for (const [name, respond, reason] of HOSTILE) {
      feed.respond = respond
      await look()
      const [row] = await server.query<{ failure: string }>(`select failure from price_feed`)
      expect([name, row!.failure]).toEqual([name, expect.stringMatching(reason)])
      expect([name, await state()]).toEqual([name, before])
      if (row!.failure !== previous) reasons++
      previous = row!.failure
      expect([name, (await events('price_feed.failed')).length - reported]).toEqual([name, reasons])
    }
    feed.respond = respondWith(good)
    await look()
    expect(await server.query(`select failure from price_feed`)).toEqual([{ failure: null }])
    expect(await state()).toEqual(before)
  })

  it('requires an operator', async () => {
    const ann = await server.token('ann@example.com')
    for (const [document, variables] of [
      [PriceLists, {}],
      [ApplyPriceList, { id: 'prl_x' }],
      [RejectPriceList, { id: 'prl_x', reason: 'x' }],
    ] as const) {
      const { errors } = await server.graphql(document as never, variables as never, ann)
      expect(errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' })
    }
  })
})
