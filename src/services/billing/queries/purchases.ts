import { sql } from 'kysely'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { PurchaseStatus } from '#entities/billing/purchase-state.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import { rowCount } from '#services/kernel/paging/count-rows.js'
import { EMPTY_COUNTED_PAGE, readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'

export interface PurchaseFilter {
  readonly statuses?: readonly PurchaseStatus[] | null
  readonly providers?: readonly ProviderName[] | null
  /** Codes of products. */
  readonly products?: readonly string[] | null
  /** Business time of the payment. */
  readonly from?: Date | null
  readonly to?: Date | null
}

export interface PurchasesRequest {
  /** ID or reference. */
  readonly accountId?: string | null
  readonly filter?: PurchaseFilter | null
  readonly orderBy?: 'NEWEST' | 'OLDEST' | null
}

/** A provider's time in milliseconds, as JavaScript reads it. */
const PURCHASED_AT = sql<Date>`date_trunc('milliseconds', purchased_at)`

/** Payments of the installation, by their time. Operators only. */
export async function purchases(
  context: BillingContext,
  { accountId: reference, filter, orderBy }: PurchasesRequest,
  request: PageRequest,
): Promise<CountablePage<PurchaseRow>> {
  requireOperator(context, 'ops:read')
  const { statuses, providers, products, from, to } = filter ?? {}
  const accountId = await requestedAccount(context.database, reference)
  if (accountId === undefined) return EMPTY_COUNTED_PAGE
  const selected = context.database.query
    .selectFrom('purchase')
    .$if(accountId !== null, (query) => query.where('accountId', '=', accountId!))
    .$if(!!statuses, (query) => query.where('status', 'in', statuses!))
    .$if(!!providers, (query) => query.where('provider', 'in', providers!))
    .$if(!!products, (query) =>
      query.where('productId', 'in', (eb) => eb.selectFrom('product').select('id').where('code', 'in', products!)),
    )
    .$if(!!from, (query) => query.where('purchasedAt', '>=', from!))
    .$if(!!to, (query) => query.where('purchasedAt', '<', to!))
  const [direction, compared] = orderBy === 'OLDEST' ? (['asc', '>'] as const) : (['desc', '<'] as const)
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
