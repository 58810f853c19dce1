import { findPackage } from '#services/catalog/packages/packages-for-sale.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { contactRequired } from '#services/entitlements/model/check-addon.js'
import { MAX_PACKAGES } from '#services/entitlements/model/package-remedies.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { inputProblems } from './input-problems.js'
import type { PurchaseRequest } from './purchase-request.js'
import {
  noPrice,
  validateCurrency,
  domainMismatch,
  priceFor,
  productGroup,
  validateQuantity,
  type AccountCurrencies,
  type Offer,
} from './offer.js'

/** Pure: the catalog's offer for a package, or a denial. The provider is not called. */
export function decidePackageOffer(
  catalog: CatalogSnapshot,
  mode: Mode,
  request: PurchaseRequest & { readonly package: string },
  { own, paidIn }: AccountCurrencies,
): Offer | Refused {
  const mismatch = domainMismatch(catalog, mode, request.userDomain)
  if (mismatch) return mismatch
  const sold = catalog.packageByCode.get(request.package)
  if (!sold?.active) return notOnSale(catalog, request.package)
  if (sold.type === 'ENTERPRISE') return contactRequired(sold)
  const price = priceFor(catalog, sold.prices, null, { requested: request.currency, own })
  if (!price)
    return noPrice(sold, null, request.currency ?? own ?? catalog.currency, {
      field: 'currency',
      paidIn,
      optional: ['currency'],
    })
  const fault = inputProblems(
    validateQuantity(sold.name, request.quantity, MAX_PACKAGES),
    validateCurrency(price, paidIn, sold.prices),
  )
  if (fault) return fault
  return {
    productId: sold.productId,
    name: sold.name,
    code: sold.code,
    planVersionId: null,
    packageVersionId: sold.versionId,
    price,
    quantity: request.quantity,
    trialDays: 0,
    amountMinor: price.money.amountMinor * request.quantity,
    group: productGroup(sold.productId),
  }
}

/** A plan is bought by another mutation; what was sold once is said to be so. */
function notOnSale(catalog: CatalogSnapshot, code: string): Refused {
  const field = 'package'
  const plan = findPackage(catalog, code)
  if (plan?.planId && plan.active)
    return refused('NOT_FOR_SALE', `'${code}' is a plan. Subscribe to it instead.`, {
      field,
      remedies: [
        remedy('UPGRADE_PLAN', `Subscribe to ${plan.name}`, {
          mutation: 'startSubscription',
          target: { __typename: 'Plan', id: plan.planId },
          price: plan.prices[0] ?? null,
        }),
      ],
    })
  return refused('NOT_FOR_SALE', `Package '${code}' is not for sale.`, { field })
}
