import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { BillingContext } from './billing-context.js'
import { featureOfWatermark } from './collect-overage.js'

/**
 * Writes a new charge for use whose payment the bank reversed: one report for each purchase, sent as an invoice that waits until the customer
 * pays it. The caller holds the account's lock. Repeated calls have no effect.
 */
export async function claimChargedBack(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId, provider, invoiceId, subscriptionId, status, reversedMinor, refundedMinor }: PurchaseRow,
): Promise<void> {
  const amountMinor = reversedMinor - refundedMinor
  if (subscriptionId || !invoiceId || status !== 'CHARGED_BACK' || amountMinor <= 0) return
  const charged = await transaction.query
    .selectFrom('usage_report')
    .select(['feature', 'lines', 'at'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoiceId)
    .executeTakeFirst()
  const [line] = charged?.lines ?? []
  if (!charged || !line) return
  const feature = featureOfWatermark(charged.feature)
  const name = context.catalog.current().features.get(feature)?.name ?? feature
  const description = line.description ?? `${name} beyond the allowance, charged back by the bank`
  await transaction.query
    .insertInto('usage_report')
    .values({
      id: transaction.newId('usg'),
      accountId,
      provider,
      feature: `${charged.feature} charged-back ${id}`,
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
