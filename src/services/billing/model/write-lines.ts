import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from './billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { LineTarget } from '../providers/subscription-port.js'
import { markUnscheduled, scheduleAgain } from './schedule-push.js'

/**
 * Writes lines of a subscription now, without a charge or a credit. This removes the scheduled change
 * from the provider, so a change that is still planned is scheduled again.
 */
export async function writeLines(
  context: BillingContext,
  port: PaymentPort,
  {
    subscription,
    lines,
    idempotencyKey,
  }: {
    readonly subscription: BillingSubscriptionRow
    readonly lines: readonly LineTarget[]
    readonly idempotencyKey: string
  },
): Promise<void> {
  const { id, accountId, externalId } = subscription
  if (port.removeScheduledChange) await markUnscheduled(context.database, subscription)
  await port.writeLines({ externalId, lines, idempotencyKey })
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await scheduleAgain(context, transaction, id)
  })
}
