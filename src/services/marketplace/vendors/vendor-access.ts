import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { mayOperate, requireSignedIn, visibleAccount } from '#services/identity/guard/guard.js'

export async function vendorById(sql: Sql, id: string): Promise<VendorRow | null> {
  return (await sql.row<VendorRow>(`select * from vendor where id = $1`, [id])) ?? null
}

/** Vendor of the caller's account. Null if it has never created a template. */
export async function callerVendor(
  context: IdentityContext,
  accountId: string | null = null,
): Promise<VendorRow | null> {
  const account = await visibleAccount(context, accountId, 'marketplace:publish')
  if (!account) return null
  return (await context.database.row<VendorRow>(`select * from vendor where account_id = $1`, [account.id])) ?? null
}

/** True if the caller can read a vendor's earnings: members of the vendor's account, and operators. */
export async function canReadEarnings(context: IdentityContext, vendor: VendorRow): Promise<boolean> {
  if (mayOperate(context, 'ops:read')) return true
  return vendor.accountId !== null && (await visibleAccount(context, vendor.accountId, 'marketplace:publish')) !== null
}

/** The vendor whose earnings are requested: the given one, otherwise the caller's own. Not found without permission. */
export async function requireEarningsAccess(
  context: IdentityContext,
  vendorId: string | null | undefined,
): Promise<VendorRow> {
  requireSignedIn(context)
  const vendor = vendorId ? await vendorById(context.database, vendorId) : await callerVendor(context)
  if (!vendor || !(await canReadEarnings(context, vendor))) throw new AppError('NOT_FOUND', 'Vendor not found.')
  return vendor
}
