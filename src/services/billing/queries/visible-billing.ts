import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { visibleObject } from '#services/identity/model/read-visible.js'

/** A checkout, subscription, purchase or invoice. Null if the caller cannot see the billing of its account. */
export const visibleBillingObject = <Row extends { readonly accountId: string }>(
  context: IdentityContext,
  row: Row | null,
): Promise<Row | null> => visibleObject(context, row, 'billing:read')

/** Current subscription of an account. Null if there is none. Requires permission to read the billing of the account. */
export async function accountSubscription(
  context: IdentityContext,
  accountId: string,
  load: (accountId: string) => Promise<BillingSubscriptionRow | null>,
): Promise<BillingSubscriptionRow | null> {
  await requireAccount(context, accountId, 'billing:read')
  return load(accountId)
}

/** The account of a request, otherwise the current one. Throws if the caller cannot read its billing. */
export const billingAccount = (context: IdentityContext, reference: string | null | undefined): Promise<AccountRow> =>
  requireAccount(context, reference, 'billing:read')
