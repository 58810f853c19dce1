import { readFileSync } from 'node:fs'
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
    const document = readPriceDocument(feed, readFileSync(`catalogs/${feed.source}`, 'utf8'))
    expect([feed.apply, [...document.keys()]]).toEqual(['REVIEW', ['small-2', 'large-2']])
    const { plausible, held } = decidePrices(feed, document, new Map())
    expect([plausible.length, held]).toEqual([6, []])
  })

  it('have prices of tokens in the form of LiteLLM', () => {
    expect(plain(readPriceDocument({ form: 'litellm', providers: [] }, LITELLM))).toEqual({
      'gen-1': {
        input_tokens: 0.15,
        output_tokens: 0.6,
        cached_tokens: 0.03,
        cache_write_tokens: 0.1875,
        reasoning_tokens: 0.7,
      },
      'embed-1': { input_tokens: 0.02, output_tokens: 0 },
    })
    expect(Object.keys(plain(readPriceDocument({ form: 'litellm', providers: ['other'] }, LITELLM)))).toEqual([
      'embed-1',
    ])
  })

  it('name models by provider in the form of models.dev, unless providers are preferred', () => {
    const document = JSON.stringify({
      lab: { models: { 'gen-1': { cost: { input: 3, output: 15 } }, 'gen-free': {} } },
      resale: { models: { 'gen-1': { cost: { input: 4, output: 16 } }, 'own-1': { cost: { input: 1 } } } },
    })
    expect(Object.keys(plain(readPriceDocument({ form: 'models.dev', providers: [] }, document)))).toEqual([
      'lab/gen-1',
      'resale/gen-1',
      'resale/own-1',
    ])
    expect(plain(readPriceDocument({ form: 'models.dev', providers: ['lab', 'resale'] }, document))).toEqual({
      'gen-1': { input_tokens: 3, output_tokens: 15 },
      'own-1': { input_tokens: 1 },
    })
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
