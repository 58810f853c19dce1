import { THRESHOLD } from '#entities/billing/usage-report.entity.js'
import { OVERAGE_INVOICE } from '#services/entitlements/model/overage-threshold.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { BillingContext } from './billing-context.js'
import type { ProviderName } from '../providers/provider-name.js'

/** True while a threshold of the account is invoiced and not paid. No other is invoiced then, which the index `usage_report_one_threshold` ensures. */
export async function hasOpenThreshold({ query }: Sql, accountId: string): Promise<boolean> {
  const open = await query
    .selectFrom('usage_report')
    .select('id')
    .where('accountId', '=', accountId)
    .where('feature', '=', THRESHOLD)
    .where('closedAt', 'is', null)
    .where('state', '<>', 'DROPPED')
    .executeTakeFirst()
  return open !== undefined
}

/**
 * Closes the threshold that a paid or voided invoice charges, and invoices the next one that has been reached. An invoice that was written off is
 * still due. The caller holds the account lock.
 */
export async function closeThreshold(
  { clock }: Pick<BillingContext, 'clock'>,
  transaction: Transaction,
  {
    accountId,
    provider,
    invoice,
  }: { readonly accountId: string; readonly provider: ProviderName; readonly invoice: FetchedInvoice },
): Promise<void> {
  if (invoice.subscriptionId !== null || (invoice.status !== 'PAID' && invoice.status !== 'VOID')) return
  const now = clock.now()
  const { numUpdatedRows } = await transaction.query
    .updateTable('usage_report')
    .set({ closedAt: now })
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoice.externalId)
    .where('feature', '=', THRESHOLD)
    .where('closedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows > 0n)
    await scheduleJob(transaction, { kind: OVERAGE_INVOICE, key: accountId, accountId, runAt: now })
}
