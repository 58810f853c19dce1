import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
import type { NamedNotice } from '../notices/decide-notices.js'
import { sendNotice } from '../notices/send-notices.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/port.js'
import { featureOfWatermark } from './collect-overage.js'

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
  const kind = invoice.subscriptionId === null ? noticeKind(invoice) : null
  if (!kind) return
  const { query } = transaction
  const report = await query
    .selectFrom('usage_report')
    .select('feature')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', invoice.externalId)
    .executeTakeFirst()
  const subscription = await query
    .selectFrom('billing_subscription')
    .select(['id', 'accountId', 'provider'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .orderBy('startedAt', 'desc')
    .executeTakeFirst()
  if (!report || !subscription) return
  if (kind === 'PAYMENT_RECOVERED' && !(await hasFailed(transaction, accountId, invoice.externalId))) return
  const feature = context.catalog.current().features.get(featureOfWatermark(report.feature))
  await sendNotice(context, transaction, subscription, {
    kind,
    key: kind === 'PAYMENT_FAILED' ? `${invoice.externalId}:${invoice.attempts}` : invoice.externalId,
    planName: `${feature?.name ?? report.feature} beyond the allowance`,
    isPlan: false,
    until: kind === 'PAYMENT_FAILED' ? await overageUntil(context, transaction, accountId) : null,
    invoice: headOf(invoice),
  })
}

/** Pure: null if the state of the invoice is no reason for a notice. */
function noticeKind({ status, attempts }: FetchedInvoice): 'PAYMENT_FAILED' | 'PAYMENT_RECOVERED' | null {
  if (status === 'PAID') return 'PAYMENT_RECOVERED'
  return status === 'OPEN' && attempts > 0 ? 'PAYMENT_FAILED' : null
}

/** End of overage, which the first unpaid invoice decides. */
async function overageUntil(
  { catalog, clock }: BillingContext,
  { query }: Transaction,
  accountId: string,
): Promise<Date> {
  const { overageEndsAt } = await query
    .selectFrom('account')
    .select('overageEndsAt')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  return overageEndsAt ?? new Date(clock.now().getTime() + catalog.current().dunning.graceDays * 86_400_000)
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
  payUrl: invoice.hostedUrl,
})
