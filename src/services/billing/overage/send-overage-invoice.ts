import { sql } from 'kysely'
import {
  ENDED_WINDOWS,
  THRESHOLD,
  type OverageLine,
  type UsageReportRow,
} from '#entities/billing/usage-report.entity.js'
import type { BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import { fingerprint } from '#services/catalog/versions/fingerprint.js'
import { earlierOf } from '#services/kernel/clock/compare-dates.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { InvoicePort, NewInvoice } from '../providers/invoice-port.js'
import { describeLine } from '../model/collect-overage.js'
import { overageWatermark } from '../model/overage-watermarks.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { chargedNotes, payingSubscription, type PayingSubscription } from '../model/overage-invoices.sql.js'
import type { OpenReport } from './usage-reports.sql.js'
import { placeOfLines, type PlaceOfLines } from './place-of-lines.js'

/**
 * Charges a report by lines of the next invoice of its subscription, or by an invoice of its own, and records the ID of the invoice. Other reports
 * that wait are on an invoice of its own too. A repeated call completes the same invoice. Its payment is a purchase of the plan, which the webhooks
 * record. Returns false if the report is for a later invoice of the subscription.
 */
export async function sendOverageInvoice(
  context: BillingContext,
  port: PaymentPort,
  report: OpenReport,
  { customerId, lines }: { readonly customerId: string; readonly lines: readonly OverageLine[] },
): Promise<boolean> {
  const { accountId, feature, replaces } = report
  const { database, clock } = context
  const { provider, invoicing } = port
  if (!invoicing) throw new ProviderRejected(`${provider} has no invoices for units beyond the allowance`, false)
  const { planByCode, planByVersionId } = context.catalog.current()
  const { plan, currency } = lines[0]!
  const group = planByCode.get(plan)?.group
  const ofGroup = [...planByVersionId].filter(([, other]) => other.group === group)
  const versions = ofGroup.map(([version]) => version)
  const subscription = (await database.row(payingSubscription, { accountId, provider, versions })) ?? null
  const place =
    // Neither what has reached a threshold nor a claim of money that an earlier invoice did not bring waits for the next invoice.
    feature === ENDED_WINDOWS ? await placeOfLines(invoicing, subscription, currency, clock.now()) : 'OWN'
  const invoiceOf = (of: UsageReportRow) => newInvoice(context, of, { customerId, subscription })
  const invoiceId = await charge(invoicing, place, await invoiceOf(report), report)
  if (invoiceId === null) return false
  await recordInvoice(database, report, invoiceId)
  const invoices = new Set([invoiceId])
  if (place === 'OWN' && feature !== THRESHOLD) {
    const plans = [plan, ...ofGroup.map(([, { code }]) => code)]
    for (const other of await joinReports(database, report, { currency, plans, now: clock.now() })) {
      const otherId = await addTo(invoicing, invoiceId, await invoiceOf(other))
      if (otherId === null) continue
      await recordInvoice(database, other, otherId)
      invoices.add(otherId)
    }
  }
  // A payment method whose charge the bank reversed is not charged again by itself.
  const isPaidByCustomer = replaces !== null
  for (const one of invoices) {
    await invoicing.collectInvoice(one, { isPaidByCustomer })
    if (isPaidByCustomer || place !== 'OWN') await syncInvoice(context, port, one)
  }
  return true
}

/** The lines of a report, and the invoice if it has one of its own. */
async function newInvoice(
  { catalog, database }: BillingContext,
  report: UsageReportRow,
  { customerId, subscription }: { readonly customerId: string; readonly subscription: PayingSubscription | null },
): Promise<NewInvoice> {
  const { taxes, features } = catalog.current()
  const lines = report.lines!
  const hasUnits = lines.some(({ description }) => !description)
  const notes = hasUnits ? await notesOf(database, report) : new Map<string, readonly string[]>()
  const keys = lines.map((line) => keyOf(report, line))
  return {
    id: report.id,
    accountId: report.accountId,
    customerId,
    subscriptionId: subscription?.externalId ?? null,
    currency: lines[0]!.currency,
    taxes,
    daysUntilDue: subscription?.daysUntilDue ?? null,
    description: lines[0]!.description ?? 'Use beyond the allowance',
    lines: lines.map((line, index) => ({
      // Features of a claim can have the same tariff.
      key: keys.indexOf(keys[index]!) === index ? keys[index]! : `${keys[index]} ${index}`,
      description: line.description ?? withNotes(describeLine(features, line), notes.get(priceKey(line)) ?? []),
      amountMinor: line.amountMinor,
      periodStart: new Date(line.windowStart),
      // A window that has not ended is charged until now.
      periodEnd: earlierOf(new Date(line.windowEnd), report.at),
    })),
  }
}

interface Joining {
  readonly currency: string
  readonly plans: readonly string[]
  readonly now: Date
}

/**
 * Puts the reports that wait on the invoice of one: those of the same currency, plans and replaced charge. A threshold has an invoice for each
 * crossing. Returns all reports that are on the invoice and not sent.
 */
async function joinReports(
  { query }: Sql,
  { id, accountId, provider, replaces }: UsageReportRow,
  { currency, plans, now }: Joining,
): Promise<UsageReportRow[]> {
  await query
    .updateTable('usage_report')
    .set((eb) => ({
      state: 'SENDING',
      firstSentAt: eb.fn.coalesce('firstSentAt', eb.val(now)),
      sentWith: id,
      invoiceId: null,
    }))
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('state', '=', 'PENDING')
    .where('feature', '<>', THRESHOLD)
    .where('replaces', 'is not distinct from', replaces)
    .where(sql`lines -> 0 ->> 'currency'`, '=', currency)
    .where(sql`lines -> 0 ->> 'plan'`, 'in', plans)
    .execute()
  return query
    .selectFrom('usage_report')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('sentWith', '=', id)
    .where('state', '=', 'SENDING')
    .orderBy('id')
    .execute()
}

const recordInvoice = ({ query }: Sql, { id, accountId }: UsageReportRow, invoiceId: string) =>
  query.updateTable('usage_report').set({ invoiceId }).where('id', '=', id).where('accountId', '=', accountId).execute()

/** Adds the lines of another report. Null if the invoice is final without them: the report is then sent by itself. */
const addTo = (port: InvoicePort, invoiceId: string, invoice: NewInvoice): Promise<string | null> =>
  port.addToDraft(invoiceId, invoice).catch((error: unknown) => {
    // Its own attempt is rejected with the same reason.
    if (error instanceof ProviderRejected) return null
    throw error
  })

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
  { accountId, toVersion, lines }: UsageReportRow,
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
