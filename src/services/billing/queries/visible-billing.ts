import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { readVisible, visibleObject } from '#services/identity/guard/read-visible.js'

/** A checkout, subscription, purchase or invoice. Null if the caller cannot see the billing of its account. */
export const visibleBillingObject = <Row extends { readonly accountId: string }>(
  context: IdentityContext,
  row: Row | null,
): Promise<Row | null> => visibleObject(context, row, 'billing:read')

/** Current subscription of an account. Null if there is none, or if the caller cannot see it. */
export const visibleSubscription = (
  context: IdentityContext,
  accountId: string,
  load: (accountId: string) => Promise<BillingSubscriptionRow | null>,
): Promise<BillingSubscriptionRow | null> => readVisible(context, accountId, 'billing:read', ({ id }) => load(id))
