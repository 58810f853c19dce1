import { amountProblem } from '../api/amounts.js'
import { invalidRequest, notImplemented, unprocessable } from '../api/paypal-error.js'
import { minor, normalized, type Money } from '../money.js'
import type { BillingCycle } from '../objects.js'

/** Maximum billing interval of PayPal. */
const MAX_COUNT: Record<string, number> = { DAY: 365, WEEK: 52, MONTH: 12, YEAR: 1 }

/** Cycles of a plan as stored. Throws PayPal's errors with the place. */
export function checkCycles(given: readonly Partial<BillingCycle>[], currency: string | null): BillingCycle[] {
  const cycles = given.map((cycle, index) => readCycle(cycle, index))
  const trials = cycles.filter(({ tenure_type }) => tenure_type === 'TRIAL')
  const refuse = (issue: string) => unprocessable({ issue, field: '/billing_cycles' })
  if (trials.length > 2) throw refuse('MORE_THAN_TWO_TRIAL_BILLING_CYCLE_NOT_SUPPORTED')
  if (trials.filter((cycle) => priceOf(cycle) === null).length > 1)
    throw refuse('MULTIPLE_FREE_TRIAL_BILLING_CYCLES_NOT_SUPPORTED')
  const regular = cycles.filter(({ tenure_type }) => tenure_type === 'REGULAR')
  if (regular.length === 0) throw refuse('MISSING_REGULAR_BILLING_CYCLE')
  if (regular.length > 1) throw refuse('MULTIPLE_REGULAR_BILLING_CYCLES_NOT_SUPPORTED')
  const ordered = cycles.toSorted((one, other) => one.sequence - other.sequence)
  if (ordered.some(({ sequence }, index) => sequence !== index + 1)) throw refuse('INVALID_BILLING_CYCLE_SEQUENCE')
  if (ordered.at(-1)?.tenure_type !== 'REGULAR') throw refuse('INVALID_BILLING_CYCLE_SEQUENCE')
  const currencies = new Set(cycles.flatMap((cycle) => priceOf(cycle)?.currency_code ?? []))
  if (currency !== null) currencies.add(currency)
  if (currencies.size > 1) throw refuse('CURRENCY_MISMATCH')
  return ordered
}

/** Price of a cycle. Null if it is free. */
export function priceOf(cycle: BillingCycle): Money | null {
  const price = cycle.pricing_scheme?.fixed_price
  return price === undefined || minor(price) === 0n ? null : price
}

/** A price that a cycle may have; `field` is where it stands. */
export function checkPrice(price: Money, field: string, sign: 'positive' | 'any'): Money {
  const wrong = amountProblem(price, `${field}/value`, sign)
  if (wrong !== null) throw wrong.issue === 'INVALID_CURRENCY_CODE' ? unsupported(field) : unprocessable(wrong)
  return normalized(price)
}

function unsupported(field: string) {
  return unprocessable({ issue: 'CURRENCY_NOT_SUPPORTED_FOR_RECEIVER', field: `${field}/currency_code` })
}

function readCycle(cycle: Partial<BillingCycle>, index: number): BillingCycle {
  const place = `/billing_cycles/${index}`
  const { tenure_type = 'REGULAR', sequence = 0, total_cycles = 1 } = cycle
  const { interval_unit = 'MONTH', interval_count = 1 } = cycle.frequency ?? {}
  const scheme: (BillingCycle['pricing_scheme'] & { pricing_model?: string }) | undefined = cycle.pricing_scheme
  if (scheme?.pricing_model !== undefined) throw notImplemented(`pricing_model ${scheme.pricing_model}`)
  if (interval_count > (MAX_COUNT[interval_unit] ?? 1))
    throw invalidRequest([{ issue: 'INVALID_PARAMETER_VALUE', field: `${place}/frequency/interval_count` }])
  if (tenure_type === 'TRIAL' && total_cycles === 0)
    throw unprocessable({ issue: 'INVALID_TRIAL_BILLING_TOTAL_CYCLES', field: `${place}/total_cycles` })
  const price = scheme?.fixed_price
  if (tenure_type === 'REGULAR' && price === undefined)
    throw invalidRequest([{ issue: 'MISSING_REQUIRED_PARAMETER', field: `${place}/pricing_scheme` }])
  const sign = tenure_type === 'REGULAR' ? 'positive' : 'any'
  return {
    ...(price === undefined
      ? {}
      : { pricing_scheme: { fixed_price: checkPrice(price, `${place}/pricing_scheme/fixed_price`, sign) } }),
    frequency: { interval_unit, interval_count },
    tenure_type,
    sequence,
    total_cycles,
  }
}
