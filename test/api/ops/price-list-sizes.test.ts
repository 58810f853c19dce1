import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PriceLists } from '@stackgate/client/documents'
import { stringify } from 'yaml'
import { guardedPool } from '#services/kernel/outbound/address-guard.js'
import { addressGuardFor } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { watchPriceFeeds } from '#services/catalog/price-lists/watch-price-feeds.js'
import { grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { workInput } from '#test/support/rated-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'
const SIZES = [200_000, 272_000]

/** Dollars of a million tokens of the model `long`, by the size of the prompt. */
const DOLLARS = [
  { input: 2, cached: 0.5, output: 10 },
  { input: 4, cached: 1, output: 15 },
  { input: 8, cached: 2, output: 30 },
]
const NAMES = { input: 'input_cost_per_token', cached: 'cache_read_input_token_cost', output: 'output_cost_per_token' }
const membersOf = (of: (typeof DOLLARS)[number], suffix: string) =>
  Object.fromEntries(Object.entries(NAMES).map(([name, member]) => [`${member}${suffix}`, of[name as 'input'] / 1e6]))
const LIST = {
  long: {
    mode: 'chat',
    ...membersOf(DOLLARS[0]!, ''),
    ...membersOf(DOLLARS[1]!, '_above_200k_tokens'),
    ...membersOf(DOLLARS[2]!, '_above_272k_tokens'),
    input_cost_per_image: 0.01,
  },
  parts: { mode: 'chat', input_cost_per_token: '2e-06', output_cost_per_token: 1e-5 },
  free: { mode: 'chat', input_cost_per_token: 2e-6, output_cost_per_token: 1e-5, cache_read_input_token_cost: 0 },
}

describe('Prices by the size of the prompt', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-sizes-'))
  let server: TestServer
  let account: string
  let key: string
  beforeAll(async () => {
    writeFileSync(join(folder, 'prices.json'), JSON.stringify(LIST))
    const above = [{ prompt: 200_000, price: 4 }]
    writeFileSync(
      join(folder, 'catalog.yaml'),
      stringify({
        business: 'fed',
        currency: 'USD',
        features: { [FEATURE]: { name: 'AI credits', kind: 'credit', unit: 'credit' } },
        rate_cards: {
          [FEATURE]: {
            dimensions: { model: ['house'] },
            feed: { file: 'prices.json', form: 'litellm', units_per_dollar: 1000 },
            versions: [
              {
                from: '2026-01-01',
                lines: [{ quantity: 'input_tokens', when: { model: 'house' }, price: 2, above, per: 1000 }],
              },
            ],
          },
        },
        plans: { free: { name: 'Free', rank: 0, features: {} } },
      }),
    )
    server = await startTestServer({
      env: { CATALOG: join(folder, 'catalog.yaml'), ROLE: 'api', DATABASE_URL: 'postgres://localhost/unused' },
    })
    account = await newAccount(server)
    await grantTestCredits(server, account, FEATURE, 1_000_000_000)
    key = await server.serviceKey(['entitlements:write'])
    const { context } = server.app
    for (let time = 0; time < 2; time++) {
      const pool = guardedPool(addressGuardFor(context.config, null), { connectMs: 5_000, perOrigin: 1 })
      await watchPriceFeeds(context, pool)
      await pool.close()
      await server.query(`update price_list set proposed_at = proposed_at - interval '10 minutes'`)
    }
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const unitsOf = async (model: string, quantities: Record<string, number>) => {
    const { data, errors } = await server.graphql<{ check: { price: { units: number } } }>(
      `query ($account: ID, $work: WorkInput) { check(accountId: $account, feature: "${FEATURE}", work: $work) { price { units } } }`,
      { account, work: workInput(quantities, { model }) },
      key,
    )
    expect(errors).toBeUndefined()
    return data.check.price.units
  }

  it('count for the whole call, with all parts of the prompt in its size', async () => {
    for (const size of [1_000, ...SIZES.flatMap((limit) => [limit, limit + 1]), 1_000_000]) {
      const { input, cached, output } = DOLLARS[SIZES.filter((limit) => size > limit).length]!
      const quantities = { input_tokens: size - 500, cached_tokens: 500, output_tokens: 1_000 }
      const lines = [(size - 500) * input, 500 * cached, 1_000 * output]
      const expected = lines.reduce((sum, dollars) => sum + Math.round((dollars * 1_000) / 1e6), 0)
      expect([size, await unitsOf('long', quantities)]).toEqual([size, expected])
    }
  })

  it('are in lines of a card as well', async () => {
    expect(await unitsOf('house', { input_tokens: 200_000 })).toBe(400)
    expect(await unitsOf('house', { input_tokens: 300_000 })).toBe(1_200)
    expect(await unitsOf('house', { input_tokens: 200_000 })).toBe(400)
  })

  it('are those of the whole for parts without a price, and 0 for parts that are free', async () => {
    expect(await unitsOf('parts', { cached_tokens: 1_000_000 })).toBe(2_000)
    expect(await unitsOf('parts', { reasoning_tokens: 1_000_000 })).toBe(10_000)
    expect(await unitsOf('free', { input_tokens: 1_000_000, cached_tokens: 1_000_000 })).toBe(2_000)
  })

  it('are shown with what the card leaves out', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { data } = await server.graphql(PriceLists, { first: 20 }, operator)
    const [list] = data.priceLists!.nodes
    expect(list!.status).toBe('APPLIED')
    expect(list!.differences).toEqual([
      { member: 'input_cost_per_image', reason: 'UNKNOWN_PRICE', modelCount: 1, model: 'long' },
    ])
    expect(list!.changes).toContainEqual({
      value: 'long',
      quantity: 'input_tokens',
      above: 200_000,
      before: null,
      after: '4000',
    })
  })
})
