import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { EMPTY_PAGE, readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { visibleAccount } from '#services/identity/guard/guard.js'

export async function findPurchase(sql: Sql, id: string): Promise<PurchaseRow | null> {
  return (await sql.row<PurchaseRow>(`select * from purchase where id = $1`, [id])) ?? null
}

export const purchasesByIds = (sql: Sql, ids: readonly string[]): Promise<PurchaseRow[]> =>
  sql.rows(`select * from purchase where id = any($1)`, [ids])

export const invoicesByIds = (sql: Sql, ids: readonly string[]): Promise<InvoiceRow[]> =>
  sql.rows(`select * from invoice where id = any($1)`, [ids])

export interface CountedPage<Item> extends Page<Item> {
  readonly totalCount: number
}

/** A place by its number, for clients that count rows; null: by cursor. */
export interface OffsetRequest {
  readonly limit: number | null
  readonly offset: number | null
}

const MAX_PURCHASES = 100
const FARTHEST = 1_000_000

/**
 * Purchases of an account, newest first; one page by cursor or by offset. Empty without permission to read its billing.
 */
export async function purchasesOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
  { limit, offset }: OffsetRequest,
): Promise<CountedPage<PurchaseRow>> {
  const byOffset = limit !== null || offset !== null
  if (byOffset && request.after !== null)
    throw new AppError('BAD_USER_INPUT', 'Use either after or offset, not both.', { details: { field: 'offset' } })
  const size = bounded('limit', limit ?? request.first, 0, MAX_PURCHASES)
  const skip = bounded('offset', offset ?? 0, 0, FARTHEST)
  if (!(await visibleAccount(context, accountId, 'billing:read'))) return { ...EMPTY_PAGE, totalCount: 0 }
  const sql = context.database
  const page = await readPage<PurchaseRow>(
    { first: size, after: request.after },
    `purchases ${accountId}`,
    (row) => [row.purchasedAt.toISOString(), row.id],
    (count, after) =>
      sql.rows(
        `select * from purchase where account_id = $1
           and ($2::timestamptz is null or (date_trunc('milliseconds', purchased_at), id) < ($2, $3))
         order by date_trunc('milliseconds', purchased_at) desc, id desc limit $4 offset $5`,
        [accountId, after?.[0] ?? null, after?.[1] ?? null, count, skip],
      ),
  )
  const counted = await sql.row<{ total: number }>(`select count(*) as total from purchase where account_id = $1`, [
    accountId,
  ])
  return { ...page, hasPreviousPage: page.hasPreviousPage || skip > 0, totalCount: counted?.total ?? 0 }
}

function bounded(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value
  throw new AppError('BAD_USER_INPUT', `${field} must be between ${least} and ${most}.`, { details: { field } })
}

/** Invoices of an account, newest first. Empty without permission to read its billing. */
export async function invoicesOf(
  context: IdentityContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<InvoiceRow>> {
  if (!(await visibleAccount(context, accountId, 'billing:read'))) return EMPTY_PAGE
  return readPage<InvoiceRow>(
    request,
    `invoices ${accountId}`,
    (row) => [row.createdAt.toISOString(), row.id],
    (count, after) =>
      context.database.rows(
        `select * from invoice where account_id = $1
           and ($2::timestamptz is null or (date_trunc('milliseconds', created_at), id) < ($2, $3))
         order by date_trunc('milliseconds', created_at) desc, id desc limit $4`,
        [accountId, after?.[0] ?? null, after?.[1] ?? null, count],
      ),
  )
}
