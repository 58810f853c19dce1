import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { UsageReportRow } from '#entities/billing/usage-report.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { roundToCharge } from '#services/kernel/money/charge-rules.js'
import type { BillingContext } from './billing-context.js'
import { nameOfCharged } from './collect-overage.js'
import { chargesOfInvoice, writeClaim } from './usage-claims.js'

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
  const reports = await chargesOfInvoice(transaction, { accountId, provider, invoiceId })
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
  const share = Math.round((charged.amount * (reversedMinor - refundedMinor)) / (paid + creditMinor))
  if (!line) return
  const amountMinor = roundToCharge({ amountMinor: share, currency: line.currency })
  if (amountMinor <= 0) return
  const name = nameOfCharged(context.catalog.current().features, charged.lines)
  const { feature, ...first } = line
  const isOfOneFeature = charged.lines!.every((other) => other.feature === feature)
  const description = line.description ?? `${name} beyond the allowance, charged back by the bank`
  await writeClaim(transaction, {
    accountId,
    provider,
    feature: `${charged.feature} charged-back ${charged.id}`,
    amount: amountMinor,
    lines: [{ ...first, ...(isOfOneFeature ? { feature } : {}), description, amountMinor }],
    replaces: id,
    at: charged.at,
  })
}
