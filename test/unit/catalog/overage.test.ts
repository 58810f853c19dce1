import { CatalogFileError } from '#services/catalog/definition/catalog-file-error.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { planVersionFingerprint } from '#services/catalog/versions/version-fingerprints.js'

const file = (calls: string, { meter = 'overage_meter: calls_cost', prices = '{ month: 10.00 }', more = '' } = {}) =>
  `business: shop
currency: USD
features:
  calls: { name: Calls, kind: quota, window: month, ${meter} }
  seats: { name: Seats, kind: limit }
plans:
  free: { name: Free, rank: 0 }
  pro:
    name: Pro
    rank: 1
    ${prices ? `prices: ${prices}` : 'description: No price'}
    features: { calls: ${calls} ${more} }
`

const parse = (text: string) => parseCatalog(text, 'shop.yaml')

function faultsOf(text: string): string[] {
  try {
    parse(text)
    return []
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
}

const AT = 'plans.pro.features.calls.overage'

describe('overage in a catalog file', () => {
  it('is read as a tariff, and is a term of the plan', () => {
    const pro = (calls: string) => parse(file(calls)).plans.find(({ code }) => code === 'pro')!
    const priced = pro('{ amount: 100, overage: { price: 0.40, per: 1000, cap: 5000 } }')
    expect(priced.features[0]!.overage).toEqual({
      tariff: '{"currency":"USD","tiers":[{"price":"40","per":1000}]}',
      cap: 5000,
    })
    expect(pro('{ amount: 100, overage: { price: 0.00000000001, cap: 1 } }').features[0]!.overage!.tariff).toBe(
      '{"currency":"USD","tiers":[{"price":"0.000000001"}]}',
    )
    const plain = pro('100')
    expect('overage' in plain.features[0]!).toBe(false)
    expect(planVersionFingerprint(priced)).not.toBe(planVersionFingerprint(plain))
    expect(parse(file('100')).features[0]).toMatchObject({ meter: null, overageMeter: 'calls_cost' })
  })

  it.each(['unit: call', 'overage_meter: calls_cost'])('can be combined with automatic taxes (%s)', (meter) => {
    const taxed = file('{ amount: 100, overage: { price: 1, cap: 1 } }', { meter })
    expect(faultsOf(taxed.replace('currency: USD', 'currency: USD\ntaxes: automatic'))).toEqual([])
  })

  it.each([
    ['{ amount: 100, overage: { price: 1, cap: 0 } }', `${AT}.cap: expected an integer, 1 or more`],
    ['{ amount: 100, overage: { price: 0, cap: 1 } }', `${AT}.price: expected an amount above zero`],
    [
      '{ amount: 100, overage: { price: 1, per: 3, cap: 1 } }',
      `${AT}.price: the price of one unit has more than 11 decimals: choose another price or per`,
    ],
    ['{ amount: 100, overage: { price: 0.000000000001, cap: 1 } }', `${AT}.price: expected at most 11 decimals`],
    ['{ amount: 100, overage: { price: much, cap: 1 } }', `${AT}.price: expected an amount, for example 0.002`],
    ['{ amount: 100, overage: { price: 1000, cap: 1000000000000 } }', `${AT}.price: the units up to cap cost too much`],
    ['{ amount: unlimited, overage: { price: 1, cap: 1 } }', `${AT}: only an amount can have overage`],
    [
      '{ amount: 100, window: 30d, overage: { price: 1, cap: 1 } }',
      `${AT}: overage requires the window month or billing_period, at whose end it is charged`,
    ],
    ['{ amount: 100, overage: { cap: 1 } }', `${AT}: expected one of price, percent, graduated and volume`],
    [
      '{ amount: 100, overage: { price: 1, volume: [{ price: 1 }], cap: 1 } }',
      `${AT}: expected one of price, percent, graduated and volume`,
    ],
    [
      '{ amount: 100, overage: { graduated: [{ up_to: 9, price: 1 }], cap: 1 } }',
      `${AT}.graduated.0.up_to: the last tier must not have an end`,
    ],
    [
      '{ amount: 100, overage: { graduated: [{ price: 2 }, { price: 1 }], cap: 1 } }',
      `${AT}.graduated.0: only the last tier has no up_to`,
    ],
    [
      '{ amount: 100, overage: { volume: [{ up_to: 9, price: 2 }, { up_to: 9, price: 3 }, { price: 1 }], cap: 1 } }',
      `${AT}.volume.1.up_to: expected more than that of the tier before`,
    ],
    [
      '{ amount: 100, overage: { volume: [{ up_to: 9, price: -2 }, { price: 1 }], cap: 1 } }',
      `${AT}.volume.0.price: expected an amount, for example 0.002`,
    ],
    [
      '{ amount: 100, overage: { graduated: [{ up_to: 9 }, { price: 1 }], cap: 1 } }',
      `${AT}.graduated.0: expected price, percent or flat`,
    ],
    [
      '{ amount: 100, overage: { graduated: [{ up_to: 9, price: 1, percent: 1 }, { price: 1 }], cap: 1 } }',
      `${AT}.graduated.0.percent: expected either price or percent`,
    ],
    [
      '{ amount: 100, overage: { graduated: [{ price: 0 }], cap: 1 } }',
      `${AT}.graduated: expected an amount above zero`,
    ],
    [
      '{ amount: 100, overage: { graduated: [{ price: 1 }], per: 10, cap: 1 } }',
      `${AT}.per: belongs to the tiers of graduated`,
    ],
    [
      '{ amount: 100, overage: { price: 1, per: 10, package: 10, cap: 1 } }',
      `${AT}.package: expected either per or package`,
    ],
    ['{ amount: 100, overage: { percent: 101, cap: 1 } }', `${AT}.percent: expected a percentage, for example 2.9`],
    ['{ amount: 100, overage: { percent: 1, per: 10, cap: 1 } }', `${AT}.per: a percentage is of the units`],
    ['{ amount: 100, overage: { price: 1, flat: 0.001, cap: 1 } }', `${AT}.flat: expected at most 2 decimals`],
    [
      '{ amount: 100, overage: { price: 1, minimum: 9, maximum: 5, cap: 1 } }',
      `${AT}.minimum: expected at most the maximum`,
    ],
    ['{ amount: 100, overage: { price: 1, free: 5, cap: 5 } }', `${AT}.free: expected less than cap`],
    [
      '{ amount: 100, overage: { volume: [{ up_to: 1000000000000, price: 1000 }, { price: 0.01 }], cap: 1000000000000 } }',
      `${AT}.volume: the units up to cap cost too much`,
    ],
  ])('reports %s', (calls, fault) => {
    expect(faultsOf(file(calls, { meter: 'unit: call' }))).toEqual([fault])
  })

  it('denies a minimum with a meter, which has reports of units only', () => {
    const calls = '{ amount: 100, overage: { price: 1, minimum: 5, cap: 1 } }'
    expect(faultsOf(file(calls, { meter: 'unit: call' }))).toEqual([])
    expect(faultsOf(file(calls))).toEqual([
      `${AT}: a minimum requires invoices of the server: remove the minimum, or overage_meter of the feature`,
    ])
  })

  it('denies a meter in several currencies, whose amounts it would add up', () => {
    const calls = '{ amount: 100, overage: { price: { USD: 1, EUR: 0.9 }, cap: 1 } }'
    const prices = '{ month: { USD: 10, EUR: 9 } }'
    expect(faultsOf(file(calls, { prices, meter: 'unit: call' }))).toEqual([])
    expect(faultsOf(file(calls, { prices }))).toEqual([
      `${AT}: a meter adds up amounts of one currency, the plan has prices in USD and EUR: remove overage_meter of the feature`,
    ])
  })

  it('requires a quota and a plan with a price, and takes a meter that has no other use', () => {
    const calls = '{ amount: 100, overage: { price: 1, cap: 1 } }'
    expect(faultsOf(file(calls, { meter: 'unit: call' }))).toEqual([])
    expect(faultsOf(file(calls, { meter: 'meter: calls, overage_meter: calls' }))).toEqual([
      'features.calls.overage_meter: expected another meter than meter',
    ])
    expect(faultsOf(file(calls, { prices: '' }))).toEqual([`${AT}: a plan without a price cannot have overage`])
    expect(faultsOf(file('100', { more: ', seats: { amount: 3, overage: { price: 1, cap: 1 } }' }))).toEqual([
      'plans.pro.features.seats.overage: only a quota can have overage',
    ])
  })

  describe('in several currencies', () => {
    const prices = '{ month: { USD: 10, JPY: 1500 } }'
    const both = (terms: string, more = '') =>
      file(`{ amount: 100, overage: { ${terms}, cap: 9 } }`, { prices, more, meter: 'unit: call' })

    it('has one tariff for each currency of the prices', () => {
      const [, plan] = parse(both('price: { USD: 0.40, JPY: 60 }, per: 10, flat: { JPY: 5, USD: 0.05 }')).plans
      expect(plan!.features[0]!.overage).toEqual({
        tariff: '{"currency":"USD","tiers":[{"price":"40","per":10,"flat":5}]}',
        otherTariffs: { JPY: '{"currency":"JPY","tiers":[{"price":"60","per":10,"flat":5}]}' },
        cap: 9,
      })
      const [, only] = parse(
        file('{ amount: 1, overage: { price: { JPY: 60 }, cap: 9 } }', { prices: '{ month: { JPY: 900 } }' }),
      ).plans
      expect(only!.features[0]!.overage).toEqual({ tariff: '{"currency":"JPY","tiers":[{"price":"60"}]}', cap: 9 })
      const [, share] = parse(both('percent: 2.5')).plans
      expect(Object.keys(share!.features[0]!.overage!.otherTariffs!)).toEqual(['JPY'])
    })

    it.each([
      ['price: 0.40', `${AT}.price.JPY: expected an amount, for example { USD: 0.002, JPY: 0.002 }`],
      ['price: { USD: 0.40 }', `${AT}.price.JPY: expected an amount, for example { USD: 0.002, JPY: 0.002 }`],
      ['price: { USD: 1, JPY: 1, EUR: 1 }', `${AT}.price.EUR: the plan has no price in EUR`],
      [
        'price: { USD: 1, JPY: 1 }, minimum: 5',
        `${AT}.minimum.JPY: expected an amount, for example { USD: 5.00, JPY: 5.00 }`,
      ],
      ['price: { USD: 1, JPY: 1 }, maximum: { USD: 5, JPY: 5.50 }', `${AT}.maximum.JPY: expected at most 0 decimals`],
      [
        'graduated: [{ up_to: 5, price: { USD: 1, JPY: 1 } }, { price: { USD: 1 } }]',
        `${AT}.graduated.1.price.JPY: expected an amount, for example { USD: 0.002, JPY: 0.002 }`,
      ],
      ['price: { USD: 1, JPY: 0 }', `${AT}.price: expected an amount above zero`],
    ])('reports { %s }', (terms, fault) => {
      expect(faultsOf(both(terms))).toEqual([fault])
    })

    it.each([
      ['minimum: 1.255', 'minimum: KWD is charged in steps of 0.010, not 1.255'],
      ['maximum: 9.999', 'maximum: KWD is charged in steps of 0.010, not 9.999'],
      ['minimum: 1.250, maximum: 9.990', null],
    ])('has limits in dinars that can be charged: { %s }', (terms, fault) => {
      const dinars = (said: string) =>
        file(`{ amount: 100, overage: { price: 0.0015, ${said}, cap: 9 } }`, {
          meter: 'unit: call',
          prices: '{ month: 9.500 }',
        }).replace('currency: USD', 'currency: KWD')
      expect(faultsOf(dinars(terms))).toEqual(fault === null ? [] : [`${AT}.${fault}`])
    })

    it('has a threshold in each of them', () => {
      const withThreshold = (amount: string) =>
        both('price: { USD: 1, JPY: 1 }').replace('rank: 1', `rank: 1\n    overage_threshold: ${amount}`)

      const [, plan] = parse(withThreshold('{ JPY: 5000, USD: 50 }')).plans
      expect(plan).toMatchObject({
        overageThreshold: { amountMinor: 5000, currency: 'USD' },
        otherThresholds: [{ amountMinor: 5000, currency: 'JPY' }],
      })
      const at = 'plans.pro.overage_threshold'
      expect(faultsOf(withThreshold('50'))).toEqual([
        `${at}: expected an amount in JPY, because the plan has prices in JPY`,
      ])
      expect(faultsOf(withThreshold('{ USD: 50, JPY: 50, EUR: 50 }'))).toEqual([
        `${at}.EUR: the plan has no price in EUR`,
      ])
    })
  })
})
