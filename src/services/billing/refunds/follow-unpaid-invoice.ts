import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { BillingContext } from '../model/billing-context.js'
import { ProviderRejected, type ProviderName } from '../model/port.js'
import { unpaidSteps } from '../invoices/unpaid-steps.js'
import { selectSubscription } from '../queries/billing-queries.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'
import { followPaidTerms } from './follow-returned-money.js'

/**
 * An invoice of a subscription was voided or written off: what it gave within the running period ends, and the lines are again what is paid. If it
 * is paid later all the same, its payment restores them.
 */
export async function followUnpaidInvoice(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { database, clock } = context
  const [provider, externalId] = due.key.split(':', 2) as [ProviderName, string]
  const invoice = await database.query
    .selectFrom('invoice')
    .select(['id', 'accountId', 'provider', 'subscriptionId', 'fence'])
    .where('accountId', '=', due.accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', externalId)
    .executeTakeFirst()
  if (!invoice?.subscriptionId) return
  const step = (await unpaidSteps(database, invoice, clock.now())).find(({ id }) => id === invoice.id)
  const active = await selectSubscription(database, provider, invoice.subscriptionId, 'active').executeTakeFirst()
  if (!step || step.reverted || !active) return
  try {
    await followPaidTerms(context, { ...step, ...invoice })
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    context.log.warn({ err: error, invoice: invoice.id }, 'unpaid terms could not be removed from the subscription')
  }
  await syncSubscription(context, provider, invoice.subscriptionId)
}
