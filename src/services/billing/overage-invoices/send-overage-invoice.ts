import type { OverageLine, UsageReportRow } from '#entities/billing/usage-report.entity.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected, type ProviderName } from '../model/port.js'
import { describeLine, featureOfWatermark } from '../model/collect-overage.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { payingSubscription } from '../model/overage-invoices.sql.js'
import type { OpenReport } from '../usage-reports/usage-reports.sql.js'

/**
 * Creates the invoice of a report, records its ID, and collects it. A repeated call completes the same invoice. Its payment is a purchase of
 * the plan, which the webhooks record.
 */
export async function sendOverageInvoice(
  context: BillingContext,
  provider: ProviderName,
  report: OpenReport,
  { customerId, lines }: { readonly customerId: string; readonly lines: readonly OverageLine[] },
): Promise<void> {
  const { id, accountId } = report
  const port = providerOf(context, provider).invoicing
  if (!port) throw new ProviderRejected(`${provider} has no invoices for units beyond the allowance`, false)
  const subscription = await context.database.row(payingSubscription, { accountId, provider })
  const feature = context.catalog.current().features.get(featureOfWatermark(report.feature))
  const invoiceId = await port.draftInvoice({
    id,
    accountId,
    customerId,
    subscriptionId: subscription?.externalId ?? null,
    currency: lines[0]!.currency,
    description: lines[0]!.description ?? `${feature?.name ?? report.feature} beyond the allowance`,
    lines: lines.map((line) => ({
      key: keyOf(report, line),
      description: line.description ?? describeLine(feature, line),
      amountMinor: line.amountMinor,
      periodStart: new Date(line.windowStart),
      periodEnd: new Date(line.windowEnd),
    })),
  })
  await context.database.query
    .updateTable('usage_report')
    .set({ invoiceId })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  // A payment method whose charge the bank reversed is not charged again by itself.
  const isPaidByCustomer = report.replaces !== null
  await port.collectInvoice(invoiceId, { isPaidByCustomer })
  if (isPaidByCustomer) await syncInvoice(context, provider, invoiceId)
}

/**
 * Pure: feature, window and price of a line, and the unit with which it begins. Equal for the same units after a restored backup. A charge
 * that replaces one which the bank reversed has a key of its own.
 */
const keyOf = (
  { feature, replaces }: Pick<UsageReportRow, 'feature' | 'replaces'>,
  { windowStart, windowEnd, price, per, currency, from = 0 }: OverageLine,
): string =>
  [
    featureOfWatermark(feature),
    windowStart,
    windowEnd,
    `${price}/${per}`,
    currency,
    from,
    ...(replaces ? [replaces] : []),
  ].join(' ')
