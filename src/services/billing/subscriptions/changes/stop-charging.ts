import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { subscriptionOfChange } from '#services/billing/model/subscription-of-change.js'
import { syncSubscription } from '../sync-subscription.js'
import { findChange } from '#services/billing/model/change-queries.js'

/** The due kind of the moment at which the provider stops charging a subscription that will end; its key is the change's id. */
export const STOP_CHARGING = 'subscription.stop_charging'

/**
 * Stops charging a canceled subscription immediately at a provider without period ends, so that nothing is charged if
 * this server is down at the period end. Open amounts are still collected.
 */
export async function stopCharging(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const change = await findChange(context.database, due.key)
  if (change?.kind !== 'CANCEL' || change.status !== 'SCHEDULED' || change.pushedToProvider) return
  const { port, subscription } = await subscriptionOfChange(context, change)
  const { externalId, status } = subscription
  if (status !== 'ACTIVE' && status !== 'TRIALING') return
  try {
    await port.stopCharging?.(externalId)
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    context.log.warn({ err: error, change: change.id }, 'provider keeps charging until the end of the period')
  }
  await syncSubscription(context, port, externalId)
}

/** Lets the provider charge again from the next period on, after a planned end was undone. */
export async function chargeAgain(port: PaymentPort, externalId: string, idempotencyKey: string): Promise<void> {
  if (!port.stopCharging) return
  const found = await port.fetchSubscription(externalId)
  if (found?.status === 'PAUSED') await port.continueSubscription({ externalId, paused: true, idempotencyKey })
}
