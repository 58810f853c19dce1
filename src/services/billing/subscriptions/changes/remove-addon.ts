import type { RemoveAddonArgs } from '#schema/billing/addon.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import {
  addonChange,
  addonPrice,
  baseRequired,
  changeAddon,
  lineOf,
  notAnAddon,
  type AddonRequest,
} from './change-addon.js'
import { removeUnits } from '#services/billing/model/offer.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { changeInProgress, paymentOverdue } from '#services/billing/model/change-denials.js'
import type { SubscriptionOutcome } from './change-subscription.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import type { NewChange } from './record-change.js'

/** Removes an add-on or part of its quantity now. The policy for unused time determines the credit. */
export const removeAddon = (context: BillingContext, input: RemoveAddonArgs): Promise<SubscriptionOutcome | Denied> =>
  changeAddon(context, input, 'removeAddon', decideRemoveAddon)

/** Pure: removes units of an add-on. */
function decideRemoveAddon(
  catalog: CatalogSnapshot,
  state: SubscriptionState | null,
  request: AddonRequest,
  now: Date,
): NewChange | Refused | SubscriptionConflict {
  const sold = catalog.packageByCode.get(request.package)
  if (!sold || sold.type !== 'ADDON') return notAnAddon(request.package)
  if (!state) return baseRequired()
  const stopped = changeInProgress(state) ?? paymentOverdue(state)
  if (stopped) return stopped
  const line = lineOf(state, sold)
  const paid = line && state.addons.find(({ item }) => item.id === line.item.id)
  const price = paid && addonPrice(state, sold, paid)
  if (!paid || !price)
    return refused('NO_ACTIVE_SUBSCRIPTION', `The subscription has no ${sold.name}.`, { field: 'package' })
  if (request.quantity < 1 || request.quantity > paid.item.quantity)
    return refused(
      'INVALID_AMOUNT',
      `quantity must be between 1 and ${paid.item.quantity}, as many of ${sold.name} as the subscription has.`,
      {
        field: 'quantity',
        remedies: [removeUnits(sold, Math.min(Math.max(1, request.quantity), paid.item.quantity))],
      },
    )
  return addonChange(price, paid.item.quantity - request.quantity, now)
}
