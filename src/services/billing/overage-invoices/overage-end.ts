import { sql } from 'kysely'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../billing-context.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import { firstUnpaidOverage } from './overage-invoices.sql.js'

/**
 * Sets the time from which overage is denied: the end of the grace period of the first unpaid invoice for it, counted as that of a plan from
 * its first failure. A payment, or an invoice that is voided, ends the denial. The caller holds the account's lock.
 */
export async function followOverageInvoice(
  context: BillingContext,
  transaction: Transaction,
  { accountId, invoice }: { readonly accountId: string; readonly invoice: FetchedInvoice },
): Promise<void> {
  if (invoice.subscriptionId !== null) return
  const { graceDays } = context.catalog.current().dunning
  const { failedAt } = (await transaction.row(firstUnpaidOverage, { accountId }))!
  const endsAt = failedAt && new Date(failedAt.getTime() + graceDays * 86_400_000)
  const { numUpdatedRows: changed } = await transaction.query
    .updateTable('account')
    .set({ overageEndsAt: endsAt })
    .where('id', '=', accountId)
    .where(sql<boolean>`overage_ends_at is distinct from ${endsAt}`)
    .executeTakeFirstOrThrow()
  if (changed === 0n) return
  await recordAccountEvent(transaction, accountId, context.clock.now(), {
    type: endsAt ? 'overage.ending' : 'overage.resumed',
    summary: endsAt
      ? `Use beyond the allowance is denied from ${endsAt.toISOString()} on, unless its invoice is paid.`
      : 'Use beyond the allowance is possible again.',
    changesEntitlements: true,
    data: { endsAt },
  })
}
