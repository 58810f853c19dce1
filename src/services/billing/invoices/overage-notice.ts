import type { Transaction } from '#services/kernel/database/database.js'
import { ENGLISH } from '#services/kernel/text/readable.js'
import type { BillingContext } from '../model/billing-context.js'
import type { NamedNotice } from '../notices/decide-notices.js'
import { nameOfUse } from '../notices/notice-mails.js'
import { sendNotice } from '../notices/send-notices.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { nameOfCharged } from '../model/collect-overage.js'

interface OverageInvoice {
  readonly accountId: string
  readonly provider: ProviderName
  readonly invoice: FetchedInvoice
}

/**
 * Notifies the payer of an invoice for units beyond an allowance: once for each failed attempt, and once when it is paid after one. The plan
 * does not depend on it, but further overage does. The caller holds the account's lock.
 */
export async function noticeOfOverageInvoice(
  context: BillingContext,
  transaction: Transaction,
  { accountId, provider, invoice }: OverageInvoice,
): Promise<void> {
  if (invoice.subscriptionId !== null) return
  const { query } = transaction
  const reports = await query
    .selectFrom('usage_report')
    .select(['feature', 'replaces', 'lines'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoice.externalId)
    .orderBy('id')
    .execute()
  const subscription = await query
    .selectFrom('billing_subscription')
    .select(['id', 'accountId', 'provider'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .orderBy('startedAt', 'desc')
    .executeTakeFirst()
  const lines = reports.flatMap((report) => report.lines ?? [])
  const isChargedBack = reports.some(({ replaces }) => replaces !== null)
  const kind = lines.length > 0 && noticeKind(invoice, isChargedBack, context.clock.now())
  if (!kind || !subscription) return
  const isRepeated = await hasFailed(transaction, accountId, invoice.externalId)
  if (kind === 'PAYMENT_RECOVERED' && !isRepeated) return
  // The notice of the first failure can arrive days after it.
  const at = (isRepeated ? null : invoice.failedAt) ?? context.clock.now()
  const isOverage = reports.every(({ feature }) => feature.includes(' overage'))
  const use = { feature: nameOfCharged(context.catalog.current().features, lines), isChargedBack }
  const notice: NamedNotice = {
    kind,
    key: kind === 'PAYMENT_FAILED' ? `${invoice.externalId}:${invoice.attempts}` : invoice.externalId,
    planName: (isOverage ? null : lines[0]!.description) ?? nameOfUse(use, ENGLISH),
    ...(isOverage ? { use } : {}),
    isPlan: false,
    until:
      kind === 'PAYMENT_FAILED' && !isChargedBack && isOverage
        ? await overageUntil(context, transaction, accountId, at)
        : null,
    invoice: headOf(invoice),
  }
  await sendNotice(context, transaction, subscription, notice, at)
}

/** Our clock can be behind that of the provider by this. */
const CLOCK_MS = 3_600_000

/** Pure: null if the state of the invoice is no reason for a notice. */
function noticeKind(
  { status, attempts, paymentDueAt }: FetchedInvoice,
  isClaim: boolean,
  now: Date,
): 'PAYMENT_FAILED' | 'PAYMENT_RECOVERED' | null {
  if (status === 'PAID') return 'PAYMENT_RECOVERED'
  const isOverdue = paymentDueAt !== null && paymentDueAt.getTime() <= now.getTime() + CLOCK_MS
  return status === 'OPEN' && (attempts > 0 || isClaim || isOverdue) ? 'PAYMENT_FAILED' : null
}

/** End of overage, which the first unpaid invoice decides. */
async function overageUntil(
  { catalog }: BillingContext,
  { query }: Transaction,
  accountId: string,
  failedAt: Date,
): Promise<Date> {
  const { overageEndsAt, overageEndReason } = await query
    .selectFrom('account')
    .select(['overageEndsAt', 'overageEndReason'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  if (overageEndsAt && overageEndReason === 'OVERAGE_UNPAID') return overageEndsAt
  return new Date(failedAt.getTime() + catalog.current().dunning.graceDays * 86_400_000)
}

async function hasFailed({ query }: Transaction, accountId: string, externalId: string): Promise<boolean> {
  const failed = await query
    .selectFrom('billing_notice')
    .select('id')
    .where('accountId', '=', accountId)
    .where('kind', '=', 'PAYMENT_FAILED')
    .where('key', 'like', `${externalId}:%`)
    .executeTakeFirst()
  return failed !== undefined
}

const headOf = (invoice: FetchedInvoice): NamedNotice['invoice'] => ({
  externalId: invoice.externalId,
  open: invoice.status === 'OPEN',
  unpaid: invoice.status === 'OPEN',
  actionRequired: false,
  amountDue: { amountMinor: invoice.amountDueMinor, currency: invoice.total.currency },
  attempts: invoice.attempts,
  nextAttemptAt: invoice.dueAt,
  failedAt: invoice.failedAt,
  payUrl: invoice.hostedUrl,
})
