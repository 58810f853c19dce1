import type { CheckoutFilter } from '#schema/billing/checkout.type.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { visibleAccount } from '#services/identity/model/guard.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '../model/billing-context.js'
import { findCheckout, findCheckoutBySession } from '../model/checkout-queries.js'

/** A checkout by its ID or the session ID of the provider. Null if it does not exist or is not visible to the caller. */
export async function visibleCheckout(
  context: BillingContext,
  by: { id?: string | null; providerReference?: string | null },
): Promise<CheckoutRow | null> {
  const checkout = by.id
    ? await findCheckout(context.database, by.id)
    : by.providerReference
      ? await findCheckoutBySession(context.database, by.providerReference)
      : null
  return checkout && (await visibleAccount(context, checkout.accountId, 'billing:read')) ? checkout : null
}

/** Checkouts of the installation, newest first. Operators only. */
export async function checkouts(
  context: BillingContext,
  { statuses, account: reference }: CheckoutFilter,
  request: PageRequest,
): Promise<CountablePage<CheckoutRow>> {
  const accountId = await requestedAccount(context.database, reference)
  if (accountId === undefined) return EMPTY_COUNTED_PAGE
  return readRows(
    request,
    'checkouts',
    context.database.query
      .selectFrom('checkout')
      .selectAll()
      .$if(!!statuses, (query) => query.where('status', 'in', statuses!))
      .$if(accountId !== null, (query) => query.where('accountId', '=', accountId!)),
  )
}
