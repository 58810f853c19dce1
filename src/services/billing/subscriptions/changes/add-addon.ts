import type { AddAddonArgs } from '#schema/billing/addon.type.js'
import {
  packageReference,
  type CatalogPackage,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { fitTogether } from '#services/catalog/products/interval.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { contactRequired, plansInclude } from '#services/entitlements/model/check-addon.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { noPrice, payAtInterval, removeUnits } from '#services/billing/model/offer.js'
import { packageRemedy } from '#services/entitlements/model/package-remedies.js'
import { saleDenied } from '#services/entitlements/model/hold-denial.js'
import {
  addonChange,
  addonPrice,
  baseRequired,
  changeAddon,
  lackingAddons,
  lineOf,
  notAnAddon,
  type AddonRequest,
} from './change-addon.js'
import { cancellationScheduled, changeInProgress, paymentOverdue } from '#services/billing/model/change-denials.js'
import type { SubscriptionOutcome } from './change-subscription.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import type { NewChange } from './record-change.js'

const MAX_ADDON_QUANTITY = 1000

/**
 * Adds an add-on to the active subscription, in its currency, and charges the rest of the period now. An increase after
 * a decrease in the same period starts a new period.
 */
export const addAddon = (context: BillingContext, input: AddAddonArgs): Promise<SubscriptionOutcome | Denied> =>
  changeAddon(context, input, 'addAddon', decideAddAddon)

/** The decision, and what this subscription's provider cannot do of it. */
export const decidePossibleAddon = (
  context: BillingContext,
  state: SubscriptionState | null,
  request: AddonRequest,
  now: Date,
): NewChange | Refused | SubscriptionConflict =>
  lackingAddons(context, state) ?? decideAddAddon(context.catalog.current(), state, request, now)

/** Pure: adds units of an add-on. An add-on that the plan includes is not sold. */
function decideAddAddon(
  catalog: CatalogSnapshot,
  state: SubscriptionState | null,
  request: AddonRequest,
  now: Date,
): NewChange | Refused | SubscriptionConflict {
  const sold = soldAddon(catalog, request)
  if (sold.__typename === 'Refused') return sold
  if (!state) return baseRequired()
  const stopped =
    changeInProgress(state) ??
    cancellationScheduled(state) ??
    paymentOverdue(state) ??
    (state.hold && saleDenied(state.hold))
  if (stopped) return stopped
  const plans = [state.plan, ...state.ownPlans]
  const including = plans.find((plan) => plansInclude([plan], sold)) ?? state.plan
  if (plansInclude(plans, sold))
    return refused('ALREADY_INCLUDED', `${including.name} already includes ${sold.name}.`, {
      field: 'package',
    })
  const line = lineOf(state, sold)
  const price = addonPrice(state, sold, line)
  if (!price) {
    const { currency } = state.price.money
    const own = sold.prices.filter((one) => one.currency === currency)
    const fits = (interval: BillingInterval) => own.some((one) => fitTogether([one.interval, interval]))
    const instead = payAtInterval(state.plan, { currency, quantity: state.quantity }, fits)
    return noPrice(sold, state.price.interval, currency, { field: 'package', instead })
  }
  if (line && onlySwitches(sold))
    return refused('ALREADY_INCLUDED', `The subscription already has ${sold.name}.`, { field: 'package' })
  const paid = line?.item.quantity ?? 0
  const quantity = paid + request.quantity
  const maximum = onlySwitches(sold) ? 1 : MAX_ADDON_QUANTITY
  if (request.quantity < 1 || quantity > maximum) {
    const message =
      paid < maximum
        ? `quantity must be between 1 and ${maximum - paid}, because a subscription has at most ${maximum} of ${sold.name}.`
        : `A subscription has at most ${maximum} of ${sold.name}. Remove one first.`
    const nearest = Math.min(Math.max(1, request.quantity), maximum - paid)
    const step = nearest > 0 ? packageRemedy(sold, catalog.priceById.get(price.id)!, nearest) : removeUnits(sold, 1)
    return refused('INVALID_AMOUNT', message, { field: 'quantity', remedies: [step] })
  }
  return addonChange(price, quantity, now)
}

function soldAddon(catalog: CatalogSnapshot, request: AddonRequest): CatalogPackage | Refused {
  const sold = catalog.packageByCode.get(request.package)
  if (!sold?.active) return notAnAddon(request.package)
  if (sold.type === 'ENTERPRISE') return contactRequired(sold)
  if (sold.type === 'CREDIT_PACK')
    return refused('NOT_FOR_SALE', `${sold.name} is a one-time purchase, not an add-on.`, {
      field: 'package',
      remedies: [
        remedy('BUY_PACKAGE', `Buy ${sold.name}`, { mutation: 'purchasePackage', target: packageReference(sold) }),
      ],
    })
  return sold
}

/** True if the package grants only boolean features: a second one would have no effect. */
const onlySwitches = (sold: CatalogPackage): boolean => sold.grants.every(({ feature }) => feature.kind === 'BOOLEAN')
