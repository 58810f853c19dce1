import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Random } from '#services/kernel/random/random.js'
import { createSeededRandom } from '#test/support/seeded-random.js'

/** Everything by which catalogs, plans and customers of the lives differ. */
const TRAITS = {
  taxes: ['none', 'automatic', 'inclusive'],
  customer: ['taxed', 'exempt'],
  currency: ['USD', 'JPY', 'EUR beside USD'],
  provider: ['STRIPE', 'PAYPAL'],
  /** Negotiated: below that of the catalog, until the subscription ends. Lifetime: paid once. */
  price: ['paid', 'none', 'negotiated', 'lifetime'],
  trial: ['none', 'days'],
  interval: ['WEEK', 'MONTH', 'QUARTER', 'YEAR'],
  seats: ['flat', 'per seat'],
  overage: ['none', 'unit', 'package', 'percent', 'graduated', 'volume'],
  bound: ['none', 'flat', 'free', 'minimum', 'maximum'],
  window: ['billing_period', 'month'],
  /** Features that have prices beyond their allowances. */
  features: ['calls', 'calls and exports'],
  threshold: ['none', 'low'],
  packs: ['none', 'some'],
  addons: ['none', 'some'],
  coupon: ['none', 'once', 'repeating', 'forever'],
  /** The calm ones have no failing payments, refunds, disputes, pauses and cancellations. */
  temper: ['calm', 'troubled'],
} as const

type Trait = keyof typeof TRAITS
/** One value of each trait. */
export type Combination = { readonly [Name in Trait]: (typeof TRAITS)[Name][number] }

const NAMES = Object.keys(TRAITS) as Trait[]

/** True for combinations that can be sold, by the documentation. */
function isSold(one: Combination): boolean {
  const isRecurring = one.price === 'paid' || one.price === 'negotiated'
  if (one.price === 'negotiated' && (one.provider === 'PAYPAL' || one.coupon !== 'none')) return false
  // Coupons of a duration begin with the first payment, which follows the trial.
  if (one.trial === 'days' && (one.price !== 'paid' || !['none', 'forever'].includes(one.coupon))) return false
  if (one.customer === 'exempt' && one.taxes === 'none') return false
  // Add-ons are sold by the month, which divides no week.
  if (one.interval === 'WEEK' && one.addons !== 'none') return false
  if (one.overage === 'none' && (one.bound !== 'none' || one.threshold !== 'none' || one.features !== 'calls'))
    return false
  if (
    one.provider === 'PAYPAL' &&
    (one.overage !== 'none' || one.addons !== 'none' || one.coupon !== 'none' || one.taxes !== 'none')
  )
    return false
  return (
    isRecurring ||
    (one.packs === 'some' &&
      one.interval === 'MONTH' &&
      one.seats === 'flat' &&
      one.overage === 'none' &&
      one.addons === 'none' &&
      one.coupon === 'none')
  )
}

const pairsOf = (one: Combination): string[] =>
  NAMES.flatMap((left, at) => NAMES.slice(at + 1).map((right) => `${left} ${one[left]}, ${right} ${one[right]}`))

/** Draws values for the traits that are not given. Null if no combination that can be sold is found. */
function draw(random: Random, given: Partial<Combination>): Combination | null {
  for (let attempt = 0; attempt < 400; attempt++) {
    const drawn = Object.fromEntries(NAMES.map((name) => [name, given[name] ?? pick(random, TRAITS[name])]))
    if (isSold(drawn as Combination)) return drawn as Combination
  }
  return null
}

/** Combinations with every pair of values of two traits that can be sold together. Another seed gives others. */
export function coveringCombinations(seed: number): { combinations: Combination[]; pairs: number } {
  const random = createSeededRandom(seed)
  const covered = new Set<string>()
  const combinations: Combination[] = []
  for (const [at, left] of NAMES.entries())
    for (const right of NAMES.slice(at + 1))
      for (const one of TRAITS[left])
        for (const other of TRAITS[right]) {
          if (covered.has(`${left} ${one}, ${right} ${other}`)) continue
          const drawn = Array.from({ length: 12 }, () => draw(random, { [left]: one, [right]: other }))
          const best = drawn
            .filter((found) => found !== null)
            .map((found) => ({ found, pairs: pairsOf(found).filter((pair) => !covered.has(pair)) }))
            .toSorted((some, others) => others.pairs.length - some.pairs.length)[0]
          if (!best) continue
          combinations.push(best.found)
          for (const pair of best.pairs) covered.add(pair)
        }
  return { combinations, pairs: covered.size }
}

export const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[Math.floor(random.next() * values.length)]!

export const whole = (random: Random, min: number, max: number): number =>
  min + Math.floor(random.next() * (max - min + 1))

/** Price of units of one tier: of a unit, of a started package or of 100 units, in billionths of the smallest unit of the currency. */
interface Tier {
  readonly upTo: number | null
  readonly nanos: number
  readonly per: number
  readonly isPackage: boolean
  readonly flat: number
}

/** Price of units beyond an allowance. */
export interface Tariff {
  readonly tiers: readonly Tier[]
  readonly isVolume: boolean
  readonly free: number
  readonly minimum: number
  readonly maximum: number | null
}

const NANOS = 1_000_000_000n

/** Cost of the units of a window in the smallest unit of the currency: exact, and rounded once at the end, halves up. */
export function costOf({ tiers, isVolume, free, minimum, maximum }: Tariff, units: number): number {
  const priced = units - free
  if (priced <= 0) return 0
  let sum = 0n
  let from = 0
  for (const { upTo, nanos, per, isPackage, flat } of tiers) {
    const end = upTo ?? Infinity
    const inTier = isVolume ? (priced > from && priced <= end ? priced : 0) : Math.min(priced, end) - from
    from = end
    if (inTier <= 0) continue
    const counted = isPackage ? Math.ceil(inTier / per) * per : inTier
    sum += (BigInt(counted) * BigInt(nanos)) / BigInt(per) + BigInt(flat) * NANOS
  }
  if (sum < BigInt(minimum) * NANOS) sum = BigInt(minimum) * NANOS
  if (maximum !== null && sum > BigInt(maximum) * NANOS) sum = BigInt(maximum) * NANOS
  return Number((2n * sum + NANOS) / (2n * NANOS))
}

export type IntervalName = Combination['interval']
/** Intervals by their length. */
export const INTERVALS: readonly {
  readonly name: IntervalName
  readonly unit: 'WEEK' | 'MONTH' | 'YEAR'
  readonly count: number
  readonly maxDays: number
}[] = [
  { name: 'WEEK', unit: 'WEEK', count: 1, maxDays: 8 },
  { name: 'MONTH', unit: 'MONTH', count: 1, maxDays: 32 },
  { name: 'QUARTER', unit: 'MONTH', count: 3, maxDays: 93 },
  { name: 'YEAR', unit: 'YEAR', count: 1, maxDays: 367 },
]

/** Quotas of the lives. Those with a price beyond the allowance have it in their plan. */
export type Feature = 'calls' | 'exports'

/** A plan that a catalog of the lives sells. Amounts are in the smallest unit of the currency. */
export interface SoldPlan {
  readonly code: string
  readonly prices: Readonly<Record<IntervalName, number>>
  readonly isPerSeat: boolean
  readonly included: number
  readonly tariffs: Readonly<Partial<Record<Feature, Tariff>>>
  readonly hasThreshold: boolean
  readonly hasTrial: boolean
  /** Price for a lifetime. Null without one. */
  readonly lifetime: number | null
}

/** Prices of one server of the lives, and its catalog. */
export interface Sold {
  readonly taxes: Combination['taxes']
  readonly currency: string
  /** A second currency, in which every price has the same number. */
  readonly secondCurrency: string | null
  readonly plans: readonly SoldPlan[]
  readonly addon: number
  readonly pack: number
  /** Path of the catalog file. */
  readonly path: string
}

export const PACK_UNITS = 40
export const TRIAL_DAYS = 10
export const decimalsOf = (currency: string): number => (currency === 'JPY' ? 0 : 2)

/** Writes a catalog with one plan for each combination of a server, by a seed. */
export function sell(seed: number, combinations: readonly Combination[]): Sold {
  const random = createSeededRandom(seed)
  const [{ taxes, currency: sold }] = combinations as [Combination]
  const currency = sold === 'EUR beside USD' ? 'USD' : sold
  const secondCurrency = sold === 'EUR beside USD' ? 'EUR' : null
  const decimals = decimalsOf(currency)
  const money = (minor: number) => (minor / 10 ** decimals).toFixed(decimals)
  const inCurrencies = (amount: string) =>
    secondCurrency === null ? amount : `{ ${currency}: ${amount}, ${secondCurrency}: ${amount} }`
  const price = (minor: number) => inCurrencies(money(minor))
  const plans = combinations.map((combination, index) => planOf(random, `p${index}`, combination))
  const [addon, pack] = [whole(random, 200, 900), whole(random, 300, 1_500)]
  const text = `business: lives
currency: ${currency}
taxes: ${taxes}
pause: { maximum: 60d }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  exports: { name: Exports, kind: quota, unit: export, window: billing_period }
  storage: { name: Storage, kind: limit, unit: GB }
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0, features: { calls: 10, storage: 1, seats: 1 } }
${plans
  .map(
    (plan, index) => `  ${plan.code}:
    name: Plan ${plan.code}
    rank: ${index + 1}
    prices: { ${[
      ...INTERVALS.map(({ name }) => `${name.toLowerCase()}: ${price(plan.prices[name])}`),
      ...(plan.lifetime === null ? [] : [`lifetime: ${price(plan.lifetime)}`]),
      ...(plan.isPerSeat ? ['per: seat'] : []),
    ].join(', ')} }
${plan.hasTrial ? `    trial_days: ${TRIAL_DAYS}\n` : ''}${plan.hasThreshold ? `    overage_threshold: ${price(2_000)}\n` : ''}    features:
      storage: 10
      seats: { amount: 1${plan.isPerSeat ? ', per: seat' : ''} }
${(['calls', 'exports'] as const)
  .map(
    (feature) =>
      `      ${feature}: { amount: ${plan.included}${plan.isPerSeat ? ', per: seat' : ''}, window: ${combinations[index]!.window}${
        plan.tariffs[feature] ? `, overage: ${tariffText(plan.tariffs[feature], decimals, inCurrencies)}` : ''
      } }`,
  )
  .join('\n')}`,
  )
  .join('\n')}
packages:
  more: { name: More storage, type: addon, prices: { month: ${price(addon)} }, grants: { storage: 5 } }
  pack: { name: Pack of calls, type: credit_pack, price: ${price(pack)}, valid_for: 60d, grants: { calls: ${PACK_UNITS} } }
`
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-lives-')), 'catalog.yaml')
  writeFileSync(path, text)
  return { taxes, currency, secondCurrency, plans, addon, pack, path }
}

function planOf(random: Random, code: string, combination: Combination): SoldPlan {
  const month = whole(random, 700, 9_900)
  return {
    code,
    prices: {
      WEEK: Math.round(month / 4) + whole(random, 0, 99),
      MONTH: month,
      QUARTER: month * 3 - whole(random, 0, 99),
      YEAR: month * whole(random, 8, 11) + whole(random, 0, 99),
    },
    isPerSeat: combination.seats === 'per seat',
    included: whole(random, 20, 120),
    tariffs: tariffsOf(random, combination),
    hasThreshold: combination.threshold === 'low',
    hasTrial: combination.trial === 'days',
    lifetime: combination.price === 'lifetime' ? month * 20 : null,
  }
}

function tariffsOf(random: Random, combination: Combination): SoldPlan['tariffs'] {
  const { overage, features } = combination
  if (overage === 'none') return {}
  const calls = tariffOf(random, overage, combination)
  return features === 'calls' ? { calls } : { calls, exports: tariffOf(random, overage, combination) }
}

function tariffOf(
  random: Random,
  overage: Exclude<Combination['overage'], 'none'>,
  { bound }: Pick<Combination, 'bound'>,
): Tariff {
  const tier = (upTo: number | null, kind: 'unit' | 'package' | 'percent'): Tier => ({
    upTo,
    // Up to 30 of the smallest unit for one unit, with up to six decimals.
    nanos: (kind === 'percent' ? whole(random, 100, 9_000) : whole(random, 1, 30_000)) * 1_000_000,
    per: kind === 'unit' ? 1 : kind === 'package' ? whole(random, 2, 30) : 100,
    isPackage: kind === 'package',
    flat: 0,
  })
  const isTiered = overage === 'graduated' || overage === 'volume'
  const ends = [whole(random, 5, 60), whole(random, 61, 300)]
  const kinds = ['unit', 'package', 'percent'] as const
  const tiers = isTiered ? [...ends, null].map((end) => tier(end, pick(random, kinds))) : [tier(null, overage)]
  return {
    tiers: tiers.map((one) => (bound === 'flat' ? { ...one, flat: whole(random, 10, 400) } : one)),
    isVolume: overage === 'volume',
    free: bound === 'free' ? whole(random, 3, 40) : 0,
    minimum: bound === 'minimum' ? whole(random, 100, 1_500) : 0,
    maximum: bound === 'maximum' ? whole(random, 1_000, 4_000) : null,
  }
}

/** The tariff as a catalog states it. */
function tariffText(
  { tiers, isVolume, free, minimum, maximum }: Tariff,
  decimals: number,
  inCurrencies: (amount: string) => string,
): string {
  const amount = (nanos: number, digits = decimals) =>
    (nanos / 10 ** (9 + digits))
      .toFixed(9 + digits)
      .replace(/0+$/, '')
      .replace(/\.$/, '')
  const money = (minor: number) => inCurrencies((minor / 10 ** decimals).toFixed(decimals))
  const terms = ({ upTo, nanos, per, isPackage, flat }: Tier): string =>
    [
      ...(upTo === null ? [] : [`up_to: ${upTo}`]),
      ...(per === 100 && !isPackage ? [`percent: ${amount(nanos, 0)}`] : [`price: ${inCurrencies(amount(nanos))}`]),
      ...(isPackage ? [`package: ${per}`] : []),
      ...(flat > 0 ? [`flat: ${money(flat)}`] : []),
    ].join(', ')
  const list = tiers.map((tier) => `{ ${terms(tier)} }`).join(', ')
  return `{ ${[
    tiers.length === 1 ? terms(tiers[0]!) : `${isVolume ? 'volume' : 'graduated'}: [${list}]`,
    ...(free > 0 ? [`free: ${free}`] : []),
    ...(minimum > 0 ? [`minimum: ${money(minimum)}`] : []),
    ...(maximum === null ? [] : [`maximum: ${money(maximum)}`]),
    'cap: 100000',
  ].join(', ')} }`
}
