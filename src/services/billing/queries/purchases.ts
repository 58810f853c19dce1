import type { PurchaseFilter } from '#schema/billing/purchase.type.js'
import { sql } from 'kysely'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { rowCount } from '#services/kernel/paging/count-rows.js'
import { EMPTY_COUNTED_PAGE, readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import type { BillingContext } from '../model/billing-context.js'
import { purchaseConditions } from '../model/purchase-conditions.js'

export interface PurchasesRequest {
  readonly filter?: PurchaseFilter | null
  /** True for the oldest first. */
  readonly reverse?: boolean | null
}

/** A provider's time in milliseconds, as JavaScript reads it. */
const PURCHASED_AT = sql<Date>`date_trunc('milliseconds', purchased_at)`

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
  const [direction, compared] = reverse ? (['asc', '>'] as const) : (['desc', '<'] as const)
  const page = await readPage<PurchaseRow>(
    request,
    `purchases ${direction}`,
    ({ purchasedAt, id }) => [purchasedAt.toISOString(), id],
    (limit, after) =>
      selected
        .selectAll()
        .$if(!!after, (query) =>
          query.where(
            sql<boolean>`(${PURCHASED_AT}, id) ${sql.raw(compared)} (${after?.[0]}::timestamptz, ${after?.[1] ?? ''})`,
          ),
        )
        .orderBy(PURCHASED_AT, direction)
        .orderBy('id', direction)
        .limit(limit)
        .execute(),
  )
  return { ...page, countAll: async () => (await selected.select(rowCount).executeTakeFirstOrThrow()).count }
}
