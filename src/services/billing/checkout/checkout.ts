import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { visibleAccount } from '#services/identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'
import { findCheckout, findCheckoutBySession } from './checkout-queries.js'

/** A checkout by its ID or the session ID of the provider. Null if it does not exist or is not visible to the caller. */
export async function visibleCheckout(
  context: BillingContext,
  by: { id?: string | null; sessionId?: string | null },
): Promise<CheckoutRow | null> {
  const checkout = by.id
    ? await findCheckout(context.database, by.id)
    : by.sessionId
      ? await findCheckoutBySession(context.database, by.sessionId)
      : null
  return checkout && (await visibleAccount(context, checkout.accountId, 'billing:read')) ? checkout : null
}
