import { sql } from 'kysely'
import type { PurchaseFilter } from '#schema/billing/purchase.type.js'
import type { InvoiceFilter } from '#schema/billing/invoice.type.js'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { countRows } from '#services/kernel/paging/count-rows.js'
import { byTime, exactTime, readRows } from '#services/kernel/paging/read-rows.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { purchaseConditions } from './purchase-conditions.js'

export async function findPurchase(database: Sql, id: string): Promise<PurchaseRow | null> {
  return (await database.query.selectFrom('purchase').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** The purchase of a checkout. It has one at most. */
export async function purchaseOfCheckout(database: Sql, checkoutId: string): Promise<PurchaseRow | null> {
  const purchase = await database.query
    .selectFrom('purchase')
    .selectAll()
    .where('checkoutId', '=', checkoutId)
    .executeTakeFirst()
  return purchase ?? null
}

/** Sums of the payments of an account less refunds and lost disputes, by currency. The caller checks permissions. */
export const lifetimePaid = (
  database: Sql,
  accountId: string,
): Promise<readonly { readonly currency: string; readonly amountMinor: number }[]> =>
  database.query
    .selectFrom('purchase')
    .select('currency')
    .select(sql<number>`sum(amount_minor - reversed_minor)::bigint`.as('amountMinor'))
    .where('accountId', '=', accountId)
    .where('status', '<>', 'PENDING')
    .groupBy('currency')
    .orderBy('currency')
    .execute()

/** Purchases of an account to list. A place by its number is for clients that count rows; null: by cursor. */
export interface AccountPurchasesRequest {
  readonly filter?: PurchaseFilter | null
  readonly limit?: number | null
  readonly offset?: number | null
}

const MAX_PURCHASES = 100
const FARTHEST = 1_000_000

/**
 * Purchases of an account, newest first; one page by cursor or by offset. Requires permission to
 * read its billing.
 */
export async function purchasesOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
  { filter, limit = null, offset = null }: AccountPurchasesRequest,
): Promise<CountablePage<PurchaseRow>> {
  const byOffset = limit !== null || offset !== null
  if (byOffset && request.after !== null)
    throw new AppError('BAD_USER_INPUT', 'Use either after or offset, not both.', { details: { field: 'offset' } })
  const size = bounded('limit', limit ?? request.first, 0, MAX_PURCHASES)
  const skip = bounded('offset', offset ?? 0, 0, FARTHEST)
  await requireAccount(context, accountId, 'billing:read')
  const other = await requestedAccount(context.database, filter?.account)
  if (other !== null && other !== accountId) return EMPTY_COUNTED_PAGE
  const purchases = context.database.query
    .selectFrom('purchase')
    .where('accountId', '=', accountId)
    .where(purchaseConditions(filter ?? {}))
  const page = await readRows(
    { first: size, after: request.after },
    `purchases ${accountId}`,
    purchases.selectAll().select(exactTime('purchasedAt')).offset(skip),
    { by: [byTime('purchasedAt'), 'id'] },
  )
  return {
    ...page,
    hasPreviousPage: page.hasPreviousPage || skip > 0,
    countAll: () => countRows(purchases),
  }
}

function bounded(field: string, value: number, least: number, maximum: number): number {
  if (value >= least && value <= maximum) return value
  throw new AppError('BAD_USER_INPUT', `${field} must be between ${least} and ${maximum}.`, { details: { field } })
}

/** Invoices of an account, newest first. Requires permission to read its billing. */
export async function invoicesOf(
  context: IdentityContext,
  accountId: string,
  { statuses, from, to }: InvoiceFilter,
  request: PageRequest,
): Promise<CountablePage<InvoiceRow>> {
  await requireAccount(context, accountId, 'billing:read')
  const invoices = context.database.query
    .selectFrom('invoice')
    .where('accountId', '=', accountId)
    .$if(!!statuses, (query) => query.where('status', 'in', statuses!))
    .$if(!!from, (query) => query.where('createdAt', '>=', from!))
    .$if(!!to, (query) => query.where('createdAt', '<', to!))
  return readRows(request, `invoices ${accountId}`, invoices.selectAll().select(exactTime('createdAt')), {
    by: [byTime('createdAt'), 'id'],
  })
}
