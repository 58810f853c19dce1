import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { UsageReportRow } from '#entities/billing/usage-report.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { BillingContext } from './billing-context.js'
import { nameOfCharged } from './collect-overage.js'

/**
 * Writes new charges for use whose payment the bank reversed, each for the reversed share of an earlier one, sent as an invoice that waits until
 * the customer pays it. The caller holds the account's lock. Repeated calls have no effect.
 */
export async function claimChargedBack(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<void> {
  const { accountId, provider, invoiceId, status, reversedMinor, refundedMinor } = purchase
  if (!invoiceId || status !== 'CHARGED_BACK' || reversedMinor <= refundedMinor) return
  const reports = await transaction.query
    .selectFrom('usage_report')
    .select(['id', 'feature', 'amount', 'lines', 'at'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoiceId)
    .execute()
  for (const report of reports) await claim(context, transaction, purchase, report)
}

async function claim(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, provider, amountMinor: paid, creditMinor, reversedMinor, refundedMinor }: PurchaseRow,
  charged: Pick<UsageReportRow, 'id' | 'feature' | 'amount' | 'lines' | 'at'>,
): Promise<void> {
  const [line] = charged.lines ?? []
  // The invoice can have taxes, which the new one has again, and a plan.
  const amountMinor = Math.round((charged.amount * (reversedMinor - refundedMinor)) / (paid + creditMinor))
  if (!line || amountMinor <= 0) return
  const name = nameOfCharged(context.catalog.current().features, charged)
  const description = line.description ?? `${name} beyond the allowance, charged back by the bank`
  await transaction.query
    .insertInto('usage_report')
    .values({
      id: transaction.newId('usg'),
      accountId,
      provider,
      feature: `${charged.feature} charged-back ${charged.id}`,
      meter: '',
      fromVersion: 0,
      toVersion: 1,
      amount: amountMinor,
      lines: jsonb([{ ...line, description, amountMinor }]),
      replaces: id,
      at: charged.at,
    })
    .onConflict((conflict) => conflict.constraint('usage_report_once').doNothing())
    .execute()
}
