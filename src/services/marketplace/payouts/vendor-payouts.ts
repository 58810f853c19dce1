import { sql } from 'kysely'
import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { readByVendor } from '../model/read-by-vendor.js'
import { canReadEarnings, requireVendorAccess } from '../model/vendor.js'

/** The first payouts of one vendor. */
export interface FirstPayoutsOfVendor {
  readonly vendorId: string
  readonly limit: number
}

/** Payouts of a vendor, latest first. Requires the vendor or an operator. */
export async function payoutsOf(
  context: IdentityContext,
  vendor: Pick<VendorRow, 'id' | 'accountId'>,
  request: PageRequest,
  first: (ask: FirstPayoutsOfVendor) => Promise<VendorPayoutRow[]>,
): Promise<Page<VendorPayoutRow>> {
  await requireVendorAccess(context, vendor)
  return readPage<VendorPayoutRow>(
    request,
    `payouts ${vendor.id}`,
    (row) => [row.id],
    (limit, after) =>
      after === null
        ? first({ vendorId: vendor.id, limit })
        : selectPayouts(context.database, limit)
            .where('vendorId', '=', vendor.id)
            .where('id', '<', after[0]!)
            .execute(),
  )
}

/** First payouts of several vendors, with one statement for each limit. */
export const firstPayoutsOf = (database: Sql, asks: readonly FirstPayoutsOfVendor[]): Promise<VendorPayoutRow[][]> =>
  readByVendor(
    asks,
    ({ limit }) => String(limit),
    ({ limit }, vendorIds) => readFirstPayouts(database, vendorIds, limit),
  )

const readFirstPayouts = (database: Sql, vendorIds: readonly string[], limit: number): Promise<VendorPayoutRow[]> =>
  database.query
    .selectFrom(sql<{ vendorId: string }>`unnest(${vendorIds}::text[])`.as<'v'>(sql`v(vendor_id)`))
    .innerJoinLateral(
      selectPayouts(database, limit).where('vendor_payout.vendorId', '=', sql.ref<string>('v.vendorId')).as('page'),
      (join) => join.onTrue(),
    )
    .selectAll('page')
    .orderBy('page.id', 'desc')
    .execute()

const selectPayouts = ({ query }: Sql, limit: number) =>
  query.selectFrom('vendor_payout').selectAll('vendor_payout').orderBy('vendor_payout.id', 'desc').limit(limit)

export const payoutsByIds = (database: Sql, ids: readonly string[]): Promise<VendorPayoutRow[]> =>
  database.query.selectFrom('vendor_payout').selectAll().where('id', 'in', ids).execute()

/** A payout or entry, if the caller can read the earnings of its vendor. Otherwise null. */
export async function visibleEarningsObject<Row extends { readonly vendorId: string }>(
  context: IdentityContext,
  row: Row | null,
  loadVendor: (id: string) => Promise<VendorRow | null>,
): Promise<Row | null> {
  if (!row || context.caller.kind === 'anonymous') return null
  const vendor = await loadVendor(row.vendorId)
  return vendor && (await canReadEarnings(context, vendor)) ? row : null
}
