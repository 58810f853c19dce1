import { CatalogFileError } from '#services/catalog/definition/catalog-file-error.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'

const file = (card: string): string => `business: shop
currency: USD
features:
  credits: { name: Credits, kind: credit }
  seats: { name: Seats, kind: limit }
plans:
  free: { name: Free, rank: 0 }
rate_cards:
${card}`

const version = (lines: string, more = ''): string =>
  file(`  credits:
    dimensions: { model: [small, large-1.5], mode: [batch] }
    versions:
      - from: 2026-01-01
        lines: [${lines}]
        ${more}
`)

function faultsOf(text: string): string[] {
  try {
    parseCatalog(text, 'shop.yaml')
    return []
  } catch (error) {
    if (!(error instanceof CatalogFileError)) throw error
    return error.problems.map(({ path, message }) => `${path}: ${message}`)
  }
}

const AT = 'rate_cards.credits.versions.0'

describe('rate cards of a catalog file', () => {
  it('are read as integers, with every shorthand written out', () => {
    const { rateCards } = parseCatalog(
      version(
        '{ quantity: tokens, when: { model: large-1.5 }, price: 0.30, per: 1000 }, { quantity: tokens, when: { mode: batch, model: [small, large-1.5] }, volume: [{ up_to: 10, price: 2 }, { price: 1.5 }], minimum: 3 }',
        'multipliers: { mode: { batch: 0.5 } }',
      ),
      'shop.yaml',
    )
    expect(rateCards).toEqual([
      {
        feature: 'credits',
        dimensions: { model: ['small', 'large-1.5'], mode: ['batch'] },
        window: 'month',
        overage: 'REJECT',
        feed: null,
        priceLists: [],
        versions: [
          {
            version: 1,
            from: new Date('2026-01-01T00:00:00Z'),
            minimum: 0,
            lines: [
              {
                key: 'tokens model=large-1.5',
                quantity: 'tokens',
                when: { model: ['large-1.5'] },
                tiering: 'GRADUATED',
                tiers: [{ upTo: null, price: 300_000 }],
                minimum: 0,
              },
              {
                key: 'tokens mode=batch model=large-1.5|small',
                quantity: 'tokens',
                when: { mode: ['batch'], model: ['small', 'large-1.5'] },
                tiering: 'VOLUME',
                tiers: [
                  { upTo: 10, price: 2_000_000_000 },
                  { upTo: null, price: 1_500_000_000 },
                ],
                minimum: 3,
              },
            ],
            multipliers: { mode: { batch: 50 } },
            plans: {},
          },
        ],
      },
    ])
  })

  it.each([
    ['{ quantity: t }', `${AT}.lines.0: expected one of price, graduated and volume`],
    ['{ quantity: t, price: 1, volume: [{ price: 1 }] }', `${AT}.lines.0: expected one of price, graduated and volume`],
    ['{ quantity: t, price: -1 }', `${AT}.lines.0.price: expected a decimal, for example 0.25`],
    ['{ quantity: t, price: 1e3 }', `${AT}.lines.0.price: expected a decimal, for example 0.25`],
    ['{ quantity: t, price: 0.0000000001 }', `${AT}.lines.0.price: expected at most 9 decimals`],
    [
      '{ quantity: t, price: 0.1234567, per: 1000 }',
      `${AT}.lines.0.price: expected at most 6 decimals, because of per`,
    ],
    ['{ quantity: t, price: 1000001 }', `${AT}.lines.0.price: expected at most 1000000 units`],
    [
      '{ quantity: t, price: 1, per: 60 }',
      `${AT}.lines.0.per: expected 1, 10, 100 or another power of ten, at most 1000000000`,
    ],
    [
      '{ quantity: t, price: 1, per: 0 }',
      `${AT}.lines.0.per: expected 1, 10, 100 or another power of ten, at most 1000000000`,
    ],
    [
      '{ quantity: t, graduated: [{ price: 1 }, { price: 1 }] }',
      `${AT}.lines.0.graduated.0: only the last tier has no up_to`,
    ],
    [
      '{ quantity: t, graduated: [{ up_to: 5, price: 1 }] }',
      `${AT}.lines.0.graduated.0.up_to: the last tier must not have an end`,
    ],
    [
      '{ quantity: t, graduated: [{ up_to: 5, price: 1 }, { up_to: 5, price: 1 }, { price: 1 }] }',
      `${AT}.lines.0.graduated.1.up_to: expected more than that of the tier before`,
    ],
    ['{ quantity: t, price: 1, when: { size: big } }', `${AT}.lines.0.when.size: unknown dimension size`],
    ['{ quantity: t, price: 1, when: { model: huge } }', `${AT}.lines.0.when.model: dimension model has no value huge`],
    [
      '{ quantity: t, price: 1 }, { quantity: t, price: 2 }',
      `${AT}.lines.1: another line has the same quantity and conditions: t`,
    ],
  ])('report a wrong line %s', (lines, fault) => {
    expect(faultsOf(version(lines))).toEqual([fault])
  })

  it.each([
    ['multipliers: { mode: { batch: 0.125 } }', `${AT}.multipliers.mode.batch: expected at most 2 decimals`],
    ['multipliers: { mode: { batch: 1001 } }', `${AT}.multipliers.mode.batch: expected at most 1000`],
    ['multipliers: { mode: { slow: 2 } }', `${AT}.multipliers.mode: dimension mode has no value slow`],
    ['plans: { gold: { multiplier: 2 } }', `${AT}.plans.gold: unknown plan gold: plans has no such entry`],
    ['colors: 1', `${AT}.colors: unknown key`],
  ])('report a wrong part %s', (more, fault) => {
    expect(faultsOf(version('{ quantity: t, price: 1 }', more))).toEqual([fault])
  })

  it('belong to a quota or credits, and have their versions in order', () => {
    const versions = (...from: string[]) =>
      from.map((date) => `      - { from: ${date}, lines: [{ quantity: t, price: 1 }] }\n`).join('')
    expect(faultsOf(file(`  seats:\n    versions:\n${versions('2026-01-01')}`))).toEqual([
      'rate_cards.seats: only a quota or credits can have a rate card',
    ])
    expect(faultsOf(file(`  none:\n    versions:\n${versions('2026-01-01')}`))).toEqual([
      'rate_cards.none: unknown feature none: features has no such entry',
    ])
    expect(faultsOf(file(`  credits:\n    versions:\n${versions('2026-02-01', '2026-01-01T12:00:00Z')}`))).toEqual([
      'rate_cards.credits.versions.1.from: expected a time after that of the version before',
    ])
    expect(faultsOf(file(`  credits:\n    versions:\n${versions('soon')}`))).toEqual([
      'rate_cards.credits.versions.0.from: expected a date, for example 2026-01-31, or a time such as 2026-01-31T12:00:00Z',
    ])
  })

  it('have no line that never counts, by comparison with every combination of values', () => {
    const random = createSeededRandom(5)
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
    const conditions = ['', 'model: small', 'model: large-1.5', 'model: [small, large-1.5]', 'mode: batch']
    const all = [undefined, 'small', 'large-1.5'].flatMap((model) =>
      [undefined, 'batch'].map((mode) => ({ model, mode })),
    )
    let found = 0
    for (let run = 0; run < 300; run++) {
      const lines = Array.from({ length: 1 + Math.floor(random.next() * 6) }, () => ({
        quantity: pick(['a', 'b']),
        when: [...new Set([pick(conditions), random.next() < 0.3 ? 'mode: batch' : ''])].filter(Boolean),
      })).filter(
        ({ quantity, when }, index, every) =>
          every.findIndex(
            (one) => one.quantity === quantity && one.when.toSorted().join() === when.toSorted().join(),
          ) === index,
      )
      const matches = ({ when }: { when: string[] }, work: (typeof all)[number]) =>
        when.every((condition) => {
          const [dimension, values] = condition.split(': ') as ['model' | 'mode', string]
          return values
            .replaceAll(/[[\]]/g, '')
            .split(', ')
            .includes(work[dimension] ?? '')
        })
      const counting = new Set(
        ['a', 'b'].flatMap((quantity) =>
          all.map((work) => lines.findIndex((line) => line.quantity === quantity && matches(line, work))),
        ),
      )
      const never = lines.flatMap((_, index) => (counting.has(index) ? [] : [index]))
      found += never.length
      const text = lines.map(
        ({ quantity, when }) => `{ quantity: ${quantity}, when: { ${when.join(', ')} }, price: 1 }`,
      )
      expect([text, faultsOf(version(text.join(', ')))]).toEqual([
        text,
        never.map(
          (index) =>
            `${AT}.lines.${index}: this line never counts: the lines before it match everything that it matches`,
        ),
      ])
    }
    expect(found).toBeGreaterThan(100)
  })
})
