import { decideAdoption, namedAccount, namedBalances } from '#services/billing/adoption/decide-adoption.js'
import { parseImportMapping } from '#services/billing/adoption/import-mapping.js'
import type { AdoptablePrice, AdoptableSubscription } from '#services/billing/providers/adoption-port.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

const catalog = {
  planByCode: new Map([['pro', { code: 'pro', group: 'main' }]]),
  packageByCode: new Map([['seat', { code: 'seat', type: 'ADDON' }]]),
  features: new Map([
    ['credits', { code: 'credits', kind: 'CREDIT', meter: null }],
    ['calls', { code: 'calls', kind: 'QUOTA', meter: 'api_calls' }],
  ]),
} as unknown as CatalogSnapshot
const mapping = (text: string) => parseImportMapping(text, 'm.yaml', catalog)
const PRICES = 'prices: { price_1: { plan: pro, interval: month }, seats: { addon: seat, interval: month } }'
const NOW = new Date('2026-01-15T10:00:00Z')

const price = (changes: Partial<AdoptablePrice> = {}): AdoptablePrice => ({
  externalId: 'price_1',
  externalProductId: 'prod_1',
  lookupKey: null,
  money: { amountMinor: 1800, currency: 'USD' },
  interval: 'MONTH',
  metered: false,
  ...changes,
})
const seats = price({ externalId: 'price_2', lookupKey: 'seats' })
const subscription = (
  prices: readonly AdoptablePrice[],
  fetched: Partial<AdoptableSubscription['fetched']> = {},
): AdoptableSubscription =>
  ({
    fetched: { externalId: 'sub_1', cancelAt: null, scheduled: null, ...fetched },
    customer: { customerId: 'cus_1', metadata: { uid: '42', left: '7' }, deleted: false },
    prices,
  }) as unknown as AdoptableSubscription

describe('decideAdoption', () => {
  const decide = (one: AdoptableSubscription, linked = new Map<string, { type: string; code: string }>()) =>
    decideAdoption(catalog, mapping(PRICES), linked, one, NOW)

  it('links prices by ID and by lookup key, and leaves linked ones', () => {
    expect(decide(subscription([price(), seats]))).toMatchObject({
      kind: 'adopt',
      plan: { code: 'pro' },
      newPrices: [{ price: { externalId: 'price_1' } }, { price: { externalId: 'price_2' } }],
    })
    const linked = new Map([['price_1', { type: 'PLAN', code: 'pro' }]])
    expect(decide(subscription([price()]), linked)).toMatchObject({ kind: 'adopt', newPrices: [] })
  })

  const scheduled = { at: new Date('2026-02-01'), lines: [], keepsSettings: true, promotionId: null }
  it.each([
    ['a price without a rule', [price({ externalId: 'price_9' })], {}, 'the mapping does not contain it'],
    ['another interval', [price({ interval: 'YEAR' })], {}, 'the mapping says month'],
    ['what is billed once', [price({ interval: null })], {}, 'it is billed once'],
    ['a quarter', [price({ interval: 'QUARTER' })], {}, 'it is billed every 3 months'],
    ['a meter', [price({ metered: true })], {}, 'it bills reported usage'],
    ['tiers', [price({ money: null })], {}, 'it has tiers'],
    ['an add-on alone', [seats], {}, 'no line is a plan'],
    ['two plans', [price(), price()], {}, 'its lines are 2 plans'],
    ['a schedule', [price()], { scheduled }, 'a schedule of the provider changes it on February 1, 2026'],
  ] as const)('refuses %s with a remedy', (_what, prices, fetched, reason) => {
    const decision = decide(subscription(prices, fetched))
    expect(decision).toMatchObject({
      kind: 'refuse',
      problems: [{ reason: expect.stringContaining(reason) as string }],
    })
    expect(decision.kind === 'refuse' && decision.problems[0]!.remedy).toMatch(/\w/)
  })

  it('imports a subscription whose schedule will not change it', () => {
    expect(decide(subscription([price()], { scheduled, cancelAt: new Date('2026-02-01') })).kind).toBe('adopt')
    expect(decide(subscription([price()], { scheduled: { ...scheduled, at: NOW } })).kind).toBe('adopt')
  })
})

describe('mapping of an import', () => {
  const { customer } = subscription([])

  it('names the account by the customer, then by its metadata', () => {
    expect(namedAccount(mapping(PRICES), customer)).toBeNull()
    expect(namedAccount(mapping(`${PRICES}\ncustomers: { metadata: uid }`), customer)).toBe('person:42')
    expect(namedAccount(mapping(`${PRICES}\ncustomers: { metadata: uid, kind: community }`), customer)).toBe(
      'community:42',
    )
    const listed = mapping(`${PRICES}\ncustomers: { metadata: uid, accounts: { cus_1: "team:acme" } }`)
    expect(namedAccount(listed, customer)).toBe('team:acme')
  })

  it('reads balances, and refuses what is not a number of units', () => {
    const balances = `${PRICES}\nbalances: [{ feature: credits, metadata: left }]`
    expect(namedBalances(mapping(balances), customer).balances).toEqual([{ feature: 'credits', amount: 7 }])
    const wrong = namedBalances(mapping(balances), { ...customer, metadata: { left: '-1.5' } })
    expect(wrong).toMatchObject({ balances: [], problems: [{ reason: 'its metadata left is "-1.5"' }] })
  })

  it.each([
    ['0', 0],
    ['-5', -5],
    ['1000000000000', 1_000_000_000_000],
    ['-1000000000000', -1_000_000_000_000],
    ['1000000000001', null],
    ['9007199254740993', null],
    ['five', null],
  ])('reads a balance of %s, or names the range', (left, amount) => {
    const { balances, problems } = namedBalances(
      mapping(`${PRICES}\nbalances: [{ feature: credits, metadata: left }]`),
      { ...subscription([price()]).customer, metadata: { left } },
    )
    expect(balances).toEqual(amount === null ? [] : [{ feature: 'credits', amount }])
    expect(problems.map(({ remedy }) => remedy)).toEqual(
      amount === null ? ['write a whole number of units from -1000000000000 to 1000000000000'] : [],
    )
  })

  it.each([
    ['prices: { a: { plan: gold, interval: month } }', 'the catalog has no plan gold'],
    ['prices: { a: { addon: pro, interval: month } }', 'the catalog has no add-on pro'],
    ['prices: { a: { plan: pro, interval: once } }', 'prices.a'],
    ['prices: {}\nbalances: [{ feature: calls, metadata: x }]', 'calls is billed by a meter'],
    ['prices: {}\nbalances: [{ feature: credits, metadata: x }, { feature: credits, metadata: y }]', 'named twice'],
    ['prices: {}\ncustomers: { accounts: { cus_1: acme } }', 'expected an account'],
    ['prices: [', 'm.yaml'],
  ])('refuses %j', (text, message) => {
    expect(() => mapping(text)).toThrow(message)
  })
})
