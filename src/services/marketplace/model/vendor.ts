import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { mayOperate, remedyFor, requireSignedIn, visibleAccount } from '#services/identity/model/guard.js'

export async function vendorById(database: Sql, id: string): Promise<VendorRow | null> {
  return (await database.query.selectFrom('vendor').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

export async function vendorByName(database: Sql, name: string): Promise<VendorRow | null> {
  return (await database.query.selectFrom('vendor').selectAll().where('name', '=', name).executeTakeFirst()) ?? null
}

/** Vendor of an account. Null if the account has never created a template. */
export async function vendorOfAccount(database: Sql, accountId: string): Promise<VendorRow | null> {
  const vendor = await database.query
    .selectFrom('vendor')
    .selectAll()
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return vendor ?? null
}

/** Vendor of the caller's account. Null if it has never created a template. */
export async function callerVendor(
  context: IdentityContext,
  accountId: string | null = null,
): Promise<VendorRow | null> {
  const account = await visibleAccount(context, accountId, 'marketplace:publish')
  return account && vendorOfAccount(context.database, account.id)
}

/** True if the caller can read a vendor's earnings: members of the vendor's account, and operators. */
export async function canReadEarnings(
  context: IdentityContext,
  vendor: Pick<VendorRow, 'accountId'>,
): Promise<boolean> {
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

/** Throws unless the caller can read the earnings. A vendor is public, so its fields are forbidden, not absent. */
export async function requireVendorAccess(
  context: IdentityContext,
  vendor: Pick<VendorRow, 'accountId'>,
): Promise<void> {
  requireSignedIn(context)
  if (!(await canReadEarnings(context, vendor)))
    throw new AppError(
      'FORBIDDEN',
      `Requires the vendor's account or an operator.${remedyFor(context.caller, 'ops:read')}`,
    )
}
