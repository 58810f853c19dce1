import { tariffsOf } from '#services/catalog/plans/plan-in-currency.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { AccountSnapshot } from './account-snapshot.js'

/** Pure: the currency in which use of an account beyond its allowances is charged: that of its subscription. Null without one. */
export const currencyOfUse = ({ held }: Pick<AccountSnapshot, 'held'>): string | null =>
  held.find(({ assignment }) => assignment?.currency)?.assignment?.currency ?? null

/** Pure: the currency in which remedies name their prices, because the account pays in it. */
export const currencyOfRemedies = (
  { currency }: Pick<CatalogSnapshot, 'currency'>,
  snapshot: Pick<AccountSnapshot, 'held'>,
): string => currencyOfUse(snapshot) ?? currency

/** Pure: denial of an amount for use in a currency in which the account is not charged. Null for others. */
export function currencyDenial(
  { planByVersionId }: Pick<CatalogSnapshot, 'planByVersionId'>,
  snapshot: Pick<AccountSnapshot, 'held'>,
  currency: string,
  field: string,
): Refused | null {
  const own = currencyOfUse(snapshot)
  const sold = own === null ? [...planByVersionId.values()].flatMap(currenciesOf) : [own]
  if (sold.includes(currency)) return null
  const names = [...new Set(sold)].join(' or ')
  const reason = own === null ? 'the currency in which plans charge use' : 'the currency of the subscription'
  return refused('INVALID_PARAMETERS', `${field} must be ${names}, ${reason}.`, { field })
}

const currenciesOf = ({ features }: CatalogPlan): string[] =>
  features.flatMap(({ overage }) => tariffsOf(overage).map((tariff) => tariffOf(tariff).currency))
