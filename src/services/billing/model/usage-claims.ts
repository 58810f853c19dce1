import type { OverageLine, UsageReportRow } from '#entities/billing/usage-report.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'

/** Charge for past use that an invoice of the server sends. Its key in `feature` has spaces, which no code contains. */
interface UsageClaim extends Pick<UsageReportRow, 'accountId' | 'provider' | 'feature' | 'amount' | 'at'> {
  readonly lines: readonly OverageLine[]
  /** Charge that this one replaces in part. Default: null. */
  readonly replaces?: string
}

/** Writes a claim once: the second one with the same key has no effect. */
export async function writeClaim(transaction: Transaction, { lines, ...claim }: UsageClaim): Promise<void> {
  await transaction.query
    .insertInto('usage_report')
    .values({ ...claim, id: transaction.newId('usg'), meter: '', fromVersion: 0, toVersion: 1, lines: jsonb(lines) })
    .onConflict((conflict) => conflict.constraint('usage_report_once').doNothing())
    .execute()
}

/** Charges for use of an invoice. */
export const chargesOfInvoice = (
  transaction: Transaction,
  { accountId, provider, invoiceId }: Pick<UsageReportRow, 'accountId' | 'provider' | 'invoiceId'>,
): Promise<Pick<UsageReportRow, 'id' | 'feature' | 'amount' | 'lines' | 'at'>[]> =>
  transaction.query
    .selectFrom('usage_report')
    .select(['id', 'feature', 'amount', 'lines', 'at'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoiceId)
    .execute()
