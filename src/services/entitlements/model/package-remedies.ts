import { remedy } from '#services/kernel/denials/denial.js'
import {
  packageReference,
  type CatalogPackage,
  type CatalogPlanFeature,
  type CatalogPrice,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import { checkAddon } from './check-addon.js'
import { availableUnits, type Entitlement } from './entitlement.js'
import { windowOf } from './entitlement-sources.js'
import { amountsOf, raisesAfter, unpaidUnits } from './raises.js'
import { raiseNow } from './raised-plan.js'
import { buyerOf, mainPlan, type AccountSnapshot } from './account-snapshot.js'
import { withQuantity, type CostedRemedy } from './costed-remedy.js'
import { currencyOfRemedies } from './currency-of-use.js'

/** Maximum number of packages in one purchase; remedies never offer more. */
export const MAX_PACKAGES = 100

/** Add-ons and packs that would make the amount available, each with the required quantity. */
export function packageRemedies(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): CostedRemedy[] {
  const currency = currencyOfRemedies(catalog, snapshot)
  return catalog.packages.flatMap((sold) => {
    const price = payable(sold, currency)
    const granted = sold.grants.find(({ feature, enabled }) => enabled && feature.code === entitlement.feature.code)
    if (!sold.active || !price || !granted) return []
    if (sold.type === 'ADDON' && checkAddon(snapshot, sold)) return []
    const each = sold.type === 'ADDON' ? addedNow(snapshot, granted) : granted.amount
    const times = each === null ? 1 : Math.ceil(shortOf(snapshot, entitlement, amount, sold) / each)
    if (times > MAX_PACKAGES) return []
    return [
      {
        remedy: { ...packageRemedy(sold, price, times), buyer: buyerOf(snapshot) },
        cost: { amountMinor: price.amountMinor * times, currency: price.currency },
      },
    ]
  })
}

/** Units that one unit of an add-on adds now: in proportion to the rest of the paid period. */
function addedNow(snapshot: AccountSnapshot, granted: CatalogPlanFeature): number | null {
  const { feature, amount } = granted
  const { assignment } = mainPlan(snapshot)
  const raise = assignment && raiseNow(snapshot, assignment)
  if (!amount || !raise) return amount || null
  const raises = raisesAfter(
    [],
    new Map(),
    amountsOf([granted], () => amount),
    raise,
  )
  return (
    amount - unpaidUnits(raises, feature.code, { ...windowOf(snapshot, feature), at: snapshot.at }, raise.periodEnd)
  )
}

/**
 * An add-on raises the limit, which can be below the current usage. Credits are consumed in addition to it, and repay debt
 * first.
 */
function shortOf(
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
  { type }: CatalogPackage,
): number {
  const { feature, used, reserved, limit, overage } = entitlement
  if (type === 'ADDON') return Math.max(1, used + reserved + amount - (limit ?? 0) - (overage?.remaining ?? 0))
  const debt = snapshot.debts[feature.code] ?? 0
  return debt + Math.max(1, amount - (availableUnits(entitlement) ?? 0))
}

/** In the currency that the plans are paid in; what is paid once may be in any. */
function payable({ type, prices }: CatalogPackage, wanted: string): CatalogPrice | undefined {
  const own = prices.find(({ currency }) => currency === wanted)
  return own ?? (type === 'ADDON' ? undefined : prices[0])
}

/** The step that adds or buys units of a package. */
export function packageRemedy(sold: CatalogPackage, price: CatalogPrice, times: number) {
  const [what, target] = [unitsOf(sold, times), packageReference(sold)]
  return withQuantity(
    sold.type === 'ADDON'
      ? remedy('ADD_ADDON', `Add ${what}`, { mutation: 'addAddon', target, price })
      : remedy('BUY_PACKAGE', `Buy ${what}`, { mutation: 'purchasePackage', target, price }),
    times,
  )
}

/** Units of a package in a label. */
export const unitsOf = ({ name }: CatalogPackage, times: number): string => (times === 1 ? name : `${times} × ${name}`)
