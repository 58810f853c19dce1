import type { UpdateObject } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import { vendorById } from './vendor.js'

export interface ChangedVendor {
  readonly kind: 'vendor'
  readonly vendor: VendorRow
}

export type VendorOutcome = ChangedVendor | Denied

export async function changeVendor(
  context: BillingContext,
  vendorId: string,
  work: (transaction: Transaction, vendor: VendorRow) => Promise<VendorRow>,
): Promise<ChangedVendor> {
  const seen = await vendorById(context.database, vendorId)
  if (!seen) throw new AppError('NOT_FOUND', 'Vendor not found.')
  return context.database.transaction(async (transaction) => {
    if (seen.accountId) await lockAccount(transaction, seen.accountId)
    return { kind: 'vendor', vendor: await work(transaction, seen) }
  })
}

export const updateVendor = (
  transaction: Transaction,
  id: string,
  change: UpdateObject<Tables, 'vendor'>,
): Promise<VendorRow> =>
  transaction.query.updateTable('vendor').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

export async function publishVendorEvent(
  context: BillingContext,
  transaction: Transaction,
  vendor: VendorRow,
  { type, summary }: { type: string; summary: string },
): Promise<void> {
  const { name, verified, payoutAccountId } = vendor
  const data = {
    vendorId: vendor.id,
    name,
    verified,
    ...(type === 'vendor.payout_account_changed' ? { payoutAccountId } : {}),
  }
  const subject = { __typename: 'Vendor', id: vendor.id }
  if (vendor.accountId)
    await recordAccountEvent(transaction, vendor.accountId, context.clock.now(), { type, summary, subject, data })
  const { principal: actor } = context.caller
  await recordAudit(transaction, { accountId: vendor.accountId, actor, action: type, object: vendor.id, details: data })
}
