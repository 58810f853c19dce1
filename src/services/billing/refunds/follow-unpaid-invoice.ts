import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { objectOfJob, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import { invoicedSteps } from '../model/unpaid-steps.js'
import { selectSubscription } from '../book/our-subscription.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'
import { followPaidTerms } from './follow-returned-money.js'

/**
 * An invoice of a subscription was voided or written off: what it gave within the running period ends, and the lines are again what is paid. If it
 * is paid later all the same, its payment restores them. A discount for one invoice is used by a payment, so the subscription has it again.
 */
export async function followUnpaidInvoice(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { database, clock } = context
  const { port, externalId } = objectOfJob(context, due)
  const { provider } = port
  const invoice = await database.query
    .selectFrom('invoice')
    .select(['id', 'accountId', 'provider', 'subscriptionId', 'fence', 'createdAt'])
    .where('accountId', '=', due.accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', externalId)
    .executeTakeFirst()
  if (!invoice?.subscriptionId) return
  const active = await selectSubscription(database, provider, invoice.subscriptionId, 'active').executeTakeFirst()
  if (!active) return
  if (!(await isOfDeclinedCode(database, invoice))) await port.restoreDiscounts?.(externalId)
  const step = (await invoicedSteps(database, invoice, clock.now())).find(({ id }) => id === invoice.id)
  if (!step || step.reverted || step.status === 'PENDING') return
  try {
    await followPaidTerms(context, port, { ...step, ...invoice })
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    context.log.warn({ err: error, invoice: invoice.id }, 'unpaid terms could not be removed from the subscription')
  }
  await syncSubscription(context, port, invoice.subscriptionId)
}

/** Time between a change and its invoice. */
const BESIDE_MS = 5 * 60_000

/** True for the invoice of a change whose payment failed: the provider returns the promotion code that the change would have redeemed. */
async function isOfDeclinedCode(
  { query }: Sql,
  {
    accountId,
    provider,
    subscriptionId,
    createdAt,
  }: Pick<InvoiceRow, 'accountId' | 'provider' | 'subscriptionId' | 'createdAt'>,
): Promise<boolean> {
  const declined = await query
    .selectFrom('subscription_change as c')
    .innerJoin('billing_subscription as s', (join) =>
      join.onRef('s.id', '=', 'c.subscriptionId').onRef('s.accountId', '=', 'c.accountId'),
    )
    .select('c.id')
    .where('s.accountId', '=', accountId)
    .where('s.provider', '=', provider)
    .where('s.externalId', '=', subscriptionId)
    .where('c.at', '=', 'NOW')
    .where('c.status', '<>', 'APPLIED')
    .where('c.promotionId', 'is not', null)
    .where('c.asOf', '>', new Date(createdAt.getTime() - BESIDE_MS))
    .where('c.asOf', '<', new Date(createdAt.getTime() + BESIDE_MS))
    .executeTakeFirst()
  return declined !== undefined
}
