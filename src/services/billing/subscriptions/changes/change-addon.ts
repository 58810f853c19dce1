import type { AddAddonArgs, RemoveAddonArgs } from '#schema/billing/addon.type.js'
import { fitTogether } from '#services/catalog/products/interval.js'
import type { CatalogPackage, CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { unsupportedAbility } from '#services/billing/model/unsupported-ability.js'
import { changeSubscription, type SubscriptionOutcome } from './change-subscription.js'
import type { AddonLine, SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import type { NewChange } from './record-change.js'

export interface AddonRequest {
  readonly package: string
  readonly quantity: number
}

type DecideAddon = (
  catalog: CatalogSnapshot,
  state: SubscriptionState | null,
  request: AddonRequest,
  now: Date,
) => NewChange | Refused | SubscriptionConflict

/** Changes the quantity of an add-on of the active subscription. */
export async function changeAddon(
  context: BillingContext,
  input: AddAddonArgs | RemoveAddonArgs,
  mutation: 'addAddon' | 'removeAddon',
  decide: DecideAddon,
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = { package: input.package, quantity: input.quantity ?? 1 }
  return changeSubscription(context, {
    account,
    mutation,
    idempotencyKey: input.idempotencyKey,
    request,
    group: null,
    decide: (state, now) => lackingAddons(context, state) ?? decide(context.catalog.current(), state, request, now),
  })
}

/** Denial of add-ons by a provider without them. Null otherwise. */
export const lackingAddons = (context: BillingContext, state: SubscriptionState | null): Refused | null =>
  state && unsupportedAbility(state.port, 'addons')

export const lineOf = (state: SubscriptionState, sold: CatalogPackage): AddonLine | undefined =>
  state.addons.find((line) => line.sold.id === sold.id)

/**
 * The price that is paid already, otherwise the price of the plan's interval, otherwise one that can be billed with it, in the
 * currency of the subscription.
 */
export function addonPrice(
  state: SubscriptionState,
  sold: CatalogPackage,
  line: AddonLine | undefined,
): Pick<CatalogPrice, 'id'> | undefined {
  if (line) return { id: line.item.priceId }
  const payable = sold.prices.filter(
    (price) =>
      price.money.currency === state.price.money.currency && fitTogether([price.interval, state.price.interval]),
  )
  return (
    payable.find((price) => price.interval === state.price.interval) ??
    payable.find((price) => price.interval === 'MONTH') ??
    payable[0]
  )
}

export const addonChange = ({ id }: Pick<CatalogPrice, 'id'>, quantity: number, now: Date): NewChange => ({
  kind: 'ADDON',
  at: 'NOW',
  effectiveAt: now,
  toPriceId: id,
  toQuantity: quantity,
})

export const notAnAddon = (code: string) =>
  refused('NOT_FOR_SALE', `Add-on '${code}' is not for sale.`, { field: 'package' })

export const baseRequired = () =>
  refused('BASE_SUBSCRIPTION_REQUIRED', 'Add-ons require an active subscription. Subscribe to a plan first.', {
    remedies: [remedy('UPGRADE_PLAN', 'Subscribe to a plan', { mutation: 'startSubscription' })],
  })
