import { currencyDecimals } from '#services/kernel/money/currency.js'
import type { FieldPath, ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import type { OverageDefinition } from './sale-terms.js'
import type { FeatureDefinition } from './types.js'
import type { FeatureContext } from './read-plan-features.js'

/** Overage of a feature, as the file says it. */
export interface SaidOverage {
  readonly price: unknown
  readonly per?: number | undefined
  readonly cap: number
}

/** Decimals of the price of a unit, after those of the currency. */
const UNIT_PRICE_DECIMALS = 9
/** Highest cost of the overage of a window, in minor units: above it a charge is surely a slip of the finger. */
const MAX_COST = 1_000_000_000_000n
const DECIMAL = /^(0|[1-9]\d*)(?:\.(\d+))?$/

/** Problems of a feature or plan that cannot have overage. */
export function validateOverage(
  { isPackage }: FeatureContext,
  { kind, window }: FeatureDefinition,
  said: { readonly amount?: unknown; readonly window?: string | undefined; readonly overage?: SaidOverage | undefined },
): ValidationIssue[] {
  if (!said.overage) return []
  const issue = (message: string): ValidationIssue[] => [{ path: ['overage'], message }]
  if (isPackage) return issue('a package cannot have overage')
  if (kind !== 'QUOTA') return issue('only a quota can have overage')
  if (typeof said.amount !== 'number') return issue('only an amount can have overage')
  if (!['month', 'billing_period'].includes(said.window ?? window ?? 'month'))
    return issue('overage requires the window month or billing_period, at whose end it is charged')
  return []
}

/** The price of a unit by integer arithmetic. Null if it is wrong, which is noted. */
export function readOverage(
  { reader: { source }, currency }: FeatureContext,
  path: FieldPath,
  { price: value, per = 1, cap }: SaidOverage,
): OverageDefinition | null {
  const report = (message: string): null => {
    source.report([...path, 'price'], message)
    return null
  }
  const price = source.textAt([...path, 'price'])
  const match = price !== null && (typeof value === 'number' || typeof value === 'string') ? DECIMAL.exec(price) : null
  if (!match) return report('expected an amount of the currency, for example 0.002')
  const [, units = '', fraction = ''] = match
  if (currency === undefined) return /[1-9]/.test(price!) ? null : report('expected an amount above zero')
  const decimals = currencyDecimals(currency) + UNIT_PRICE_DECIMALS
  if (fraction.length > decimals) return report(`expected at most ${decimals} decimals`)
  const scaled = BigInt(units + fraction.padEnd(decimals, '0'))
  if (scaled % BigInt(per) !== 0n)
    return report(`the price of one unit has more than ${decimals} decimals: choose another price or per`)
  const unitPrice = scaled / BigInt(per)
  if (unitPrice === 0n) return report('expected an amount above zero')
  if ((unitPrice * BigInt(cap)) / 10n ** BigInt(UNIT_PRICE_DECIMALS) > MAX_COST || unitPrice > Number.MAX_SAFE_INTEGER)
    return report('the units up to cap cost too much')
  return { price: price!, per, currency, unitPrice: Number(unitPrice), cap }
}
