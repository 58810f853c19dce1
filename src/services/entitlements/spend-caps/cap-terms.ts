import { moneyText, numberText } from '#services/kernel/text/readable.js'
import type { SetSpendCapInput } from '#schema/entitlements/spend-cap.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { hasOveragePrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { Money } from '#services/kernel/money/money.js'
import { allProblems } from '../model/all-problems.js'
import type { SpendCap } from '../model/account-snapshot.js'
import { MAX_AMOUNT } from '../model/max-amount.js'
import { unknownFeature, validateAmount } from '../model/usage-denials.js'

const MAX_ALERTS = 5

/** Most of a period: units, or money in the smallest unit of the currency. 0: none. */
export interface CapLimit {
  readonly amount: number
  /** Null: units. */
  readonly currency: string | null
}

/** Units or money of a cap, or a denial of its terms. */
export function readCapLimit(
  catalog: CatalogSnapshot,
  feature: FeatureDefinition | undefined,
  { feature: code, limit: { units = null, money = null }, alertPercents, userId, subAccountId }: SetSpendCapInput,
): CapLimit | Refused {
  const invalid = allProblems(
    feature ? validateFeature(catalog, feature, subAccountId ?? null) : unknownFeature(catalog, code),
    units === null ? null : validateAmount(units, 0, 'limit.units'),
    money && feature ? validateMoney(catalog, feature, money) : null,
    money && subAccountId
      ? refused('INVALID_PARAMETERS', 'A cap of a sub-account is in units: its parent account pays.', {
          field: 'limit',
        })
      : null,
    userId && subAccountId
      ? refused('INVALID_PARAMETERS', 'A cap has either a member or a sub-account.', { field: 'subAccountId' })
      : null,
    validatePercents(alertPercents ?? [], 'alertPercents'),
  )
  if (invalid) return invalid
  return money ? { amount: money.amountMinor, currency: money.currency } : { amount: units!, currency: null }
}

/** Denial of too many percentages, and of those that are none. */
export const validatePercents = (percents: readonly number[], field: string): Refused | null =>
  percents.length <= MAX_ALERTS &&
  percents.every((percent) => Number.isSafeInteger(percent) && percent >= 1 && percent <= 100)
    ? null
    : refused('INVALID_PARAMETERS', `${field} must be at most ${MAX_ALERTS} integers between 1 and 100.`, { field })

function validateFeature(
  { spendCaps, pools }: CatalogSnapshot,
  { code, name }: FeatureDefinition,
  subAccountId: string | null,
): Refused | null {
  if (subAccountId !== null)
    return pools.includes(code) ? null : refused('INVALID_PARAMETERS', `${name} is not a pool.`, { field: 'feature' })
  return spendCaps.includes(code)
    ? null
    : refused('INVALID_PARAMETERS', `${name} cannot have a cap.`, { field: 'feature' })
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
          `No plan has a price for ${name} beyond its allowance, so there is no cost to cap. Set units instead of money.`,
          { field: 'feature' },
        ),
    Number.isSafeInteger(amountMinor) && amountMinor >= 0 && amountMinor <= MAX_AMOUNT
      ? null
      : refused(
          'INVALID_AMOUNT',
          `limit.money must be between ${limitText({ amount: 0, currency })} and ${limitText({ amount: MAX_AMOUNT, currency })}.`,
          {
            field: 'limit.money',
          },
        ),
  )
}

/** Denial of a cap above that of the operator. Null if it is not higher, and if there is none. */
export function aboveOperator({ amount, currency }: CapLimit, operators: CapLimit | undefined): Refused | null {
  if (!operators || operators.currency !== currency || amount <= operators.amount) return null
  const field = currency === null ? 'limit.units' : 'limit.money'
  return refused('INVALID_AMOUNT', `The limit must be at most ${limitText(operators)}, the cap of the operator.`, {
    field,
  })
}

/** As `500` or `$20.00`. */
export const limitText = ({ amount, currency }: CapLimit): string =>
  currency === null ? numberText(amount) : moneyText({ amountMinor: amount, currency })

/** The user of a cap in a sentence. */
export const ofUser = ({ userId, subAccountId }: Pick<SpendCap, 'userId' | 'subAccountId'>): string =>
  userId !== null ? ' for a member' : subAccountId !== null ? ' for a sub-account' : ''
