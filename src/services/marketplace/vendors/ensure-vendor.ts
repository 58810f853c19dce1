import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { vendorOfAccount } from '../model/vendor.js'

/**
 * The vendor of an account, created at its first template. The caller holds the account lock. Names are unique, so that
 * vendors cannot be confused: a later vendor gets a number.
 */
export async function ensureVendor(transaction: Transaction, account: AccountRow, at: Date): Promise<VendorRow> {
  const known = await vendorOfAccount(transaction, account.id)
  if (known) return known
  const base = publicName(account)
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? base : `${base} ${attempt}`
    const vendor = await transaction.query
      .insertInto('vendor')
      .values({ id: transaction.newId('ven'), name, accountId: account.id, createdAt: at })
      .onConflict((conflict) => conflict.constraint('vendor_name').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (vendor) return vendor
  }
}

/** The name of a personal account can be an email address. Only the part before the at sign is public. */
const publicName = ({ name }: AccountRow): string => (name.split('@')[0]!.trim() || 'Vendor').slice(0, 90)
