import { allPages, forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import { recordDeadLetter } from '#services/kernel/events/record-operator-event.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { UsageReportRow } from '#entities/billing/usage-report.entity.js'
import type { BillingContext } from '../model/billing-context.js'
import { sendOverageInvoice } from './send-overage-invoice.js'
import { findPurchase } from '../model/purchase-queries.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import { openReports, type OpenReport } from './usage-reports.sql.js'

/** The provider counts an identifier once within a day; a little less is sure. */
const SURE_HOURS = 23

const REPORTS_AT_ONCE = 200

/**
 * Sends what was gathered, one after the other. The attempt is noted before the call, so that a report which a crash left unknown is
 * sent again only as long as the provider would count it once; later it rests as dead, for an operator to compare.
 */
export async function sendUsage(
  context: BillingContext,
  port: PaymentPort,
  accountId: string | null = null,
): Promise<void> {
  const reports = allPages<OpenReport>(REPORTS_AT_ONCE, (last) =>
    context.database.rows(openReports, {
      provider: port.provider,
      accountId,
      after: last?.id ?? '',
      limit: REPORTS_AT_ONCE,
    }),
  )
  await forEachSeparately(reports, (report) => send(context, port, report))
}

/** Sends the claim of a payment for overage that was charged back, which the periodic report of a configured provider would send within an hour. */
export async function sendClaims(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const purchase = await findPurchase(context.database, String(event.payload['purchaseId']))
  const port = purchase?.invoiceId && context.providers[purchase.provider]
  if (port) await sendUsage(context, port, purchase.accountId)
}

async function send(context: BillingContext, port: PaymentPort, report: OpenReport): Promise<void> {
  const { id: identifier, meter, lines, customerId, amount, at } = report
  if (customerId === null) return deadLetter(context, report, 'the account has no customer at the provider')
  const now = context.clock.now()
  // An invoice is found again later, and a meter does not say which reports it counted.
  if (lines === null && report.firstSentAt && now.getTime() - report.firstSentAt.getTime() > SURE_HOURS * 3_600_000)
    return deadLetter(context, report, 'sent once with an unknown result')
  const lost = lines === null && !report.firstSentAt ? await lostUnits(context, port, report) : 0
  // Two processes can send it concurrently: it has one identifier and is counted once.
  const { numUpdatedRows } = await context.database.query
    .updateTable('usage_report')
    .set((eb) => ({ state: 'SENDING', firstSentAt: eb.fn.coalesce('firstSentAt', eb.val(now)), sentWith: null }))
    .where('id', '=', report.id)
    .where('accountId', '=', report.accountId)
    .where('state', 'in', ['PENDING', 'SENDING'])
    .where('sentWith', 'is not distinct from', report.sentWith)
    .executeTakeFirstOrThrow()
  // It is sent, or the lines of another one are sent with it.
  if (numUpdatedRows === 0n) return
  if (lost > 0)
    return deadLetter(context, report, `the provider has counted ${lost} units that no report here contains`)
  try {
    if (lines !== null) {
      if (!(await sendOverageInvoice(context, port, report, { customerId, lines })))
        return await postpone(context, report)
    } else await port.reportUsage({ meter, customerId, amount, identifier, at })
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    await deadLetter(context, report, error.message)
    if (lines === null && !report.firstSentAt) await clearFirstAttempt(context, report)
    return
  }
  await context.database.query
    .updateTable('usage_report')
    .set({ state: 'SENT', lastError: null })
    .where('accountId', '=', report.accountId)
    .where('state', 'in', ['PENDING', 'SENDING'])
    .where((eb) =>
      eb.or([eb('id', '=', report.id), eb.and([eb('sentWith', '=', report.id), eb('invoiceId', 'is not', null)])]),
    )
    .execute()
}

/** A report for a later invoice. */
async function postpone({ database }: BillingContext, { id, accountId }: OpenReport): Promise<void> {
  await database.query
    .updateTable('usage_report')
    .set({ state: 'PENDING', invoiceId: null })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('state', '=', 'SENDING')
    .execute()
}

/** Reports that are later than a restored backup are compared for so long. */
const COMPARED_DAYS = 35

/**
 * Units that the provider has counted beyond the reports here, as after the restore of a backup: this report can contain them. A meter
 * does not say which reports it counted, so an operator compares.
 */
async function lostUnits(
  context: BillingContext,
  port: PaymentPort,
  { accountId, meter, customerId }: OpenReport,
): Promise<number> {
  const until = context.clock.now()
  const since = new Date(until.getTime() - COMPARED_DAYS * 86_400_000)
  const counted = await port.countedUsage({ meter, customerId: customerId! }, since, until).catch((error: unknown) => {
    // The report is rejected with the same reason.
    if (error instanceof ProviderRejected) return 0
    throw error
  })
  if (counted === 0) return 0
  const { sent } = await context.database.query
    .selectFrom('usage_report')
    .select(sql<number>`coalesce(sum(amount), 0)::bigint`.as('sent'))
    .where('accountId', '=', accountId)
    .where('meter', '=', meter)
    .where('firstSentAt', 'is not', null)
    // The provider sums whole minutes.
    .where('at', '>=', new Date(since.getTime() - 60_000))
    .executeTakeFirstOrThrow()
  return Math.max(0, counted - sent)
}

/**
 * A rejected first attempt is not counted, so that an operator can send it again. That of an invoice is kept, because its draft can exist: it is
 * found and completed.
 */
async function clearFirstAttempt({ database }: BillingContext, { id, accountId }: OpenReport): Promise<void> {
  await database.query
    .updateTable('usage_report')
    .set({ firstSentAt: null })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('state', '=', 'DEAD')
    .execute()
}

/** A dead letter: it is not sent again by itself. */
export async function deadLetter(
  context: BillingContext,
  { id, accountId }: Pick<UsageReportRow, 'id' | 'accountId'>,
  reason: string,
): Promise<void> {
  context.log.error({ report: id, account: accountId, reason }, 'usage report dead-lettered')
  context.metrics.usageReportsDead.inc()
  await context.database.transaction(async (transaction) => {
    await transaction.query
      .updateTable('usage_report')
      .set({ state: 'DEAD', lastError: reason })
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .execute()
    await recordDeadLetter(transaction, { queue: 'USAGE_REPORT', id, accountId, error: reason })
  })
}
