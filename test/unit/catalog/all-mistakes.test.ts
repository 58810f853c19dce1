import { CatalogFileError } from '#services/catalog/definition/catalog-file-error.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { createSeededRandom } from '#test/support/seeded-random.js'

/** A valid line of a catalog, and the same line with one mistake. */
interface Mistake {
  readonly line: string
  readonly wrong: string
  /** Start of the only line that the mistake prints. */
  readonly expected: string
}

const VALID = `business: shop
currency: USD
domains: { shop.example: live }
taxes: none
spend_caps: [stories, credits]
seats: [seats]
top_ups: { packages: [pack], max_per_month: 5 }
trials: { card: optional }
features:
  stories: { name: Stories, kind: quota, window: month }
  minutes: { name: Minutes, kind: quota, window: billing_period }
  credits: { name: Credits, kind: credit }
  seats: { name: Seats, kind: limit, unit: workplace }
  sso: { name: Sign-on, kind: boolean }
  calls: { name: Calls, kind: rate, per: minute }
rate_cards:
  credits:
    dimensions: { model: [small, large] }
    versions:
      - from: 2026-01-01
        lines:
          - { quantity: tokens, when: { model: small }, price: 1, per: 1000 }
          - { quantity: tokens, when: { model: large }, price: 2, per: 1000 }
          - { quantity: images, graduated: [{ up_to: 5, price: 2 }, { price: 1 }] }
        multipliers: { model: { large: 1.5 } }
        plans:
          pro: { multiplier: 0.5 }
plans:
  free:
    name: Free
    rank: 0
    features: { stories: 5, credits: 10 }
  pro:
    name: Pro
    rank: 1
    prices: { month: 10.00, year: 100.00 }
    trial_days: 14
    features:
      stories: { amount: 100, rollover: { share: 50, periods: 2 }, per: seat }
      minutes: { amount: 100, overage: { price: 0.01, cap: 500 } }
      seats: 3
      sso: true
  max:
    name: Max
    rank: 2
    prices: { month: 20.00, per: workplace }
packages:
  pack: { name: Pack, type: credit_pack, price: 5.00, grants: { credits: 50 }, valid_for: 90d }
  extra: { name: Extra, type: addon, price: 2.00, grants: { seats: 1 } }
  large:
    name: Large
    type: enterprise
    contact_url: /contact
categories:
  web: { title: Web, priority: 1 }
vendors:
  acme: { name: Acme }
templates:
  blog:
    name: Blog
    stack: php
    category: web
    vendor: acme
    required_plan: pro
    definition: {}
products:
  blog: { once: 5.00 }
`

/** One for each line of the file that can be wrong by itself. */
const MISTAKES: readonly Mistake[] = (
  [
    [
      'domains: { shop.example: live }',
      'domains: { shop.example: lvie }',
      'domains.shop.example: expected live or test. Did you mean live?',
    ],
    ['currency: USD', 'currency: USDD', 'currency: expected an ISO 4217 currency code'],
    ['taxes: none', 'txaes: none', 'txaes: unknown key. Did you mean taxes?'],
    [
      'spend_caps: [stories, credits]',
      'spend_caps: [storys, credits]',
      'spend_caps.0: unknown feature storys: features has no such entry. Did you mean stories?',
    ],
    ['spend_caps: [stories, credits]', 'spend_caps: [stories, 7]', 'spend_caps.1: expected a code'],
    ['seats: [seats]', 'seats: [stories]', 'seats.0: only a limit has seats'],
    [
      'packages: [pack]',
      'packages: [pakc]',
      'top_ups.packages.0: unknown package pakc: packages has no such entry. Did you mean pack?',
    ],
    ['max_per_month: 5', 'max_per_month: 0', 'top_ups.max_per_month: expected 1 to 1000'],
    ['card: optional', 'crad: optional', 'trials.crad: unknown key. Did you mean card?'],
    [
      'stories: { name: Stories, kind: quota, window: month }',
      'stories: { kind: quota, window: month }',
      'features.stories.name: is missing',
    ],
    [
      'credits: { name: Credits, kind: credit }',
      'credits: { name: Credits, kind: credit, window: month }',
      'features.credits.window: only a quota can have a window',
    ],
    [
      'calls: { name: Calls, kind: rate, per: minute }',
      'calls: { name: Calls, kind: rate, per: minut }',
      'features.calls.per: expected minute or hour. Did you mean minute?',
    ],
    [
      'sso: { name: Sign-on, kind: boolean }',
      'sso: { name: Sign-on, kind: boolean, unti: x }',
      'features.sso.unti: unknown key. Did you mean unit?',
    ],
    ['- from: 2026-01-01', '- from: soon', 'rate_cards.credits.versions.0.from: expected a date'],
    [
      'when: { model: small }, price: 1',
      'when: { modle: small }, price: 1',
      'rate_cards.credits.versions.0.lines.0.when.modle: unknown dimension modle. Did you mean model?',
    ],
    ['price: 1, per: 1000', 'price: 1, per: 60', 'rate_cards.credits.versions.0.lines.0.per: expected 1, 10, 100'],
    [
      'when: { model: large }, price: 2',
      'when: { model: larg }, price: 2',
      'rate_cards.credits.versions.0.lines.1.when.model: dimension model has no value larg. Did you mean large?',
    ],
    [
      '- { quantity: images, ',
      '- { quantity: images, minimun: 1, ',
      'rate_cards.credits.versions.0.lines.2.minimun: unknown key. Did you mean minimum?',
    ],
    [
      'graduated: [{ up_to: 5, price: 2 }, { price: 1 }]',
      'graduated: [{ price: 2 }, { price: 1 }]',
      'rate_cards.credits.versions.0.lines.2.graduated.0: only the last tier',
    ],
    [
      'multipliers: { model: { large: 1.5 } }',
      'multipliers: { model: { large: 1.555 } }',
      'rate_cards.credits.versions.0.multipliers.model.large: expected at most 2 decimals',
    ],
    [
      'pro: { multiplier: 0.5 }',
      'por: { multiplier: 0.5 }',
      'rate_cards.credits.versions.0.plans.por: unknown plan por: plans has no such entry. Did you mean pro?',
    ],
    [
      'features: { stories: 5, credits: 10 }',
      'features: { stories: 5.5, credits: 10 }',
      'plans.free.features.stories: expected an integer',
    ],
    [
      'features: { stories: 5, credits: 10 }',
      'features: { stories: 5, credit: 10 }',
      'plans.free.features.credit: unknown feature credit: features has no such entry. Did you mean credits?',
    ],
    ['    rank: 2', '    rank: 1', 'plans.max.rank: rank 1 is already taken by plan pro'],
    ['month: 10.00', 'month: 10.005', 'plans.pro.prices.month: USD has 2 decimals'],
    ['year: 100.00', 'year: -5', 'plans.pro.prices.year: expected an amount above zero'],
    ['trial_days: 14', 'trial_days: 9999', 'plans.pro.trial_days: expected 1 to 730'],
    ['periods: 2 }, per: seat }', 'periods: 2 }, per: saet }', 'plans.pro.features.stories.per: expected seat'],
    ['stories: { amount: 100, ', 'stories: { amount: -1, ', 'plans.pro.features.stories.amount: '],
    [
      'rollover: { share: 50, ',
      'rollover: { share: 0, ',
      'plans.pro.features.stories.rollover.share: expected 1 to 100',
    ],
    [
      'periods: 2 }',
      'periods: 25 }',
      'plans.pro.features.stories.rollover.periods: expected a number of windows, 1 to 24',
    ],
    ['periods: 2 }', 'windows: 2 }', 'plans.pro.features.stories.rollover.windows'],
    [
      '      seats: 3',
      '      seats: { amount: 3, rollover: {} }',
      'plans.pro.features.seats.rollover: only a quota can roll over',
    ],
    [
      'grants: { credits: 50 }',
      'grants: { credits: { amount: 50, rollover: {} } }',
      'packages.pack.grants.credits.rollover: a package has no windows, and cannot roll over',
    ],
    ['price: 0.01', 'price: 0', 'plans.pro.features.minutes.overage.price: expected an amount above zero'],
    [
      'minutes: { amount: 100, ',
      'minutes: { amount: 100, window: 30d, ',
      'plans.pro.features.minutes.overage: overage requires the window',
    ],
    ['      seats: 3', '      seats: { amount: 3, window: month }', 'plans.pro.features.seats.window: only a quota'],
    ['      sso: true', '      sso: 1', 'plans.pro.features.sso: expected true or false'],
    [
      'per: workplace }',
      'per: workplaec }',
      'plans.max.prices.per: expected seat, or the unit of a limit such as managed_server. Did you mean workplace?',
    ],
    ['    name: Max', '    name: { en: Max }', 'plans.max.name: expected a string'],
    ['valid_for: 90d', 'valid_for: 3w', 'packages.pack.valid_for: expected a number of days'],
    [
      'grants: { credits: 50 }',
      'grants: { credits: 0 }',
      'packages.pack.grants.credits: a package cannot exclude a feature',
    ],
    ['name: Pack, ', '', 'packages.pack.name: is missing'],
    ['extra: { name: Extra, ', 'extra: { name: Extra, valid_for: 9d, ', 'packages.extra.valid_for: only a credit pack'],
    ['price: 2.00, grants', 'price: { EUR: 2.00 }, grants', 'packages.extra.price: has no price in USD'],
    [
      'grants: { seats: 1 }',
      'grants: { saets: 1 }',
      'packages.extra.grants.saets: unknown feature saets: features has no such entry. Did you mean seats?',
    ],
    ['    name: Large', '    name: Large\n    bullets: 5', 'packages.large.bullets: expected a list of strings'],
    [
      'contact_url: /contact',
      'price: 5.00\n    contact_url: /contact',
      'packages.large.price: an enterprise package must not have a price',
    ],
    [
      'web: { title: Web, priority: 1 }',
      'web: { title: Web, priority: first }',
      'categories.web.priority: expected an integer',
    ],
    ['acme: { name: Acme }', 'acme: { name: Acme, verified: maybe }', 'vendors.acme.verified: expected true or false'],
    [
      'category: web',
      'category: wbe',
      'templates.blog.category: unknown category wbe: categories has no such entry. Did you mean web?',
    ],
    ['vendor: acme', 'vendor: *acme', 'templates.blog.vendor: aliases are not supported'],
    ['acme: { name: Acme }', 'acme: { name: Acme, name: Acme }', ': Map keys must be unique'],
    ['title: Web', 'title: !text Web', ': Unresolved tag'],
    [
      'required_plan: pro',
      'required_plan: porr',
      'templates.blog.required_plan: unknown plan porr: plans has no such entry',
    ],
    ['definition: {}', 'definition: []', 'templates.blog.definition: expected a map'],
    ['    stack: php', '    stack: PHP', 'templates.blog.stack: expected a code'],
    ['once: 5.00', 'once: five', 'products.blog.once: expected an amount'],
  ] as const
).map(([line, wrong, expected]) => ({ line, wrong, expected }))

function messagesOf(text: string): string[] {
  try {
    parseCatalog(text, 'shop.yaml')
    return []
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
}

/** Messages that depend on the currency cannot be printed where that is wrong itself. */
const visible = (messages: readonly string[]): string[] =>
  messages.filter(
    (message) =>
      !messages.some((other) => other.startsWith('currency: ')) || !/: USD has|has no price in USD/.test(message),
  )

const single = (mistake: Mistake): string[] => messagesOf(VALID.replace(mistake.line, mistake.wrong))

describe('mistakes of a catalog file', () => {
  it('has a sample without any', () => {
    expect(messagesOf(VALID)).toEqual([])
  })

  it.each(MISTAKES)('prints one message for $wrong', (mistake) => {
    expect(VALID.split(mistake.line)).toHaveLength(2)
    expect(single(mistake)).toEqual([expect.stringMatching(startOf(mistake.expected))])
  })

  it('prints one message for an overage price of another form, also without a known currency', () => {
    const wrong = VALID.replace('price: 0.01', 'price: cheap')
    const expected = /^plans\.pro\.features\.minutes\.overage\.price: expected an amount/
    expect(messagesOf(wrong)).toEqual([expect.stringMatching(expected)])
    expect(messagesOf(wrong.replace('currency: USD\n', ''))).toEqual([
      'currency: is missing',
      expect.stringMatching(expected),
    ])
  })

  it('prints the message of each mistake, however many there are', () => {
    const random = createSeededRandom(11)
    const messages = new Map(MISTAKES.map((mistake) => [mistake, single(mistake)]))
    const drawn = Array.from({ length: 60 }, () => random.next() ** 2)
    for (const share of [1, ...drawn]) {
      let text = VALID
      const planted = MISTAKES.toSorted(() => random.next() - 0.5).filter(({ line, wrong }) => {
        // Another mistake may have replaced a part of the line.
        if (random.next() >= share || !text.includes(line)) return false
        text = text.replace(line, wrong)
        return true
      })
      expect([text, messagesOf(text).toSorted()]).toEqual([
        text,
        visible(planted.flatMap((mistake) => messages.get(mistake)!)).sort(),
      ])
    }
  })
})

const startOf = (text: string): RegExp => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
