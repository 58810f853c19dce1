import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { decidePrices } from '#services/catalog/prices/decide-prices.js'
import { readPriceDocument } from '#services/catalog/prices/read-price-document.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import type { PriceFeed } from '#services/catalog/definition/price-feed.js'

const FEED: PriceFeed = {
  source: 'prices.json',
  form: 'litellm',
  dimension: 'model',
  providers: [],
  unitsPerDollar: 400_000_000_000,
  markUpPercent: 0,
  minimumMargin: 0,
  decimals: 3,
  apply: 'AUTOMATIC',
}
const plain = (prices: ReadonlyMap<string, ReadonlyMap<string, number>>) =>
  Object.fromEntries([...prices].map(([model, of]) => [model, Object.fromEntries(of)]))

const LITELLM = JSON.stringify({
  sample_spec: { input_cost_per_token: 'a number', mode: 'one of chat, embedding' },
  'gen-1': {
    litellm_provider: 'lab',
    mode: 'chat',
    input_cost_per_token: 1.5e-7,
    output_cost_per_token: 6e-7,
    cache_read_input_token_cost: 3e-8,
    cache_creation_input_token_cost: 1.875e-7,
    output_cost_per_reasoning_token: 7e-7,
  },
  'embed-1': { litellm_provider: 'other', mode: 'embedding', input_cost_per_token: 2e-8, output_cost_per_token: 0 },
  'draw-1': { litellm_provider: 'lab', mode: 'image_generation', input_cost_per_token: 5 },
  'bad name': { litellm_provider: 'lab', input_cost_per_token: 1e-6 },
})

describe('Documents of price lists', () => {
  it('include the file of the catalog ai-platform, whose prices are plausible', () => {
    const catalog = parseCatalog(readFileSync('catalogs/ai-platform.yaml', 'utf8'), 'ai-platform.yaml')
    const feed = catalog.rateCards.find((card) => card.feed !== null)!.feed!
    const document = readPriceDocument(feed, readFileSync(`catalogs/${feed.source}`, 'utf8')).prices
    expect([feed.apply, [...document.keys()]]).toEqual(['REVIEW', ['small-2', 'large-2']])
    const { plausible, held } = decidePrices(feed, document, new Map())
    expect([plausible.length, held]).toEqual([6, []])
  })

  it('have prices of tokens in the form of LiteLLM', () => {
    expect(plain(readPriceDocument({ form: 'litellm', providers: [] }, LITELLM).prices)).toEqual({
      'gen-1': {
        input_tokens: 0.15,
        output_tokens: 0.6,
        cached_tokens: 0.03,
        cache_write_tokens: 0.1875,
        reasoning_tokens: 0.7,
      },
      'embed-1': { input_tokens: 0.02, output_tokens: 0 },
    })
    expect(Object.keys(plain(readPriceDocument({ form: 'litellm', providers: ['other'] }, LITELLM).prices))).toEqual([
      'embed-1',
    ])
  })

  it('name models by provider in the form of models.dev, unless providers are preferred', () => {
    const document = JSON.stringify({
      lab: { models: { 'gen-1': { cost: { input: 3, output: 15 } }, 'gen-free': {} } },
      resale: { models: { 'gen-1': { cost: { input: 4, output: 16 } }, 'own-1': { cost: { input: 1 } } } },
    })
    expect(Object.keys(plain(readPriceDocument({ form: 'models.dev', providers: [] }, document).prices))).toEqual([
      'lab/gen-1',
      'resale/gen-1',
      'resale/own-1',
    ])
    expect(plain(readPriceDocument({ form: 'models.dev', providers: ['lab', 'resale'] }, document).prices)).toEqual({
      'gen-1': { input_tokens: 3, output_tokens: 15 },
      'own-1': { input_tokens: 1 },
    })
  })

  it('have the same prices above sizes of the prompt in each form', () => {
    const dollars = fc.integer({ min: 1, max: 100_000 }).map((value) => value / 1_000)
    const prices = fc.record({ input: dollars, output: dollars, cache_read: dollars })
    const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 3 })
    const tiered = fc
      .tuple(prices, sizes)
      .chain(([base, of]) =>
        fc.tuple(
          fc.constant(base),
          fc.tuple(...of.toSorted((one, other) => one - other).map((k) => fc.tuple(fc.constant(k * 1_000), prices))),
        ),
      )
    const NAMES = {
      input: 'input_cost_per_token',
      output: 'output_cost_per_token',
      cache_read: 'cache_read_input_token_cost',
    }
    const perToken = (of: Record<keyof typeof NAMES, number>, suffix = '') =>
      Object.fromEntries(Object.entries(NAMES).map(([name, member]) => [member + suffix, of[name as 'input'] / 1e6]))
    fc.assert(
      fc.property(tiered, ([base, tiers]) => {
        const ranges = [[0, base] as const, ...tiers].map(([from, of], index) => ({
          range: [from, tiers[index]?.[0] ?? 1e7],
          ...perToken(of),
        }))
        const documents = [
          [
            'litellm',
            {
              m: Object.assign(
                perToken(base),
                ...tiers.map(([size, of]) => perToken(of, `_above_${size / 1_000}k_tokens`)),
              ) as object,
            },
          ],
          ['litellm', { m: { tiered_pricing: ranges } }],
          [
            'models.dev',
            {
              lab: {
                models: {
                  m: {
                    cost: { ...base, tiers: tiers.map(([size, of]) => ({ ...of, tier: { type: 'context', size } })) },
                  },
                },
              },
            },
          ],
        ] as const
        const [first, ...others] = documents.map(([form, document]) =>
          readPriceDocument({ form, providers: form === 'litellm' ? [] : ['lab'] }, JSON.stringify(document)),
        )
        expect(first!.differences).toEqual([])
        expect(first!.prices.get('m')!.size).toBe(3 * (tiers.length + 1))
        for (const other of others) expect(plain(other.prices)).toEqual(plain(first!.prices))
      }),
    )
  })

  it('name each price that is left out, and keep the others', () => {
    const { prices, differences } = readPriceDocument(
      { form: 'litellm', providers: [] },
      JSON.stringify({
        a: {
          input_cost_per_token: '2e-06',
          output_cost_per_token: -1,
          input_cost_per_image: 0.5,
          supports_vision: true,
        },
        b: { input_cost_per_token: 1e-6, input_cost_per_image: 0.25, cache_creation_input_token_cost_above_1hr: 4e-6 },
        c: {
          input_cost_per_token: 'a text',
          output_cost_per_token_priority: 1,
          output_cost_per_token_flex: 0,
          tiered_pricing: [{ range: 'all' }],
        },
      }),
    )
    expect(plain(prices)).toEqual({ a: { input_tokens: 2 }, b: { input_tokens: 1, cache_write_hour_tokens: 4 } })
    expect(differences.map(({ reason, member, models, model }) => [reason, member, models, model])).toEqual([
      ['UNKNOWN_PRICE', 'input_cost_per_image', 2, 'a'],
      ['NO_NUMBER', 'output_cost_per_token', 1, 'a'],
      ['NO_NUMBER', 'input_cost_per_token', 1, 'c'],
      ['UNKNOWN_PRICE', 'output_cost_per_token_priority', 1, 'c'],
      ['UNKNOWN_PRICE', 'tiered_pricing', 1, 'c'],
    ])
  })

  it('end a price above a size that their model does not have any more', () => {
    const document = new Map([['m', new Map([['input_tokens', 1]])]])
    const known = new Map([
      [
        'm',
        new Map([
          ['input_tokens', 400_000],
          ['input_tokens>200000', 800_000],
        ]),
      ],
    ])
    const change = { value: 'm', quantity: 'input_tokens', above: 200_000, before: 800_000, after: 0 }
    expect(decidePrices(FEED, document, known)).toEqual({ plausible: [change], held: [] })
  })

  it('become prices with the larger of mark-up and margin, rounded up', () => {
    const priced = (feed: Partial<PriceFeed>) =>
      decidePrices({ ...FEED, ...feed }, new Map([['m', new Map([['input_tokens', 0.15]])]]), new Map()).plausible[0]!
        .after
    // 0.15 dollars at 400 units are 60 units for a million.
    expect(priced({})).toBe(60_000)
    expect(priced({ markUpPercent: 25 })).toBe(75_000)
    expect(priced({ markUpPercent: 25, minimumMargin: 20_000_000_000 })).toBe(80_000)
    expect(priced({ markUpPercent: 1, decimals: 0 })).toBe(61_000)
  })

  it.each([
    ['feed: { form: litellm, units_per_dollar: 4 }', 'rate_cards.credits.feed: expected one of url and file'],
    [
      'feed: { url: "ftp://x", form: litellm, units_per_dollar: 4 }',
      'rate_cards.credits.feed.url: expected an https URL',
    ],
    [
      'feed: { file: a.json, form: other, units_per_dollar: 4 }',
      'rate_cards.credits.feed.form: expected models.dev or litellm',
    ],
    [
      'feed: { file: a.json, form: litellm, units_per_dollar: 0 }',
      'rate_cards.credits.feed.units_per_dollar: expected a decimal above 0',
    ],
    ['feed: { file: a.json, form: litellm, units_per_dollar: 4, dimension: region }', 'unknown dimension region'],
  ])('are refused with what is wrong: %s', (feed, message) => {
    const text = `
business: a
currency: USD
features: { credits: { name: Credits, kind: credit } }
rate_cards:
  credits:
    dimensions: { model: [small] }
    ${feed}
    versions: [{ from: 2026-01-01, lines: [{ quantity: input_tokens, when: { model: "*" }, price: 1 }] }]
plans: { free: { name: Free, rank: 0 } }
`
    expect(() => parseCatalog(text, 'catalog.yaml')).toThrow(message)
  })
})
