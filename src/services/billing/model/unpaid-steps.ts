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

/** Payments for the running period of a subscription, and changes in it whose invoices are open, voided or written off, in order. */
export async function runningPayments(sql: Sql, about: Paid, now: Date): Promise<RunningPayment[]> {
  const paid = await runningPurchases(sql, about, now)
  const invoiced = await invoicedSteps(sql, about, now)
  const unpaid = invoiced.filter(({ id }) => !paid.some(({ ofInvoice }) => ofInvoice === id))
  // A period is paid before changes in it are invoiced.
  return [...paid, ...unpaid].toSorted((one, other) => one.changedAt.getTime() - other.changedAt.getTime())
}

/**
 * Changes of the running period that a subscription has made and whose invoices are not paid, in the form of payments: open invoices as pending ones,
 * those that were voided or written off as returned ones. An invoice of a whole period is no such change: its period is owed.
 */
export async function invoicedSteps(
  sql: Sql,
  { accountId, provider, subscriptionId }: Paid,
  now: Date,
): Promise<RunningPayment[]> {
  const invoices = await sql.query
    .selectFrom('invoice')
    .select(['id', 'status', 'createdAt', 'lines', 'reverted', 'revertedAfter'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('subscriptionId', '=', subscriptionId)
    // A change that waits for the payment of an open invoice is not made before it.
    .where((eb) => eb.or([eb('status', 'in', UNPAID), eb.and([eb('status', '=', 'OPEN'), eb('isSent', '=', true)])]))
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  const steps: RunningPayment[] = []
  for (const { id, status, createdAt, lines, ...returned } of invoices) {
    const subject = decideInvoiced(await catalogLines(sql, provider, { lines }))
    if (!subject?.step || !subject.periodEnd || subject.periodEnd <= now) continue
    const { productId, quantity, step } = subject
    const times = { purchasedAt: createdAt, changedAt: createdAt }
    const money = { ...NO_MONEY, ...(status === 'OPEN' ? PENDING : {}) }
    steps.push({ id, subscriptionId, productId, quantity, step, ...returned, ...times, ofInvoice: id, ...money })
  }
  return steps
}

const NO_MONEY = { status: 'REFUNDED', amountMinor: 1, reversedMinor: 1, creditMinor: 0, creditedMinor: 0 } as const
const PENDING = { status: 'PENDING', reversedMinor: 0 } as const
