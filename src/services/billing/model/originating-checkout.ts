import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { LIVE_CHECKOUT_STATUSES } from '#entities/billing/checkout-state.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import type { MappedItem } from '../subscriptions/map-items.js'
import type { SubscriptionUpdate } from '../subscriptions/fetched-subscription.js'

/** Cause of a sync of a subscription. */
export interface SubscriptionSync {
  /** True if its checkout is synced, which is about to complete. */
  readonly fromCheckout?: boolean
  /** The subscription, if it was read already, and the number that was taken before. */
  readonly read?: { readonly fence: number; readonly fetched: FetchedSubscription }
  /** True if entitlements that differ from the subscription are corrected although nothing has changed at the provider. */
  readonly repairs?: boolean
}

/** True if a subscription grants nothing because an operator has not accepted its checkout, or has refunded it. */
export const isHeldBack = ({ status, resolution }: Pick<CheckoutRow, 'status' | 'resolution'>): boolean =>
  resolution === 'REFUNDED' || (status === 'QUARANTINED' && resolution !== 'RELEASED')

/**
 * A new subscription must match its checkout, otherwise an operator reviews it; later it can be changed at the
 * provider.
 */
export function assertMatchesCheckout(
  catalog: CatalogSnapshot,
  { fetched, items }: SubscriptionUpdate,
  purchased: CheckoutRow,
  options: SubscriptionSync = {},
): void {
  const amount = (item: MappedItem) => (catalog.priceById.get(item.priceId)?.money.amountMinor ?? NaN) * item.quantity
  const asRequested = items.some(
    (item) =>
      item.priceId === purchased.priceId &&
      item.quantity === purchased.quantity &&
      amount(item) === purchased.amountMinor,
  )
  if (purchased.resolution === 'RELEASED' || (asRequested && purchased.status !== 'QUARANTINED')) return
  const message = `subscription ${fetched.externalId} is not what its checkout ${fetched.checkoutId} asked for`
  // The event of the checkout, which quarantines it, may be on its way.
  if (!options.fromCheckout && LIVE_CHECKOUT_STATUSES.includes(purchased.status)) throw new DeferredEvent(message)
  throw new UnprocessableEvent(message)
}
