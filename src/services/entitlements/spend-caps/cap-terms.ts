import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { hasOveragePrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { amountWithCurrency, type Money } from '#services/kernel/money/money.js'
import { allProblems } from '../model/all-problems.js'
import { MAX_AMOUNT } from '../model/max-amount.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'

const MAX_ALERTS = 5

/** Most of a period: units, or money in the smallest unit of the currency. 0: none. */
export interface CapLimit {
  readonly amount: number
  /** Null: units. */
  readonly currency: string | null
}

/** Terms of a cap as the caller names them: units or money. */
interface RequestedTerms {
  readonly feature: string
  readonly amount?: number | null
  readonly money?: Money | null
}

/** Units or money of a cap, or a denial of its terms. */
export function readCapLimit(
  catalog: CatalogSnapshot,
  feature: FeatureDefinition | undefined,
  { feature: code, amount, money }: RequestedTerms,
  alertPercents: readonly number[],
): CapLimit | Refused {
  const isPercent = (percent: number) => Number.isSafeInteger(percent) && percent >= 1 && percent <= 100
  const invalid = allProblems(
    feature
      ? catalog.spendCaps.includes(code)
        ? null
        : refused('INVALID_PARAMETERS', `${feature.name} cannot have a cap.`, { field: 'feature' })
      : unknownFeature(catalog, code),
    (amount ?? null) === null ? null : validateAmount(amount!, 0),
    money && feature ? validateMoney(catalog, feature, money) : null,
    ((amount ?? null) === null) === !money
      ? refused('INVALID_PARAMETERS', 'A cap has either amount or money.', { field: 'amount' })
      : null,
    alertPercents.length <= MAX_ALERTS && alertPercents.every(isPercent)
      ? null
      : refused('INVALID_PARAMETERS', `alertPercents must be at most ${MAX_ALERTS} integers between 1 and 100.`, {
          field: 'alertPercents',
        }),
  )
  if (invalid) return invalid
  return money ? { amount: money.amountMinor, currency: money.currency } : { amount: amount!, currency: null }
}

/** Only what can cost money has a cap in money. A cap that can never deny would be a false promise. */
function validateMoney(
  catalog: CatalogSnapshot,
  { code, name }: FeatureDefinition,
  { amountMinor, currency }: Money,
): Refused | null {
  return allProblems(
    hasOveragePrice(catalog, code)
      ? null
      : refused(
          'NO_OVERAGE_PRICE',
          `No plan has a price for ${name} beyond its allowance, so there is no cost to cap. Set amount instead of money.`,
          { field: 'feature' },
        ),
    currency === catalog.currency
      ? null
      : refused('INVALID_PARAMETERS', `money.currency must be ${catalog.currency}, the currency of the catalog.`, {
          field: 'money.currency',
        }),
    Number.isSafeInteger(amountMinor) && amountMinor >= 0 && amountMinor <= MAX_AMOUNT
      ? null
      : refused('INVALID_AMOUNT', `money.amountMinor must be an integer between 0 and ${MAX_AMOUNT}.`, {
          field: 'money.amountMinor',
        }),
  )
}

/** Denial of a cap above that of the operator. Null if it is not higher. */
export function aboveOperator({ amount, currency }: CapLimit, operators: number | null): Refused | null {
  if (operators === null || amount <= operators) return null
  if (currency === null)
    return refused('INVALID_AMOUNT', `amount must be at most ${operators}, the cap of the operator.`, {
      field: 'amount',
    })
  const maximum = amountWithCurrency({ amountMinor: operators, currency })
  return refused('INVALID_AMOUNT', `money must be at most ${maximum}, the cap of the operator.`, { field: 'money' })
}

/** As `500` or `20.00 USD`. */
export const limitText = ({ amount, currency }: CapLimit): string =>
  currency === null ? String(amount) : amountWithCurrency({ amountMinor: amount, currency })

/** The limit as events and the audit log store it. */
export const shownLimit = ({ amount, currency }: CapLimit) =>
  currency === null ? { amount } : { amountMinor: amount, currency }
