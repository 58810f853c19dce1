import { CatalogFileError } from '#services/catalog/definition/catalog-file-error.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'

/** Problems of a file, one line each, as an operator sees them. */
function faultsOf(text: string): string[] {
  try {
    parseCatalog(text, 'shop.yaml')
    return []
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    expect(error.message).toBe(
      error.problems
        .map((it) => `shop.yaml:${it.line}:${it.column} ${it.path ? `${it.path}: ` : ''}${it.message}`)
        .join('\n'),
    )
    return error.message.split('\n').map((line) => line.replace('shop.yaml:', ''))
  }
}

/** A sound catalog with a part of it put in by the test. */
const shop = (parts: {
  settings?: string
  features?: string
  free?: string
  pro?: string
  rest?: string
}): string => `business: shop
currency: USD
${parts.settings ?? ''}
features:
  stories: { name: Stories, kind: quota, window: month }
  seats: { name: Seats, kind: limit, unit: seat_bought }
  sso: { name: Sign-on, kind: boolean }
  calls: { name: Calls, kind: rate }
  ${parts.features ?? ''}
plans:
  free: { name: Free, rank: 0, ${parts.free ?? ''} }
  pro: { name: Pro, rank: 1, ${parts.pro ?? 'prices: { month: 10.00 }'} }
${parts.rest ?? ''}
`

const pack = (fields: string): string => shop({ rest: `packages:\n  pack: { name: Pack, ${fields} }` })
const template = (fields: string): string =>
  shop({ rest: `templates:\n  one: { name: One, stack: web, definition: {}, ${fields} }` })

describe('error in a catalog file', () => {
  it.each([
    ['{ share: 50, amount: 10 }', 'rollover: expected share or amount, not both'],
    ['{ amount: 50, maximum: 10 }', 'rollover.maximum: expected at least amount'],
    ['{ share: 101 }', 'rollover.share: expected 1 to 100'],
    ['{ amount: 0 }', 'rollover.amount: expected an integer, 1 or more'],
  ])('names what is wrong with the rollover %s', (rollover, message) => {
    const text = shop({
      pro: `prices: { month: 10.00 }, features: { stories: { amount: 100, rollover: ${rollover} } }`,
    })
    expect(faultsOf(text)).toEqual([expect.stringContaining(`plans.pro.features.stories.${message}`)])
  })

  it('names properties that a feature cannot have', () => {
    const card = `rate_cards: { runs: { dimensions: { region: [eu] }, versions: [{ from: 2026-01-01, lines: [{ quantity: run, price: 1 }] }] } }`
    const properties = (list: string, kind = 'kind: credit') =>
      faultsOf(shop({ features: `runs: { name: Runs, ${kind}, properties: ${list} }`, rest: card })).join()
    expect(properties('[project, team, a, b, c]')).toBe('')
    expect(properties('[project, team, a, b, c, d]')).toContain('features.runs.properties: expected at most 5 names')
    expect(properties('[project, project]')).toContain('features.runs.properties: expected each name once')
    expect(properties('[]')).toContain('features.runs.properties: expected at least one name')
    expect(properties('[project]', 'kind: limit')).toContain('only a quota or credits can have properties')
    expect(properties('[region]')).toContain(
      'rate_cards.runs.dimensions.region: expected another name than that of a property of the feature',
    )
  })

  it('names rollover of what has no limit', () => {
    const text = shop({ free: 'features: { stories: { amount: unlimited, rollover: {} } }' })
    expect(faultsOf(text)).toEqual([expect.stringContaining('stories.rollover: only an amount can roll over')])
  })

  it('is reported with file, line, column and field', () => {
    const text =
      'business: shop\ncurrency: USD\nplans:\n  free: { name: Free, rank: 0 }\n  pro:\n    name: Pro\n    rank: ten\n'
    expect(() => parseCatalog(text, 'try-direct.yaml')).toThrow(
      new Error('try-direct.yaml:7:11 plans.pro.rank: expected an integer'),
    )
  })

  it('does not hide others: all are reported in the order of the file', () => {
    const text = `business: a b
color: red
features:
  stories: { name: Stories, kind: quota }
plans:
  free: { name: Free, rank: 0 }
  pro:
    name: Pro
    rank: 1.5
    rnak: 3
    prices: { month: 10.005, year: { USD: 100.00, XX: 5 } }
    features: { stories: -1, nope: 1 }
  max:
templates:
  one: { name: One, definition: {}, required_plan: ultra }
`
    expect(faultsOf(text)).toEqual([
      '1:1 currency: is missing',
      '1:11 business: expected a code, for example ai_stories',
      '2:1 color: unknown key',
      '4:3 features.stories.window: a quota requires a window: hour, day, week, month, billing_period or a number of days, for example 30d',
      '9:11 plans.pro.rank: expected an integer',
      '10:5 plans.pro.rnak: unknown key. Did you mean rank?',
      '11:51 plans.pro.prices.year.XX: XX is not an ISO 4217 currency code, for example USD',
      '12:26 plans.pro.features.stories: expected an integer, unlimited, or { amount, … }',
      '12:30 plans.pro.features.nope: unknown feature nope: features has no such entry',
      '13:7 plans.max: expected a map',
      '15:3 templates.one.stack: is missing',
      '15:52 templates.one.required_plan: unknown plan ultra: plans has no such entry',
    ])
  })

  it.each([
    ['', '1:1 expected a map that starts with business: and currency:'],
    ['- a\n- b\n', '1:1 expected a map that starts with business: and currency:'],
  ])('states the missing parts of an empty file: %j', (text, first) => {
    expect(faultsOf(text)[0]).toBe(first)
  })
})

describe('unsupported YAML in a catalog', () => {
  it.each([
    ['a key twice', 'business: a\nbusiness: b\n', '2:1 Map keys must be unique'],
    ['a list left open', 'business: [a\n', '2:1 Flow sequence'],
    ['an alias', 'business: &name shop\ncurrency: *name\n', '2:11 currency: aliases are not supported'],
    ['an alias to what holds it', 'plans: &all { free: *all }\n', '1:21 plans.free: aliases are not supported'],
    ['a tag', 'business: !env SHOP\n', '1:11 Unresolved tag: !env'],
    ['a map as a key', '? { a: b }\n: c\n', '1:3 keys must be plain words'],
    ['two documents', 'business: a\n---\nbusiness: b\n', '2:1 Source contains multiple documents'],
  ])('rejects %s', (_, text, start) => {
    expect(faultsOf(text).map((fault) => fault.slice(0, start.length))).toContain(start)
  })
})

describe('money in a catalog', () => {
  const priced = (price: string): string => shop({ pro: `prices: { month: ${price} }` })
  const priceOf = (price: string) => parseCatalog(priced(price), 'shop.yaml').plans[1]!.prices[0]

  it.each([
    ['10.10', 'USD', 1010],
    ['4.35', 'USD', 435],
    ['"19.99"', 'USD', 1999],
    ['7', 'USD', 700],
    ['{ JPY: 500 }', 'JPY', 500],
    ['{ KWD: 1.230 }', 'KWD', 1230],
    ['{ HUF: 1990.50 }', 'HUF', 199050],
    ['999999.99', 'USD', 99_999_999],
  ])('reads %s by its own decimals, exactly', (text, currency, amountMinor) => {
    expect(priceOf(text)).toMatchObject({ currency, amountMinor })
  })

  it.each([
    ['10.000', 'USD has 2 decimals: 10.000 has 3'],
    ['{ JPY: 500.00 }', 'JPY has no decimals: 500.00 has 2'],
    ['{ KWD: 1.2345 }', 'KWD has 3 decimals: 1.2345 has 4'],
    ['1e3', 'expected an amount, for example 10.00, not 1e3'],
    ['0x10', 'expected an amount, for example 10.00, not 0x10'],
    ['.inf', '.inf is too large a number'],
    ['0.00', 'expected an amount above zero'],
    ['-5.00', 'expected an amount above zero'],
    ['90071992547409.92', 'is too large'],
    // DF-A10: an amount that the provider does not charge.
    ['0.20', 'the smallest charge in USD is 0.50, not 0.20'],
    ['1000000.00', 'the largest charge in USD is 999999.99, not 1000000.00'],
    ['{ KWD: 5.124 }', 'KWD is charged in steps of 0.010, not 5.124'],
    ['{ MGA: 5.50 }', 'MGA is charged in steps of 1.00, not 5.50'],
    ['ten', 'expected an amount, for example 10.00, not ten'],
    ['', 'expected an amount, for example 10.00, or one per currency'],
    ['true', 'expected an amount, for example 10.00, or one per currency'],
    ['{}', 'expected an amount for at least one currency'],
    ['{ usd: 5.00 }', 'usd is not an ISO 4217 currency code'],
  ])('rejects %s', (text, message) => {
    expect(faultsOf(priced(text)).join('\n')).toContain(message)
  })

  it('keeps month and year in every currency of the file', () => {
    const catalog = parseCatalog(
      shop({ pro: 'prices: { month: { USD: 10.00, JPY: 1500 }, year: { USD: 100.00, JPY: 15000 } }' }),
      'shop.yaml',
    )
    expect(catalog.plans[1]!.prices.map((it) => [it.interval, it.currency, it.amountMinor])).toEqual([
      ['MONTH', 'USD', 1000],
      ['MONTH', 'JPY', 1500],
      ['YEAR', 'USD', 10000],
      ['YEAR', 'JPY', 15000],
    ])
  })
})

describe('conflicting entries', () => {
  it('has no errors in a valid catalog', () => {
    expect(faultsOf(shop({}))).toEqual([])
  })

  it.each<[string, string, string]>([
    [
      'a priced plan at the bottom',
      shop({ free: 'prices: { month: 1.00 }' }),
      'plans.free.prices: the plan with the lowest rank',
    ],
    [
      'a rank twice',
      shop({ free: 'group: main', rest: '  max: { name: Max, rank: 1 }' }),
      'plans.max.rank: rank 1 is already taken by plan pro',
    ],
    [
      'a group without a free plan',
      shop({ rest: '  tool: { name: Tool, rank: 0, group: tools, prices: { month: 1.00 } }' }),
      'plans.tool.prices: the plan with the lowest rank in group tools',
    ],
    ['no plan at all', 'business: a\ncurrency: USD\n', 'plans: expected at least one plan'],
    ['prices without any', shop({ pro: 'prices: {}' }), 'plans.pro.prices: expected an interval such as month or year'],
    [
      'a trial without a price',
      shop({ free: 'trial_days: 14' }),
      'plans.free.trial_days: a free plan cannot have a trial',
    ],
    [
      'a trial of no days',
      shop({ pro: 'prices: { month: 1.00 }, trial_days: 0' }),
      'plans.pro.trial_days: expected 1 to 730',
    ],
    [
      'a price per something unknown',
      shop({ pro: 'prices: { month: 1.00, per: chair }' }),
      'plans.pro.prices.per: expected seat, or the unit',
    ],
    ['an unknown feature', shop({ pro: 'features: { nope: 1 }' }), 'plans.pro.features.nope: unknown feature'],
    ['an amount of a boolean', shop({ pro: 'features: { sso: 3 }' }), 'plans.pro.features.sso: expected true or false'],
    [
      'an amount of a boolean, in long',
      shop({ pro: 'features: { sso: { amount: 3 } }' }),
      'plans.pro.features.sso.amount: a boolean feature has no amount',
    ],
    [
      'true for a quota',
      shop({ pro: 'features: { stories: true }' }),
      'plans.pro.features.stories: expected an integer',
    ],
    ['a fraction', shop({ pro: 'features: { stories: 1.5 }' }), 'plans.pro.features.stories: expected an integer'],
    [
      'a large number for unlimited',
      shop({ pro: 'features: { stories: 1e400 }' }),
      'plans.pro.features.stories: 1e400 is too large a number',
    ],
    [
      'a window of a limit',
      shop({ pro: 'features: { seats: { amount: 1, window: month } }' }),
      'plans.pro.features.seats.window: only a quota can have a window',
    ],
    [
      'a rate per seat',
      shop({ pro: 'features: { calls: { amount: 1, per: seat } }' }),
      'plans.pro.features.calls.per: only a quota or a limit',
    ],
    [
      'unlimited per seat',
      shop({ pro: 'features: { stories: { amount: unlimited, per: seat } }' }),
      'plans.pro.features.stories.per: only an amount',
    ],
    [
      'an amount per what is not paid',
      shop({ pro: 'prices: { month: 1.00 }, features: { seats: { amount: 1, per: seat_bought } }' }),
      'plans.pro.features.seats.per: expected seat',
    ],
    [
      'an unknown key of an amount',
      shop({ pro: 'features: { stories: { amount: 1, pr: seat } }' }),
      'plans.pro.features.stories.pr: unknown key',
    ],
    [
      'a window of no known kind',
      shop({ features: 'x: { name: X, kind: quota, window: weekly }' }),
      'features.x.window: expected hour, day, week, month, billing_period or a number of days',
    ],
    [
      'a window of a boolean',
      shop({ features: 'x: { name: X, kind: boolean, window: month }' }),
      'features.x.window: only a quota can have a window',
    ],
    [
      'a kind that is none',
      shop({ features: 'x: { name: X, kind: meter }' }),
      'features.x.kind: expected boolean, limit, quota, rate or credit',
    ],
    ['a code in capitals', shop({ features: 'Fast: { name: X, kind: boolean }' }), 'features.Fast: expected a code'],
    ['a threshold above all', shop({ settings: 'near_limit: 120' }), 'near_limit'],
    [
      'another policy for unused time',
      shop({ settings: 'billing: { unused_time: half }' }),
      'billing.unused_time: expected credit or none',
    ],
    [
      'a domain of no mode',
      shop({ settings: 'domains: { try.direct: production }' }),
      'domains.try.direct: expected live or test',
    ],
    [
      'half a set of return URLs',
      shop({ settings: 'return_urls: { success: /ok, cancel: /no }' }),
      'return_urls.portal: is missing',
    ],
    [
      'a return URL to another host in disguise',
      shop({ settings: 'return_urls: { success: //evil.example, cancel: /no, portal: /p }' }),
      'return_urls.success: expected an http or https URL',
    ],
    [
      'return URLs by another word',
      shop({ settings: 'return_urls: anywhere' }),
      'return_urls: expected client, iframe or { success, cancel, portal }',
    ],
    [
      'a pack that never runs out',
      pack('type: credit_pack, price: 5.00, grants: { stories: 5 }'),
      'packages.pack.valid_for: a credit pack requires valid_for',
    ],
    [
      'a pack that lasts for weeks',
      pack('type: credit_pack, price: 5.00, grants: { stories: 5 }, valid_for: 2w'),
      'packages.pack.valid_for: expected a number of days, for example 90d',
    ],
    [
      'a pack without an amount',
      pack('type: credit_pack, price: 5.00, grants: { sso: true }, valid_for: 9d'),
      'packages.pack.grants: a credit pack must grant an amount',
    ],
    [
      'a pack of unlimited',
      pack('type: credit_pack, price: 5.00, grants: { stories: unlimited }, valid_for: 9d'),
      'packages.pack.grants.stories: a credit pack must grant an amount',
    ],
    [
      'a pack of what is given back',
      pack('type: credit_pack, price: 5.00, grants: { seats: 5 }, valid_for: 9d'),
      'packages.pack.grants.seats: a credit pack can grant only quotas',
    ],
    [
      'a pack by the month',
      pack('type: credit_pack, prices: { month: 5.00 }, grants: { stories: 5 }, valid_for: 9d'),
      'packages.pack.prices.month: a credit pack must have a one-time price',
    ],
    [
      'a pack without a price',
      pack('type: credit_pack, grants: { stories: 5 }, valid_for: 9d'),
      'packages.pack.price: is missing',
    ],
    [
      'an add-on that runs out',
      pack('type: addon, price: 5.00, grants: { seats: 5 }, valid_for: 9d'),
      'packages.pack.valid_for: only a credit pack can have valid_for',
    ],
    [
      'an add-on paid once',
      pack('type: addon, prices: { one_time: 5.00 }, grants: { seats: 5 }'),
      'packages.pack.prices.one_time: an add-on must have a recurring price',
    ],
    [
      'an add-on per seat',
      pack('type: addon, price: 5.00, grants: { seats: { amount: 5, per: seat } }'),
      'packages.pack.grants.seats.per: a package cannot grant an amount per seat',
    ],
    [
      'an add-on of nothing',
      pack('type: addon, price: 5.00, grants: { seats: 0 }'),
      'packages.pack.grants.seats: a package cannot exclude a feature',
    ],
    [
      'enterprise with a price',
      pack('type: enterprise, price: 5.00, contact_url: /contact'),
      'packages.pack.price: an enterprise package must not have a price',
    ],
    [
      'enterprise without a contact',
      pack('type: enterprise'),
      'packages.pack.contact_url: an enterprise package requires contact_url',
    ],
    [
      'a package with the code of a plan',
      shop({ rest: 'packages:\n  pro: { name: P, type: enterprise, contact_url: /contact }' }),
      'packages.pro: pro is already the code of a plan',
    ],
    ['an unknown plan', template('required_plan: ultra'), 'templates.one.required_plan: unknown plan ultra'],
    ['an unknown category', template('category: cms'), 'templates.one.category: unknown category cms'],
    ['an unknown vendor', template('vendor: acme'), 'templates.one.vendor: unknown vendor acme'],
    ['a price of a template', template('price: 5.00'), 'templates.one.price: unknown key'],
    ['a slug of another alphabet', template('slug: One--Two'), 'templates.one.slug: expected a slug'],
    [
      'a slug twice',
      `${template('slug: two')}  two: { name: Two, stack: web, definition: {} }\n`,
      'templates.two.slug: slug two is already taken by template one',
    ],
    [
      'a number that no program keeps',
      template('tech_stack: { big: 123456789012345678901 }'),
      'templates.one.tech_stack.big: 123456789012345678901 is too large a number',
    ],
  ])('%s', (_, text, expected) => {
    const faults = faultsOf(text)
    expect(faults.map((fault) => fault.replace(/^\d+:\d+ /, '').slice(0, expected.length))).toContain(expected)
    expect(faults).toHaveLength(1)
  })
})

describe('prices that cannot be billed together', () => {
  it('rejects an add-on without the currency of a paid plan, naming it', () => {
    expect(faultsOf(pack('type: addon, price: { GBP: 2.00 }, grants: { seats: 1 }'))).toEqual([
      '14:43 packages.pack.price: has no price in USD, a currency of plan pro; a subscription has one currency',
    ])
  })

  it('accepts a pack in another currency, because it is paid once and separately', () => {
    expect(faultsOf(pack('type: credit_pack, price: { GBP: 5.00 }, grants: { stories: 5 }, valid_for: 90d'))).toEqual(
      [],
    )
  })

  it('rejects plans between which a subscription could not change', () => {
    expect(faultsOf(shop({ rest: '  max: { name: Max, rank: 2, prices: { month: { EUR: 20.00 } } }' }))).toEqual([
      '12:47 plans.pro.prices.month: has no price in EUR, a currency of plan max; a subscription has one currency',
      '13:47 plans.max.prices.month: has no price in USD, a currency of plan pro; a subscription has one currency',
    ])
  })

  it('rejects a plan whose yearly price lacks a currency of the monthly one', () => {
    expect(faultsOf(shop({ pro: 'prices: { month: { USD: 1.00, EUR: 1.00 }, year: 10.00 }' })).join()).toContain(
      'plans.pro.prices.year: has no price in EUR',
    )
  })
})
