import type { CatalogPlan, CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { contactRequired } from '#services/entitlements/model/check-addon.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { alreadyIncluded } from './already-included.js'
import { inputProblems } from './input-problems.js'
import type { SubscriptionRequest } from './subscription-request.js'
import {
  validateCurrency,
  domainMismatch,
  MAX_QUANTITY,
  noPrice,
  priceFor,
  validateQuantity,
  type AccountCurrencies,
  type Offer,
} from './offer.js'

/** State of an account that affects the offer of a plan. */
export interface OfferInput {
  readonly currency: AccountCurrencies
  /** Plans of which it has had its trial. */
  readonly triedPlanIds: ReadonlySet<string>
  /** Plans that it bought without an end. */
  readonly lifetimePlans: readonly CatalogPlan[]
}

/** Names the plans that `plan` can be. */
const plansForSale = ({ plans }: CatalogSnapshot): string => {
  const sold = plans.filter(({ active, prices }) => active && prices.some((price) => price.active))
  return sold.length > 0 ? `For sale: ${sold.map(({ code }) => code).join(', ')}.` : 'No plan is for sale.'
}

/** Pure: the catalog's offer for a plan, or that at the account's negotiated price, or a denial. The provider is not called. */
export function decidePlanOffer(
  catalog: CatalogSnapshot,
  mode: Mode,
  request: SubscriptionRequest,
  buyer: OfferInput,
  negotiated: CatalogPrice | null = null,
): Offer | Refused {
  const mismatch = domainMismatch(catalog, mode, request.userDomain)
  if (mismatch) return mismatch
  const byPeople = catalog.packageByCode.get(request.plan)
  if (byPeople?.active && byPeople.type === 'ENTERPRISE') return contactRequired(byPeople)
  const plan = catalog.planByCode.get(request.plan)
  if (!plan?.active)
    return refused(
      'INVALID_PLAN',
      `Invalid plan tier: plan '${request.plan}' is not for sale. ${plansForSale(catalog)}`,
      { field: 'plan' },
    )
  if (plan.prices.length === 0)
    return refused(
      'INVALID_PLAN',
      `Invalid plan tier: plan '${plan.code}' is free and cannot be purchased. ${plansForSale(catalog)}`,
      {
        field: 'plan',
      },
    )
  const included = alreadyIncluded(buyer.lifetimePlans, plan)
  if (included) return included
  const price =
    negotiated ??
    priceFor(catalog, plan.prices, request.interval, { requested: request.currency, own: buyer.currency.own })
  if (!price)
    return noPrice(plan, request.interval, request.currency ?? buyer.currency.own ?? catalog.currency, {
      field: request.currency ? 'currency' : 'interval',
      paidIn: buyer.currency.paidIn,
      optional: ['interval', 'currency'],
    })
  const trialDays = trialOf(plan, price, request.trialDays, buyer)
  if (typeof trialDays !== 'number')
    return inputProblems(...problemsOfSize(plan, price, request, buyer), trialDays) ?? trialDays
  const fault = inputProblems(...problemsOfSize(plan, price, request, buyer))
  if (fault) return fault
  return {
    productId: plan.productId,
    name: plan.name,
    code: plan.code,
    planVersionId: negotiated?.planVersionId ?? plan.versionId,
    packageVersionId: null,
    price,
    quantity: request.quantity,
    trialDays,
    amountMinor: price.money.amountMinor * request.quantity,
    group: plan.group,
  }
}

const problemsOfSize = (
  plan: CatalogPlan,
  price: CatalogPrice,
  { quantity }: SubscriptionRequest,
  buyer: OfferInput,
): (Refused | null)[] => [
  validateQuantity(plan.name, quantity, price.per ? MAX_QUANTITY : 1),
  validateCurrency(price, buyer.currency.paidIn, plan.prices),
]

/**
 * At most the price's trial days, and once per account and plan: a repeated request for a trial is denied, a request
 * without one is charged immediately.
 */
function trialOf(
  plan: CatalogPlan,
  price: CatalogPrice,
  requested: number | null,
  { triedPlanIds }: OfferInput,
): number | Refused {
  if (requested !== null && (requested < 0 || requested > price.trialDays))
    return refused(
      'TRIAL_NOT_AVAILABLE',
      price.trialDays ? `The trial is at most ${price.trialDays} days.` : `${plan.name} has no trial.`,
      { field: 'trialDays' },
    )
  if (!triedPlanIds.has(plan.id)) return requested ?? price.trialDays
  if (!requested) return 0
  return refused('TRIAL_NOT_AVAILABLE', `The trial of ${plan.name} has been used. Subscribe without a trial.`, {
    field: 'trialDays',
  })
}
