import type { UpdateObject } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { OutboxEventType } from '#services/kernel/outbox/event-data/events.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { vendorById } from '../model/vendor.js'

export interface ChangedVendor {
  readonly kind: 'vendor'
  readonly vendor: VendorRow
}

export type VendorOutcome = ChangedVendor | Denied

/** A change of one vendor by an operator. */
export interface VendorChange {
  readonly vendorId: string
  readonly idempotencyKey: string
}

/** Changes a vendor under the lock of its account. A repeated key returns the present vendor and changes nothing. */
export async function changeVendor(
  context: BillingContext,
  mutation: string,
  input: VendorChange,
  work: (transaction: Transaction, vendor: VendorRow) => Promise<VendorRow>,
): Promise<VendorOutcome> {
  const { vendorId, idempotencyKey: key } = input
  const seen = await vendorById(context.database, vendorId)
  if (!seen) throw new AppError('NOT_FOUND', 'Vendor not found.')
  return runIdempotent<ChangedVendor>(context.database, {
    scope: idempotencyScope(context.caller, vendorId, mutation, key),
    request: input,
    replay: (transaction) => presentVendor(transaction, vendorId),
    execute: async (transaction) => {
      if (seen.accountId) await lockAccount(transaction, seen.accountId)
      const vendor = await work(transaction, seen)
      return { value: { kind: 'vendor', vendor }, reference: { __typename: 'Vendor', id: vendorId } }
    },
  })
}

/** Present state of a vendor, for repeated calls. */
export async function presentVendor(transaction: Transaction, vendorId: string): Promise<ChangedVendor> {
  const vendor = await vendorById(transaction, vendorId)
  if (!vendor) throw new AppError('NOT_FOUND', 'Vendor not found.')
  return { kind: 'vendor', vendor }
}

export const updateVendor = (
  transaction: Transaction,
  id: string,
  change: UpdateObject<Tables, 'vendor'>,
): Promise<VendorRow> =>
  transaction.query.updateTable('vendor').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

type VendorEventType = Extract<OutboxEventType, `vendor.${string}`>

export async function publishVendorEvent(
  context: BillingContext,
  transaction: Transaction,
  vendor: VendorRow,
  { type, summary }: { type: VendorEventType; summary: string },
): Promise<void> {
  const { name, verified, payoutAccountId } = vendor
  const data = { vendorId: vendor.id, name, verified, payoutAccountId }
  const subject = { __typename: 'Vendor', id: vendor.id }
  if (vendor.accountId)
    await recordAccountEvent(transaction, vendor.accountId, context.clock.now(), {
      type,
      outbox: true,
      summary,
      subject,
      data,
    })
  const { principal: actor } = context.caller
  await recordAudit(transaction, { accountId: vendor.accountId, actor, action: type, object: vendor.id, details: data })
}
