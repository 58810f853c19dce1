import {
  ENDED_WINDOWS,
  THRESHOLD,
  type OverageLine,
  type UsageReportRow,
} from '#entities/billing/usage-report.entity.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected, type ProviderName } from '../model/port.js'
import { fingerprint } from '#services/catalog/versions/fingerprint.js'
import { earlierOf } from '#services/kernel/clock/compare-dates.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { InvoicePort, NewInvoice } from '../providers/invoice-port.js'
import { describeLine, nameOfCharged } from '../model/collect-overage.js'
import { overageWatermark } from '../model/overage-watermarks.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { chargedNotes, payingSubscription } from '../model/overage-invoices.sql.js'
import type { OpenReport } from '../usage-reports/usage-reports.sql.js'
import { placeOfLines, type PlaceOfLines } from './place-of-lines.js'

/**
 * Charges a report by lines of the next invoice of its subscription, or by an invoice of its own, and records the ID of the invoice. A repeated
 * call completes the same invoice. Its payment is a purchase of the plan, which the webhooks record. Returns false if the report is for a
 * later invoice of the subscription.
 */
export async function sendOverageInvoice(
  context: BillingContext,
  provider: ProviderName,
  report: OpenReport,
  { customerId, lines }: { readonly customerId: string; readonly lines: readonly OverageLine[] },
): Promise<boolean> {
  const { id, accountId } = report
  const port = providerOf(context, provider).invoicing
  if (!port) throw new ProviderRejected(`${provider} has no invoices for units beyond the allowance`, false)
  const { taxes, features, planByCode, planByVersionId } = context.catalog.current()
  const group = planByCode.get(lines[0]!.plan)?.group
  const versions = [...planByVersionId].flatMap(([version, plan]) => (plan.group === group ? [version] : []))
  const subscription = (await context.database.row(payingSubscription, { accountId, provider, versions })) ?? null
  const place =
    // Neither what has reached a threshold nor a claim of money that an earlier invoice did not bring waits for the next invoice.
    report.feature === ENDED_WINDOWS
      ? await placeOfLines(port, subscription, lines[0]!.currency, context.clock.now())
      : 'OWN'
  const hasUnits = lines.some(({ description }) => !description)
  const notes = hasUnits ? await notesOf(context.database, report) : new Map<string, readonly string[]>()
  const invoice: NewInvoice = {
    id,
    accountId,
    customerId,
    subscriptionId: subscription?.externalId ?? null,
    currency: lines[0]!.currency,
    taxes,
    daysUntilDue: subscription?.daysUntilDue ?? null,
    description: lines[0]!.description ?? `${nameOfCharged(features, lines)} beyond the allowance`,
    lines: lines.map((line) => ({
      key: keyOf(report, line),
      description: line.description ?? withNotes(describeLine(features, line), notes.get(priceKey(line)) ?? []),
      amountMinor: line.amountMinor,
      periodStart: new Date(line.windowStart),
      // A window that has not ended is charged until now.
      periodEnd: earlierOf(new Date(line.windowEnd), report.at),
    })),
  }
  const invoiceId = await charge(port, place, invoice, report)
  if (invoiceId === null) return false
  await context.database.query
    .updateTable('usage_report')
    .set({ invoiceId })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  // A payment method whose charge the bank reversed is not charged again by itself.
  const isPaidByCustomer = report.replaces !== null
  await port.collectInvoice(invoiceId, { isPaidByCustomer })
  if (isPaidByCustomer || place !== 'OWN') await syncInvoice(context, provider, invoiceId)
  return true
}

/** Charges the lines at their place. Null if no invoice has them yet. */
async function charge(
  port: InvoicePort,
  place: PlaceOfLines,
  invoice: NewInvoice,
  { state, firstSentAt }: OpenReport,
): Promise<string | null> {
  if (place === 'OWN') return port.draftInvoice(invoice)
  if (place !== 'LATER') return port.addToDraft(place.draftId, invoice)
  // Looked up once: a response can be lost, and the database can be a restored backup.
  return firstSentAt === null || state === 'SENDING' ? port.findLines(invoice) : null
}

/** Notes of the uses that a report charges, by the price in a window that they had, in the order of the uses. */
async function notesOf(
  sql: Sql,
  { accountId, toVersion, lines }: OpenReport,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const features = lines!.flatMap(({ feature }) => feature ?? [])
  const since = new Date(Math.min(...lines!.map(({ windowStart }) => Date.parse(windowStart))))
  const notes = await sql.rows(chargedNotes, { accountId, features, since, toVersion })
  const byPrice = Map.groupBy(notes, ({ windowStart, ...price }) =>
    priceKey({ ...price, windowStart: windowStart.toISOString() }),
  )
  return new Map([...byPrice].map(([price, of]) => [price, [...new Set(of.map(({ note }) => note))]]))
}

const priceKey = ({ feature, windowStart, tariff }: Pick<OverageLine, 'feature' | 'windowStart' | 'tariff'>): string =>
  `${feature} ${windowStart} ${tariff}`

const MAX_LINE_LENGTH = 500

/** Pure: the text of a line with as many notes as it has room for. */
function withNotes(text: string, notes: readonly string[]): string {
  const line = (count: number) => {
    const others = notes.length - count
    return `${text}. Notes: ${[...notes.slice(0, count), ...(others > 0 ? [`${others} more`] : [])].join('; ')}`
  }
  if (notes.length === 0) return text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH - 1)}…` : text
  let count = Math.min(notes.length, MAX_LINE_LENGTH)
  while (count > 0 && line(count).length > MAX_LINE_LENGTH) count--
  return line(count)
}

/**
 * Pure: feature, window and tariff of a line, and the unit with which it begins, or that it is the minimum. Equal for the same units after a restored backup. The
 * watermark of a charge that replaces another is its own.
 */
const keyOf = (
  { feature: watermark }: Pick<UsageReportRow, 'feature'>,
  { feature, windowStart, windowEnd, tariff, plan, units, amountMinor, currency, from = 0 }: OverageLine,
): string =>
  [
    watermark === ENDED_WINDOWS || watermark === THRESHOLD ? overageWatermark(feature!) : watermark,
    windowStart,
    windowEnd,
    tariff ? fingerprint(tariff) : `${plan}/${units}/${amountMinor}`,
    currency,
    tariff && units === 0 ? 'minimum' : from,
  ].join(' ')
