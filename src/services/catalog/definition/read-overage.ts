import { validateStep } from '#services/kernel/money/charge-rules.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { tariffOf, tariffText, UNIT_PRICE_DECIMALS, type Tier } from '#services/catalog/tariffs/tariff.js'
import { currencyDecimals } from '#services/kernel/money/currency.js'
import type { FieldPath, ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isMap } from './catalog-reader.js'
import type { CatalogSource } from './catalog-source.js'
import { OVERAGE_FORMS, type SaidOverage, type SaidTier } from './overage-schema.js'
import type { OverageDefinition } from './sale-terms.js'
import type { FeatureDefinition } from './types.js'
import type { FeatureContext } from './read-plan-features.js'

/** Highest cost of the overage of a window, in minor units: above it a charge is surely a slip of the finger. */
const MAX_COST = 1_000_000_000_000
/** Longest text of a tariff, which is part of the key of a table. */
const MAX_LENGTH = 2_000
/** A percentage counts hundredths of the units. */
const PERCENT_DECIMALS = UNIT_PRICE_DECIMALS - 2
/** Most decimals of a currency. */
const MAX_DECIMALS = 4
const DECIMAL = /^(0|[1-9]\d*)(?:\.(\d+))?$/
const OF_TIERS = ['per', 'package', 'flat'] as const

/** Problems of a feature or plan that cannot have overage. */
export function validateOverage(
  { isPackage, soldIn }: FeatureContext,
  { kind, window, overageMeter }: FeatureDefinition,
  said: { readonly amount?: unknown; readonly window?: string | undefined; readonly overage?: SaidOverage | undefined },
): ValidationIssue[] {
  if (!said.overage) return []
  const issue = (message: string): ValidationIssue[] => [{ path: ['overage'], message }]
  if (isPackage) return issue('a package cannot have overage')
  if (kind !== 'QUOTA') return issue('only a quota can have overage')
  if (typeof said.amount !== 'number') return issue('only an amount can have overage')
  if (!['month', 'billing_period'].includes(said.window ?? window ?? 'month'))
    return issue('overage requires the window month or billing_period, at whose end it is charged')
  // A meter has reports of units only, so that a window without use would cost nothing.
  if (overageMeter && said.overage.minimum !== undefined)
    return issue('a minimum requires invoices of the server: remove the minimum, or overage_meter of the feature')
  // The provider adds up the amounts that a meter has received.
  if (overageMeter && soldIn && soldIn.length > 1)
    return issue(
      `a meter adds up amounts of one currency, the plan has prices in ${soldIn.join(' and ')}: remove overage_meter of the feature`,
    )
  return []
}

/** The prices of units beyond an allowance in the currencies of the plan. Null if one is wrong, which is noted. */
export function readOverage(
  { reader: { source }, currency, soldIn }: FeatureContext,
  path: FieldPath,
  said: SaidOverage,
): OverageDefinition | null {
  const amounts = [...moneyOf(said)].filter(([, value]) => isMap(value))
  // A plan with a wrong price has no known currencies, so that its amounts cannot be checked.
  if (soldIn === null && amounts.length > 0) return null
  const currencies = soldIn && soldIn.length > 0 ? soldIn : [currency]
  for (const [place, value] of soldIn ? amounts : [])
    for (const code of Object.keys(value as object))
      if (!currencies.includes(code)) source.reportKey([...path, ...place, code], notSoldIn(code))
  const read = currencies.map((one) =>
    readTariff({ source, currency: one, currencies, defaultCurrency: currency }, path, said),
  )
  const tariffs = read.flatMap((tariff) => tariff ?? [])
  const [tariff, ...others] = tariffs
  if (tariff === undefined || tariffs.length < currencies.length) return null
  const { cap } = said
  if (others.length === 0) return { tariff, cap }
  return { tariff, otherTariffs: Object.fromEntries(others.map((text) => [tariffOf(text).currency, text])), cap }
}

/** The message for an amount in a currency in which the plan has no price. */
export const notSoldIn = (currency: string): string => `the plan has no price in ${currency}`

/** The amounts of money that a file says, with their places. */
function* moneyOf(said: SaidOverage): Iterable<[FieldPath, unknown]> {
  for (const key of ['price', 'flat', 'minimum', 'maximum'] as const) yield [[key], said[key]]
  for (const form of ['graduated', 'volume'] as const)
    for (const [index, tier] of (said[form] ?? []).entries())
      for (const key of ['price', 'flat'] as const) yield [[form, index, key], tier[key]]
}

interface TariffContext {
  readonly source: CatalogSource
  /** Undefined if it is wrong itself. */
  readonly currency: string | undefined
  /** The currencies of the plan. */
  readonly currencies: readonly (string | undefined)[]
  /** Currency of amounts that name none. */
  readonly defaultCurrency: string | undefined
}

/** Text of the tariff in one currency. Null if it is wrong, which is noted. */
function readTariff(
  { source, currency, currencies, defaultCurrency }: TariffContext,
  path: FieldPath,
  said: SaidOverage,
): string | null {
  const report = (place: FieldPath, message: string): null => {
    source.report([...path, ...place], message)
    return null
  }
  const [form, ...others] = OVERAGE_FORMS.filter((name) => said[name] !== undefined)
  if (!form || others.length > 0)
    return report([], `expected one of ${OVERAGE_FORMS.slice(0, -1).join(', ')} and volume`)
  // A currency that is wrong itself has as many decimals as any.
  const decimals = currency === undefined ? MAX_DECIMALS : currencyDecimals(currency)
  const { free = 0, cap } = said

  const terms = form === 'graduated' || form === 'volume' ? readTiers(form) : [readTier([], said, undefined)]
  const [minimum, maximum] = [readAmount('minimum'), readAmount('maximum')]
  if (free >= cap) report(['free'], 'expected less than cap')
  if (maximum !== undefined && minimum > maximum) report(['minimum'], 'expected at most the maximum')
  const tiers = terms.filter((tier) => tier !== null)
  if (tiers.length === terms.length && !tiers.some(({ price, flat }) => /[1-9]/.test(price) || flat))
    report([form], 'expected an amount above zero')
  if (currency === undefined || source.hasIssuesAt(path)) return null
  const tiering = form === 'volume' ? ({ tiering: 'VOLUME' } as const) : {}
  const tariff = tariffText({
    currency,
    ...tiering,
    free,
    tiers,
    minimum,
    ...(maximum === undefined ? {} : { maximum }),
  })
  if (tariff.length > MAX_LENGTH) return report([form], 'expected fewer tiers, or prices with fewer digits')
  const ends = tiers.flatMap(({ upTo }) => (upTo !== undefined && upTo + free < cap ? [upTo + free] : []))
  if ([...ends, cap].some((units) => costOf(tariff, units) > MAX_COST))
    return report([form], 'the units up to cap cost too much')
  return tariff

  function readTiers(name: 'graduated' | 'volume'): (Tier | null)[] {
    for (const key of OF_TIERS) if (said[key] !== undefined) report([key], `belongs to the tiers of ${name}`)
    const list = said[name]!
    return list.map((tier, index) => {
      const { up_to: upTo } = tier
      const before = list[index - 1]?.up_to ?? 0
      const isLast = index === list.length - 1
      if (isLast && upTo !== undefined) report([name, index, 'up_to'], 'the last tier must not have an end')
      else if (!isLast && upTo === undefined) report([name, index], 'only the last tier has no up_to')
      else if (!isLast && upTo! <= before) report([name, index, 'up_to'], 'expected more than that of the tier before')
      if (tier.price !== undefined && tier.percent !== undefined)
        report([name, index, 'percent'], 'expected either price or percent')
      else if (tier.price === undefined && tier.percent === undefined && tier.flat === undefined)
        report([name, index], 'expected price, percent or flat')
      return readTier([name, index], tier, upTo)
    })
  }

  function readTier(place: FieldPath, tier: SaidTier, upTo: number | undefined): Tier | null {
    const flat = tier.flat === undefined ? 0 : readMoney([...place, 'flat'])
    const kept = { ...(upTo === undefined ? {} : { upTo }), ...(flat === 0 ? {} : { flat }) }
    if (tier.percent !== undefined) {
      for (const key of ['per', 'package'] as const)
        if (tier[key] !== undefined) report([...place, key], 'a percentage is of the units')
      const price = percentAt([...place, 'percent'])
      return price === null ? null : { ...kept, price, per: 100, kind: 'PERCENT' }
    }
    if (tier.package !== undefined && tier.per !== undefined)
      report([...place, 'package'], 'expected either per or package')
    const per = tier.package ?? tier.per ?? 1
    const price = tier.price === undefined ? '0' : priceAt([...place, 'price'], tier.package === undefined ? per : 1)
    if (price === null) return null
    return { ...kept, price, per, ...(tier.package === undefined ? {} : { kind: 'PACKAGE' }) }
  }

  /** A price in the smallest unit of the currency, of which one unit has few enough decimals. */
  function priceAt(place: FieldPath, per: number): string | null {
    const amount = amountAt(place)
    const match = DECIMAL.exec(source.textAt([...path, ...amount]) ?? '')
    if (!match) return report(amount, `expected an amount, for example ${exampleOf('0.002')}`)
    const [, units = '', fraction = ''] = match
    const all = decimals + UNIT_PRICE_DECIMALS
    if (fraction.length > all) return report(amount, `expected at most ${all} decimals`)
    if (BigInt(units + fraction.padEnd(all, '0')) % BigInt(per) !== 0n)
      return report(amount, `the price of one unit has more than ${all} decimals: choose another price or per`)
    const whole = `${units}${fraction.slice(0, decimals).padEnd(decimals, '0')}`.replace(/^0+(?=\d)/, '')
    return fraction.length > decimals ? `${whole}.${fraction.slice(decimals)}` : whole
  }

  function percentAt(place: FieldPath): string | null {
    const text = source.textAt([...path, ...place]) ?? ''
    const match = DECIMAL.exec(text)
    if (!match || Number(text) > 100) return report(place, 'expected a percentage, for example 2.9')
    return (match[2] ?? '').length > PERCENT_DECIMALS
      ? report(place, `expected at most ${PERCENT_DECIMALS} decimals`)
      : text
  }

  function readAmount(name: 'minimum' | 'maximum'): number
  function readAmount(name: 'minimum' | 'maximum'): number | undefined {
    if (said[name] === undefined) return name === 'minimum' ? 0 : undefined
    const amountMinor = readMoney([name])
    const isRead = currency !== undefined && !source.hasIssuesAt([...path, name])
    const fault = isRead ? validateStep({ amountMinor, currency }) : null
    if (fault !== null) report(amountAt([name]), fault)
    return amountMinor
  }

  /** Money of the currency, in its smallest unit. */
  function readMoney(at: FieldPath): number {
    const place = amountAt(at)
    const match = DECIMAL.exec(source.textAt([...path, ...place]) ?? '')
    const [, units = '', fraction = ''] = match ?? []
    if (!match) report(place, `expected an amount, for example ${exampleOf('5.00')}`)
    else if (fraction.length > decimals) report(place, `expected at most ${decimals} decimals`)
    const minor = Number(units + fraction.padEnd(decimals, '0'))
    if (minor > MAX_COST) report(place, 'the amount is too large')
    return minor
  }

  /** Place of an amount: itself, if it names no currency, or that in the currency. */
  function amountAt(place: FieldPath): FieldPath {
    const isBare = source.textAt([...path, ...place]) !== null
    return isBare && currency === defaultCurrency ? place : [...place, currency ?? '']
  }

  function exampleOf(amount: string): string {
    return currencies.every((code) => code === defaultCurrency)
      ? amount
      : `{ ${currencies.map((code) => `${code}: ${amount}`).join(', ')} }`
  }
}
