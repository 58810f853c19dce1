import type { PurchaseFilter } from '#schema/billing/purchase.type.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { exactTime, isBeyond, type Timed } from '#services/kernel/paging/exact-time.js'
import { rowCount } from '#services/kernel/paging/count-rows.js'
import { EMPTY_COUNTED_PAGE, readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
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
  const page = await readPage<Timed<PurchaseRow>>(
    request,
    `purchases ${direction}`,
    (row) => [row.exactTime, row.id],
    (limit, after) =>
      selected
        .selectAll()
        .select(exactTime('purchasedAt'))
        .$if(!!after, (query) => query.where(isBeyond('purchasedAt', direction, after!)))
        .orderBy('purchasedAt', direction)
        .orderBy('id', direction)
        .limit(limit)
        .execute(),
  )
  return { ...page, countAll: async () => (await selected.select(rowCount).executeTakeFirstOrThrow()).count }
}
