import { SAMPLE } from '#test/support/sample.js'
import { coveringCombinations, type Combination } from './combinations.js'
import { liveHalfAYear } from './live-half-a-year.js'

// Generated catalogs and lives. Replay a failure with LIVES_SEED=<the printed seed> npm run test:long -- invoice-lives -t '<the printed server>'
const isLong = process.env['STACKGATE_LONG'] === '1'
const given = process.env['LIVES_SEED']
const SEED = Number(given ?? /\d+/.exec(SAMPLE)?.[0])
const SEEDS = isLong && !given ? [SEED, SEED + 1, SEED + 2] : [SEED]
/** Lives that `npm test` runs, on one server. */
const SAMPLE_SIZE = 5

interface Market {
  readonly name: string
  readonly seed: number
  readonly combinations: readonly Combination[]
}

/** Servers with all combinations of a seed: a catalog has one setting of taxes, and its currencies. */
const marketsOf = (seed: number): Market[] =>
  [...Map.groupBy(coveringCombinations(seed).combinations, ({ taxes, currency }) => `taxes ${taxes}, ${currency}`)].map(
    ([name, combinations]) => ({ name, seed, combinations }),
  )

function markets(): readonly Market[] {
  const all = SEEDS.flatMap(marketsOf)
  if (isLong) return all
  const { combinations, ...one } = all[SEED % all.length]!
  return [{ ...one, combinations: combinations.slice(0, SAMPLE_SIZE) }]
}

describe('Half a year of generated customers', () => {
  it.each(markets())(
    'has every use and period on one invoice, with $name (LIVES_SEED=$seed)',
    async ({ combinations, seed }) => {
      const found = (await liveHalfAYear(combinations, seed)).join('\n')
      // The long run takes many minutes, and jest reports failures at its end.
      if (isLong && found !== '') process.stderr.write(`${found}\n`)
      expect(found).toBe('')
    },
  )

  it('has all pairs of traits that can be sold together', () => {
    const { combinations, pairs } = coveringCombinations(SEED)
    expect(pairs).toBeGreaterThan(600)
    expect(combinations.length).toBeLessThan(60)
  })
})
