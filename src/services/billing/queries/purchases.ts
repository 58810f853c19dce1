import type { PurchaseFilter } from '#schema/billing/purchase.type.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { byTime, exactTime, readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '../model/billing-context.js'
import { purchaseConditions } from '../model/purchase-conditions.js'

export interface PurchasesRequest {
  readonly filter?: PurchaseFilter | null
  /** True for the oldest first. */
  readonly reverse?: boolean | null
}

/** Payments of the installation, by their time. Operators only. */
export async function purchases(
  context: BillingContext,
  { filter, reverse }: PurchasesRequest,
  request: PageRequest,
): Promise<CountablePage<PurchaseRow>> {
  const accountId = await requestedAccount(context.database, filter?.account)
  if (accountId === undefined) return EMPTY_COUNTED_PAGE
  const selected = context.database.query
    .selectFrom('purchase')
    .$if(accountId !== null, (query) => query.where('accountId', '=', accountId!))
    .where(purchaseConditions(filter ?? {}))
  const direction = reverse ? 'asc' : 'desc'
  return readRows(request, `purchases ${direction}`, selected.selectAll().select(exactTime('purchasedAt')), {
    by: [byTime('purchasedAt'), 'id'],
    ascending: reverse === true,
  })
}
