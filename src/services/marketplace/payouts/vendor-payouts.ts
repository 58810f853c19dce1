import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { canReadEarnings, requireVendorAccess } from '../vendors/vendor.js'

/** Payouts of a vendor, latest first. Requires the vendor or an operator. */
export async function payoutsOf(
  context: IdentityContext,
  vendor: Pick<VendorRow, 'id' | 'accountId'>,
  request: PageRequest,
): Promise<Page<VendorPayoutRow>> {
  await requireVendorAccess(context, vendor)
  return readPage<VendorPayoutRow>(
    request,
    `payouts ${vendor.id}`,
    (row) => [row.id],
    (limit, after) =>
      context.database.query
        .selectFrom('vendor_payout')
        .selectAll()
        .where('vendorId', '=', vendor.id)
        .$if(after !== null, (query) => query.where('id', '<', after![0]!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}

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
