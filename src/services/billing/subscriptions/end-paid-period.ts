import type { ScheduledJobRow } from '../../../entities/kernel/scheduled-job.entity.js'
import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'
import { syncSubscription } from './sync-subscription.js'

/** The paid period has ended: a subscription canceled in it ends now. */
export async function endPaidPeriod(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const [provider, externalId] = due.key.split(':', 2) as [ProviderName, string]
  await syncSubscription(context, provider, externalId)
}
