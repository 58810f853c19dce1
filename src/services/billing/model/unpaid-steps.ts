import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from './billing-context.js'
import { runningPurchases, type RunningPayment } from './period-payments.js'
import type { ProviderName } from '../providers/provider-name.js'
import { catalogLines, decideInvoiced } from './invoice-subject.js'

/** The due kind of an invoice of a subscription that was voided or written off; its key is `<provider>:<the provider's id>`. */
export const FOLLOW_UNPAID = 'invoice.follow_unpaid'

/** Statuses of an invoice that brings no money, unless it was written off and is paid later. */
const UNPAID: readonly InvoiceRow['status'][] = ['VOID', 'UNCOLLECTIBLE']

/** Schedules the step that removes from a subscription what its invoice charged, if that invoice was voided or written off. */
export async function followUnpaid(
  { clock }: Pick<BillingContext, 'clock'>,
  transaction: Transaction,
  invoice: Pick<InvoiceRow, 'accountId' | 'provider' | 'externalId' | 'subscriptionId' | 'status'>,
): Promise<void> {
  const { accountId, provider, externalId, subscriptionId, status } = invoice
  if (!subscriptionId || !UNPAID.includes(status)) return
  await scheduleJob(transaction, {
    kind: FOLLOW_UNPAID,
    key: `${provider}:${externalId}`,
    accountId,
    runAt: clock.now(),
  })
}

/** A subscription at a provider, and its account. */
interface Paid {
  readonly accountId: string
  readonly provider: ProviderName
  readonly subscriptionId: string | null
}

/** Payments for the running period of a subscription, and changes in it that were never paid, in order. */
export async function runningPayments(sql: Sql, about: Paid, now: Date): Promise<RunningPayment[]> {
  const paid = await runningPurchases(sql, about, now)
  const unpaid = await unpaidSteps(sql, about, now)
  // A period is paid before changes in it are invoiced.
  return [...paid, ...unpaid].toSorted((one, other) => one.changedAt.getTime() - other.changedAt.getTime())
}

/**
 * Changes of the running period that a subscription has made and whose invoices were voided or written off, in the form of payments whose money was
 * returned. An invoice of a whole period is no such change: its period is owed.
 */
export async function unpaidSteps(
  sql: Sql,
  { accountId, provider, subscriptionId }: Paid,
  now: Date,
): Promise<RunningPayment[]> {
  const invoices = await sql.query
    .selectFrom('invoice')
    .select(['id', 'createdAt', 'lines', 'reverted', 'revertedAfter'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('subscriptionId', '=', subscriptionId)
    .where('status', 'in', UNPAID)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  const steps: RunningPayment[] = []
  for (const { id, createdAt, lines, ...returned } of invoices) {
    const subject = decideInvoiced(await catalogLines(sql, provider, { lines }))
    if (!subject?.step || !subject.periodEnd || subject.periodEnd <= now) continue
    const { productId, quantity, step } = subject
    const times = { purchasedAt: createdAt, changedAt: createdAt }
    steps.push({ id, subscriptionId, productId, quantity, step, ...returned, ...times, ofInvoice: null, ...NO_MONEY })
  }
  return steps
}

const NO_MONEY = { status: 'REFUNDED', amountMinor: 1, reversedMinor: 1, creditMinor: 0, creditedMinor: 0 } as const
